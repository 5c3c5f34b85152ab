"""One record takes in another, with all that the other had; what is changed is written down as steps of the merge."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from asyncpg.exceptions import IntegrityConstraintViolationError

from graph.database import Connection, savepoint
from graph.merging import filling, queries, statements
from schema_sql.catalog import Catalog, Entity, ForeignKey


class Pair(NamedTuple):
    """Who is absorbed, and who stays."""

    gone: UUID
    survivor: UUID


@dataclass(frozen=True, slots=True)
class Difference:
    """A column that both had: the survivor kept its own value, the other one is left with the absorbed record."""

    column: str
    kept: Any
    left: Any


class Absorption:
    """The absorbing of one merge, inside its transaction."""

    def __init__(self, catalog: Catalog, connection: Connection, user: UUID, merge: UUID) -> None:
        self._catalog = catalog
        self._connection = connection
        self._user = user
        self._merge = merge
        self._steps = 0
        self._watched: set[UUID] = set()

    async def absorb(self, entity: Entity, pair: Pair) -> list[Difference]:
        """Lead everything from the one to the other, delete the one softly and fill what the other lacks."""
        derived = await self._watch(entity, [pair.gone])
        for child, key in self._keys(entity):
            if not (entity.whole and key.owned and key.target == entity.name):
                await self._lead_keys(child, key, pair)
        await self._aside(entity, [pair.gone])
        differences = await self._fill(entity, pair)
        for statement in queries.EDGES:
            await self._step(statement, *pair)
        await self._step(queries.TIES, *pair, derived)
        return differences

    async def _step(self, statement: str, *arguments: object) -> int:
        """Run a statement as the next step and return its number."""
        self._steps += 1
        await self._connection.execute(statement, self._user, self._merge, self._steps, *arguments)
        return self._steps

    async def _ids(self, statement: str, *arguments: object) -> list[UUID]:
        return [row[0] for row in await self._connection.fetch(statement, self._user, *arguments)]

    def _keys(self, entity: Entity) -> Iterator[tuple[Entity, ForeignKey]]:
        """The keys that may lead to a record of this table, those to records of any type included."""
        for name in (entity.name, "records"):
            for child, key in self._catalog.pointing_at(name):
                if key.target_columns[-1] == "id":
                    yield child, key

    # What points at the absorbed

    async def _lead_keys(self, child: Entity, key: ForeignKey, pair: Pair) -> None:
        rows = set(await self._ids(statements.pointing(child, key), [pair.gone]))
        if pair.survivor in rows:
            await self._let_go(child, key, pair)
        rows -= set(pair)
        if not rows:
            return
        rows -= await self._untie(child, key, rows, pair)
        rows -= await self._join_twins(child, key, rows, pair)
        await self._point(child, key, list(rows), pair)

    async def _let_go(self, entity: Entity, key: ForeignKey, pair: Pair) -> None:
        """The survivor itself points at the absorbed: nothing points at itself."""
        if not entity.by_name[key.column].nullable:
            return
        try:
            async with savepoint(self._connection):
                await self._step(statements.point(entity, key), [pair.survivor], pair.gone, None)
        except IntegrityConstraintViolationError:
            return  # the columns beside it say that it must lead somewhere

    async def _untie(self, child: Entity, key: ForeignKey, rows: set[UUID], pair: Pair) -> set[UUID]:
        """Parts of the one that only say how the two stand to each other have nothing to say about one."""
        others = [other for other in child.foreign_keys if other != key and other.target in (key.target, "records")]
        if not others or not any(one.owned for one in (key, *others)):
            return set()
        names = [other.column for other in others]
        knots = await self._ids(statements.knots(child, names), list(rows), pair.survivor)
        await self._aside(child, knots)
        return set(knots)

    async def _join_twins(self, child: Entity, key: ForeignKey, rows: set[UUID], pair: Pair) -> set[UUID]:
        """What the survivor has already is not had twice: the one of the absorbed is absorbed in its turn."""
        joined: set[UUID] = set()
        for unique in child.uniques:
            if key.column not in unique.columns or unique.columns == child.primary_key:
                continue
            left = list(rows - joined)
            for row in await self._connection.fetch(
                statements.twins(child, key, unique), self._user, left, pair.survivor
            ):
                twins = Pair(row["gone"], row["survivor"])
                if pair.gone not in twins:
                    await self.absorb(child, twins)
                    joined.add(twins.gone)
        return joined

    async def _point(self, child: Entity, key: ForeignKey, rows: Sequence[UUID], pair: Pair) -> None:
        """Where the table refuses, one by one; a row that it refuses alone goes with the absorbed record."""
        if not rows:
            return
        try:
            async with savepoint(self._connection):
                await self._step(statements.point(child, key), list(rows), *pair)
        except IntegrityConstraintViolationError:
            if len(rows) == 1:
                await self._aside(child, rows)
                return
            for row in rows:
                await self._point(child, key, [row], pair)

    # The records themselves

    async def _aside(self, entity: Entity, rows: Sequence[UUID]) -> None:
        if rows:
            for owned, ids in await self._family(entity, rows):
                await self._watch(owned, ids)
            await self._step(statements.aside(entity), list(rows))

    async def _family(self, entity: Entity, rows: Sequence[UUID]) -> list[tuple[Entity, list[UUID]]]:
        """These rows and what they own, which goes with them."""
        known, below = set(rows), [(entity, list(rows))]
        for parent, ids in below:
            for child, key in self._keys(parent):
                if key.owned:
                    found = await self._ids(statements.pointing(child, key), ids)
                    new = [id_ for id_ in found if id_ not in known]
                    known.update(new)
                    below += [(child, new)] if new else []
        return below

    async def _watch(self, entity: Entity, rows: Sequence[UUID]) -> int:
        """Write down the edges that follow from these records now; the number of that step."""
        new = [id_ for id_ in rows if id_ not in self._watched]
        self._watched.update(new)
        if not new:
            return self._steps
        return await self._step(queries.DERIVED, new, entity.name)

    async def _fill(self, entity: Entity, pair: Pair) -> list[Difference]:
        ends = (pair.survivor, pair.gone)
        compared = await self._connection.fetch(filling.compare(entity), self._user, *ends)
        names = [row["name"] for row in compared if row["fills"]]
        refused = await self._fill_columns(entity, names, ends) if names else []
        return [
            Difference(row["name"], row["kept"], row["left"])
            for row in compared
            if (not row["fills"] or row["name"] in refused) and not entity.by_name[row["name"]].secret
        ]

    async def _fill_columns(self, entity: Entity, names: Sequence[str], ends: tuple[UUID, UUID]) -> list[str]:
        """Fill these columns and return those that the table refused; edges lost by it are written down."""
        self._steps += 1
        scope = (self._user, self._merge, self._steps)
        edges = await self._connection.fetchval(queries.NOTED, *scope, [ends[0]], entity.name)
        refused: list[str] = []
        if not await self._filled(entity, names, ends):
            for group in filling.groups(entity, names):
                refused += [] if await self._filled(entity, group, ends) else group
        await self._connection.execute(queries.LOST, edges)
        return refused

    async def _filled(self, entity: Entity, names: Sequence[str], ends: tuple[UUID, UUID]) -> bool:
        """Whether the table takes these values together."""
        try:
            async with savepoint(self._connection):
                await self._step(filling.fill(entity, names), *ends)
        except IntegrityConstraintViolationError:
            return False
        return True
