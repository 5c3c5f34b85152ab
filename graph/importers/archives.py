"""Zip archives as the directories that they are: unpacked portion by portion, so that disk and memory stay bounded.

An archive counts as unpacked where it lies, into a folder of its own name; the parts of a Takeout
(`takeout-20260101T000000Z-001.zip`, `-002.zip`) are one archive and its date is no part of the name, so that the
next export is the same source. A folder that is small enough comes whole, of a larger one each file by itself, while
the others are there by name and the small ones that describe them (`.json`) with their content.
"""

import re
import shutil
import stat
import tempfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar
from urllib.parse import unquote
from zipfile import BadZipFile, ZipFile, ZipInfo, is_zipfile

from graph.importers.base import Item, Problem, Row
from graph.importers.decoding import path_text
from graph.importers.directories import reason
from graph.importers.stored import beginning

WHOLE_BYTES = 1024**3
WHOLE_FILES = 50_000
"""What a folder may weigh to be unpacked as a whole."""

LARGEST_RATIO = 200
MOST_MEMBERS = 2_000_000
DEEPEST = 64
_SPARE = 1024**3
_DESCRIBING_BYTES = 256 * 1024
_TAKEOUT = re.compile(r"takeout-\d{8}T\d{6}Z(-\d+)?-(\d{3})", re.IGNORECASE)
_PROGRAMS = ("META-INF/", "mimetype", "[Content_Types].xml", "AndroidManifest.xml")
"""What only a zip has that is a book, a program or an Office file, and no archive of someone's things."""

_BROKEN = (BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, ValueError)


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where an archive is unpacked (`folder`), where it counts as being (`home`), and which part has what."""

    folder: Path
    home: Path
    archive: Path
    parts: Mapping[str, Path]

    def source(self, identity: str) -> str:
        """A source's identity as if the archive had been unpacked where it lies."""
        return identity.replace(path_text(self.folder), path_text(self.home))

    def place(self, where: str) -> str:
        """A place as one in the archive."""
        return path_text(where).replace(path_text(self.folder), path_text(self.archive))

    def row(self, row: Row) -> Row:
        """A row that names the archive where it named a file. When it was packed says nothing of the file."""
        if row.table != "files" or not isinstance(uri := row.values.get("storage_uri"), str):
            return row
        values = {name: value for name, value in row.values.items() if name != "modified_at"}
        return replace(row, values=values | {"storage_uri": self._uri(uri)})

    def _uri(self, uri: str) -> str:
        """In the way of `jar:file:///archive.zip!/member`."""
        start = self.folder.as_uri() + "/"
        before, found, member = uri.partition(start)
        if not found:
            return uri
        part = self.parts.get(unquote(member.partition("!/")[0]), self.archive)
        return f"{before}jar:{part.as_uri()}!/{member}"


Told = TypeVar("Told", Item, Problem, Item | Problem)


def moved(one: Told, shelves: Sequence[Shelf]) -> Told:
    """What came out of an unpacked file, told of the archives that it was in."""
    for shelf in shelves:
        if isinstance(one, Item):
            one = replace(one, rows=tuple(map(shelf.row, one.rows)))
        one = replace(one, where=shelf.place(one.where))
    return one


@dataclass(frozen=True, slots=True)
class Portion:
    """A file or a directory that is there until the next one is asked for."""

    shelf: Shelf
    path: Path


@dataclass(slots=True)
class _Folder:
    """What is in a folder of the archive: its own members and its folders, and what all of it weighs."""

    members: dict[str, tuple[ZipFile, ZipInfo]] = field(default_factory=dict)
    folders: dict[str, "_Folder"] = field(default_factory=dict)
    size: int = 0
    count: int = 0


def is_archive(path: Path) -> bool:
    """Whether it is a zip of things that someone packed."""
    if beginning(path, 4) not in (b"PK\x03\x04", b"PK\x05\x06") or not is_zipfile(path):
        return False
    try:
        with ZipFile(path) as archive:
            return not any(name.startswith(_PROGRAMS) for name in archive.namelist())
    except (OSError, *_BROKEN):
        return False


def first_part(path: Path) -> Path:
    """The archive that a path belongs to: of the parts of a Takeout that lie together the first one."""
    return next(iter(_parts(path)), path)


def _parts(path: Path) -> list[Path]:
    match = _TAKEOUT.fullmatch(path.stem)
    if match is None or not path.is_file():
        return [path]
    names = re.compile(re.escape(path.stem[: match.start(2)]) + r"\d{3}\.zip", re.IGNORECASE)
    return sorted(other for other in path.parent.iterdir() if names.fullmatch(other.name))


def unpacked(path: Path) -> Iterator[Portion | Problem]:
    """All that is in an archive, portion by portion; what cannot or must not be unpacked is a Problem."""
    path = path.absolute()
    home = path.with_name("takeout" if _TAKEOUT.fullmatch(path.stem) else path.stem)
    try:
        with ExitStack() as stack:
            opened = [(part, stack.enter_context(ZipFile(part))) for part in _parts(path)]
            directory = stack.enter_context(tempfile.TemporaryDirectory(prefix="lifeloom-"))
            folder = Path(directory).resolve() / home.name
            yield from _Unpacking(Shelf(folder, home, path, {}), opened).portions()
    except OSError as error:
        yield Problem(path_text(path), reason(error))
    except _BROKEN as error:
        yield Problem(path_text(path), f"a broken archive: {error}")


class _Unpacking:
    """One archive while its portions come out."""

    def __init__(self, shelf: Shelf, opened: Sequence[tuple[Path, ZipFile]]) -> None:
        self._parts: dict[str, Path] = {}
        self._shelf = replace(shelf, parts=self._parts)
        self._opened = opened

    def portions(self) -> Iterator[Portion | Problem]:
        root = _Folder()
        packed = sum(part.stat().st_size for part, _ in self._opened)
        for part, archive in self._opened:
            for info in archive.infolist():
                if refused := _refusal(info):
                    yield Problem(f"{path_text(part)}/{path_text(info.filename[:250])}", refused)
                elif not info.is_dir():
                    self._place(root, part, archive, info)
        if root.size > LARGEST_RATIO * packed + WHOLE_BYTES or root.count > MOST_MEMBERS:
            yield Problem(path_text(self._shelf.archive), f"would unpack to {root.size} bytes in {root.count} files")
            return
        yield from self._walk(root, self._shelf.folder)

    def _place(self, root: _Folder, part: Path, archive: ZipFile, info: ZipInfo) -> None:
        *folders, name = _steps(info)
        here = root
        for step in (*folders, None):
            here.size += info.file_size
            here.count += 1
            if step is not None:
                here = here.folders.setdefault(step, _Folder())
        here.members[name] = (archive, info)
        if part != self._shelf.archive:
            self._parts["/".join((*folders, name))] = part

    def _walk(self, folder: _Folder, target: Path) -> Iterator[Portion | Problem]:
        """The whole folder if it is small enough and not only a wrapping, else its files, then its folders."""
        wrapping = target == self._shelf.folder and folder.folders.keys() == {"Takeout"}
        if not wrapping and target != self._shelf.folder / "Takeout" and self._fits(folder):
            target.mkdir(parents=True, exist_ok=True)
            yield from self._all(folder, target)
            yield Portion(self._shelf, target)
            shutil.rmtree(target, ignore_errors=True)
            return
        yield from self._one_by_one(folder, target)
        for name in sorted(folder.folders):
            yield from self._walk(folder.folders[name], target / name)

    def _fits(self, folder: _Folder) -> bool:
        return folder.size <= WHOLE_BYTES and folder.count <= WHOLE_FILES

    def _all(self, folder: _Folder, target: Path) -> Iterator[Problem]:
        target.mkdir(parents=True, exist_ok=True)
        for name, member in sorted(folder.members.items()):
            yield from self._unpack(*member, target / name)
        for name, inner in sorted(folder.folders.items()):
            yield from self._all(inner, target / name)

    def _one_by_one(self, folder: _Folder, target: Path) -> Iterator[Portion | Problem]:
        target.mkdir(parents=True, exist_ok=True)
        describing = {name for name, (_, info) in folder.members.items() if _describes(name, info)}
        for name, member in sorted(folder.members.items()):
            if name in describing:
                yield from self._unpack(*member, target / name)
            else:
                (target / name).touch()
        for name, member in sorted(folder.members.items()):
            if name.startswith("."):
                continue
            if name not in describing:
                yield from self._unpack(*member, target / name)
            yield Portion(self._shelf, target / name)
            if name not in describing:
                (target / name).write_bytes(b"")
        for name in folder.members:
            (target / name).unlink(missing_ok=True)

    def _unpack(self, archive: ZipFile, info: ZipInfo, target: Path) -> Iterator[Problem]:
        """What unpacks to more than it says is cut there by `zipfile`, which then finds the checksum wrong."""
        where = f"{path_text(archive.filename or '')}/{path_text(info.filename)}"
        try:
            if info.file_size > shutil.disk_usage(target.parent).free - _SPARE:
                yield Problem(where, f"unpacks to {info.file_size} bytes, more than there is room for")
                return
            with archive.open(info) as packed, target.open("wb") as out:
                shutil.copyfileobj(packed, out, 1024 * 1024)
        except (OSError, *_BROKEN) as error:
            target.unlink(missing_ok=True)
            yield Problem(where, f"cannot be unpacked: {error}")


def _steps(info: ZipInfo) -> list[str]:
    return [step for step in info.filename.replace("\\", "/").split("/") if step not in ("", ".")]


def _refusal(info: ZipInfo) -> str:
    """Why a member must not be unpacked."""
    steps = _steps(info)
    if ".." in steps or info.filename.startswith(("/", "\\")) or re.match("[A-Za-z]:", info.filename):
        return "a name that leads out of the archive"
    if len(steps) > DEEPEST:
        return f"deeper than {DEEPEST} folders"
    if not steps or "\0" in info.filename or any(len(path_text(step).encode()) > 255 for step in steps):
        return "a name that no file can have"
    if info.flag_bits & 1:
        return "protected by a password"
    return "a link, not a file" if stat.S_ISLNK(info.external_attr >> 16) else ""


def _describes(name: str, info: ZipInfo) -> bool:
    return name.lower().endswith(".json") and info.file_size <= _DESCRIBING_BYTES
