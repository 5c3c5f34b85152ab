"""Suggests records that may be one thing, and remembers which pairs a person said are two."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from asyncpg import Record

from graph.database import Connection, Database
from graph.errors import BadArgument, NotFound
from graph.merging import candidates, queries
from graph.merging.scoring import LIKELY, Evidence, Reason, judge
from graph.records.write import Records
from schema_sql.catalog import Catalog, Entity

USUAL = ("contact", "organization", "place")
"""The types that are looked through unless told."""

LOOKED_AT = 5000
"""Pairs that are judged of one type, those with a shared address or number first."""


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Two records of one type that may be one thing, the older first. `score` is 0 to 1."""

    record_type: str
    records: tuple[UUID, UUID]
    score: float
    reasons: Sequence[Reason]


class Duplicates:
    """Finds and dismisses duplicates. Raises BadArgument and NotFound."""

    def __init__(self, database: Database, records: Records, catalog: Catalog) -> None:
        self._database = database
        self._records = records
        self._catalog = catalog

    async def find(self, user: UUID, types: Sequence[str] | None = None, first: int = 20) -> list[Duplicate]:
        """Pairs that are likely one, the likeliest first. `types` are record types; a dismissed pair never returns."""
        entities = self._usual() if types is None else [self._entity(type_) for type_ in dict.fromkeys(types)]
        found: list[Duplicate] = []
        async with self._database.acting_as(user) as connection:
            for entity in entities:
                found += await self._of(connection, user, entity)
            best = sorted(found, key=lambda one: (-one.score, one.records))[:first]
            ids = [id_ for one in best for id_ in one.records]
            ages = {row["id"]: row["created_at"] for row in await connection.fetch(queries.AGES, user, ids)}
        return [_older_first(one, ages) for one in best]

    def _usual(self) -> list[Entity]:
        return [self._catalog.by_type[type_] for type_ in USUAL if type_ in self._catalog.by_type]

    def _entity(self, type_: str) -> Entity:
        entity = self._catalog.by_type.get(type_)
        if entity is None:
            raise BadArgument(f"there is no type {type_}")
        if entity.managed or not candidates.comparable(self._catalog, entity):
            raise BadArgument(f"a {type_.replace('_', ' ')} has nothing by which two could be known for one")
        return entity

    async def _of(self, connection: Connection, user: UUID, entity: Entity) -> list[Duplicate]:
        rows = await connection.fetch(candidates.pairs(self._catalog, entity), user, LOOKED_AT)
        found = []
        for row in rows:
            score, reasons = judge(_evidence(entity, row))
            if score >= LIKELY:
                found.append(Duplicate(entity.record_type, (row["low"], row["high"]), score, reasons))
        return found

    async def dismiss(self, user: UUID, records: Sequence[UUID]) -> None:
        """Remember that these two are two. Doing it again is harmless."""
        if len(set(records)) != 2:
            raise BadArgument("two different records are dismissed as duplicates")
        low, high = sorted(set(records))

        async def work(connection: Connection) -> None:
            found = {row["id"] for row in await connection.fetch(queries.KNOWN, user, [low, high])}
            for id_ in (low, high):
                if id_ not in found:
                    raise NotFound(what="record", id=id_)
            await connection.execute(queries.DISMISS, user, low, high)

        await self._records.write(user, work)


def _evidence(entity: Entity, row: Record) -> Evidence:
    personal = "n_given" in entity.by_name
    shared = [(signal, key) for signal, key in row["shared"]]
    return Evidence((row["low_names"], row["high_names"]), shared, row["born"], row["apart"], personal)


def _older_first(one: Duplicate, ages: dict[UUID, object]) -> Duplicate:
    low, high = one.records
    if (str(ages[high]), high) < (str(ages[low]), low):
        return Duplicate(one.record_type, (high, low), one.score, one.reasons)
    return one
