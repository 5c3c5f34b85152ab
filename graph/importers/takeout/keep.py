"""Notes of Google Keep, one JSON file each, as Takeout has them. Google does not document the format.

Labels become tags, ticked lists Markdown's task lists. Attachments are files that the text embeds at its end.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

from graph.importers.base import Item, Problem, Row
from graph.importers.decoding import path_text
from graph.importers.directories import reason
from graph.importers.google_json import NoObject, clean, microseconds, objects, read_object, rest, text
from graph.importers.keys import shortened
from graph.importers.stored import beginning, file_values

_KNOWN = (
    *("title", "textContent", "textContentHtml", "listContent", "labels", "isPinned", "isArchived", "attachments"),
    *("createdTimestampUsec", "userEditedTimestampUsec", "color"),
)
_MARKS = (b'"isTrashed"', b'"isPinned"', b'"isArchived"')


class Keep:
    """Reads a note; it is known by the instant at which it was made."""

    format: ClassVar[str] = "google keep"

    def identify(self, path: Path) -> bool:
        """By the names that every note has near its start."""
        if path.suffix.lower() != ".json":
            return False
        start = beginning(path, 16_384)
        return start.lstrip()[:1] == b"{" and all(mark in start for mark in _MARKS)

    def source(self, path: Path) -> str:
        """One source for all: the same note from another export is the same note."""
        return self.format

    def extract(self, path: Path) -> Iterator[Item | Problem]:
        """The attachments, then the note. Raises nothing for bad content."""
        try:
            yield from _items(path, read_object(path))
        except OSError as error:
            yield Problem(path_text(path), reason(error))
        except NoObject as error:
            yield Problem(path_text(path), str(error))


def _items(path: Path, data: Mapping[str, Any]) -> Iterator[Item]:
    where = path_text(path)
    warnings: list[str] = []
    embedded: list[str] = []
    for attachment in objects(data.get("attachments")):
        name = text(attachment.get("filePath"))
        file = _attached(path, name)
        if file is None:
            warnings.append(f"an attachment is not here: {name[:250]}")
        else:
            yield file
            embedded.append(f"![[{file.rows[0].values['path']}]]")
    made = microseconds(data.get("createdTimestampUsec"))
    key = f"note:{data['createdTimestampUsec']}" if made else shortened(f"note:{path_text(path.stem)}")
    values: dict[str, object] = {
        "title": text(data.get("title")).strip(),
        "content": "\n\n".join(part for part in (_content(data), "\n".join(embedded)) if part),
        "pinned": data.get("isPinned") is True,
        "archived": data.get("isArchived") is True or data.get("isTrashed") is True,
        "source": Keep.format,
        "custom_fields": _custom(data),
    }
    yield Item(key, (Row("notes", key, values),), where, warnings=tuple(warnings))


def _attached(path: Path, name: str) -> Item | None:
    """A file beside the note; Keep says .jpeg where it is called .jpg. An empty one stands for one that is away."""
    plain = Path(name.replace("\\", "/")).name
    for found in (path.with_name(plain), path.with_name(plain).with_suffix(".jpg")) if plain else ():
        if beginning(found, 1):
            file = file_values(found) | {"path": f"Keep/{path_text(found.name)}", "source": Keep.format}
            key = shortened(f"file:{path_text(found.name)}")
            return Item(key, (Row("files", key, file, found=True),), path_text(found))
    return None


def _content(data: Mapping[str, Any]) -> str:
    """The text, or the list of things to tick off."""
    lines = [
        f"- [{'x' if entry.get('isChecked') is True else ' '}] {text(entry.get('text'))}"
        for entry in objects(data.get("listContent"))
    ]
    return "\n\n".join(part for part in (text(data.get("textContent")), "\n".join(lines)) if part)


def _custom(data: Mapping[str, Any]) -> dict[str, object]:
    labels = [text(label.get("name")) for label in objects(data.get("labels"))]
    moments = {
        "created": microseconds(data.get("createdTimestampUsec")),
        "edited": microseconds(data.get("userEditedTimestampUsec")),
    }
    color = text(data.get("color"))
    kept: dict[str, object] = {name: moment.isoformat() for name, moment in moments.items() if moment}
    kept |= {"color": color} if color not in ("", "DEFAULT") else {}
    kept |= rest(data, _KNOWN)
    return ({"tags": clean([label for label in labels if label])} if any(labels) else {}) | {"keep": kept}
