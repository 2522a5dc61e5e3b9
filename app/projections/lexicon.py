"""Words of Chinese complaints (docs/domain.md §1c row 51): what they name, and what they call it,
漏水 and 态度差 alike. People's names and places are nobody's keyword."""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice

from rjieba import Jieba

Token = tuple[str, str]
"""A word, and its part of speech as the dictionary has it."""

LONGEST = 4000
# The dictionary takes these for people's names.
OUR_WORDS = ("师傅", "保安")
_SAYS_NOTHING = """
没有 可以 已经 物业 业主 我们 你们 他们 小区 问题 情况 希望 要求 投诉 知道 觉得 一下 时候 现在 今天
昨天 出现 进行 还是 就是 不是 不能 需要 可能 不会 应该 告诉 反映 家里
"""
_EMPHASIS = "很 太 非常 特别 十分 真 真是 比较 极 极其 更 还 也 都 又 总 总是 一直 实在 有点"
SAYS_NOTHING = frozenset(_SAYS_NOTHING.split())
EMPHASIS = frozenset(_EMPHASIS.split())
NEGATION = frozenset(("不", "没", "未"))
JUDGEMENT = ("a", "ad", "an")
BAD = frozenset(("不好", "不行", "不足", "不够"))
PERSONAL = ("nr", "ns", "nt")


def keywords_of(text: str) -> list[str]:
    """Each once, in the order of their letters."""
    tokens = _segmenter().tag(text[:LONGEST], hmm=False)
    return sorted({*_words(tokens), *_judgements(tokens)})


@cache
def _segmenter() -> Jieba:
    """Loaded when a first complaint comes: it takes a tenth of a second and some memory. Without
    its guesses at unknown words: two complaints are to be cut alike."""
    segmenter = Jieba()
    for word in OUR_WORDS:
        segmenter.add_word(word, None, "n")
    return segmenter


def _words(tokens: Sequence[Token]) -> Iterator[str]:
    return (word for word, part in tokens if _is_telling(word, part))


def _is_telling(word: str, part: str) -> bool:
    if len(word) < 2 or word in SAYS_NOTHING or (word not in OUR_WORDS and part in PERSONAL):
        return False
    return part[0] in "nvil" and not word.isascii()


def _judgements(tokens: Sequence[Token]) -> Iterator[str]:
    """What is followed by what it is called: 响应 很 慢 is 响应慢, 维修 不 彻底 is 维修不彻底."""
    for n, (word, part) in enumerate(tokens):
        if _is_telling(word, part):
            said = _judgement(islice(tokens, n + 1, None))
            if said is not None:
                yield word + said


def _judgement(tokens: Iterator[Token]) -> str | None:
    negated = ""
    for word, part in tokens:
        if word in BAD:
            return negated + word
        if word in NEGATION and not negated:
            negated = word
        elif part in JUDGEMENT:
            return negated + word
        elif word not in EMPHASIS:
            return None
    return None
