"""Sound and film: sound as recordings with their files, film as files, with what tags and headers tell (tinytag).

Known by the hash of their bytes, so that the same recording in two folders is one.
"""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import ClassVar

from tinytag import TinyTag

from graph.importers.base import Item, OfFiles, Problem, Row, To
from graph.importers.decoding import path_text, storable
from graph.importers.directories import reason
from graph.importers.pictures.boxes import Film, NoBoxes, read_film
from graph.importers.pictures.exif import LONGEST, number
from graph.importers.pictures.sidecars import Sidecar, sidecar_of
from graph.importers.stored import beginning, file_values

LONGEST_SECONDS = 1e9

_SOUND = frozenset(
    (".mp3", ".m4a", ".m4b", ".aac", ".wav", ".flac", ".ogg", ".oga", ".opus", ".aif", ".aiff", ".wma", ".amr"),
)
_FILM = frozenset(
    (".mp4", ".m4v", ".mov", ".avi", ".mkv", ".webm", ".3gp", ".mpg", ".mpeg", ".wmv", ".mp", ".ogv", ".mts"),
)
_TAGS = (
    *("artist", "album", "albumartist", "composer", "genre", "track", "disc", "year"),
    *("bitrate", "samplerate", "channels"),
)


class Recordings(OfFiles):
    """Reads sound and film."""

    format: ClassVar[str] = "recordings"

    def identify(self, path: Path) -> bool:
        """By the suffix, where anything is in the file."""
        return path.suffix.lower() in _SOUND | _FILM and bool(beginning(path, 1))

    def source(self, path: Path) -> str:
        """One source for all: the same recording in another folder is the same one."""
        return self.format

    def extract(self, path: Path) -> Iterator[Item | Problem]:
        """One recording, or one film. Raises nothing for bad content."""
        try:
            yield _item(path, sidecar_of(path))
        except OSError as error:
            yield Problem(path_text(path), reason(error))


def _item(path: Path, sidecar: Sidecar | None) -> Item:
    file = file_values(path) | {"source": Recordings.format}
    digest = file["sha256"].hex()[:32] if isinstance(file["sha256"], bytes) else ""
    tags, warnings = _tags(path)
    file["title"] = tags.pop("title", None)
    file["creator"] = tags.get("artist")
    caption = (sidecar.caption if sidecar else None) or tags.pop("comment", None)
    header = _header(path)
    taken = (sidecar.taken_at if sidecar else None) or header.created
    if header.duration_s is not None and header.duration_s < LONGEST_SECONDS:
        tags["duration_s"] = header.duration_s
    custom: dict[str, object] = {"recording": tags} if tags else {}
    custom |= {"google_photos": sidecar.rest()} if sidecar and sidecar.rest() else {}
    where, file_key = path_text(path), f"file:{digest}"
    if path.suffix.lower() in _FILM:
        film = {"caption": caption, "taken_at": taken and taken.isoformat()}
        custom |= {name: value for name, value in film.items() if value}
        row = Row("files", file_key, file | {"custom_fields": custom}, found=True)
        return Item(file_key, (row,), where, warnings=warnings)
    key, music = f"recording:{digest}", bool({"artist", "album", "genre"} & tags.keys())
    values: dict[str, object] = {
        "file_id": To(file_key),
        "title": file["title"] or path_text(path.stem),
        "description": caption,
        "kind": "music" if music else "memo",
        "recorded_at": None if music and not sidecar else taken,
        "duration_s": Decimal(str(tags["duration_s"])) if "duration_s" in tags else None,
        "custom_fields": custom,
    }
    rows = (Row("audio_recordings", key, values), Row("files", file_key, file, found=True))
    return Item(key, rows, where, warnings=warnings)


def _header(path: Path) -> Film:
    """Of MP4 and QuickTime, which know when they were made; nothing of other formats."""
    try:
        return read_film(path) if beginning(path, 8)[4:] == b"ftyp" else Film(None, None)
    except NoBoxes:
        return Film(None, None)


def _tags(path: Path) -> tuple[dict[str, object], tuple[str, ...]]:
    """What the tags say, as JSON has it."""
    try:
        read = TinyTag.get(path, image=False)
    except OSError:
        raise
    except Exception as error:  # a parser of what anyone wrote
        return {}, (f"its tags could not be read ({type(error).__name__})",)
    found: dict[str, object] = {}
    for name in (*_TAGS, "title", "comment"):
        value = getattr(read, name, None)
        if isinstance(value, str):
            found[name] = storable(value).strip()[:LONGEST]
        elif number(value) is not None:
            found[name] = value
    duration = number(read.duration)
    if duration is not None and 0 <= duration < LONGEST_SECONDS:
        found["duration_s"] = round(duration, 3)
    return {name: value for name, value in found.items() if value not in ("", None)}, ()
