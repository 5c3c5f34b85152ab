"""Sound and film as recordings and videos with their files, with what tags (tinytag) and the heads of films tell.

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
from graph.importers.pictures.exif import LONGEST, LONGEST_SECONDS, number
from graph.importers.pictures.films import film_values
from graph.importers.pictures.sidecars import Sidecar, sidecar_of
from graph.importers.stored import beginning, file_values

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
    head = film_values(path)
    file["title"] = tags.pop("title", None)
    file["creator"] = tags.get("artist")
    if path.suffix.lower() in _FILM:
        row = _video(digest, (file["title"], tags, head), sidecar)
    else:
        row = _sound(digest, (file["title"] or path_text(path.stem), tags, head), sidecar)
    return Item(row.key, (row, Row("files", f"file:{digest}", file, found=True)), path_text(path), warnings=warnings)


Told = tuple[object, dict[str, object], dict[str, object]]
"""What a file says of itself: its title, its tags, its head in the columns of `videos`."""


def _video(digest: str, told: Told, sidecar: Sidecar | None) -> Row:
    """A film; what Google says beside it is better than what the head says."""
    title, tags, head = told
    length = head.get("duration_s", tags.pop("duration_s", None))
    values: dict[str, object] = {
        "file_id": To(f"file:{digest}"),
        "title": title,
        "caption": tags.pop("comment", None),
        "source": Recordings.format,
        **head,
        "duration_s": None if length is None else Decimal(str(length)),
    }
    values = sidecar.over(values) if sidecar else values
    return Row("videos", f"video:{digest}", values | _custom(tags, sidecar))


def _sound(digest: str, told: Told, sidecar: Sidecar | None) -> Row:
    title, tags, head = told
    caption = (sidecar.caption if sidecar else None) or tags.pop("comment", None)
    tags |= {"duration_s": head["duration_s"]} if "duration_s" in head else {}
    music = bool({"artist", "album", "genre"} & tags.keys())
    taken = (sidecar.taken_at if sidecar else None) or head.get("taken_at")
    values: dict[str, object] = {
        "file_id": To(f"file:{digest}"),
        "title": title,
        "description": caption,
        "kind": "music" if music else "memo",
        "recorded_at": None if music and not sidecar else taken,
        "duration_s": Decimal(str(tags["duration_s"])) if "duration_s" in tags else None,
    }
    return Row("audio_recordings", f"recording:{digest}", values | _custom(tags, sidecar))


def _custom(tags: dict[str, object], sidecar: Sidecar | None) -> dict[str, object]:
    custom: dict[str, object] = {"recording": tags} if tags else {}
    custom |= {"google_photos": sidecar.rest()} if sidecar and sidecar.rest() else {}
    return {"custom_fields": custom}


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
