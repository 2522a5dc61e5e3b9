"""The analysis: who answers, who verifies, and what may be confirmed as a root
(docs/domain.md §5.3)."""

from typing import Any

import pytest

from app.domain.errors import IllegalTransition, NotFound, NotPermitted, Unacceptable
from app.domain.problem import commands as c
from app.domain.problem.decider import PROBLEM
from app.events.base import Fact
from app.events.problem import (
    RcaSuperseded,
    RootCauseConfirmed,
    WhyAdded,
    WhyRevised,
    WhyVerified,
)
from tests.domain.problem.chain import (
    AUDITOR,
    CHAIN,
    CONFIRMED,
    CSR,
    ENGINEER,
    MANAGER,
    OPENED,
    OWNER,
    SHOWN,
    SOUND,
    SUPERVISOR,
    adding,
    by,
    problem,
    verified,
    why,
)
from tests.given_when_then import NOW

CONFIRM = c.ConfirmRootCause(roots=("n5",))
AFTER_CONFIRMING = RootCauseConfirmed(
    rca_id="RCA-3", version=1, roots=("n5",), categories=("management",)
)


def test_an_answer_is_added_below_the_phenomenon() -> None:
    problem().when(adding("n1", "ph"), by=ENGINEER).then(
        WhyAdded(why_id="n1", version=1, parents=("ph",), answer="未查主管道", category="machine")
    )


def test_the_same_answer_twice_changes_nothing() -> None:
    added = by(ENGINEER, why("n1", "ph"))
    problem(*added).when(adding("n1", "ph", evidence=SHOWN), by=ENGINEER).then_nothing()


def test_an_id_stands_for_one_answer() -> None:
    problem(*CHAIN).when(adding("n1", "ph", answer="别的"), by=ENGINEER).then_refused(
        IllegalTransition, "why_exists"
    )
    problem(*CHAIN).when(adding("ph", "n1"), by=ENGINEER).then_refused(Unacceptable, pointer="/id")


@pytest.mark.parametrize(
    ("parents", "code"),
    [((), "required"), (("n9",), "unknown_why"), (("ph", "ph"), "duplicate_entry")],
)
def test_an_answer_has_parents_that_there_are(parents: tuple[str, ...], code: str) -> None:
    command = c.AddWhy(why_id="n1", parents=parents, answer="x", category="machine")
    problem().when(command, by=ENGINEER).then_refused(Unacceptable, code)


def test_an_answer_does_not_explain_itself() -> None:
    problem(*CHAIN).when(adding("n6", "n6"), by=ENGINEER).then_refused("why_cycle")
    revised = c.ReviseWhy(why_id="n2", parents=("n1", "n5"), answer="x", category="machine")
    problem(*CHAIN).when(revised, by=ENGINEER).then_refused(IllegalTransition, "why_cycle")


def test_a_revised_answer_is_to_be_verified_again() -> None:
    revision = c.ReviseWhy(why_id="n5", parents=("n4",), answer="预算只看成本", category="process")
    problem(*SOUND).when(revision, by=CSR).then(
        WhyRevised(
            why_id="n5", version=1, parents=("n4",), answer="预算只看成本", category="process"
        )
    )
    revised = by(CSR, WhyRevised(**_as_said(revision)))
    problem(*SOUND, *revised).when(CONFIRM, by=MANAGER).then_refused("root_without_evidence")
    for author in (CSR, ENGINEER):
        verify = c.VerifyWhy(why_id="n5", therefore_ok=True)
        problem(*SOUND, *revised).when(verify, by=author).then_refused("verifier_is_author")


def _as_said(revision: c.ReviseWhy) -> dict[str, Any]:
    said = (revision.why_id, revision.parents, revision.answer, revision.category)
    return {
        **dict(zip(("why_id", "parents", "answer", "category"), said, strict=True)),
        "version": 1,
    }


def test_nobody_verifies_their_own_answer() -> None:
    verify = c.VerifyWhy(why_id="n1", therefore_ok=True)
    problem(*CHAIN).when(verify, by=ENGINEER).then_refused(NotPermitted, "verifier_is_author")
    problem(*CHAIN).when(verify, by=SUPERVISOR).then(
        WhyVerified(why_id="n1", version=1, therefore_ok=True)
    )
    problem(*CHAIN, *verified("n1")).when(verify, by=MANAGER).then_nothing()
    unknown = c.VerifyWhy(why_id="n9", therefore_ok=True)
    problem(*CHAIN).when(unknown, by=MANAGER).then_refused(NotFound, "why_not_found")


def test_a_root_with_evidence_and_a_chain_that_holds_is_confirmed() -> None:
    problem(*SOUND).when(CONFIRM, by=MANAGER).then(AFTER_CONFIRMING)


def test_confirming_twice_changes_nothing() -> None:
    problem(*CONFIRMED).when(CONFIRM, by=MANAGER).then_nothing()


def test_without_answers_there_is_nothing_to_confirm() -> None:
    problem().when(CONFIRM, by=MANAGER).then_refused("nothing_to_confirm")
    problem(*SOUND).when(c.ConfirmRootCause(roots=()), by=MANAGER).then_refused("required")
    nine = c.ConfirmRootCause(roots=("n9",))
    problem(*SOUND).when(nine, by=MANAGER).then_refused(
        Unacceptable, "unknown_why", pointer="/roots/0"
    )


@pytest.mark.parametrize(
    "answer",
    [
        "师傅态度差,扣50元",
        "师傅态度不好",
        "处罚不够",
        "批评教育不到位",
        "李师傅没有检查",
        "小王粗心",
        "扣当月奖金",
        "开除责任人",
        "罚款 200 元",
        "领导没有骂他",
        "The engineer was careless and should be fined",
    ],
)
def test_blame_is_no_root(answer: str) -> None:
    chain = by(ENGINEER, why("n1"), why("n2", "n1"), why("n3", "n2", answer=answer))
    given = problem(*chain, *verified("n1", "n2", "n3"))
    given.when(c.ConfirmRootCause(roots=("n3",)), by=MANAGER).then_refused(
        IllegalTransition, "root_blames_person", why_id="n3"
    )


@pytest.mark.parametrize(
    "answer",
    [
        "师傅未受系统培训",
        "无维修技能认证体系",
        "管理重成本轻培训",
        "工程主管没有验收标准",
        "每周经理例会不看返修",
        "小区主管道老化",
        "漏水情况没有通报业主",
        "没有服务态度培训",
        "开关扣件部分老化",
        "Fine print of the contract leaves the riser out",
    ],
)
def test_a_cause_that_blames_nobody_may_be_a_root(answer: str) -> None:
    chain = by(ENGINEER, why("n1"), why("n2", "n1"), why("n3", "n2", answer=answer))
    given = problem(*chain, *verified("n1", "n2", "n3"))
    outcome = given.when(c.ConfirmRootCause(roots=("n3",)), by=MANAGER)
    assert outcome.refused is None


def test_blame_with_a_systemic_cause_below_it_is_admitted() -> None:
    blamed = by(ENGINEER, why("n1"), why("n2", "n1"), why("n3", "n2", answer="师傅态度差,扣50元"))
    below = by(ENGINEER, why("n4", "n3", answer="没有服务标准", category="process"))
    chain = [*blamed, *below, *verified("n1", "n2", "n3")]
    confirm = c.ConfirmRootCause(roots=("n3",))
    problem(*chain).when(confirm, by=MANAGER).then_refused("root_blames_person")
    problem(*chain, *verified("n4", ok=False)).when(confirm, by=MANAGER).then_refused()
    assert problem(*chain, *verified("n4")).when(confirm, by=MANAGER).refused is None


def test_calling_blame_systemic_does_not_make_it_so() -> None:
    chain = by(
        ENGINEER,
        why("n1"),
        why("n2", "n1"),
        why("n3", "n2", answer="师傅态度差", systemic=True),
        why("n4", "n3", answer="罚得太轻", systemic=True),
    )
    given = problem(*chain, *verified("n1", "n2", "n3", "n4"))
    given.when(c.ConfirmRootCause(roots=("n3",)), by=MANAGER).then_refused("root_blames_person")


def test_a_root_needs_evidence() -> None:
    chain = by(ENGINEER, why("n1"), why("n2", "n1"), why("n3", "n2", evidence=()))
    given = problem(*chain, *verified("n1", "n2", "n3"))
    given.when(c.ConfirmRootCause(roots=("n3",)), by=MANAGER).then_refused("root_without_evidence")


def test_a_root_needs_a_second_pair_of_eyes() -> None:
    problem(*CHAIN, *verified("n1", "n2", "n3", "n4")).when(CONFIRM, by=MANAGER).then_refused(
        "root_not_verified"
    )


@pytest.mark.parametrize("broken", ["n1", "n2", "n3", "n4"])
def test_every_therefore_on_the_way_has_to_hold(broken: str) -> None:
    others = [each for each in ("n1", "n2", "n3", "n4", "n5") if each != broken]
    for doubt in ([], verified(broken, ok=False)):
        problem(*CHAIN, *verified(*others), *doubt).when(CONFIRM, by=MANAGER).then_refused(
            IllegalTransition, "root_not_reached", why_id="n5", doubtful=[broken]
        )


def test_another_way_that_holds_is_enough() -> None:
    second = by(ENGINEER, why("m1"), why("m2", "m1"), why("n3", "n1", "m2"))
    first = by(ENGINEER, why("n1"))
    given = problem(*first, *second, *verified("m1", "m2", "n3"), *verified("n1", ok=False))
    assert given.when(c.ConfirmRootCause(roots=("n3",)), by=MANAGER).refused is None


def test_a_shallow_root_needs_a_justification() -> None:
    confirm = c.ConfirmRootCause(roots=("n2", "n5"))
    problem(*SOUND).when(confirm, by=MANAGER).then_refused(
        IllegalTransition, "root_too_shallow", why_id="n2", depth=2
    )
    justified = c.ConfirmRootCause(roots=("n2", "n5"), justification="开挖后确认")
    problem(*SOUND).when(justified, by=MANAGER).then(
        RootCauseConfirmed(
            rca_id="RCA-3",
            version=1,
            roots=("n2", "n5"),
            categories=("machine", "management"),
            justification="开挖后确认",
        )
    )


def test_what_is_confirmed_does_not_change() -> None:
    verify = c.VerifyWhy(why_id="n5", therefore_ok=False)
    problem(*CONFIRMED).when(verify, by=SUPERVISOR).then_refused("rca_confirmed")


def test_a_further_answer_begins_a_version_that_supersedes_when_it_is_confirmed() -> None:
    added = why("n6", "n5", answer="预算按年砍", category="process", version=2)
    further = adding("n6", "n5", answer="预算按年砍", category="process", evidence=SHOWN)
    problem(*CONFIRMED).when(further, by=ENGINEER).then(added)
    state = PROBLEM.fold(None, [Fact(OPENED, NOW, MANAGER), *CONFIRMED, *by(ENGINEER, added)])
    assert state is not None
    assert state.in_force is not None
    assert state.in_force.why("n6") is None
    assert (state.in_force.version, state.in_force.superseded_by) == (1, None)
    second = [*CONFIRMED, *by(ENGINEER, added), *verified("n6", version=2)]
    problem(*second).when(c.ConfirmRootCause(roots=("n6",)), by=MANAGER).then(
        RootCauseConfirmed(rca_id="RCA-3", version=2, roots=("n6",), categories=("process",)),
        RcaSuperseded(rca_id="RCA-3", version=1, by=2),
    )


def test_other_roots_of_the_same_answers_are_a_version_of_their_own() -> None:
    problem(*CONFIRMED).when(c.ConfirmRootCause(roots=("n4",)), by=MANAGER).then(
        RootCauseConfirmed(rca_id="RCA-3", version=2, roots=("n4",), categories=("process",)),
        RcaSuperseded(rca_id="RCA-3", version=1, by=2),
    )


def test_analysis_is_for_those_who_work_and_binding_words_for_those_who_lead() -> None:
    for outsider in (OWNER, AUDITOR):
        problem().when(adding("n1"), by=outsider).then_refused(NotPermitted)
    problem(*SOUND).when(CONFIRM, by=ENGINEER).then_refused(NotPermitted)


def test_another_community_s_problem_is_not_seen() -> None:
    problem().when(adding("n1"), by=MANAGER, communities=("xincheng",)).then_refused(
        NotFound, "problem_not_found"
    )
