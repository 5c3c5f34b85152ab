"""What a page of Logseq says besides its text, which stays as it is written: properties, names, tasks.

Page properties become custom fields, `title::` and `alias::` names, `tags::` tags, blocks with a marker tasks. The id
of a block is one more name of its page, so that `((id))` and `{{embed ((id))}}` in other texts link to it. Queries,
macros and properties of other blocks stay in the text.
"""

import re
from dataclasses import dataclass, field

from graph.importers.base import Row
from graph.importers.vault.logseq_blocks import Block, blocks
from graph.importers.vault.logseq_tasks import task_rows

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_LISTED = re.compile(r"\s*#?\[\[(?P<page>.{1,500}?)\]\]|(?P<word>[^,]+)")
_DRAWN = re.compile(r':(?P<name>text|label|block/content|pageId) "(?P<said>(?:[^"\\]|\\.)*)"', re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_NAMES = ("alias", "aliases", "title", "tags")


@dataclass(slots=True)
class Page:
    """`title` is "" where the page does not say it itself; `ids` are those of its blocks."""

    title: str = ""
    aliases: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    fields: dict[str, object] = field(default_factory=dict)
    ids: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)

    def tasks(self, path: str, title: str) -> list[Row]:
        """Its tasks, once it is known what it is called."""
        return task_rows(self.blocks, path, title)


def page(text: str, *, org: bool) -> Page:
    """Read a page. Its properties are the lines before the first block, or a first block that has nothing else."""
    found = list(blocks(text, org=org))
    first = found[0]
    if not first.properties and not first.text and len(found) > 1 and not found[1].text:
        first = found[1]
    first = Block(-1) if first.text and first.depth >= 0 else first
    ids = [block.id_ for block in found if _UUID.fullmatch(block.id_)]
    title = next(iter(first.given("title")), "").strip().removeprefix("[[").removesuffix("]]")
    fields: dict[str, object] = {
        name: values[0] if len(values) == 1 else values
        for name, values in first.properties.items()
        if name.lower() not in _NAMES
    }
    aliases, tags = _listed(first.given("alias", "aliases")), _listed(first.given("tags"))
    return Page(title, aliases, tags, fields, list(dict.fromkeys(ids)), found)


def _listed(values: list[str]) -> list[str]:
    """`a, [[b, c]], #d` as three names."""
    matches = (match for value in values for match in _LISTED.finditer(value))
    names = (match["page"] or match["word"].strip().lstrip("#") for match in matches)
    return list(dict.fromkeys(filter(None, names)))


def whiteboard(text: str) -> str:
    """What is written on a whiteboard, and what it shows of the graph, one thing a paragraph."""
    return "\n\n".join(dict.fromkeys(filter(str.strip, map(_shown, _DRAWN.finditer(text)))))


def _shown(match: re.Match[str]) -> str:
    said = _ESCAPE.sub(lambda one: {"n": "\n", "t": "\t"}.get(one[1], one[1]), match["said"])
    if match["name"] != "pageId" or not said:
        return said
    return f"(({said}))" if _UUID.fullmatch(said) else f"[[{said}]]"
