"""The base of every answer's shape.

Nothing is validated by a shape at run time: the contract tests hold the running server to them.
"""

from pydantic import BaseModel


class Shape(BaseModel):
    """Published open: a field that is added later breaks no client that validates. The contract
    test closes them again."""


class QuietHours(Shape):
    start: str
    end: str
