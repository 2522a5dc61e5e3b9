"""Request bodies of problems. Figures are JSON numbers, stored in whole millionths: a seventh
decimal is rounded away."""

from typing import Annotated

from pydantic import Field

from app.domain.problem import commands as c
from app.domain.problem.actions import ActionType
from app.domain.problem.figures import Better
from app.domain.problem.pdca import CycleDecision
from app.events.problem import Evidence, Measured, MetricSeen
from app.http.fields import Body, Count, Date, Identifier, LongText, Name, Several, Text, key, text

Figure = Annotated[float, Field(ge=-1e9, le=1e9, allow_inf_nan=False)]
NodeId = Annotated[str, key(64, in_paths=True)]
Word = Annotated[str, key(64)]


def _e6(value: float | None) -> int | None:
    return None if value is None else round(value * 1_000_000)


class NoteBody(Body):
    note: LongText | None = None


class MetricBody(Body):
    """A figure that fell below what it should be."""

    name: Name
    value: Figure | None = None
    threshold: Figure | None = None
    n: Count | None = None

    def metric(self) -> MetricSeen:
        return MetricSeen(
            metric=self.name,
            value_e6=_e6(self.value),
            threshold_e6=_e6(self.threshold),
            n=self.n,
        )


class ProblemBody(Body):
    phenomenon: Text = Field(examples=["厨房漏水报修3次未根治"])
    ticket_ids: Several[Identifier] = ()
    metric: Name | MetricBody | None = None
    community: Annotated[str, text(128)] | None = Field(
        default=None, description="Absent: that of the tickets, if they are all of one."
    )

    def command(self, problem_id: str) -> c.OpenProblem:
        metric = MetricBody(name=self.metric) if isinstance(self.metric, str) else self.metric
        return c.OpenProblem(
            problem_id=problem_id,
            statement=self.phenomenon,
            ticket_ids=self.ticket_ids,
            metric=metric.metric() if metric else None,
            community=self.community,
        )


class WhyEvidenceBody(Body):
    type: Word = Field(examples=["ticket"])
    ref: Annotated[str, text(200)]


class RevisedWhyBody(NoteBody):
    """The whole answer. `parents` are the answers that it explains; `ph` is the phenomenon."""

    parents: Several[NodeId] = Field(examples=[["ph"]])
    answer: Text
    category: Word = Field(examples=["management"])
    systemic: bool | None = Field(
        default=None, description="Absent: by the category; process and management are."
    )
    controllable_by: Annotated[str, text(128)] | None = None
    evidence: Several[WhyEvidenceBody] = ()

    def revision(self, why_id: str) -> c.ReviseWhy:
        return c.ReviseWhy(
            why_id=why_id,
            parents=self.parents,
            answer=self.answer,
            category=self.category,
            systemic=self.systemic,
            controllable_by=self.controllable_by,
            evidence=self._evidence(),
            note=self.note,
        )

    def _evidence(self) -> tuple[Evidence, ...]:
        return tuple(Evidence(type=one.type, ref=one.ref) for one in self.evidence)


class WhyBody(RevisedWhyBody):
    id: NodeId = Field(examples=["n1"])

    def command(self) -> c.AddWhy:
        return c.AddWhy(
            why_id=self.id,
            parents=self.parents,
            answer=self.answer,
            category=self.category,
            systemic=self.systemic,
            controllable_by=self.controllable_by,
            evidence=self._evidence(),
            note=self.note,
        )


class VerifyWhyBody(NoteBody):
    therefore_ok: bool = Field(description="Read backwards: this is so, therefore that is so.")

    def command(self, why_id: str) -> c.VerifyWhy:
        return c.VerifyWhy(why_id=why_id, therefore_ok=self.therefore_ok, note=self.note)


class ConfirmBody(NoteBody):
    roots: Several[NodeId]
    justification: LongText | None = Field(
        default=None, description="Needed of a root that is less than three whys deep."
    )

    def command(self) -> c.ConfirmRootCause:
        return c.ConfirmRootCause(
            roots=self.roots, justification=self.justification, note=self.note
        )


class ActionBody(NoteBody):
    """A corrective action says everything; a containment at least its owner and its day."""

    id: NodeId | None = Field(default=None, description="Absent: A1, A2 …")
    type: ActionType
    root: NodeId | None = None
    owner: Annotated[str, text(128)] | None = None
    description: Text | None = None
    due: Date | None = None
    metric: Word | None = Field(default=None, examples=["ftf_rate"])
    baseline: Figure | None = None
    target: Figure | None = None

    def command(self) -> c.PlanAction:
        return c.PlanAction(
            action_id=self.id,
            type=self.type,
            root=self.root,
            owner=self.owner,
            description=self.description,
            due=self.due,
            metric=self.metric,
            baseline_e6=_e6(self.baseline),
            target_e6=_e6(self.target),
            note=self.note,
        )


class CycleBody(NoteBody):
    hypothesis: Annotated[str, text(1000)]
    actions: Several[Word]
    pilot_scope: Several[Name] = Field(default=(), examples=[["B1", "B2"]])
    from_: Date = Field(alias="from")
    to: Date

    def command(self) -> c.StartCycle:
        return c.StartCycle(
            hypothesis=self.hypothesis,
            actions=self.actions,
            pilot_scope=self.pilot_scope,
            begins_on=self.from_,
            ends_on=self.to,
            note=self.note,
        )


class MeasuredBody(Body):
    mean: Figure
    n: Count

    def measured(self) -> Measured:
        return Measured(mean_e6=round(self.mean * 1_000_000), n=self.n)


class CheckBody(NoteBody):
    metric: Word = Field(examples=["ces"])
    before: MeasuredBody
    after: MeasuredBody
    better: Better | None = Field(
        default=None, description="Needed of a figure of which it is not known."
    )

    def command(self, cycle: int) -> c.CheckCycle:
        return c.CheckCycle(
            cycle=cycle,
            metric=self.metric,
            before=self.before.measured(),
            after=self.after.measured(),
            better=self.better,
            note=self.note,
        )


class ActBody(NoteBody):
    decision: CycleDecision
    document: Annotated[str, text(200)] | None = Field(
        default=None, description="Needed for a standard."
    )
    residual: Annotated[str, text(1000)] | None = Field(
        default=None, description="What is left over begins the next cycle."
    )

    def command(self, cycle: int) -> c.ActOnCycle:
        return c.ActOnCycle(
            cycle=cycle,
            decision=self.decision,
            document=self.document,
            residual=self.residual,
            note=self.note,
        )
