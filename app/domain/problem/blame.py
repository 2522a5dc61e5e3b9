"""Whether an answer blames a person or names a punishment (docs/domain.md §5.3). Matches words
only: the author can rephrase."""

import re

PUNISHMENT = (
    r"处罚|惩罚|惩处|罚|批评|训斥|骂|检讨|记过|处分|开除|辞退|解雇|解聘|撤职|降职|降薪"
    r"|扣(?:除|发|掉|了|他|她|其|师傅|员工|工人)?(?:当月|本月|全月|半个?月|全部)?"
    r"\s*[0-9０-９一二两三四五六七八九十百千几]*\s*(?:元|块|钱|工资|奖金|绩效|分)"
)
ATTITUDE = (
    r"态度(?!培训|标准|规范|管理|考核|体系)|敷衍|偷懒|懒惰|懒散|粗心|马虎|不负责任|责任心|不认真"
    r"|不用心|不上心|不敬业|素质(?:差|低)|人品|故意"
)
# Without surnames that end another word before a title: 工程主管, 每周经理例会 name nobody.
SURNAME = "王李张刘陈杨赵黄吴徐孙胡朱郭罗梁宋郑韩唐冯董萧曹袁邓傅沈彭吕苏卢蒋蔡贾丁魏薛叶阎潘杜"
PERSON = (
    rf"[{SURNAME}](?:师傅|经理|主管|工程师|队长|班长|姐|哥|某)"
    rf"|(?<![大最较太])[小老][{SURNAME}林周高何马](?![区时旧期达力层路地])"
)
ENGLISH = (
    r"\b(?:punish\w*|penali[sz]\w*|reprimand\w*|scold\w*|dismiss(?:ed|al)?|sack(?:ed)?|fired"
    r"|fined|blame\w*|attitude|lazy|laziness|careless\w*|sloppy|negligen\w*|irresponsib\w*)\b"
)
BLAME = re.compile(f"{PUNISHMENT}|{ATTITUDE}|{PERSON}|{ENGLISH}", re.IGNORECASE)


def blames(answer: str) -> bool:
    return BLAME.search(answer) is not None
