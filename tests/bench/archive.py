"""How long a life of 100,000 records takes to go out and to come in, beside COPY into the same tables and indexes without
triggers and foreign keys."""

import tempfile
import time
from pathlib import Path
from uuid import UUID

from graph.accounts import create_user
from graph.archive.layout import Part, parts
from graph.archive.packing import pack
from graph.archive.unpacking import unpack
from graph.database import Connection
from schema_sql.machinery import quoted
from schema_sql.migrate import declared
from tests.bench.house import House, built

LONGEST = 30.0
"""Seconds for 100,000 records with 500,000 links."""
DEARER = 1.5


async def archive(quick: bool) -> bool:
    """Prints the seconds; True where both limits hold."""
    records, links = (10_000, 50_000) if quick else (100_000, 500_000)
    async with built(records, links) as house:
        with tempfile.TemporaryDirectory(prefix="lifeloom-bench-") as name:
            return await _measured(house, Path(name))


async def _measured(house: House, place: Path) -> bool:
    catalog, database, path = declared(None), house.database, place / "life.zip"
    started = time.perf_counter()
    packed = await pack(database, catalog, house.life.user, path, _quiet)
    out = time.perf_counter() - started
    print(
        f"out: {out:.1f} s for {packed.records:,} records ({packed.rows:,} rows, {packed.size / 1e6:.0f} MB), limit {LONGEST:.0f}"
    )
    async with database.owner() as owner:
        plain = sum([await _copied(owner, part, house.life.user, place) for part in parts(catalog)])
    other = await create_user(database, "elsewhere")
    started = time.perf_counter()
    await unpack(database, catalog, other.id, path, _quiet)
    back = time.perf_counter() - started
    print(f"in: {back:.1f} s, COPY {plain:.1f} s: {back / plain:.2f} times (limit {DEARER})")
    return out <= LONGEST and back <= DEARER * plain


async def _copied(owner: Connection, part: Part, user: UUID, place: Path) -> float:
    """The seconds that COPY takes to fill a table like this one, with its indexes."""
    names = [*part.columns, *([part.blob[0]] if part.blob else [])]
    columns = ", ".join(map(quoted, ("user_id", *names)))
    path, plain = place / part.table, f"plain_{part.table}"
    await owner.copy_from_query(
        f"SELECT {columns} FROM {quoted(part.table)} WHERE user_id = $1", user, output=path, format="binary"
    )
    await owner.execute(f"CREATE TABLE {quoted(plain)} (LIKE {quoted(part.table)} INCLUDING ALL)")
    started = time.perf_counter()
    await owner.copy_to_table(plain, source=path, columns=["user_id", *names], format="binary")
    return time.perf_counter() - started


def _quiet(_: str) -> None:
    """Nobody looks."""
