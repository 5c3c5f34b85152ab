"""Brings the edges, the waiting links and the tags of some records to what their texts say now, whatever was there."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, islice
from posixpath import dirname
from typing import TypeVar
from uuid import UUID

from graph.database import Connection
from graph.extraction import queries
from graph.extraction.names import Candidate, resolve
from graph.extraction.texts import MAX_SPANS, Said, Spans

T = TypeVar("T")
Edge = tuple[UUID, str, UUID]

ROWS_AT_ONCE = 10_000


async def keep(connection: Connection, user: UUID, said: Mapping[UUID, Said]) -> None:
    """Make everything follow from what these records say. Doing it again changes nothing."""
    meant = await _Meant.of(connection, user, said)
    edges: dict[Edge, Spans] = {}
    waiting: list[tuple[UUID, str, str]] = []
    for source, one in said.items():
        for (relation, target), spans in one.targets.items():
            id_ = meant.record(target, one.path)
            if id_ is None:
                waiting.append((source, relation, target))
            elif id_ != source:
                _lay(edges.setdefault((source, relation, id_), []), spans)
    await _keep_edges(connection, user, list(said), edges)
    await connection.execute(queries.FORGET_PENDING, user, list(said))
    for some in _chunks(waiting):
        await connection.execute(queries.KEEP_PENDING, user, *map(list, zip(*some, strict=True)))
    await _keep_tags(connection, user, said)


def _lay(places: Spans, more: Spans) -> None:
    places[:] = sorted([*places, *more])[:MAX_SPANS]


class _Meant:
    """Which record a target means, in texts of one folder; the answers are remembered."""

    def __init__(self, candidates: Mapping[str, Sequence[Candidate]]) -> None:
        self._candidates = candidates
        self._known: dict[tuple[str, str], UUID | None] = {}

    @classmethod
    async def of(cls, connection: Connection, user: UUID, said: Mapping[UUID, Said]) -> "_Meant":
        """With the records that any of these targets may mean."""
        found: dict[str, list[Candidate]] = {}
        for targets in _chunks(sorted({target for one in said.values() for _, target in one.targets})):
            for row in await connection.fetch(queries.CANDIDATES, user, targets):
                candidate = Candidate(row["id"], row["name"] if row["is_path"] else "", row["name"])
                found.setdefault(row["target"], []).append(candidate)
        return cls(found)

    def record(self, target: str, path: str) -> UUID | None:
        candidates = self._candidates.get(target)
        if not candidates:
            return None
        key = (target, dirname(path) if path else "\0")
        if key not in self._known:
            best = resolve(target, path, candidates)
            self._known[key] = best.id if best else None
        return self._known[key]


async def _keep_edges(connection: Connection, user: UUID, sources: list[UUID], wanted: Mapping[Edge, Spans]) -> None:
    rows = await connection.fetch(queries.EXISTING, user, sources)
    existing = {(row["source_id"], row["relation"], row["target_id"]): row for row in rows}
    for stale in _chunks(row["id"] for edge, row in existing.items() if edge not in wanted):
        await connection.execute(queries.DROP, user, stale)
    moved = (
        {"id": row["id"], "spans": spans}
        for edge, row in existing.items()
        if (spans := wanted.get(edge)) != row["spans"]
    )
    for some in _chunks(one for one in moved if one["spans"]):
        await connection.execute(queries.RESPAN, user, some)
    names = ("source", "relation", "target")
    new = (
        {**dict(zip(names, edge, strict=True)), "spans": spans}
        for edge, spans in wanted.items()
        if edge not in existing
    )
    for some in _chunks(new):
        await connection.execute(queries.ADD, user, some)


async def _keep_tags(connection: Connection, user: UUID, said: Mapping[UUID, Said]) -> None:
    ids = await _tag_ids(connection, user, {tag for one in said.values() for tag in one.tags})
    wanted = {(source, ids[tag]) for source, one in said.items() for tag in one.tags}
    rows = await connection.fetch(queries.TAGGED, user, list(said))
    existing = {(row["subject_id"], row["tag_id"]): row["id"] for row in rows}
    for stale in _chunks(id_ for key, id_ in existing.items() if key not in wanted):
        await connection.execute(queries.UNTAG, user, stale)
    for new in _chunks(sorted(wanted - existing.keys())):
        await connection.execute(queries.TAG, user, [{"tag": tag, "subject": source} for source, tag in new])


async def _tag_ids(connection: Connection, user: UUID, names: Iterable[str]) -> dict[str, UUID]:
    """The ids of tags, the wider ones of nested tags included; what does not exist is made, wider ones first."""
    wanted = {wide for name in names for wide in accumulate(name.split("/"), "{}/{}".format)}
    if not wanted:
        return {}
    ids: dict[str, UUID] = {row["name"]: row["id"] for row in await connection.fetch(queries.TAGS, user, list(wanted))}
    missing = sorted(wanted - ids.keys())
    for depth in sorted({name.count("/") for name in missing}):
        await connection.execute(queries.MAKE_TAGS, user, [name for name in missing if name.count("/") == depth])
    if missing:
        ids |= {row["name"]: row["id"] for row in await connection.fetch(queries.TAGS, user, missing)}
    return ids


def _chunks(values: Iterable[T]) -> Iterator[list[T]]:
    source = iter(values)
    while some := list(islice(source, ROWS_AT_ONCE)):
        yield some
