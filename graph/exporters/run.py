"""Writing one export: whole or not at all, as the life is at one moment."""

import asyncio
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from graph.database import Database
from graph.errors import LifeloomError
from graph.exporters.base import Exporter, Lost
from graph.exporters.life import DatabaseLife
from graph.files.files import Files


class ExportRefused(LifeloomError):
    """{path} was not written: {reason}"""

    code = "EXPORT_REFUSED"


@dataclass(slots=True)
class Exported:
    """What was written, and what of it the format could not say."""

    path: Path
    records: int = 0
    lost: list[Lost] = field(default_factory=list)


async def export(
    database: Database,
    files: Files,
    user: UUID,
    exporter: Exporter,
    path: Path,
    progress: Callable[[int], None],
    *,
    overwrite: bool = False,
) -> Exported:
    """Write the file (or directory) of one format. It appears under its name when it is whole, and only its
    owner may read it.

    Raises ExportRefused and OSError. A directory is never overwritten.
    """
    done = Exported(path)
    if await asyncio.to_thread(path.exists) and (not overwrite or await asyncio.to_thread(path.is_dir)):
        raise ExportRefused(path=path, reason="something of that name exists already.")
    part = path.with_name(f"{path.name}.part")
    try:
        await asyncio.to_thread(_remove, part)  # of a run that was killed
        if exporter.suffixes:
            await asyncio.to_thread(part.touch, 0o600)
        async with (
            database.acting_as(user) as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            async for said in exporter.write(DatabaseLife(connection, user, files), part):
                if isinstance(said, Lost):
                    done.lost.append(said)
                else:
                    done.records += said
                    progress(done.records)
        await asyncio.to_thread(part.replace, path)
    finally:
        await asyncio.to_thread(_remove, part)
    return done


def _remove(part: Path) -> None:
    if part.is_dir():
        shutil.rmtree(part)
    else:
        part.unlink(missing_ok=True)
