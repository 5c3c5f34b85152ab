"""The consumer that makes links and tags from texts, whoever wrote them.

Linking a record is idempotent: what its text says now is compared with the edges that its text made before. A target
that does not exist yet is kept and binds when a record of that name arrives, by linking its source again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar
from uuid import UUID


from graph.changes.consumers import Change
from graph.database import Connection
from graph.extraction import queries
from graph.extraction.mentions import mentions
from graph.extraction.names import Candidate, resolve
from graph.plan.values import quoted
from schema_sql.catalog import Catalog, Entity

RELATIONS = {"wikilink": "LINKS_TO", "link": "LINKS_TO", "embed": "EMBEDS"}
MAX_SPANS = 20
LINKED_AT_ONCE = 200


@dataclass(slots=True)
class Said:
    """What one record's text says: its targets under their relations with the places, and its tags."""

    path: str
    targets: dict[tuple[str, str], list[list[int]]] = field(default_factory=dict)
    tags: set[str] = field(default_factory=set)


class Linker:
    """Reads the log for texts that changed and for names that arrived."""

    name: ClassVar[str] = "linker"

    def __init__(self, catalog: Catalog) -> None:
        self._texts = {entity.record_type: entity for entity in catalog.records if entity.tagged("markdown")}
        self._named = {entity.record_type for entity in catalog.records if entity.tagged("name")}

    async def take(self, connection: Connection, user: UUID, changes: Sequence[Change]) -> None:
        """Link the records whose texts changed, and those that waited for names which came with these changes."""
        sources = {change.record_id for change in changes if self._is_text(change)}
        arrived = {change.record_id for change in changes if self._is_arrival(change)}
        if arrived:
            rows = await connection.fetch(queries.BOUND_TO_ARRIVALS, user, list(arrived))
            sources |= {row["source_id"] for row in rows}
        ordered = sorted(sources)
        for start in range(0, len(ordered), LINKED_AT_ONCE):
            await self._link(connection, user, ordered[start : start + LINKED_AT_ONCE])

    def _is_text(self, change: Change) -> bool:
        entity = self._texts.get(change.record_type)
        if entity is None or change.operation not in ("insert", "update", "restore"):
            return False
        telling = {*entity.tagged("markdown"), "custom_fields", *_path_columns(entity)}
        return change.operation != "update" or bool(telling & set(change.after or ()))

    def _is_arrival(self, change: Change) -> bool:
        return change.record_type in self._named and change.operation in ("insert", "update", "restore")

    async def _link(self, connection: Connection, user: UUID, sources: list[UUID]) -> None:
        said = await self._said(connection, user, sources)
        found = await _resolved(connection, user, said)
        await _keep_edges(connection, user, said, found)
        await _keep_pending(connection, user, said, found)
        await _keep_tags(connection, user, said)

    async def _said(self, connection: Connection, user: UUID, sources: list[UUID]) -> dict[UUID, Said]:
        said: dict[UUID, Said] = {}
        for entity in self._texts.values():
            columns = [*entity.tagged("markdown"), *_path_columns(entity)]
            extra = ", custom_fields" if "custom_fields" in entity.by_name else ""
            rows = await connection.fetch(
                f"SELECT id, {', '.join(quoted(name) for name in columns)}{extra} FROM {quoted(entity.name)} "
                f"WHERE user_id = $1 AND id = ANY ($2::uuid[]) AND deleted_at IS NULL",
                user,
                sources,
            )
            for row in rows:
                said[row["id"]] = _read(entity, dict(row))
        return said


def _path_columns(entity: Entity) -> list[str]:
    return [name for name in entity.tagged("name") if name.endswith("path")]


def _read(entity: Entity, row: Mapping[str, Any]) -> Said:
    path = next((row[name] for name in _path_columns(entity) if row[name]), "")
    said = Said(path)
    for column in entity.tagged("markdown"):
        for mention in mentions(row[column] or ""):
            if mention.kind == "tag":
                said.tags.add(tag_name(mention.target))
            elif mention.target:
                spans = said.targets.setdefault((RELATIONS[mention.kind], mention.target), [])
                if len(spans) < MAX_SPANS:
                    spans.append([*mention.span])
    fields = row.get("custom_fields")
    listed = fields.get("tags") if isinstance(fields, dict) else None
    said.tags.update(tag_name(tag) for tag in listed or () if isinstance(tag, str))
    said.tags.discard("")
    return said


def tag_name(tag: str) -> str:
    """A tag as it is stored: small letters, no #, single slashes."""
    return "/".join(part.strip() for part in tag.strip().lstrip("#").lower().split("/") if part.strip())[:250]


async def _resolved(connection: Connection, user: UUID, said: Mapping[UUID, Said]) -> dict[str, list[Candidate]]:
    """For every target the records that it may mean; which of them it is depends on where it is said."""
    targets = sorted({target for one in said.values() for _, target in one.targets})
    paths: dict[str, dict[UUID, Candidate]] = {}
    for row in await connection.fetch(queries.CANDIDATES, user, targets) if targets else ():
        known = paths.setdefault(row["target"], {})
        path = row["name"] if row["is_path"] else ""
        key = row["id"]
        if path or key not in known:
            known[key] = Candidate(key, path, row["name"])
        elif not known[key].path:
            known[key] = Candidate(key, "", min(known[key].name, row["name"]))
    return {target: list(candidates.values()) for target, candidates in paths.items()}


def _target(source: Said, target: str, found: Mapping[str, list[Candidate]]) -> UUID | None:
    best = resolve(target, source.path, found.get(target, ()))
    return best.id if best else None


async def _keep_edges(
    connection: Connection, user: UUID, said: Mapping[UUID, Said], found: Mapping[str, list[Candidate]]
) -> None:
    wanted: dict[tuple[UUID, str, UUID], list[list[int]]] = {}
    for source, one in said.items():
        for (relation, target), spans in one.targets.items():
            id_ = _target(one, target, found)
            if id_ is not None and id_ != source:
                wanted.setdefault((source, relation, id_), []).extend(spans)
    rows = await connection.fetch(queries.EXISTING, user, list(said))
    existing = {(row["source_id"], row["relation"], row["target_id"]): row["id"] for row in rows}
    stale = [id_ for key, id_ in existing.items() if key not in wanted]
    if stale:
        await connection.execute(queries.DROP, user, stale)
    new = [
        {"source": source, "relation": relation, "target": target, "evidence": {"rule": "text", "spans": spans[:MAX_SPANS]}}
        for (source, relation, target), spans in wanted.items()
        if (source, relation, target) not in existing
    ]
    if new:
        await connection.execute(queries.ADD, user, new)


async def _keep_pending(
    connection: Connection, user: UUID, said: Mapping[UUID, Said], found: Mapping[str, list[Candidate]]
) -> None:
    waiting = [
        {"source": source, "relation": relation, "target": target, "evidence": {"rule": "text", "spans": spans}}
        for source, one in said.items()
        for (relation, target), spans in one.targets.items()
        if _target(one, target, found) is None
    ]
    await connection.execute(queries.FORGET_PENDING, user, list(said))
    if waiting:
        await connection.execute(queries.KEEP_PENDING, user, waiting)


async def _keep_tags(connection: Connection, user: UUID, said: Mapping[UUID, Said]) -> None:
    names = {tag for one in said.values() for tag in one.tags}
    ids = await _tag_ids(connection, user, names)
    wanted = {(source, ids[tag]) for source, one in said.items() for tag in one.tags}
    rows = await connection.fetch(queries.TAGGED, user, list(said))
    existing = {(row["subject_id"], row["tag_id"]): row["id"] for row in rows}
    stale = [id_ for key, id_ in existing.items() if key not in wanted]
    if stale:
        await connection.execute(queries.UNTAG, user, stale)
    new = [{"tag": tag, "subject": source} for source, tag in sorted(wanted - existing.keys())]
    if new:
        await connection.execute(queries.TAG, user, new)


async def _tag_ids(connection: Connection, user: UUID, names: Iterable[str]) -> dict[str, UUID]:
    """The ids of tags, the wider ones of nested tags included; what does not exist is made, wider ones first."""
    wanted = {"/".join(parts[: depth + 1]) for name in names for parts in [name.split("/")] for depth in range(len(parts))}
    if not wanted:
        return {}
    ids: dict[str, UUID] = {row["name"]: row["id"] for row in await connection.fetch(queries.TAGS, user, list(wanted))}
    missing = sorted(wanted - ids.keys())
    for depth in sorted({name.count("/") for name in missing}):
        await connection.execute(queries.MAKE_TAGS, user, [name for name in missing if name.count("/") == depth])
    if missing:
        ids |= {row["name"]: row["id"] for row in await connection.fetch(queries.TAGS, user, missing)}
    return ids
