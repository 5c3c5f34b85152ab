"""The words of texts and of names, and when two spellings are one word. Pure.

Words are runs of letters and digits with their marks; of Chinese and Japanese, which put no spaces, and of Korean,
which hangs particles on its nouns, each character is a word. Case and accents fold.
"""

import re
import sys
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from unicodedata import category, normalize

_BY_CHARACTER = "\u3005-\u3007\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
_ACCENT = re.compile("[\u0300-\u036f]")
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ς": "σ"})
_SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa"})
_LONGEST_GAP = 6
_HYPHENS = frozenset("-\u2010\u2011\u2013")
_QUOTES = frozenset("'\u2019\u02bc`")


def _marks() -> str:
    """The combining marks of all scripts, as the inside of a character class."""
    codes = [code for code in range(sys.maxunicode + 1) if category(chr(code)) in ("Mn", "Mc")]
    starts = [codes[0], *(after for before, after in pairwise(codes) if after != before + 1)]
    stops = [*(before for before, after in pairwise(codes) if after != before + 1), codes[-1]]
    return "".join(f"{chr(start)}-{chr(stop)}" for start, stop in zip(starts, stops, strict=True))


WORD = re.compile(f"[{_BY_CHARACTER}]|(?:[^\\W_{_BY_CHARACTER}]|[{_marks()}])+")
BY_CHARACTER = re.compile(f"[{_BY_CHARACTER}]")


@lru_cache(maxsize=1 << 16)
def fold(word: str) -> str:
    """The key of a word: without case and accents."""
    folded = _ACCENT.sub("", normalize("NFKD", normalize("NFKC", word).casefold()))
    return folded if folded.isascii() else folded.translate(_PLAIN)


def spelt_out(word: str) -> str:
    """The key of a word whose umlauts are written with an e, as people do who lack the keys."""
    return fold(normalize("NFKC", word).casefold().translate(_SPELT_OUT))


def same_accents(word: str, other: str) -> bool:
    """Whether two spellings differ in case at most."""
    return word == other or normalize("NFKC", word).casefold() == normalize("NFKC", other).casefold()


def words_of(text: str) -> Iterator[tuple[str, str]]:
    """Each word with what stands between it and the next one."""
    found = list(WORD.finditer(text))
    for match, following in zip(found, [*found[1:], None], strict=False):
        yield match.group(), text[match.end() : following.start()] if following else ""


def joint(gap: str) -> str | None:
    """What binds two words of a name, in one form; None where they do not belong together."""
    if gap == " ":
        return gap
    if len(gap) > _LONGEST_GAP or gap.count("\n") > 1:
        return None
    mark = gap.strip()
    if not mark or mark in _HYPHENS:
        return None if mark and "\n" in gap else " " if gap else ""
    return None if "\n" in gap else "'" if mark in _QUOTES else mark


def joined_alike(in_name: str, in_text: str) -> bool:
    """Whether words that a name joins so are the same name where a text joins them so."""
    return in_name == in_text or (in_name in (".", "'") and in_text == " ")
