"""Staff, households, categories and checklists."""

from app.pages.contract.operation import Operation

STAFF = {
    "get_staff_list": Operation(
        "员工列表",
        "list staff",
        "按姓名排序，可按角色与是否在岗筛选。",
        "By name, filtered by role and whether active.",
    ),
    "get_engineers": Operation(
        "工程师傅负荷",
        "list engineers and their load",
        "每位师傅手上的工单数与上限。",
        "How many tickets each engineer carries, and the cap.",
    ),
    "get_staff": Operation(
        "查看员工",
        "get a staff record",
        "工程与安保人员只能看自己的。",
        "Engineers and security see their own.",
    ),
    "put_staff": Operation(
        "登记员工",
        "set a staff record",
        "整条记录：未写的内容即清空。技能为类别，`*` 为全部。",
        "The whole record: what it leaves out is gone. Skills are categories; `*` is every one.",
        {
            "name": "王师傅",
            "roles": ["engineer"],
            "skills": ["leak", "lighting"],
            "certifications": [{"code": "electrician", "expires_on": "2031-12-31"}],
            "max_load": 5,
            "communities": [],
            "active": True,
        },
    ),
}

HOUSEHOLDS = {
    "get_household_list": Operation(
        "住户列表",
        "list households",
        "可按小区筛选。",
        "Filtered by community.",
    ),
    "get_household": Operation(
        "查看住户",
        "get a household",
        "业主只能看自家的。",
        "Owners see their own.",
    ),
    "put_household": Operation(
        "登记住户",
        "set a household record",
        "员工登记整条记录；业主只能改 `preferences`。",
        "Staff set the whole record; an owner sends `preferences` alone.",
        {
            "members": [{"subject": "zhang", "name": "张阿姨", "phone": "13800000000"}],
            "phone": "13800000000",
            "preferences": {"quiet_hours": [{"start": "12:00", "end": "14:00"}], "tags": []},
            "communities": ["jinxiu"],
        },
    ),
    "record_referral": Operation(
        "登记推荐",
        "record a referral",
        "住户向他人推荐了公司。可不写友人姓名。",
        "A household recommended the company. The friend need not be named.",
        {"friend": "李女士", "note": "同小区"},
    ),
    "get_household_timeline": Operation(
        "住户时间线",
        "list a household's timeline",
        "住户与公司之间的全部事件，从首次报修到最近一次答复。读者不应知道属于该住户的不在其中。",
        "Everything between a household and the company, from the first report to the last answer. "
        "What the reader must not know to be this household's is left out.",
    ),
}

CATEGORIES = {
    "get_category": Operation(
        "查看类别",
        "get a category",
        "类别的服务等级、所需技能与证书。",
        "Its service class, and the skill and certificates that it asks for.",
    ),
    "put_category": Operation(
        "设定类别",
        "set a category",
        "决定分级，以及师傅须具备的技能与证书。",
        "Decides triage, and what an engineer must have to get a ticket of it.",
        {
            "label": "漏水",
            "service_class": "general",
            "skill": "leak",
            "certifications": [],
        },
    ),
    "get_checklist": Operation(
        "查看清单",
        "get a checklist",
        "未设定清单的类别使用默认清单。",
        "A category without its own has the default checklist.",
    ),
    "put_checklist": Operation(
        "设定清单",
        "set a checklist",
        "新工单使用新清单；处理中的保持原清单。",
        "New tickets get it; tickets that are under way keep theirs.",
        {
            "items": [
                {"item": "shoe_covers", "label": "穿鞋套", "required": True},
                {"item": "water_test", "label": "试水十分钟", "required": True},
            ]
        },
    ),
}

OPERATIONS = STAFF | HOUSEHOLDS | CATEGORIES
