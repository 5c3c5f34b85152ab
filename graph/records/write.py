"""The one door of writing. Mutations, imports and the command line all create, change and delete records here."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID, uuid4

from asyncpg.exceptions import PostgresError

from graph.database import Connection, Database
from graph.errors import BadArgument, Conflict, NotFound
from graph.plan import write as plan
from graph.plan.values import as_json
from graph.records.refusals import explained
from schema_sql.catalog import Catalog, Entity

T = TypeVar("T")
Values = Mapping[str, Any]
"""Columns and their values as JSON has them; bytes as base64."""

BATCH_LIMIT = 10_000


def given_of(entity: Entity, row: Values) -> Values:
    """What a row to create gives. Null, for a column that cannot be null, leaves it to its default."""
    given = {name: value for name, value in row.items() if value is not None or entity.by_name[name].nullable}
    return given if given.get("id") else {name: value for name, value in given.items() if name != "id"}


class Records:
    """Writes records of all types. Raises LifeloomErrors: BadArgument, NotFound, BrokenReference, Conflict."""

    def __init__(self, database: Database, catalog: Catalog) -> None:
        self._database = database
        self._catalog = catalog

    async def write(
        self,
        user: UUID,
        work: Callable[[Connection], Awaitable[T]],
        *,
        origin: str = "graphql",
        change_set: UUID | None = None,
    ) -> T:
        """Run `work` in one transaction; what the database refuses is explained."""
        try:
            return await self._database.write(user, work, origin=origin, change_set=change_set)
        except PostgresError as error:
            known = explained(error)
            if known is None:
                raise
            raise known from error

    async def create(
        self, user: UUID, entity: Entity, rows: Sequence[Values], *, origin: str = "graphql"
    ) -> list[UUID]:
        """Create records of one type in one transaction and return their ids. An id that exists is left alone."""
        if len(rows) > BATCH_LIMIT:
            raise BadArgument(f"at most {BATCH_LIMIT} records are created at once, not {len(rows)}")
        given = [{"id": str(uuid4()), **given_of(entity, row)} for row in rows]

        async def work(connection: Connection) -> list[UUID]:
            await insert_rows(connection, user, entity, given)
            return [UUID(row["id"]) for row in given]

        return await self.write(user, work, origin=origin)

    async def update(
        self,
        user: UUID,
        entity: Entity,
        id_: UUID,
        values: Values,
        *,
        if_updated_at: str | None = None,
        origin: str = "graphql",
    ) -> UUID:
        """Change the given columns of a living record. With `if_updated_at`, only if it has not changed since."""

        async def work(connection: Connection) -> UUID:
            guard = () if if_updated_at is None else (if_updated_at,)
            sql = plan.update(entity, list(values), guarded=bool(guard))
            done = await connection.fetchval(sql, user, as_json(values).encode(), id_, *guard)
            if done is None:
                await self._refuse(connection, user, entity, id_)
            return id_

        return await self.write(user, work, origin=origin)

    async def _refuse(self, connection: Connection, user: UUID, entity: Entity, id_: UUID) -> None:
        found: datetime | None = await connection.fetchval(
            "SELECT updated_at FROM records WHERE user_id = $1 AND id = $2 AND type = $3 AND deleted_at IS NULL",
            user, id_, entity.record_type,
        )  # fmt: skip
        if found is None:
            raise NotFound(what=entity.record_type.replace("_", " "), id=id_)
        raise Conflict(reason=f"It was changed meanwhile, at {found.isoformat()}: read it again.")

    async def upsert(self, user: UUID, entity: Entity, key: Values, values: Values, *, origin: str = "graphql") -> UUID:
        """Create the record with this natural key, or change it."""

        async def work(connection: Connection) -> UUID:
            id_: UUID | None = await connection.fetchval(plan.find_by_key(entity), user, as_json(key).encode())
            if id_ is None:
                return await self._create_by_key(connection, user, entity, key, values)
            await connection.fetchval(
                plan.update(entity, list(values), guarded=False), user, as_json(values).encode(), id_
            )
            return id_

        return await self.write(user, work, origin=origin)

    async def _create_by_key(
        self, connection: Connection, user: UUID, entity: Entity, key: Values, values: Values
    ) -> UUID:
        given = {name: value for name, value in key.items() if not entity.by_name[name].generated}
        row = {**given_of(entity, values), **given, "id": str(uuid4())}
        await insert_rows(connection, user, entity, [row])
        if await connection.fetchval(plan.find_by_key(entity), user, as_json(key).encode()) is None:
            raise BadArgument("the key is made of other values, and these make another key")
        return UUID(row["id"])

    async def delete(self, user: UUID, id_: UUID, entity: Entity | None = None) -> UUID:
        """Delete a record, softly and with all it owns. Deleting it again is harmless."""
        return await self._set_deleted(user, id_, entity, deleted=True)

    async def restore(self, user: UUID, id_: UUID, entity: Entity | None = None) -> UUID:
        """Bring a deleted record back, with what went with it."""
        return await self._set_deleted(user, id_, entity, deleted=False)

    async def _set_deleted(self, user: UUID, id_: UUID, entity: Entity | None, *, deleted: bool) -> UUID:
        async def work(connection: Connection) -> UUID:
            found = await self._entity(connection, user, id_, entity)
            await connection.fetchval(plan.set_deleted(found, deleted=deleted), user, id_)
            return id_

        return await self.write(user, work)

    async def purge(self, user: UUID, id_: UUID) -> UUID:
        """Remove a record for good from every table, log and raw copies included. What referred to it lets go."""

        async def work(connection: Connection) -> UUID:
            entity = await self._entity(connection, user, id_, None)
            for target in (entity.name, "records"):
                for other, key in self._catalog.pointing_at(target):
                    if not key.owned and other.by_name[key.column].nullable:
                        await connection.execute(plan.let_go(other, key.column), user, id_)
            await connection.execute(plan.purge(entity), user, id_)
            return id_

        return await self.write(user, work)

    async def _entity(self, connection: Connection, user: UUID, id_: UUID, expected: Entity | None) -> Entity:
        type_ = await connection.fetchval("SELECT type FROM records WHERE user_id = $1 AND id = $2", user, id_)
        entity = self._catalog.by_type.get(type_ or "")
        if entity is None or (expected is not None and entity is not expected):
            raise NotFound(what=expected.record_type.replace("_", " ") if expected else "record", id=id_)
        if entity.managed:
            raise BadArgument(f"a {entity.record_type.replace('_', ' ')} is written by its own commands only")
        return entity


async def insert_rows(connection: Connection, user: UUID, entity: Entity, rows: Sequence[Values]) -> int:
    """Insert rows of one type, those with the same columns in one statement; returns how many are new."""
    alike: dict[tuple[str, ...], list[Values]] = {}
    for row in rows:
        alike.setdefault(tuple(row), []).append(row)
    new = 0
    for columns, group in alike.items():
        new += len(await connection.fetch(plan.insert(entity, columns), user, as_json(group).encode()))
    return new
