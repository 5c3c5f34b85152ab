"""Tying and untying records by hand."""

from typing import Any
from uuid import UUID

from graph.database import Connection
from graph.errors import BadArgument, NotFound
from graph.plan.values import as_json
from graph.records.write import Records

_LINK = """
INSERT INTO entity_links AS l
    (user_id, source_type, source_id, relation, target_type, target_id, weight, confidence, properties)
SELECT $1, s.type, s.id, $4, t.type, t.id, $5, $6, $7::json::jsonb
FROM records s, records t
WHERE s.user_id = $1 AND s.id = $2 AND s.deleted_at IS NULL AND t.user_id = $1 AND t.id = $3 AND t.deleted_at IS NULL
ON CONFLICT (user_id, source_id, target_id, relation) WHERE valid_to IS NULL AND deleted_at IS NULL
DO UPDATE SET kind = CASE WHEN l.kind = 'extracted' THEN excluded.kind ELSE l.kind END,
    weight = excluded.weight, confidence = excluded.confidence, properties = excluded.properties
RETURNING l.id
"""

_UNLINK = """
UPDATE entity_links SET deleted_at = now()
WHERE user_id = $1 AND id = $2 AND deleted_at IS NULL AND kind <> 'structural' RETURNING id
"""


async def tie(
    connection: Connection, user: UUID, ends: tuple[UUID, UUID], relation: str, properties: dict[str, Any]
) -> UUID:
    """An edge from the first of two living records to the second, like `Links.link`, in the caller's transaction."""
    source, target = ends
    more = properties.get("properties")
    id_: UUID | None = await connection.fetchval(
        _LINK, user, source, target, relation, properties["weight"], properties["confidence"],
        None if more is None else as_json(more).encode(),
    )  # fmt: skip
    if id_ is None:
        raise NotFound(what="pair of living records", id=f"{source}, {target}")
    return id_


class Links:
    """Writes edges. Raises NotFound where an end is unknown or deleted."""

    def __init__(self, records: Records) -> None:
        self._records = records

    async def link(self, user: UUID, source: UUID, target: UUID, relation: str, properties: dict[str, Any]) -> UUID:
        """Tie two living records; the same edge again is changed, not doubled.

        `properties` holds `weight`, `confidence` and `properties`.
        """

        async def work(connection: Connection) -> UUID:
            return await tie(connection, user, (source, target), relation, properties)

        return await self._records.write(user, work)

    async def unlink(self, user: UUID, id_: UUID) -> UUID:
        """Untie an edge that a person, a text or a connector made. What follows from the data itself stays."""

        async def work(connection: Connection) -> UUID:
            if await connection.fetchval(_UNLINK, user, id_) is None:
                kind = await connection.fetchval(
                    "SELECT kind::text FROM entity_links WHERE user_id = $1 AND id = $2", user, id_
                )
                if kind == "structural":
                    raise BadArgument("this edge follows from the records themselves: change them instead")
                raise NotFound(what="link", id=id_)
            return id_

        return await self._records.write(user, work)
