"""The decider of fingerprints: one stream per place, component and category."""

from app.domain.decider import Decider
from app.domain.fingerprint.commands import FingerprintCommand
from app.domain.fingerprint.decide import decide
from app.domain.fingerprint.state import Fingerprint, evolve

FINGERPRINT: Decider[FingerprintCommand, Fingerprint] = Decider(
    category="fingerprint",
    initial=Fingerprint(),
    state_type=Fingerprint,
    decide=decide,
    evolve=evolve,
)
