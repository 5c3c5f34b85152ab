"""Merging records that stand for one thing, and splitting them again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from asyncpg import Record

from graph.database import Connection, Database
from graph.errors import BadArgument, Conflict, NotFound
from graph.merging import queries
from graph.merging.absorb import Absorption, Difference, Pair
from graph.merging.undo import Remainder, Undoing
from graph.records.write import Records
from schema_sql.catalog import Catalog, Entity

AT_ONCE = 100
"""How many records one merge absorbs at most."""


@dataclass(frozen=True, slots=True)
class Merge:
    """Records that were merged into one. `id` is the merge's change set; `split_at` is None while it holds."""

    id: UUID
    record_type: str
    survivor: UUID
    absorbed: Sequence[UUID]
    merged_at: datetime
    split_at: datetime | None


@dataclass(frozen=True, slots=True)
class Merged:
    """A merge just made, with what the survivor did not take over from each of the absorbed."""

    merge: Merge
    differences: Sequence[tuple[UUID, Difference]]


@dataclass(frozen=True, slots=True)
class Split:
    """A merge taken apart: the records that are themselves again, and what was changed since and so stays as it is."""

    merge: UUID
    records: Sequence[UUID]
    remainders: Sequence[Remainder]


class Merging:
    """Merges and splits records. Raises BadArgument, NotFound and Conflict; then nothing was changed."""

    def __init__(self, database: Database, records: Records, catalog: Catalog) -> None:
        self._database = database
        self._records = records
        self._catalog = catalog

    async def merge(self, user: UUID, records: Sequence[UUID], into: UUID) -> Merged:
        """Let the living record `into` absorb these of its type: what they had is its own, they are deleted softly."""
        absorbed = [id_ for id_ in dict.fromkeys(records) if id_ != into]
        if not absorbed:
            raise BadArgument("a merge needs at least one record besides the one that it goes into")
        if len(absorbed) > AT_ONCE:
            raise BadArgument(f"at most {AT_ONCE} records are merged at once, not {len(absorbed)}")
        merge = uuid4()

        async def work(connection: Connection) -> list[tuple[UUID, Difference]]:
            entity = await self._kind(connection, user, [into, *absorbed])
            await connection.execute(queries.ENTER, user, merge, into, absorbed, entity.record_type)
            await connection.execute(queries.FOLLOW, user, into, absorbed)
            absorption = Absorption(self._catalog, connection, user, merge)
            differences = []
            for gone in absorbed:
                found = await absorption.absorb(entity, Pair(gone, into))
                differences += [(gone, difference) for difference in found]
            return differences

        differences = await self._records.write(user, work, change_set=merge)
        async with self._database.acting_as(user) as connection:
            return Merged(await _merge_of(connection, user, merge), differences)

    async def _kind(self, connection: Connection, user: UUID, ids: Sequence[UUID]) -> Entity:
        """The one table of these living records."""
        found = {row["id"]: row["type"] for row in await connection.fetch(queries.LIVING, user, list(ids))}
        for id_ in ids:
            if id_ not in found:
                raise NotFound(what="living record", id=id_)
        types = sorted(set(found.values()))
        if len(types) > 1:
            raise BadArgument(f"records of one type are merged, not a {' and a '.join(types)}".replace("_", " "))
        entity = self._catalog.by_type[types[0]]
        if entity.managed:
            raise BadArgument(f"a {types[0].replace('_', ' ')} is written by its own commands only")
        return entity

    async def split(self, user: UUID, merge: UUID) -> Split:
        """Take a merge apart: every row and edge is as it was, but for what was changed since."""

        async def work(connection: Connection) -> Split:
            rows = await connection.fetch(queries.MERGE, user, merge)
            absorbed = [row["absorbed_id"] for row in rows]
            await self._check(connection, user, merge, rows)
            remainders = await Undoing(self._catalog, connection, user, merge, rows[0]["merged_at"]).run()
            self._check_back(absorbed, remainders)
            await connection.execute(queries.MARK_SPLIT, user, merge)
            for id_ in absorbed:
                await connection.execute(queries.UNFOLLOW, user, id_)
            return Split(merge, absorbed, remainders)

        return await self._records.write(user, work)

    async def _check(self, connection: Connection, user: UUID, merge: UUID, rows: Sequence[Record]) -> None:
        if not rows:
            raise NotFound(what="merge", id=merge)
        survivor, merged_at, split_at = rows[0]["survivor_id"], rows[0]["merged_at"], rows[0]["split_at"]
        if split_at is not None:
            raise Conflict(reason=f"This merge was split already, at {split_at.isoformat()}.")
        ends = [survivor, *(row["absorbed_id"] for row in rows)]
        later = await connection.fetchrow(queries.LATER, user, merge, ends, merged_at)
        if later is not None:
            raise Conflict(
                reason=f"{later['label']} was merged again since: split the merge {later['merge_id']} first."
            )
        if not await connection.fetch(queries.LIVING, user, [survivor]):
            raise Conflict(reason=f"The record {survivor} was deleted since the merge: restore it first.")

    def _check_back(self, absorbed: Sequence[UUID], remainders: Sequence[Remainder]) -> None:
        for one in remainders:
            if one.id in absorbed and one.column == "deleted_at":
                raise Conflict(reason=f"The record {one.id} cannot come back. {one.reason}")

    async def merges(self, user: UUID, record: UUID | None = None, first: int = 20) -> list[Merge]:
        """The merges of a record (None: all), the latest first, those that were split included."""
        async with self._database.acting_as(user) as connection:
            return [_merge(row) for row in await connection.fetch(queries.MERGES, user, record, first)]


async def _merge_of(connection: Connection, user: UUID, merge: UUID) -> Merge:
    rows = await connection.fetch(queries.MERGE, user, merge)
    first = rows[0]
    absorbed = sorted(row["absorbed_id"] for row in rows)
    return Merge(merge, first["record_type"], first["survivor_id"], absorbed, first["merged_at"], first["split_at"])


def _merge(row: Record) -> Merge:
    return Merge(
        row["merge_id"], row["record_type"], row["survivor_id"], row["absorbed"], row["merged_at"], row["split_at"]
    )
