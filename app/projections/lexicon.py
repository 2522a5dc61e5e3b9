"""Extracts keywords from Chinese complaints (docs/domain.md §1c row 51): things such as 漏水, and
opinions such as 态度差. Never names of people or places."""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice

from rjieba import Jieba

Token = tuple[str, str]
"""A word and its part of speech."""

LONGEST = 4000
# The dictionary tags these as names of people.
EXTRA_NOUNS = ("师傅", "保安")
_STOP_WORDS = """
没有 可以 已经 物业 业主 我们 你们 他们 小区 问题 情况 希望 要求 投诉 知道 觉得 一下 时候 现在 今天
昨天 出现 进行 还是 就是 不是 不能 需要 可能 不会 应该 告诉 反映 家里
"""
_EMPHASIS = "很 太 非常 特别 十分 真 真是 比较 极 极其 更 还 也 都 又 总 总是 一直 实在 有点"
STOP_WORDS = frozenset(_STOP_WORDS.split())
EMPHASIS = frozenset(_EMPHASIS.split())
NEGATION = frozenset(("不", "没", "未"))
ADJECTIVE = ("a", "ad", "an")
BAD = frozenset(("不好", "不行", "不足", "不够"))
PERSONAL = ("nr", "ns", "nt")


def keywords_of(text: str) -> list[str]:
    """Sorted, without duplicates."""
    tokens = _segmenter().tag(text[:LONGEST], hmm=False)
    return sorted({*_words(tokens), *_opinions(tokens)})


@cache
def _segmenter() -> Jieba:
    """Loaded on first use, which takes a tenth of a second. Used without HMM guesses at unknown
    words, so that equal texts are segmented alike."""
    segmenter = Jieba()
    for word in EXTRA_NOUNS:
        segmenter.add_word(word, None, "n")
    return segmenter


def _words(tokens: Sequence[Token]) -> Iterator[str]:
    return (word for word, part in tokens if _is_keyword(word, part))


def _is_keyword(word: str, part: str) -> bool:
    if len(word) < 2 or word in STOP_WORDS or (word not in EXTRA_NOUNS and part in PERSONAL):
        return False
    return part[0] in "nvil" and not word.isascii()


def _opinions(tokens: Sequence[Token]) -> Iterator[str]:
    """A keyword with the opinion that follows: 响应 很 慢 is 响应慢, 维修 不 彻底 is 维修不彻底."""
    for n, (word, part) in enumerate(tokens):
        if _is_keyword(word, part):
            opinion = _opinion(islice(tokens, n + 1, None))
            if opinion is not None:
                yield word + opinion


def _opinion(tokens: Iterator[Token]) -> str | None:
    negated = ""
    for word, part in tokens:
        if word in BAD:
            return negated + word
        if word in NEGATION and not negated:
            negated = word
        elif part in ADJECTIVE:
            return negated + word
        elif word not in EMPHASIS:
            return None
    return None
