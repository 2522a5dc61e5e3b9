"""The communities of a token, for the records of households and staff (docs/api.md §1)."""

from collections.abc import Sequence

from app.domain.decider import Given
from app.domain.errors import NotPermitted


def check_kept_within(given: Given, *records: Sequence[str]) -> None:
    """Each of `records` is the list of communities of a record, as it is or as it is to be. Whoever
    is limited to communities may neither keep a record that has others, nor one without any: that
    is the whole company's. Raises `NotPermitted`.

    Who chooses an id learns whether it is taken. Nothing more, if what is to be is checked before
    what is: else a request that can record nothing would tell it unseen."""
    reach = given.viewer.reach
    if reach and not all(each and set(each) <= set(reach) for each in records):
        raise NotPermitted("beyond_your_communities", communities=list(reach))
