"""Texts of promises."""

from app.texts.text import Text

PROMISES: dict[str, Text] = {
    "promise_not_found": Text(
        "找不到该承诺",
        "没有这个承诺，或者您无权查看。",
        "No such promise",
        "There is no such promise, or you may not see it.",
    ),
    "promise_is_over": Text(
        "承诺已了结",
        "该承诺已经了结（{state}），不能再变更。",
        "The promise is over",
        "The promise is {state}: it cannot be changed any more.",
    ),
    "promise_is_broken": Text(
        "承诺已违约",
        "该承诺已经违约：违约不能靠改期或撤回抹去，可以另作承诺，或以业主原因、不可抗力免责。",
        "The promise is broken",
        "A broken promise can be neither revised nor withdrawn: make another one, or excuse days"
        " lost to the owner or to force majeure.",
    ),
    "promise_due_in_past": Text(
        "承诺期限已过",
        "承诺的期限必须晚于作出承诺的时间。",
        "Due before it was made",
        "A promise must be due after it is made.",
    ),
    "promise_already_done": Text(
        "事情已经完成",
        "工单为“{status:status}”，所承诺的事已经完成，无需再作承诺。",
        "It is done already",
        "The ticket is {status:status}: this is done already.",
    ),
    "too_many_promises": Text(
        "承诺过多",
        "一张工单最多可作 {max} 个承诺。",
        "Too many promises",
        "A ticket can have at most {max} promises.",
    ),
    "excused_before_promise": Text(
        "免责日期早于承诺",
        "只有作出承诺之日及以后的日子可以免责。",
        "Before the promise",
        "Only days from the day of the promise on can be excused.",
    ),
}
