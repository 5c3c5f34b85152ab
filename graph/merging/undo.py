"""A merge backwards, step by step. What was changed since stays as it is and is told; nothing is lost for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from asyncpg import Record
from asyncpg.exceptions import IntegrityConstraintViolationError

from graph.database import Connection, savepoint
from graph.merging import filling, queries, statements
from schema_sql.catalog import Catalog


@dataclass(frozen=True, slots=True)
class Remainder:
    """Something that the split left as it is: a row (or an edge), the column, and why."""

    record_type: str
    id: UUID
    column: str
    reason: str


_ELSEWHERE = "It leads elsewhere by now."
_CHANGED = "It was changed since the merge."
_DELETED = "It was deleted again since the merge."


class Undoing:
    """The undoing of one merge, inside the transaction of the split."""

    def __init__(self, catalog: Catalog, connection: Connection, user: UUID, merge: UUID, merged_at: datetime) -> None:
        self._catalog = catalog
        self._connection = connection
        self._scope = (user, merge)
        self._merged_at = merged_at
        self._remainders: list[Remainder] = []

    async def run(self) -> list[Remainder]:
        """Undo all steps, the last first, and return what could not be undone."""
        for step in await self._connection.fetch(queries.STEPS, *self._scope):
            if step["kind"] == "fill":
                await self._unfill(step)
            elif step["kind"] == "point":
                await self._point_back(step)
            elif step["kind"] == "aside":
                await self._bring_back(step)
            else:
                await self._edges_back(step)
        return self._remainders

    async def _changed(self, statement: str, step: Record, *arguments: object) -> list[UUID]:
        rows = await self._connection.fetch(statement, *self._scope, step["step"], *arguments)
        return [row[0] for row in rows]

    def _leave(self, step: Record, rows: Sequence[UUID], column: str, reason: str) -> None:
        self._remainders += [Remainder(step["record_type"], row, column, reason) for row in rows]

    async def _edges_back(self, step: Record) -> None:
        rows = await self._changed(queries.EDGES_BACK[step["kind"]], step)
        self._leave(step, rows, "", _ELSEWHERE if step["kind"] != "unlink" else _CHANGED)

    async def _point_back(self, step: Record) -> None:
        (column,) = step["columns"]
        statement = statements.point_back(self._catalog.by_type[step["record_type"]], column)
        await self._in_parts(step, column, (statement, _ELSEWHERE))

    async def _bring_back(self, step: Record) -> None:
        statement = statements.bring_back(self._catalog.by_type[step["record_type"]])
        await self._in_parts(step, "deleted_at", (statement, _DELETED), self._merged_at)

    async def _in_parts(self, step: Record, column: str, way: tuple[str, str], *more: object) -> None:
        """All rows of a step at once; where the table refuses, one by one."""
        statement, reason = way
        try:
            async with savepoint(self._connection):
                self._leave(step, await self._changed(statement, step, None, *more), column, reason)
            return
        except IntegrityConstraintViolationError:
            subjects = await self._connection.fetch(queries.SUBJECTS, *self._scope, step["step"])
        for (row,) in subjects:
            try:
                async with savepoint(self._connection):
                    self._leave(step, await self._changed(statement, step, [row], *more), column, reason)
            except IntegrityConstraintViolationError as error:
                self._leave(step, [row], column, f"The table refuses it: {error}")

    async def _unfill(self, step: Record) -> None:
        entity = self._catalog.by_type[step["record_type"]]
        columns = await self._connection.fetch(filling.untouched(entity), *self._scope, step["step"])
        for row in columns:
            if not row["same"]:
                self._leave(step, [row["subject_id"]], row["column_name"], _CHANGED)
        names = [row["column_name"] for row in columns if row["same"]]
        if not names:
            return
        try:
            async with savepoint(self._connection):
                await self._connection.execute(filling.unfill(entity, names), *self._scope, step["step"])
        except IntegrityConstraintViolationError as error:
            for name in names:
                self._leave(step, [columns[0]["subject_id"]], name, f"The table refuses it: {error}")
