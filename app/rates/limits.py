"""Every rate and quota, and what it is counted by. Real people do not reach them: they stop
programs that went wrong, and whoever tries to keep everybody else out.

A window begins with its first request. Owners are counted by household, so that a family shares one
count whichever address or phone it uses; everybody else by subject, so that an office behind one
address does not share any. An API key is a subject of its own.
"""

from dataclasses import dataclass, replace

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """`amount` in any window of `seconds`. The name is stored and told to callers."""

    name: str
    amount: int
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerLimit:
    """A limit by who calls. None: not limited."""

    owner: Limit | None
    staff: Limit | None
    key: Limit | None


def _by_caller(
    name: str, seconds: int, *, owner: int | None, staff: int | None, key: int | None
) -> CallerLimit:
    def limit(amount: int | None) -> Limit | None:
        return None if amount is None else Limit(name=name, amount=amount, seconds=seconds)

    return CallerLimit(owner=limit(owner), staff=limit(staff), key=limit(key))


# By household or subject. Integrations report hundreds of tickets on behalf of others.
REPORTS = _by_caller("reports", HOUR, owner=100, staff=None, key=None)
URGES = _by_caller("urges", 10 * MINUTE, owner=60, staff=600, key=None)
COMMENTS = _by_caller("comments", 10 * MINUTE, owner=120, staff=1200, key=None)
SUPPORTS = _by_caller("supports", 10 * MINUTE, owner=60, staff=600, key=None)
UPLOADS = _by_caller("uploads", 10 * MINUTE, owner=150, staff=600, key=3000)
HOUSEHOLD_CHANGES = _by_caller("household_changes", 10 * MINUTE, owner=60, staff=None, key=None)
REVOCATIONS = _by_caller("revocations", 10 * MINUTE, owner=60, staff=600, key=60)
# Simulations, migrations of clocks, trial runs of a compensation rule, working times.
COMPUTATIONS = _by_caller("computations", MINUTE, owner=300, staff=300, key=300)

# Every request that is not a GET, whatever its own limit, repeats too. In each process, without a
# round trip (app/rates/buckets.py).
WRITES = _by_caller("writes", MINUTE, owner=300, staff=3_000, key=30_000)
OPERATOR_WRITES = Limit(name="writes", amount=3_000, seconds=MINUTE)

# By session: an access token lasts an hour.
REFRESHES = Limit(name="refreshes", amount=60, seconds=10 * MINUTE)

# By survey: people open a link a few times.
SURVEY_LINK = Limit(name="survey_link", amount=20, seconds=MINUTE)

# By address (IPv6: by /64). Wrong keys, tokens and survey links, each counted once however often it
# is sent: a client that repeats an old token is not guessing.
WRONG_CREDENTIALS = Limit(name="wrong_credentials", amount=100, seconds=MINUTE)

# Quotas of what is stored in a day: by household, by subject, and of the tenant, whose bytes are a
# setting. Nobody alone has more than half of the tenant's.
HOUSEHOLD_PHOTOS = Limit(name="household_photos", amount=1_000, seconds=DAY)
HOUSEHOLD_BYTES = Limit(name="household_photo_bytes", amount=500_000_000, seconds=DAY)
STAFF_PHOTOS = Limit(name="subject_photos", amount=5_000, seconds=DAY)
STAFF_BYTES = Limit(name="subject_photo_bytes", amount=2_500_000_000, seconds=DAY)
KEY_PHOTOS = Limit(name="key_photos", amount=25_000, seconds=DAY)
KEY_BYTES = Limit(name="key_photo_bytes", amount=10_000_000_000, seconds=DAY)
TENANT_PHOTOS = Limit(name="tenant_photos", amount=50_000, seconds=DAY)


def tenant_bytes(megabytes: int) -> Limit:
    return Limit(name="tenant_photo_bytes", amount=megabytes * 1_000_000, seconds=DAY)


def at_most_half(limit: Limit, of: Limit) -> Limit:
    return replace(limit, amount=min(limit.amount, of.amount // 2))
