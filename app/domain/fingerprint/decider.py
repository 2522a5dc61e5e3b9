"""The decider of fingerprints: one stream per place, component and category."""

from collections.abc import Sequence
from typing import Any

from app.domain.decider import Decider, Stream
from app.domain.fingerprint.commands import FingerprintCommand, RecordReport
from app.domain.fingerprint.decide import decide
from app.domain.fingerprint.keys import rollup_of
from app.domain.fingerprint.rollup import ROLLUP
from app.domain.fingerprint.state import Fingerprint, evolve
from app.viewer import Viewer


def _reads(command: FingerprintCommand, _viewer: Viewer) -> Sequence[Stream[Any, Any]]:
    if not isinstance(command, RecordReport):
        return ()
    key = rollup_of(command.location, command.category)
    return () if key is None else (ROLLUP.stream(key),)


FINGERPRINT: Decider[FingerprintCommand, Fingerprint] = Decider(
    category="fingerprint",
    initial=Fingerprint(),
    state_type=Fingerprint,
    decide=decide,
    reads=_reads,
    evolve=evolve,
)
