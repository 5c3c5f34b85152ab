"""Dates of works, which are often only a year: as CSL has them, and the first day of them."""

import re
from datetime import date
from typing import Any

_ISO = re.compile(r"(-?[0-9]{1,4})(?:[-/]([0-9]{1,2}))?(?:[-/]([0-9]{1,2}))?")
_YEAR = re.compile(r"(?<![0-9])[12][0-9]{3}(?![0-9])")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def first_day(issued: Any) -> date | None:
    """The first day of a date of CSL, where it is one of our era."""
    if isinstance(issued, str | int):
        issued = {"raw": str(issued)}
    if not isinstance(issued, dict):
        return None
    given = issued.get("date-parts")
    first = given[0] if isinstance(given, list) and given else None
    parts = first if isinstance(first, list) and first else _raw(issued)
    numbers = [number for part in parts[:3] if (number := _number(part)) is not None]
    return _day(*numbers) if numbers else None


def _raw(issued: dict[str, Any]) -> list[Any]:
    raw = next((str(issued[name]) for name in ("raw", "literal", "year") if issued.get(name)), "")
    return date_parts(raw) or ([year[0]] if (year := _YEAR.search(raw)) else [])


def _number(part: Any) -> int | None:
    written = str(part).strip()
    return int(written) if re.fullmatch("-?[0-9]{1,4}", written, re.ASCII) else None


def _day(year: int, month: int = 1, day: int = 1) -> date | None:
    for parts in ((year, month, day), (year, month, 1), (year, 1, 1)):
        try:
            return date(*parts)
        except ValueError:
            continue
    return None


def date_parts(written: str) -> list[int]:
    """Year, month, day, as many as there are, of `2020-05-03` or `2020/05/03`; none where it is no such date."""
    match = _ISO.match(written.strip())
    if match is None or written.strip()[match.end() :].lstrip("0123456789")[:1] not in ("", "/", "T", " ", "~", "?"):
        return []
    parts = [int(part) for part in match.groups() if part]
    return parts if len(match[1].lstrip("-")) == 4 else []


def csl_date(written: str, month: str = "", day: str = "") -> dict[str, Any]:
    """A date of CSL from a text, with a month and a day that are told apart from it; what is none stays a text."""
    first, _, last = written.strip().partition("/" if re.match(r"[0-9]{4}(-[0-9]+)*/[0-9]{4}", written) else "\0")
    parts = date_parts(first)
    if not parts:
        return {"raw": " ".join(filter(None, (written.strip(), month, day)))}
    number, days = month_number(month), re.findall(r"[0-9]+", day or month)
    is_day = len(days) == 1 and 1 <= int(days[0][:3]) <= 31 and (day or not month.strip().isdigit())
    if len(parts) == 1 and number:
        parts += [number, int(days[0])] if is_day else [number]
    ending = date_parts(last)
    clear = not month or (number and (is_day or not days or month.strip().isdigit()))
    said: dict[str, Any] = {"date-parts": [parts, ending] if ending else [parts]}
    said |= {"circa": True} if written.strip().endswith(("~", "?")) else {}
    return said if clear else said | {"literal": f"{written} {month}".strip()}


def month_number(written: str) -> int | None:
    """The month of a name or an abbreviation, of several the first, or of a number."""
    word = re.search(r"[A-Za-z]{3,}", written)
    if word:
        return next((number for number, name in enumerate(_MONTHS, 1) if word[0].lower().startswith(name)), None)
    number = written.strip()
    return int(number) if re.fullmatch("0?[1-9]|1[0-2]", number) else None
