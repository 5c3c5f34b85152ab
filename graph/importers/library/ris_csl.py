"""Types and tags of RIS in the words of CSL; what has none is given back under its tag."""

import re
from typing import Any

from graph.importers.library.dates import csl_date, date_parts
from graph.importers.library.names import ris_name
from graph.importers.library.works import doi

Tags = list[tuple[str, str]]

_TYPES = {
    "ABST": "article-journal", "AGGR": "dataset", "ANCIENT": "classic", "ART": "graphic", "BILL": "bill",
    "BLOG": "post-weblog", "BOOK": "book", "CASE": "legal_case", "CHAP": "chapter", "CHART": "graphic",
    "CLSWK": "classic", "COMP": "software", "CONF": "book", "CPAPER": "paper-conference", "DATA": "dataset",
    "DBASE": "dataset", "DICT": "entry-dictionary", "EBOOK": "book", "ECHAP": "chapter", "EDBOOK": "book",
    "EJOUR": "article-journal", "ELEC": "webpage", "ENCYC": "entry-encyclopedia", "FIGURE": "figure",
    "GOVDOC": "report", "HEAR": "hearing", "ICOMM": "personal_communication", "INPR": "article-journal",
    "JFULL": "periodical", "JOUR": "article-journal", "LEGAL": "legislation", "MANSCPT": "manuscript", "MAP": "map",
    "MGZN": "article-magazine", "MPCT": "motion_picture", "MUSIC": "musical_score", "NEWS": "article-newspaper",
    "PAMP": "pamphlet", "PAT": "patent", "PCOMM": "personal_communication", "RPRT": "report", "SER": "book",
    "SLIDE": "speech", "SOUND": "song", "STAND": "standard", "STAT": "legislation", "THES": "thesis",
    "UNPB": "manuscript", "VIDEO": "motion_picture", "WEB": "webpage",
}  # fmt: skip
_PARTS = frozenset(("chapter", "paper-conference", "entry-dictionary", "entry-encyclopedia"))
_NAMES = {"AU": "author", "A1": "author", "A4": "translator", "ED": "editor", "TA": "translator"}
_TITLES = ("TI", "T1", "CT")
_CONTAINERS = ("T2", "JF", "JO", "BT", "JA", "J1", "J2")
_TEXTS = {
    "PB": "publisher", "CY": "publisher-place", "PP": "publisher-place", "VL": "volume", "IS": "issue",
    "CP": "issue", "ET": "edition", "LA": "language", "ST": "title-short", "T3": "collection-title",
    "AB": "abstract", "N2": "abstract", "CN": "call-number", "DB": "archive", "NV": "number-of-volumes",
    "SE": "section", "M3": "genre", "RN": "annote",
}  # fmt: skip
_SLASHED = re.compile(r"([0-9]{4})/([0-9]{0,2})/([0-9]{0,2})/?(.*)", re.DOTALL)


def csl(tags: Tags) -> tuple[dict[str, Any], dict[str, list[str]], str]:
    """The item of CSL, the values that it does not say by their tags, and the work's id."""
    left = _Left(tags)
    written = left.first("TY").upper()
    said: dict[str, Any] = {"type": _TYPES.get(written, "document")}
    if written and written not in _TYPES:
        left.values["TY"] = [written]
    key = left.first("ID")
    _put_names(said, left)
    _put(said, "title", left.any(*_TITLES) or ("" if said["type"] in _PARTS else left.any("BT")))
    _put(said, "container-title", left.any(*_CONTAINERS))
    for tag, name in _TEXTS.items():
        if name not in said:
            _put(said, name, left.first(tag))
    _put(said, "note", "\n\n".join(left.all("N1")))
    _put(said, "keyword", [word for value in left.all("KW") for word in map(str.strip, value.split("\n")) if word])
    _put_numbers(said, left)
    _put_dates(said, left)
    return said, left.values, key


class _Left:
    """The values that were not taken yet, by tag."""

    def __init__(self, tags: Tags) -> None:
        self.values: dict[str, list[str]] = {}
        for tag, value in tags:
            if value:
                self.values.setdefault(tag, []).append(value)

    def all(self, tag: str) -> list[str]:
        return self.values.pop(tag, [])

    def first(self, tag: str) -> str:
        """The first value of a tag; further ones stay."""
        values = self.values.get(tag, [""])
        if len(values) < 2:
            self.values.pop(tag, None)
        return values.pop(0)

    def any(self, *tags: str) -> str:
        """The first value of the first of these tags that has one; the same value under the others goes with it."""
        value = next((self.first(tag) for tag in tags if tag in self.values), "")
        for tag in tags:
            if self.values.get(tag) == [value]:
                del self.values[tag]
        return value


def _put(said: dict[str, Any], name: str, value: Any) -> None:
    if value:
        said[name] = value


def _put_names(said: dict[str, Any], left: _Left) -> None:
    """A2 are editors of what the work is in, or of the series where it is in nothing; A3 likewise."""
    for tag, role in (*_NAMES.items(), ("A2", "editor"), ("A3", "collection-editor")):
        names = [name for value in left.all(tag) if (name := ris_name(value))]
        if names:
            said.setdefault(role, []).extend(names)


def _put_numbers(said: dict[str, Any], left: _Left) -> None:
    start, end = left.first("SP"), left.first("EP")
    _put(said, "page", f"{start}-{end}" if start and end and "-" not in start and start != end else start or end)
    for tag in ("DO", "M1", "L3"):
        if "DOI" not in said and tag in left.values and (found := doi(left.values[tag][0])):
            said["DOI"] = found
            left.first(tag)
    if "issue" not in said and said["type"].startswith("article") and "M1" in left.values:
        said["issue"] = left.first("M1")
    _put(said, "URL", left.first("UR"))
    if number := left.first("SN"):
        said["ISBN" if len(re.sub("[^0-9Xx]", "", number)) in (10, 13) else "ISSN"] = number


def _put_dates(said: dict[str, Any], left: _Left) -> None:
    """The date that says most: DA has the day where PY has only the year."""
    dates = {tag: left.values[tag][0] for tag in ("DA", "PY", "Y1") if tag in left.values}
    if dates:
        tag = max(dates, key=lambda one: len(_parts(dates[one])))
        said["issued"] = _date(left.first(tag))
        for other in set(dates) - {tag}:
            if _parts(dates[other]) == _parts(dates[tag])[: len(_parts(dates[other]))]:
                left.first(other)
    if "Y2" in left.values:
        said["accessed"] = _date(left.first("Y2"))


def _parts(written: str) -> list[int]:
    parts = (_date(written).get("date-parts") or [[]])[0]
    return list(parts)


def _date(written: str) -> dict[str, Any]:
    """`2020/05/03/spring`, as RIS has it, or any other date; what is said besides numbers is the season."""
    match = _SLASHED.fullmatch(written.strip())
    if match is None:
        return csl_date(written)
    year, month, day, more = match.groups()
    found: dict[str, Any] = {"date-parts": [date_parts("-".join(filter(None, (year, month, day if month else ""))))]}
    return found | ({"season": more.strip()} if more.strip() else {})
