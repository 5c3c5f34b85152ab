"""Types and fields of BibTeX and BibLaTeX in the words of CSL; what has none is given back under its own name."""

import re
from collections.abc import Mapping
from typing import Any

from graph.importers.library.dates import csl_date
from graph.importers.library.latex import paragraphs, plain_text, verbatim
from graph.importers.library.names import bibtex_names

TYPES = {
    "article": "article-journal", "suppperiodical": "article-journal", "periodical": "periodical",
    "book": "book", "mvbook": "book", "booklet": "pamphlet", "collection": "book", "mvcollection": "book",
    "reference": "book", "mvreference": "book", "manual": "report", "proceedings": "book", "mvproceedings": "book",
    "inbook": "chapter", "bookinbook": "chapter", "suppbook": "chapter", "incollection": "chapter",
    "suppcollection": "chapter", "inreference": "entry-encyclopedia", "inproceedings": "paper-conference",
    "conference": "paper-conference", "mastersthesis": "thesis", "phdthesis": "thesis", "thesis": "thesis",
    "techreport": "report", "report": "report", "unpublished": "manuscript", "online": "webpage",
    "electronic": "webpage", "www": "webpage", "patent": "patent", "dataset": "dataset", "software": "software",
    "video": "motion_picture", "movie": "motion_picture", "audio": "song", "music": "song", "image": "graphic",
    "artwork": "graphic", "letter": "personal_communication", "standard": "standard", "legislation": "legislation",
    "jurisdiction": "legal_case", "legal": "treaty", "review": "review", "performance": "performance",
}  # fmt: skip
NAMES = {
    "author": "author", "editor": "editor", "translator": "translator", "bookauthor": "container-author",
    "director": "director", "holder": "authority",
}  # fmt: skip
TEXTS = {
    "volume": "volume", "number": "number", "edition": "edition", "version": "version", "chapter": "chapter-number",
    "volumes": "number-of-volumes", "pagetotal": "number-of-pages", "shorttitle": "title-short", "langid": "language",
    "language": "language", "series": "collection-title", "venue": "event-place", "eventtitle": "event-title",
    "library": "archive", "pubstate": "status", "annotation": "annote", "annote": "annote", "note": "note",
    "abstract": "abstract", "keywords": "keyword", "keyword": "keyword", "origlanguage": "original-language",
    "origpublisher": "original-publisher", "origtitle": "original-title",
}  # fmt: skip
_VERBATIM = {"doi": "DOI", "url": "URL", "howpublished": "URL", "isbn": "ISBN", "issn": "ISSN", "pmid": "PMID"}
_PUBLISHERS = ("publisher", "school", "institution", "organization")
_PLACES = ("location", "address")
_CONTAINERS = ("journaltitle", "journal", "booktitle", "maintitle")
_SUBTITLES = {
    "title": "subtitle", "booktitle": "booksubtitle", "journaltitle": "journalsubtitle", "maintitle": "mainsubtitle",
}  # fmt: skip
_PARAGRAPHS = frozenset(("abstract", "annotation", "annote", "note"))
_GENRES = {
    "phdthesis": "PhD thesis", "mastersthesis": "Master's thesis", "mathesis": "Master's thesis",
    "bathesis": "Bachelor's thesis", "candthesis": "Candidate thesis", "techreport": "Technical report",
    "resreport": "Research report",
}  # fmt: skip
"""By types of BibTeX, and by the keys that BibLaTeX has for them in the field `type`."""

_LANGUAGES = {
    "english": "en", "american": "en-US", "usenglish": "en-US", "british": "en-GB", "ukenglish": "en-GB",
    "german": "de", "ngerman": "de", "austrian": "de-AT", "naustrian": "de-AT", "french": "fr", "spanish": "es",
    "italian": "it", "portuguese": "pt", "brazilian": "pt-BR", "dutch": "nl", "danish": "da", "swedish": "sv",
    "norwegian": "no", "finnish": "fi", "polish": "pl", "czech": "cs", "russian": "ru", "greek": "el", "turkish": "tr",
    "hungarian": "hu", "latin": "la", "japanese": "ja", "chinese": "zh",
}  # fmt: skip


def csl(entry_type: str, fields: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """The item of CSL, and the fields that it does not say, as plain text."""
    left = dict(fields)
    said: dict[str, Any] = {"type": TYPES.get(entry_type, "document")}
    if entry_type not in TYPES:
        left["entrytype"] = entry_type
    if genre := plain_text(left.pop("type", "")) or (entry_type if entry_type in _GENRES else ""):
        said["genre"] = _GENRES.get(genre, genre)
    said |= {role: names for field, role in NAMES.items() if (names := bibtex_names(left.pop(field, "")))}
    said |= _titles(left)
    said |= _dates(left)
    said |= {name: text for field, name in _VERBATIM.items() if (text := _address(field, left))}
    _first(said, "publisher", _PUBLISHERS, left)
    _first(said, "publisher-place", _PLACES, left)
    if pages := plain_text(left.pop("pages", "")):
        said["page"] = re.sub(r"\s*(?:-{2,3}|[–—])\s*", "-", pages)
    for field, name in TEXTS.items():
        text = paragraphs(left.get(field, "")) if field in _PARAGRAPHS else plain_text(left.get(field, ""))
        if text and name not in said:
            said[name] = text
            del left[field]
    _mend(said, left)
    return said, {field: text for field, value in left.items() if (text := plain_text(value))}


def _titles(left: dict[str, str]) -> dict[str, str]:
    """The title with its subtitle, and that of what the work is in."""
    said: dict[str, str] = {}
    if title := _titled("title", left):
        said["title"] = title
    for field in _CONTAINERS:
        if field in left and "container-title" not in said:
            said["container-title"] = _titled(field, left)
    for field in ("shortjournal", "journalabbr"):
        if field in left:
            said["container-title-short"] = plain_text(left.pop(field))
    return {name: text for name, text in said.items() if text}


def _titled(field: str, left: dict[str, str]) -> str:
    parts = (plain_text(left.pop(field, "")), plain_text(left.pop(_SUBTITLES.get(field, ""), "")))
    return ": ".join(filter(None, parts))


def _dates(left: dict[str, str]) -> dict[str, Any]:
    said: dict[str, Any] = {}
    month, day = plain_text(left.pop("month", "")), plain_text(left.pop("day", ""))
    year = plain_text(left.pop("date", "")) or plain_text(left.pop("year", ""))
    if year or month:
        said["issued"] = csl_date(year, month, day)
    left.pop("year", None)
    for field, name in (("urldate", "accessed"), ("eventdate", "event-date"), ("origdate", "original-date")):
        if field in left:
            said[name] = csl_date(plain_text(left.pop(field)))
    return said


def _address(field: str, left: dict[str, str]) -> str:
    """`howpublished` counts only where it is an address and there is no other."""
    text = verbatim(left.get(field, ""))
    if field == "howpublished" and ("url" in left or not text.startswith(("http://", "https://"))):
        return ""
    left.pop(field, None)
    return text


def _first(said: dict[str, Any], name: str, fields: tuple[str, ...], left: dict[str, str]) -> None:
    """The first of these fields that is there; others stay under their own names."""
    for field in fields:
        if name not in said and (text := plain_text(re.sub(r"\s+and\s+", "; ", left.get(field, "")))):
            said[name] = text
            del left[field]


def _mend(said: dict[str, Any], left: dict[str, str]) -> None:
    """The number of an article is that of an issue; languages by their tags; an address of arXiv from its number."""
    if said["type"] in ("article-journal", "periodical") and "number" in said:
        said["issue"] = said.pop("number")
    elif said["type"] in ("book", "chapter", "paper-conference") and "number" in said:
        said["collection-number"] = said.pop("number")
    if "language" in said:
        said["language"] = _LANGUAGES.get(said["language"].lower(), said["language"])
    if "issue" not in said and "issue" in left:
        said["issue"] = plain_text(left.pop("issue"))
    arxiv = left.get("archiveprefix", left.get("eprinttype", "")).lower() == "arxiv"
    if arxiv and "URL" not in said and "eprint" in left:
        said["URL"] = f"https://arxiv.org/abs/{verbatim(left['eprint'])}"
