"""How likely two records are one thing, and why. Pure.

Each reason counts on its own and together they approach certainty; what speaks against it lowers the whole. A name
alone never makes it certain, and an address or a number that two people of different names share is a household.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from math import prod

LIKELY = 0.5
"""From here on a pair is suggested."""

NEAR, FAR = 200.0, 2000.0
"""Metres: within the one two places may be the same, beyond the other hardly."""

_OF_PEOPLE = {"identifier": (0.95, 0.8), "email": (0.8, 0.3), "telephone": (0.7, 0.25), "url": (0.6, 0.2)}
"""What a shared key counts where the names are alike, and where they are not."""

_FORMS = frozenset(("gmbh", "ag", "kg", "ug", "ohg", "ev", "inc", "ltd", "llc", "llp", "plc", "corp", "co", "sl", "slu",
                    "sa", "sas", "sarl", "srl", "spa", "bv", "nv", "ab", "oy", "as"))  # fmt: skip
"""What companies add to their names."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that speaks for it. `signal` is name, email, telephone, url, identifier, position or birthday."""

    signal: str
    value: str
    weight: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """What two records have in common: their names in small letters without accents, the keys that they share, whether
    they were born on one day and how many metres they are apart (None where that is not known of both)."""

    names: tuple[Sequence[str], Sequence[str]]
    shared: Sequence[tuple[str, str]]
    born: bool | None = None
    apart: float | None = None
    personal: bool = False


def judge(evidence: Evidence) -> tuple[float, list[Reason]]:
    """The score from 0 to 1 with its reasons, the strongest first."""
    likeness, name = likeness_of(evidence.names, personal=evidence.personal)
    reasons = sorted(_reasons(evidence, likeness, name), key=lambda reason: -reason.weight)
    doubt = prod(1 - reason.weight for reason in reasons)
    return round((1 - doubt) * _against(evidence), 4), reasons


def _reasons(evidence: Evidence, likeness: float, name: str) -> Iterator[Reason]:
    alike = likeness >= 0.5
    for signal, key in evidence.shared:
        yield Reason(signal, key, _OF_PEOPLE[signal][0 if alike else 1])
    if likeness >= 0.7:
        yield Reason("name", name, round(0.75 * likeness, 4))
    if evidence.born and alike:
        yield Reason("birthday", "", 0.4)
    if evidence.apart is not None and evidence.apart <= NEAR:
        yield Reason("position", f"{evidence.apart:.0f} m", 0.7 if likeness >= 0.6 else 0.2)


def _against(evidence: Evidence) -> float:
    born = 0.4 if evidence.born is False else 1.0
    return born * (0.3 if evidence.apart is not None and evidence.apart > FAR else 1.0)


def likeness_of(names: tuple[Sequence[str], Sequence[str]], *, personal: bool) -> tuple[float, str]:
    """How alike the most alike of their names are, and that name."""
    ours, theirs = names
    found = ((_alike(one, other, personal=personal), one) for one in ours[:10] for other in theirs[:10])
    return max(found, default=(0.0, ""))


def _alike(one: str, other: str, *, personal: bool) -> float:
    shorter, longer = sorted((_words(one), _words(other)), key=len)
    if not shorter:
        return 0.0
    left, matches = list(longer), []
    for word in shorter:
        best = max(left, key=lambda candidate: _word_alike(word, candidate))
        matches.append(_word_alike(word, best))
        left.remove(best)
    whole = sum(matches) / len(matches) * (1.0 if min(matches) > 0 else 0.5)
    if len(shorter) == 1 and (personal or left):
        return whole * 0.6  # a first name alone, or one word of several
    return whole * (0.9 if left else 1.0)


def _words(name: str) -> list[str]:
    words = "".join(letter if letter.isalnum() else " " for letter in name.replace(".", "")).split()
    return [word for word in words if word not in _FORMS] or words


def _word_alike(one: str, other: str) -> float:
    if one == other:
        return 1.0
    if min(len(one), len(other)) == 1:
        return 0.8 if one[0] == other[0] else 0.0
    ratio = SequenceMatcher(None, one, other, autojunk=False).ratio()
    return ratio if ratio >= 0.75 else 0.0
