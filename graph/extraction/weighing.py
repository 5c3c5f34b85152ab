"""How many texts fit into memory at once."""

from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from graph.database import Connection
from schema_sql.catalog import Entity
from schema_sql.machinery import quoted

LIVING = "user_id = $1 AND id = ANY ($2::uuid[]) AND deleted_at IS NULL"
AT_ONCE = 200


async def portions(
    connection: Connection, user: UUID, wanted: Iterable[tuple[Entity, Sequence[str], Sequence[UUID]]], most: int
) -> Iterator[list[UUID]]:
    """The living ones of these records of each table, in lists whose columns are at most `most` bytes together."""
    weighed: list[tuple[UUID, int]] = []
    for entity, columns, ids in wanted:
        weight = " + ".join(f"coalesce(octet_length({quoted(name)}), 0)" for name in columns)
        sql = f"SELECT id, {weight} AS weight FROM {quoted(entity.name)} WHERE {LIVING} ORDER BY id"
        weighed += [(row["id"], row["weight"]) for row in await connection.fetch(sql, user, ids)]
    return _portions(weighed, most)


def _portions(weighed: Sequence[tuple[UUID, int]], most: int) -> Iterator[list[UUID]]:
    portion: list[UUID] = []
    weight = 0
    for id_, bytes_ in weighed:
        if portion and (len(portion) >= AT_ONCE or weight + bytes_ > most):
            yield portion
            portion, weight = [], 0
        portion.append(id_)
        weight += bytes_
    if portion:
        yield portion
