"""Dates and relations of a contact: whole and partial dates, RELATED, and what vCard 3 programs say in its place."""

import re
from collections.abc import Callable
from datetime import date

from graph.importers.base import To
from graph.importers.lines.contentlines import Line, split
from graph.importers.people.card import Card, preference, typed_parameters, types_of

_DATES = {
    "ANNIVERSARY": "anniversary",
    "X-ANNIVERSARY": "anniversary",
    "X-EVOLUTION-ANNIVERSARY": "anniversary",
    "X-KADDRESSBOOK-X-ANNIVERSARY": "anniversary",
    "X-MS-ANNIVERSARY": "anniversary",
    "X-WEDDING-ANNIVERSARY": "anniversary",
    "BDAY": "bday",
    "DEATHDATE": "deathdate",
    "X-DEATHDATE": "deathdate",
    "X-ABDATE": "other",
}
_RELATIONS = {
    "AGENT": ("agent", ""),
    "X-SPOUSE": ("spouse", ""),
    "X-EVOLUTION-SPOUSE": ("spouse", ""),
    "X-KADDRESSBOOK-X-SPOUSESNAME": ("spouse", ""),
    "X-MS-SPOUSE": ("spouse", ""),
    "X-MS-CHILD": ("child", ""),
    "X-MANAGER": ("co-worker", "Manager"),
    "X-EVOLUTION-MANAGER": ("co-worker", "Manager"),
    "X-KADDRESSBOOK-X-MANAGERSNAME": ("co-worker", "Manager"),
    "X-MS-MANAGER": ("co-worker", "Manager"),
    "X-ASSISTANT": ("co-worker", "Assistant"),
    "X-EVOLUTION-ASSISTANT": ("co-worker", "Assistant"),
    "X-KADDRESSBOOK-X-ASSISTANTSNAME": ("co-worker", "Assistant"),
    "X-MS-ASSISTANT": ("co-worker", "Assistant"),
}
_KIN = {
    **dict.fromkeys(("mother", "father", "parent"), "parent"),
    **dict.fromkeys(("son", "daughter", "child"), "child"),
    **dict.fromkeys(("brother", "sister", "sibling"), "sibling"),
    **dict.fromkeys(("wife", "husband", "spouse", "partner"), "spouse"),
    **dict.fromkeys(("assistant", "manager"), "co-worker"),
    **dict.fromkeys(("relative",), "kin"),
    "friend": "friend",
}
_ANDROID_RELATIONS = (
    *("Custom", "Assistant", "Brother", "Child", "Partner", "Father", "Friend", "Manager", "Mother", "Parent"),
    *("Partner", "Referrer", "Relative", "Sister", "Spouse"),
)
_FULL = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:[T ](.*))?\Z", re.ASCII)
_NO_YEAR = re.compile(r"--(\d{2})-?(\d{2})(?:T.*)?\Z", re.ASCII)
_MIDNIGHT = re.compile(r"[0:]*(?:\.0+)?(?:Z|[+-]0000|[+-]00:00)?\Z")

Find = Callable[[str], str | None]
"""The key of the contact with a UID, if the file has it."""


def add_dates(card: Card) -> dict[str, object]:
    """The columns `bday` and `anniversary`; all dates that do not fit them become rows."""
    columns: dict[str, object] = {"bday": None, "anniversary": None}
    for name, kind in _DATES.items():
        for line in card.draft.every(name):
            text, exact = date_of(line)
            label = card.label(line)
            known = "anniversary" if label.lower() == "anniversary" else kind
            if isinstance(text, date) and known in columns and columns[known] is None:
                columns[known] = text
            elif text:
                _add_date(card, known, str(text), label, line)
            if not exact:
                card.draft.keep(line)
    return columns


def add_relations(card: Card, find: Find) -> None:
    """Takes everything that says who is who to the contact."""
    for line in card.draft.every("RELATED"):
        types = types_of(line)
        related = next((word for word in types if word != "pref"), "contact")
        _relation(card, line, related, card.label(line), find)
    for line in card.draft.every("X-ABRELATEDNAMES"):
        label = card.label(line)
        _relation(card, line, _KIN.get(label.lower(), "contact"), label, find)
    for name, (related, caption) in _RELATIONS.items():
        for line in card.draft.every(name):
            _relation(card, line, related, caption, find)


def add_android(card: Card) -> list[str]:
    """Android's own lines: dates and relations become rows, the nicknames are returned, all else stays raw."""
    nicknames = []
    for line in card.draft.every("X-ANDROID-CUSTOM"):
        kind, value, code, label = [*split(line.value, ";"), "", "", ""][:4]
        number = int(code) if code.isdecimal() and len(code) < 3 else 0
        if kind.endswith("/nickname") and value:
            nicknames.append(value)
        elif kind.endswith("/contact_event") and value:
            event = {1: "anniversary", 3: "bday"}.get(number, "other")
            _add_date(card, event, tidy(value), label, line)
        elif kind.endswith("/relation") and value:
            label = label or (_ANDROID_RELATIONS[number] if 0 < number < len(_ANDROID_RELATIONS) else "")
            values = {"related_text": value, "type": _KIN.get(label.lower(), "contact"), "caption": label or None}
            card.add("contact_relations", "relation", f"{label}:{value}", values | _RELATION)
        else:
            card.draft.keep(line)
    return nicknames


_RELATION: dict[str, object] = {"related_contact_id": None, "pref": None, "parameters": {}}


def _relation(card: Card, line: Line, related: str, caption: str, find: Find) -> None:
    value = line.text.strip()
    if not value:
        card.draft.accept(line)
        return
    card.draft.accept(line)
    other = find(value)
    values: dict[str, object] = {
        "related_contact_id": To(other) if other else None,
        "related_text": None if other else re.sub(r"\Aurn:uuid:", "", value, flags=re.IGNORECASE),
        "type": related,
        "pref": preference(line),
        "caption": caption or None,
        "parameters": typed_parameters(line, related),
    }
    card.add("contact_relations", "relation", f"{related}:{value}", values)


def _add_date(card: Card, kind: str, text: str, label: str, line: Line) -> None:
    card.draft.accept(line)
    values: dict[str, object] = {"kind": kind, "date": text, "caption": label or None}
    values["parameters"] = typed_parameters(line)
    card.add("contact_dates", "date", f"{kind}:{label}:{text}", values)


def date_of(line: Line) -> tuple[date | str, bool]:
    """The date, or as much of it as is known in the way of RFC 6350, and whether that is all the line says."""
    text = line.text.strip()
    found = _FULL.match(text)
    if found is None:
        return tidy(text), True
    if line.param("X-APPLE-OMIT-YEAR") == found[1]:
        return f"--{found[2]}{found[3]}", True
    try:
        day = date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return tidy(text), True
    return day, _MIDNIGHT.match(found[4] or "") is not None


def tidy(text: str) -> str:
    """A partial date as RFC 6350 writes it, `--0415`; other text as it is."""
    found = _NO_YEAR.match(text.strip())
    return f"--{found[1]}{found[2]}" if found else text.strip()
