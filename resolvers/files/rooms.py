"""What the doors of files need of the house."""

from collections.abc import Callable
from dataclasses import dataclass

from graph.files.files import Files
from graph.files.uploads import Uploads


@dataclass(frozen=True, slots=True)
class FileRooms:
    """The rooms behind the doors of files. `wrote` is called after each new record; it must not take time."""

    files: Files
    uploads: Uploads
    wrote: Callable[[], None] = lambda: None
