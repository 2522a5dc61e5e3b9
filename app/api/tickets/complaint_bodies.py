"""Request bodies of complaints."""

from pydantic import Field

from app.http.bodies import CommandBody
from app.http.fields import Date, Identifier, LongText


class InvestigateBody(CommandBody):
    investigator: Identifier | None = Field(
        default=None,
        description="Absent: who gives the command. Never who is complained about.",
    )


class ProposeAnswerBody(CommandBody):
    plan: LongText | None = None


class RespondBody(CommandBody):
    facts: LongText = Field(description="What was found.")
    measure: LongText = Field(description="What is done about it.")
    date: Date = Field(description="By which day.")


class WithdrawComplaintBody(CommandBody):
    confirmed_by: Identifier = Field(
        description="Who called the owner to hear that it is meant; not who is complained about."
    )


class SupportBody(CommandBody):
    household_id: Identifier | None = Field(
        default=None, description="Staff say whose; owners support in their own name."
    )
