"""One file of a vault as a note or, where its name is a day, as a diary entry; of Logseq also its tasks."""

import re
from datetime import date
from urllib.parse import unquote

from graph.importers.base import Item, Row, To
from graph.importers.decoding import decode, path_text
from graph.importers.directories import Entry
from graph.importers.vault.front_matter import FrontMatterRefused, names, parse, split
from graph.importers.vault.logseq import Page, page, whiteboard

_DAY = re.compile(r"([0-9]{4})([-_])([0-9]{2})\2([0-9]{2})")
_FIELD = re.compile(r"(?:[ \t]*(?:#.*)?\r?\n)*(?![ \t]*(?:#.*)?\r?\n)[^\s:]++[^:\n]{0,80}:(?:\s|\Z)")
_LONGEST_ALIAS = 250
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def item(entry: Entry, data: bytes, logseq: bool = False) -> Item:
    """The rows of one file. Its bytes come along where the text does not say all that they said."""
    decoded = decode(data)
    warnings = list(decoded.warnings)
    name, _, suffix = entry.relative.rpartition("/")[2].rpartition(".")
    drawn = suffix.lower() == "edn"
    raw, content, fields = _read(whiteboard(decoded.text) if drawn else decoded.text, warnings)
    said = page(content, org=suffix.lower() == "org") if logseq and not drawn else Page()
    day = _day(name)
    title = said.title or (_page(name) if logseq and day is None else name)
    more = [*said.aliases, *([name] if said.title else []), *_day_names(day, name, logseq), *said.ids]
    values: dict[str, object] = {
        "title": title,
        "content": content,
        "aliases": _aliases(fields, title, more),
        "source_path": entry.relative,
        "front_matter": raw,
        "custom_fields": said.fields | _custom_fields(fields, said.tags),
    }
    if day is None:
        folder = entry.relative.rpartition("/")[0]
        table, key = "notes", f"note:{entry.relative}"
        format_ = "markdown" if suffix.lower() in ("md", "markdown", "edn") else "plain"
        values |= {"content_format": format_, "notebook_id": To(f"notebook:{folder}")}
    else:
        table, key = "diary_entries", f"diary:{entry.relative}"
        values["entry_date"] = day
    lossy = drawn or bool(decoded.warnings)
    return Item(
        key,
        (Row(table, key, values), *said.tasks(entry.relative, title)),
        path_text(entry.path),
        raw=data if lossy else None,
        media_type=("application/edn" if drawn else "text/markdown") if lossy else "",
        warnings=tuple(warnings),
    )


def _read(text: str, warnings: list[str]) -> tuple[str | None, str, dict[str, object]]:
    """Front matter as written, the text after it, and what the front matter says.

    Two rules (`---`) around a text that does not even begin like `name:` are rules, and the text is a text.
    """
    raw, content = split(text)
    if raw is None:
        return None, text, {}
    try:
        return raw, content, parse(raw)
    except FrontMatterRefused as refused:
        if not _FIELD.match(raw):
            return None, text, {}
        warnings.append(f"front matter kept but not understood: {refused}")
        return raw, content, {}


def _day(name: str) -> date | None:
    match = _DAY.fullmatch(name)
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[3]), int(match[4]))
    except ValueError:
        return None


def _day_names(day: date | None, name: str, logseq: bool) -> list[str]:
    """What links call a day besides its file: the ISO date, and Logseq's own way (`May 14th, 2020`)."""
    if day is None:
        return []
    ending = "th" if 10 < day.day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10, "th")
    spelled = [f"{_MONTHS[day.month - 1]} {day.day}{ending}, {day.year}"] if logseq else []
    return [other for other in (day.isoformat(), *spelled) if other != name]


def _page(name: str) -> str:
    """The title of a Logseq page from its file's name: `___` is a slash, other marks are percent-encoded."""
    return unquote(name.replace("___", "/")).replace("\0", "")


def _aliases(fields: dict[str, object], title: str, more: list[str]) -> list[str]:
    """Every other name: of `aliases` and `alias`, and the front matter's own title."""
    own = names(fields.get("title"), "\n")
    found = [*own, *(name for key in ("aliases", "alias") for name in names(fields.get(key), ",")), *more]
    return [name for name in dict.fromkeys(found) if name != title and len(name) <= _LONGEST_ALIAS]


def _custom_fields(fields: dict[str, object], more: list[str]) -> dict[str, object]:
    """All of the front matter, its tags and `more` as a list of names without `#`."""
    tags = [tag.lstrip("#") for key in ("tags", "tag") for tag in names(fields.get(key), ",\\s")]
    tags += more
    kept = {key: value for key, value in fields.items() if key not in ("tags", "tag")}
    return {**kept, "tags": list(dict.fromkeys(filter(None, tags)))} if tags else kept
