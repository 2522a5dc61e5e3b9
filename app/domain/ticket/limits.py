"""How long a text and how many of a thing a ticket takes: what keeps its state bounded."""

LONG_TEXT = 4000
LINE = 200
PHOTOS = 50
QUIET_WINDOWS = 10
COST_LINES = 300
LINKS = 300
AMOUNT_FEN = 10**12
SUPPORTERS = 500
STATED_SUPPORTERS = 100_000
PAIN_POINTS = 20
QUOTES = 20
