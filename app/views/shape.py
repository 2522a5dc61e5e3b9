"""The base of the published response models.

Shapes validate nothing at run time; the contract tests hold the running server to them.
"""

from pydantic import BaseModel


class Shape(BaseModel):
    """Additional properties are allowed, so that a new field breaks no validating client; the
    contract tests forbid them."""


class QuietHours(Shape):
    start: str
    end: str
