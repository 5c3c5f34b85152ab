"""The feeds in their folders as OPML 2.0 (http://opml.org/spec2.opml), a list of subscriptions for any reader.

Feeds stand before the folders beside them and in the order of their names; folders in their own order. Articles are no
part of such a list.
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar
from uuid import UUID

import orjson

from graph.exporters.base import Life, Lost, Row
from graph.exporters.streams import Out
from graph.exporters.xml_text import attributes, is_name, sayable

_SAID = ("text", "title", "xmlUrl", "htmlUrl", "description", "type", "language", "version")
_UNSAID = ("image_url", "sort_order", "fetch_interval")
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n<head>\n<title>Feeds</title>\n<!-- Lifeloom -->\n'
    "</head>\n<body>\n"
)
_FOOT = "</body>\n</opml>\n"

Place = tuple[str, ...]
"""The names of the folders that something is inside of, the outermost first."""


class Opml:
    """Writes one .opml file."""

    format: ClassVar[str] = "opml"
    suffixes: ClassVar[tuple[str, ...]] = (".opml",)

    async def write(self, life: Life, target: Path) -> AsyncIterator[Lost | int]:
        """All folders and feeds. Folders alone are no list of subscriptions and are lost."""
        folders = [row async for row in life.rows("feed_folders", ("sort_order", "title"))]
        tree = _Tree.of(folders, await life.raw([row["id"] for row in folders]))
        lost = tree.lost
        async for row in life.rows("feeds", ("title", "xml_url")):
            lost += tree.take(row)
        if not tree.feeds:
            lost = [Lost(row["title"], "a folder in a list without any feed") for row in folders]
            tree = _Tree()
        async with Out(target) as out:
            await out.add(_HEAD, *tree.written(()), _FOOT)
        for one in lost:
            yield one
        yield len(tree.folders) + tree.feeds


@dataclass(slots=True)
class _Tree:
    """What is to be written: the folders by their places, those directly within each, and the feeds as outlines."""

    folders: dict[Place, Mapping[str, str]] = field(default_factory=dict)
    within: dict[Place, list[Place]] = field(default_factory=dict)
    places: dict[UUID, Place] = field(default_factory=dict)
    outlines: dict[Place, list[str]] = field(default_factory=dict)
    feeds: int = 0
    lost: list[Lost] = field(default_factory=list)

    @classmethod
    def of(cls, folders: list[Row], raws: Mapping[UUID, bytes]) -> "_Tree":
        """The folders; two of the same name in the same place are one in every reader."""
        tree, by_id = cls(), {row["id"]: row for row in folders}
        for row in folders:
            place = tree.places[row["id"]] = _place(row, by_id)
            if place in tree.folders:
                tree.lost.append(Lost(row["title"], "another folder of this name in the same place: they became one"))
                continue
            tree.folders[place] = _kept(raws.get(row["id"]))
            tree.within.setdefault(place[:-1], []).append(place)
        return tree

    def take(self, row: Row) -> list[Lost]:
        """A feed, into its folder and the others that it also stands in; returns what is lost of it."""
        outline, lost = _feed(row)
        also = row["custom_fields"].get("folders")
        joined = {"/".join(place): place for place in self.folders} | {"": ()}
        names = [name for name in also if isinstance(name, str)] if isinstance(also, list) else []
        lost += [Lost(row["title"], f"that it is in the folder {name}, too") for name in names if name not in joined]
        main = self.places.get(row["feed_folder_id"], ())
        for place in dict.fromkeys((main, *(joined[name] for name in names if name in joined))):
            self.outlines.setdefault(place, []).append(outline)
        self.feeds += 1
        return lost

    def written(self, place: Place) -> Iterator[str]:
        """The outlines within a folder, with a line for each."""
        indent = "  " * len(place)
        yield from (f"{indent}{outline}\n" for outline in self.outlines.get(place, ()))
        for inner in self.within.get(place, ()):
            about = attributes({"text": inner[-1], "title": inner[-1], **self.folders[inner]})
            yield f"{indent}<outline{about}>\n"
            yield from self.written(inner)
            yield f"{indent}</outline>\n"


def _place(row: Row, by_id: Mapping[UUID, Row]) -> Place:
    names, met = [_name(row["title"])], {row["id"]}
    while (above := by_id.get(row["parent_id"])) and above["id"] not in met:
        met.add(above["id"])
        names.insert(0, _name(above["title"]))
        row = above
    return tuple(names)


def _name(title: str) -> str:
    return sayable(title).strip()


def _kept(raw: bytes | None) -> dict[str, str]:
    """What else an outline said that became a folder."""
    try:
        said = orjson.loads(raw or b"{}")
    except orjson.JSONDecodeError:
        return {}
    return _further(said, ("text", "title", "xmlUrl", "url"))


def _further(said: object, known: tuple[str, ...]) -> dict[str, str]:
    """The attributes of an outline that are nothing of ours."""
    if not isinstance(said, Mapping):
        return {}
    return {
        name: value
        for name, value in sorted(said.items())
        if isinstance(value, str) and is_name(name) and name not in known and value
    }


def _feed(row: Row) -> tuple[str, list[Lost]]:
    """The outline of a feed, and what of it OPML has no words for."""
    name, given = _name(row["title"]), row["custom_fields"].get("opml") or {}
    more = _further(given, _SAID)
    lost = [Lost(row["title"], f"its {column}") for column in _UNSAID if row[column] is not None]
    lost += [Lost(row["title"], "that it is no longer followed")] if row["archived"] else []
    lost += [Lost(row["title"], f"its attribute {key}") for key in given if key not in more]
    values = {
        "type": "rss",
        "text": name,
        "title": name,
        "xmlUrl": row["xml_url"].strip(),
        "htmlUrl": row["html_url"] or None,
        "description": row["description"] or None,
        "language": row["language"] or None,
        "version": row["type"],
    }
    return f"<outline{attributes({**values, **more})}/>", lost
