"""Whether records, texts, edges and the log say what the tables of a life say."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

from graph.database import Connection
from graph.doctor.findings import Check, Finding
from schema_sql.catalog import Catalog, Entity
from schema_sql.machinery import literal, quoted, tracking_arguments

BEHIND_SINCE = "1 hour"
"""A reader of the log that has left something lying for longer is stuck, not slow."""


@dataclass(frozen=True, slots=True)
class Suspicion:
    """`count` is SQL for how many there are; `what` says it in a sentence with {n}."""

    what: str
    count: str
    cure: tuple[str, ...] = ()


async def _found(connection: Connection, suspicion: Suspicion) -> AsyncIterator[Finding]:
    number = await connection.fetchval(suspicion.count)
    if number:
        yield Finding(suspicion.what.format(n=f"{number:,}"), suspicion.cure)


async def records(connection: Connection, catalog: Catalog) -> AsyncIterator[Finding]:
    """The tables against `records` and the text index, type by type."""
    known = ", ".join(literal(entity.record_type) for entity in catalog.records)
    for row in await connection.fetch(f"SELECT type, count(*) FROM records WHERE type NOT IN ({known}) GROUP BY type"):
        yield Finding(f"records has {row[1]:,} of the type {row[0]}, which is not declared (LIFELOOM_SCHEMA_PATH?).")
    for entity in catalog.records:
        for suspicion in _derived(entity, catalog):
            async for finding in _found(connection, suspicion):
                yield finding


def _derived(entity: Entity, catalog: Catalog) -> Iterator[Suspicion]:
    type_, labels, titles, texts, *_, time, _, _ = map(literal, tracking_arguments(entity, catalog))
    table, name = quoted(entity.name), entity.name
    made = f"label_of({type_}, string_to_array({labels}, ','), to_jsonb(t)), moment_of({time}, to_jsonb(t))"
    same = "r.user_id = t.user_id AND r.id = t.id"
    missing = f"FROM {table} t WHERE NOT EXISTS (SELECT FROM records r WHERE {same})"
    yield Suspicion(f"{{n}} rows of {name} are missing in records.", f"SELECT count(*) {missing}", (
        "INSERT INTO records (user_id, id, type, label, at, created_at, updated_at, deleted_at) "
        f"SELECT t.user_id, t.id, {type_}, {made}, t.created_at, t.updated_at, t.deleted_at {missing}",
    ))  # fmt: skip
    stray = f"FROM records r WHERE r.type = {type_} AND NOT EXISTS (SELECT FROM {table} t WHERE {same})"
    yield Suspicion(f"records has {{n}} of {name} that are gone.", f"SELECT count(*) {stray}", (f"DELETE {stray}",))
    stale = (
        f"{same} AND (r.type, r.label, r.at, r.updated_at, r.deleted_at) "
        f"IS DISTINCT FROM ({type_}, {made}, t.updated_at, t.deleted_at)"
    )
    compared = f"SELECT count(*) FROM {table} t JOIN records r ON {stale}"
    yield Suspicion(f"{{n}} rows of {name} are told wrongly in records.", compared, (
        "UPDATE records r SET (type, label, at, updated_at, deleted_at) = "
        f"ROW({type_}, {made}, t.updated_at, t.deleted_at) FROM {table} t WHERE {stale}",
    ))  # fmt: skip
    if entity.tagged("title") or entity.tagged("text"):
        silent = f"FROM {table} t WHERE NOT EXISTS (SELECT FROM record_texts r WHERE {same})"
        title, body = (f"text_of(string_to_array({columns}, ','), to_jsonb(t))" for columns in (titles, texts))
        indexed = f"SELECT index_text(t.user_id, t.id, {title}, {body}) {silent}"
        yield Suspicion(f"{{n}} rows of {name} are not found by words.", f"SELECT count(*) {silent}", (indexed,))


_NOWHERE = """FROM entity_links l WHERE l.deleted_at IS NULL AND NOT (
    EXISTS (SELECT FROM records r WHERE r.user_id = l.user_id AND r.id = l.source_id)
    AND EXISTS (SELECT FROM records r WHERE r.user_id = l.user_id AND r.id = l.target_id))"""
_MISNAMED = """entity_links l JOIN records s ON s.user_id = l.user_id AND s.id = l.source_id
    JOIN records t ON t.user_id = l.user_id AND t.id = l.target_id
    WHERE (l.source_type, l.target_type) <> (s.type, t.type)"""
_UNMAPPED = """FROM sync_mappings m
    WHERE NOT EXISTS (SELECT FROM records r WHERE r.user_id = m.user_id AND r.id = m.record_id)"""
_OF_EDGES = (
    Suspicion(
        "{n} links have an end where no record is.",
        f"SELECT count(*) {_NOWHERE}",
        (f"DELETE FROM entity_links WHERE (user_id, id) IN (SELECT l.user_id, l.id {_NOWHERE})",),
    ),
    Suspicion(
        "{n} links name the wrong type of record.",
        f"SELECT count(*) FROM {_MISNAMED}",
        (
            "UPDATE entity_links u SET source_type = w.source, target_type = w.target "
            f"FROM (SELECT l.user_id, l.id, s.type AS source, t.type AS target FROM {_MISNAMED}) w "
            "WHERE u.user_id = w.user_id AND u.id = w.id",
        ),
    ),
    Suspicion(
        "{n} items of imports point at records that are gone.",
        f"SELECT count(*) {_UNMAPPED}",
        (f"DELETE FROM sync_mappings WHERE (user_id, connector_id, remote_id) IN "
         f"(SELECT m.user_id, m.connector_id, m.remote_id {_UNMAPPED})",),
    ),
)  # fmt: skip


async def edges(connection: Connection, catalog: Catalog) -> AsyncIterator[Finding]:
    """Links, foreign keys and imported items whose other end is missing."""
    for suspicion in (*_OF_EDGES, *_keys(catalog)):
        async for finding in _found(connection, suspicion):
            yield finding


def _keys(catalog: Catalog) -> Iterator[Suspicion]:
    for entity in catalog.entities.values():
        for key in entity.foreign_keys if entity.kind != "template" else ():
            pairs = zip(key.columns, key.target_columns, strict=True)
            match = " AND ".join(f"o.{quoted(theirs)} = t.{quoted(ours)}" for ours, theirs in pairs)
            given = " AND ".join(f"t.{quoted(column)} IS NOT NULL" for column in key.columns)
            yield Suspicion(
                f"{{n}} rows of {entity.name} have a {key.column} that is not in {key.target}.",
                f"SELECT count(*) FROM {quoted(entity.name)} t "
                f"WHERE {given} AND NOT EXISTS (SELECT FROM {quoted(key.target)} o WHERE {match})",
            )


_LAST = "(SELECT coalesce(max(seq), 0) FROM change_log c WHERE c.user_id = o.user_id)"
_OF_THE_LOG = (
    Suspicion(
        "The logs of {n} users have gaps.",
        "SELECT count(*) FROM (SELECT FROM change_log GROUP BY user_id HAVING count(*) <> max(seq)) gaps",
    ),
    Suspicion(
        "{n} readers of the log stand behind its end.",
        f"SELECT count(*) FROM consumer_offsets o WHERE o.seq > {_LAST}",
        (f"UPDATE consumer_offsets o SET seq = {_LAST} WHERE o.seq > {_LAST}",),
    ),
    Suspicion(
        f"{{n}} readers of the log have left changes lying for more than {BEHIND_SINCE}: start `lifeloom serve`.",
        # (The consumer named reader may be switched off by a setting, for good.)
        "SELECT count(*) FROM consumer_offsets o WHERE o.consumer <> 'reader' "
        "AND EXISTS (SELECT FROM change_log c WHERE c.user_id = o.user_id "
        f"AND c.seq = o.seq + 1 AND c.occurred_at < now() - interval '{BEHIND_SINCE}')",
    ),
    Suspicion(
        "{n} changes were set aside by a reader of the log that could not take them (table parked_changes).",
        "SELECT count(*) FROM parked_changes",
    ),
)


async def log(connection: Connection, catalog: Catalog) -> AsyncIterator[Finding]:
    """The log without gaps, and its readers where they should be."""
    for suspicion in _OF_THE_LOG:
        async for finding in _found(connection, suspicion):
            yield finding


CHECKS: tuple[Check, ...] = (records, edges, log)
