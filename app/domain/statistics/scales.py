"""Survey scales and the meaning of their scores (docs/domain.md §5.4).

Every answer names its scale: answers on different scales are never averaged.
"""

from typing import Literal

from app.events.base import Value

SurveyKind = Literal["nps", "ces", "csat", "servqual"]
ScaleId = Literal["nps_0_10", "csat_1_5", "ces_1_5_low_good", "ces2_1_7", "servqual_1_7"]

CsatRule = Literal["top_2_box"]
TOP_2_BOX: CsatRule = "top_2_box"
NpsLabel = Literal["优秀", "卓越"]
ScaleDirection = Literal["lower_is_better", "higher_is_better"]

CES2_UNHAPPY_UP_TO = 3  # of CES 2.0: scores up to this are dissatisfied (cfg)


class Scale(Value, frozen=True, kw_only=True):
    """`unhappy` scores open a call-back; `good` ones count as good."""

    scale_id: ScaleId
    kind: SurveyKind
    low: int
    high: int
    unhappy: range
    good: range
    low_is_good: bool = False

    @property
    def direction(self) -> ScaleDirection:
        return "lower_is_better" if self.low_is_good else "higher_is_better"

    def emotion(self, score: int) -> int:
        """The score mapped to 1 to 10, for the journey map; halves round up."""
        steps = self.high - score if self.low_is_good else score - self.low
        return 1 + (2 * 9 * steps + self.high - self.low) // (2 * (self.high - self.low))


SCALES: dict[str, Scale] = {
    scale.scale_id: scale
    for scale in (
        Scale(
            scale_id="nps_0_10",
            kind="nps",
            low=0,
            high=10,
            unhappy=range(7),
            good=range(9, 11),
        ),
        Scale(
            scale_id="csat_1_5",
            kind="csat",
            low=1,
            high=5,
            unhappy=range(1, 3),
            good=range(4, 6),
        ),
        Scale(
            scale_id="ces_1_5_low_good",
            kind="ces",
            low=1,
            high=5,
            unhappy=range(4, 6),
            good=range(1, 3),
            low_is_good=True,
        ),
        Scale(
            scale_id="ces2_1_7",
            kind="ces",
            low=1,
            high=7,
            unhappy=range(1, CES2_UNHAPPY_UP_TO + 1),
            good=range(5, 8),
        ),
        Scale(
            scale_id="servqual_1_7",
            kind="servqual",
            low=1,
            high=7,
            unhappy=range(0),
            good=range(0),
        ),
    )
}

DEFAULT_SCALE: dict[str, ScaleId] = {
    "nps": "nps_0_10",
    "csat": "csat_1_5",
    "ces": "ces_1_5_low_good",
    "servqual": "servqual_1_7",
}

SurveyChannel = Literal[
    "app",
    "mini_program",
    "wechat",
    "wechat_group",
    "web",
    "sms",
    "email",
    "online",
    "phone",
    "front_desk",
    "staff",
    "paper",
    "visit",
    "offline",
]
SurveyMode = Literal["online", "offline"]

# The channels of answers, online or offline (docs/domain.md §5.4, by channel).
MODES: dict[str, SurveyMode] = {
    "app": "online",
    "mini_program": "online",
    "wechat": "online",
    "wechat_group": "online",
    "web": "online",
    "sms": "online",
    "email": "online",
    "online": "online",
    "phone": "offline",
    "front_desk": "offline",
    "staff": "offline",
    "paper": "offline",
    "visit": "offline",
    "offline": "offline",
}
