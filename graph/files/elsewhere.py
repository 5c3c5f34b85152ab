"""Bytes that stayed where an import found them: `file:` and `jar:file:` addresses.

They are given out only while they still have the digest of the row. The digest is computed once for each state of the
file (device, inode, size, time of change), from the very descriptor that is then read.
"""

import hashlib
import os
import stat
from collections import OrderedDict
from pathlib import Path
from urllib.parse import unquote, urlsplit
from zipfile import BadZipFile, ZipFile

from graph.files.contents import PIECE, OpenFile, Stream

_REMEMBERED = 4096
_UNREADABLE = (OSError, ValueError, KeyError, BadZipFile, NotImplementedError, RuntimeError, EOFError)


class Elsewhere:
    """Opens files by their address and remembers which digests it computed."""

    def __init__(self) -> None:
        self._digests: OrderedDict[tuple[object, ...], bytes] = OrderedDict()

    def open(self, uri: str, sha256: bytes) -> OpenFile | None:
        """The file behind an address; None where it is gone, unreadable or another one by now."""
        try:
            member = _member(uri)
            path = _path(member[0] if member else uri)
            return self._opened(path, member[1] if member else "", sha256)
        except _UNREADABLE:
            return None

    def size(self, uri: str) -> int | None:
        """How many bytes are at an address now; None where it is gone or unreadable."""
        try:
            member = _member(uri)
            with os.fdopen(_regular(_path(member[0] if member else uri)), "rb") as file:
                if member is None:
                    return os.fstat(file.fileno()).st_size
                with ZipFile(file) as archive:
                    return archive.getinfo(member[1]).file_size
        except _UNREADABLE:
            return None

    def _opened(self, path: Path, member: str, sha256: bytes) -> OpenFile | None:
        file = os.fdopen(_regular(path), "rb")
        stream: Stream = file
        try:
            known = os.fstat(file.fileno())
            size = known.st_size
            if member:
                archive = ZipFile(file)
                size = archive.getinfo(member).file_size
                stream = _Member(archive, file, member)
            key = (known.st_dev, known.st_ino, known.st_size, known.st_mtime_ns, member)
            if self._digest(key, stream, size) == sha256:
                return OpenFile(stream, size)
        except BaseException:
            stream.close()
            raise
        stream.close()
        return None

    def _digest(self, key: tuple[object, ...], stream: Stream, size: int) -> bytes:
        digest = self._digests.get(key)
        if digest is None:
            digest = self._digests[key] = _digest(stream, size)
            if len(self._digests) > _REMEMBERED:
                self._digests.popitem(last=False)
        return digest


def _digest(stream: Stream, size: int) -> bytes:
    """Of at most `size` bytes: some files of the system have no end."""
    digest = hashlib.sha256()
    while size > 0 and (piece := stream.read(min(PIECE, size))):
        digest.update(piece)
        size -= len(piece)
    return digest.digest()


def _regular(path: Path) -> int:
    """Opens what is a file: a pipe would keep us waiting, a device might do anything."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise ValueError(str(path))
    return descriptor


def _member(uri: str) -> tuple[str, str] | None:
    """The archive and the member that `jar:file:///a.zip!/b/c.jpg` names."""
    if not uri.startswith("jar:"):
        return None
    archive, separator, member = uri.removeprefix("jar:").partition("!/")
    if not separator or not member:
        raise ValueError(uri)
    return archive, unquote(member)


def _path(uri: str) -> Path:
    parts = urlsplit(uri)
    if parts.scheme != "file" or parts.netloc not in ("", "localhost"):
        raise ValueError(uri)
    path = unquote(parts.path, errors="surrogateescape")
    return Path(path[1:] if os.name == "nt" else path)


class _Member:
    """A member of an archive that closes the archive and its file with it."""

    def __init__(self, archive: ZipFile, file: Stream, name: str) -> None:
        self._owners = (archive, file)
        self._stream = archive.open(name)
        self.seek = self._stream.seek
        self.read = self._stream.read

    def close(self) -> None:
        for one in (self._stream, *self._owners):
            one.close()
