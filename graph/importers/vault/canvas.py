"""JSON Canvas files (.canvas, https://jsoncanvas.org/spec/1.0) as notes of the vault that they are in.

The vault registers the file itself. The note beside it says in Markdown what is on the canvas, group by group: texts as
they are, files as embeds, pages as links, and the lines between them; so its links are found like those of any note.
Where things stand and their colours is in the raw file.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from graph.importers.base import Item, Problem, Row, To
from graph.importers.decoding import path_text
from graph.importers.directories import single
from graph.importers.own import Listed
from graph.importers.vault.canvas_text import NoCanvas, markdown
from graph.importers.vault.markdown import notebook, vault_of
from graph.importers.whole import beginning, whole


class JsonCanvas:
    """Reads canvases one by one, in a vault or by themselves."""

    format: ClassVar[str] = "canvas"

    def identify(self, path: Path) -> bool:
        """By the suffix, and an object or nothing inside."""
        return path.suffix.lower() == ".canvas" and path.is_file() and beginning(path).lstrip()[:1] in (b"{", b"")

    def source(self, path: Path) -> str:
        """That of the vault, for a canvas belongs to it as its notes do."""
        return f"markdown:{path_text(vault_of(path))}"

    def extract(self, path: Path) -> Iterator[Item | Problem]:
        """The folders above, as notebooks, and the canvas."""
        root = vault_of(path)
        entry = single(path.resolve(), root)
        if isinstance(entry, Problem):
            yield entry
            return
        data = whole(entry.path)
        if isinstance(data, Problem):
            yield data
            return
        try:
            content, warnings = markdown(data)
        except NoCanvas as error:
            yield Problem(path_text(path), str(error))
            return
        folder, _, name = entry.relative.rpartition("/")
        ids = Listed.of(root)
        yield from (ids.with_id(one, notebook(root, one)) for one in _folders(folder))
        values: dict[str, object] = {
            "title": name,
            "content": content,
            "content_format": "markdown",
            "notebook_id": To(f"notebook:{folder}"),
            "source": self.format,
        }
        key = f"canvas:{entry.relative}"
        item = Item(key, (Row("notes", key, values),), path_text(entry.path), data, "application/json", warnings)
        yield ids.with_id(entry.relative, item)


def _folders(folder: str) -> list[str]:
    """The folder and those above it, from the vault itself ("") down."""
    parts = folder.split("/") if folder else []
    return ["/".join(parts[:count]) for count in range(len(parts) + 1)]
