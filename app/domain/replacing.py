"""`dataclasses.replace`, several times faster for dataclasses without slots.

A fold copies its state on every event. Without slots a copy is one merge of two dicts;
`dataclasses` sets field by field. So the large states, which are folded most, have no slots.
`__post_init__` is not called: such a state must not have one.
"""

from typing import TYPE_CHECKING

__all__ = ["replace"]

if TYPE_CHECKING:
    from dataclasses import replace
else:
    from dataclasses import replace as replace_fields

    def replace(value, /, **changes):
        fields = getattr(value, "__dict__", None)
        if fields is None:
            return replace_fields(value, **changes)
        if not changes.keys() <= fields.keys():
            raise TypeError(f"{type(value).__name__} has no {changes.keys() - fields.keys()}")
        copy = object.__new__(type(value))
        copy.__dict__.update(fields)
        copy.__dict__.update(changes)
        return copy
