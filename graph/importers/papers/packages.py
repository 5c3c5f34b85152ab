"""The XML inside a zip of an Office file, read by events: nothing is held, nothing unpacks for ever.

A document type declaration is refused: neither Office Open XML nor OpenDocument has one, only attacks do.
"""

import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from graph.importers.papers.reading import Unreadable

LARGEST_PART = 512 * 1024 * 1024
"""Bytes of XML that are unpacked of one part."""

_PIECE = 256 * 1024


class Handler(Protocol):
    """Takes the events of one part. Names are without namespace; `done` stops the reading."""

    @property
    def done(self) -> bool: ...

    def start(self, name: str, attributes: Mapping[str, str]) -> None: ...

    def end(self, name: str) -> None: ...

    def text(self, data: str) -> None: ...


class Package:
    """A zip of parts. `with Package(path) as package`; opening raises OSError and Unreadable."""

    def __init__(self, path: Path) -> None:
        try:
            self._zip = ZipFile(path)
        except (BadZipFile, ValueError, NotImplementedError, EOFError) as error:
            raise Unreadable(f"broken: {error}") from None
        self.names = self._zip.namelist()

    def __enter__(self) -> "Package":
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def read(self, name: str, handler: Handler) -> None:
        """Give all events of a part to the handler; a part that is not there has none. Raises Unreadable."""
        if name not in self.names:
            return
        if self._zip.getinfo(name).file_size > LARGEST_PART:
            raise Unreadable(f"{name} unpacks to more than {LARGEST_PART // 1024**2} MB")
        try:
            self._parse(name, handler)
        except expat.ExpatError as error:
            raise Unreadable(f"broken: {name}: {error}") from None
        except (BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, ValueError) as error:
            raise Unreadable(f"broken: {name}: {error}") from None

    def _parse(self, name: str, handler: Handler) -> None:
        parser = expat.ParserCreate(namespace_separator="|")
        parser.buffer_text = True
        parser.StartElementHandler = lambda tag, given: handler.start(_local(tag), _locals(given))
        parser.EndElementHandler = lambda tag: handler.end(_local(tag))
        parser.CharacterDataHandler = handler.text
        parser.StartDoctypeDeclHandler = _refuse
        with self._zip.open(name) as part:
            while not handler.done and (piece := part.read(_PIECE)):
                parser.Parse(piece)
            if not handler.done:
                parser.Parse(b"", True)


def _refuse(*_: object) -> None:
    raise Unreadable("it declares a document type of its own")


def _local(name: str) -> str:
    return name.rpartition("|")[2]


def _locals(attributes: Mapping[str, str]) -> dict[str, str]:
    return {_local(name): value for name, value in attributes.items()}
