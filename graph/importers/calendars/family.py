"""Which components of one UID are one record: a series and its changed occurrences, revisions, doubles, and strangers.

RFC 5545 lets an event, the changed occurrences of its series (RECURRENCE-ID) and newer revisions (SEQUENCE) share a
UID; careless programs give one UID to events that have nothing to do with each other.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from graph.importers.keys import digest
from graph.importers.lines.contentlines import Component


@dataclass(slots=True)
class Family:
    """One record: `members[0]` is the series, the others its occurrences. `mark` tells strangers of one UID apart."""

    members: list[Component]
    mark: str = ""
    remarks: list[str] = field(default_factory=list)


def families(components: Sequence[Component]) -> Iterator[Family]:
    """The records among components of one kind and UID, given in the file's order."""
    distinct = list({_content(component): component for component in components}.values())
    series = sorted((one for one in distinct if not _value(one, "RECURRENCE-ID")), key=_revision)
    occurrences = sorted((one for one in distinct if _value(one, "RECURRENCE-ID")), key=_revision)
    newest = {_value(one, "RECURRENCE-ID"): one for one in occurrences}
    changed = [newest[name] for name in sorted(newest)]
    if not distinct:
        return
    first = Family([series[-1], *changed] if series else changed)
    yield from _others(first, series[:-1])
    yield first


def _others(first: Family, older: Sequence[Component]) -> Iterator[Family]:
    """Strangers under the same UID; of older revisions only a remark is left."""
    kept = first.members[0]
    strangers: dict[str, Family] = {}
    for one in older:
        if _revision(one)[0] != _revision(kept)[0] or _subject(one) == _subject(kept):
            first.remarks.append(f"an older revision (SEQUENCE {_revision(one)[0]}) of the same UID was left out")
        else:
            mark = digest(*_subject(one))[:16]
            strangers[mark] = Family([one], mark, ["imported under a UID of its own: the file uses its UID twice"])
    yield from strangers.values()


def _value(component: Component, name: str) -> str:
    return next((line.value.strip() for line in component.lines if line.name == name), "")


def _content(component: Component) -> str:
    return digest(*(text for text in component.raw if not text.upper().startswith("DTSTAMP")))


def _subject(component: Component) -> tuple[str, str]:
    return _value(component, "SUMMARY"), _value(component, "DTSTART")


def _revision(component: Component) -> tuple[int, str, str]:
    sequence = _value(component, "SEQUENCE")
    number = int(sequence) if sequence.isdecimal() and len(sequence) < 12 else 0
    return number, _value(component, "LAST-MODIFIED"), _value(component, "DTSTAMP")
