"""The base of every answer's shape.

Nothing is validated by a shape at run time: the contract tests hold the running server to them.
"""

from pydantic import BaseModel, ConfigDict


class Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")


class QuietHours(Answer):
    start: str
    end: str
