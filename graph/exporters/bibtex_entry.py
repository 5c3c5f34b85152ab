"""An entry of BibTeX from an item of CSL-JSON: `graph.importers.library.bibtex_csl` the other way round.

Fields of BibLaTeX (https://ctan.org/pkg/biblatex, chapter 2) are taken where BibTeX has none; a date is given for both.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from graph.exporters.bibtex_tex import tex, verbatim
from graph.importers.library.bibtex_csl import NAMES, TEXTS, TYPES
from graph.importers.library.names import name_text

_PREFERRED = {
    "book": "book", "chapter": "incollection", "paper-conference": "inproceedings", "thesis": "thesis",
    "report": "report", "webpage": "online", "motion_picture": "video", "song": "audio", "graphic": "image",
    "article-journal": "article",
}  # fmt: skip
_ENTRY_TYPES = {csl: entry_type for entry_type, csl in reversed(TYPES.items())} | _PREFERRED
_BY_GENRE = {
    ("thesis", "PhD thesis"): "phdthesis",
    ("thesis", "Master's thesis"): "mastersthesis",
    ("report", "Technical report"): "techreport",
}
_FIELDS = {csl: field for field, csl in reversed(TEXTS.items()) if csl not in ("number", "language", "annote")} | {
    "language": "language", "annote": "annotation", "publisher-place": "address",
    "container-title-short": "shortjournal",
}  # fmt: skip
_ROLES = {csl: field for field, csl in NAMES.items()}
_VERBATIM = {"DOI": "doi", "URL": "url", "ISBN": "isbn", "ISSN": "issn", "PMID": "pmid"}
_DATES = {"accessed": "urldate", "event-date": "eventdate", "original-date": "origdate"}
_PUBLISHERS = {"thesis": "school", "report": "institution", "webpage": "organization"}
_NUMBERED = {"article-journal": "issue", "periodical": "issue"} | dict.fromkeys(
    ("book", "chapter", "paper-conference"), "collection-number"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FIELD = re.compile(r"[a-z][a-z0-9_+-]{0,60}")


def entry(key: str, csl: Mapping[str, Any], further: Mapping[str, Any]) -> str:
    """The entry with its fields in a fixed order. `further` are fields under their own names."""
    type_ = str(csl.get("type", "document"))
    entry_type = _BY_GENRE.get((type_, str(csl.get("genre")))) or _ENTRY_TYPES.get(type_)
    fields = dict(_fields(csl, type_, has_genre=entry_type not in _BY_GENRE.values()))
    for name, value in sorted(further.items()):
        if name not in fields and _FIELD.fullmatch(name) and name != "entrytype" and isinstance(value, str):
            fields[name] = _braced(tex(value))
    own = str(further.get("entrytype", ""))
    said = entry_type or (own if _FIELD.fullmatch(own) else "misc")
    lines = [f"  {name} = {value},\n" for name, value in fields.items()]
    return f"@{said}{{{key},\n{''.join(lines)}}}"


def _fields(csl: Mapping[str, Any], type_: str, *, has_genre: bool) -> Iterator[tuple[str, str]]:
    for role, field in _ROLES.items():
        if names := csl.get(role):
            yield field, _braced(" and ".join(filter(None, map(_name, names if isinstance(names, list) else [names]))))
    if title := _text(csl.get("title")):
        yield "title", _braced(tex(title))
    if container := _text(csl.get("container-title")):
        yield ("journal" if type_ == "article-journal" else "booktitle"), _braced(tex(container))
    if publisher := _text(csl.get("publisher")):
        yield _PUBLISHERS.get(type_, "publisher"), _braced(re.sub(r"\band\b", "{and}", tex(publisher)))
    yield from _issued(csl.get("issued"))
    if number := _text(csl.get(_NUMBERED.get(type_, "number"))):
        yield "number", _braced(tex(number))
    if _NUMBERED.get(type_) != "issue" and (issue := _text(csl.get("issue"))):
        yield "issue", _braced(tex(issue))
    if page := _text(csl.get("page")):
        yield "pages", _braced(re.sub(r"(?<=\d)-(?=\d)", "--", tex(page)))
    if has_genre and (genre := _text(csl.get("genre"))):
        yield "type", _braced(tex(genre))
    yield from ((field, _braced(tex(text))) for name, field in _FIELDS.items() if (text := _text(csl.get(name))))
    yield from ((field, _braced(_date(csl[name]))) for name, field in _DATES.items() if csl.get(name))
    yield from ((field, _braced(verbatim(text))) for name, field in _VERBATIM.items() if (text := _text(csl.get(name))))


def _braced(value: str) -> str:
    return f"{{{value}}}"


def _text(value: Any) -> str:
    """A value of CSL as text; several, as some programs write them, with commas between."""
    if isinstance(value, list):
        return ", ".join(filter(None, map(_text, value)))
    return str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _name(name: Any) -> str:
    """A name as `von Family, Suffix, Given`; that of a body in braces."""
    if isinstance(name, str) or not isinstance(name, Mapping) or "literal" in name or not name.get("given"):
        plain = name_text(name)
        return "others" if plain == "others" else _braced(tex(plain)) if plain else ""
    parts = {part: _guarded(tex(str(value).strip())) for part, value in name.items() if isinstance(value, str)}
    family = " ".join(filter(None, (parts.get("non-dropping-particle"), parts.get("family"))))
    given = " ".join(filter(None, (parts.get("given"), parts.get("dropping-particle"))))
    return ", ".join(filter(None, (family, parts.get("suffix"), given)))


def _guarded(part: str) -> str:
    return _braced(part) if "," in part or re.search(r"\band\b", part) else part


def _issued(issued: Any) -> Iterator[tuple[str, str]]:
    """The year and the month for BibTeX, and the date for BibLaTeX where it says more."""
    parts = _parts(issued)
    if not parts:
        if text := _date(issued):
            yield "year", _braced(text)
        return
    first = parts[0]
    yield "year", _braced(f"{first[0]:04}")
    if len(first) > 1:
        yield "month", _MONTHS[first[1] - 1]
    if len(first) > 2 or len(parts) > 1 or issued.get("circa"):
        yield "date", _braced(_date(issued))


def _date(date: Any) -> str:
    """A date of CSL as ISO 8601 has it, or in the words that were given."""
    if parts := _parts(date):
        text = "/".join("-".join(f"{number:0{2 if place else 4}}" for place, number in enumerate(one)) for one in parts)
        return text + ("~" if date.get("circa") else "")
    if isinstance(date, Mapping):
        date = next((date[name] for name in ("raw", "literal") if date.get(name)), "")
    return tex(_text(date))


def _parts(date: Any) -> Sequence[Sequence[int]]:
    """The numbers of a date and of its end, where they are those of a calendar."""
    given = date.get("date-parts") if isinstance(date, Mapping) else None
    found: list[list[int]] = []
    for one in given if isinstance(given, list) else []:
        numbers = [int(part) for part in one if re.fullmatch("[0-9]{1,4}", str(part))] if isinstance(one, list) else []
        if not numbers or not all(1 <= month <= 12 for month in numbers[1:2]):
            return []
        found.append(numbers[:3])
    return found
