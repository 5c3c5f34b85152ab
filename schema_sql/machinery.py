"""What every table gets from the Catalog: row security, grants, and the triggers that keep records, texts and the log.

Pure: a Catalog in, SQL out. `migrate` runs it for tables that lack it, `doctor` compares it with what a database has.
"""

from collections.abc import Iterator

from schema_sql.catalog import Catalog, Column, Entity, ForeignKey

SERVICE = "lifeloom_service"
HALF_LIFE = "30"
"""Days, for a table that does not say how long its heat lasts."""

KEY_WEIGHT, OWNED_WEIGHT = 0.5, 0.1
"""How strong an edge is that is a foreign key, and one from a part to what owns it. An edge made by hand has 1."""

# Ledgers that the service writes itself, as it does time series (flag T); all others are written by triggers alone.
_WRITTEN_BY_SERVICE = {
    "entity_links": "SELECT, INSERT, UPDATE, DELETE",
    "pending_links": "SELECT, INSERT, UPDATE, DELETE",
    "consumer_offsets": "SELECT, INSERT, UPDATE",
    "parked_changes": "SELECT, INSERT",
    "sync_mappings": "SELECT, INSERT, UPDATE, DELETE",
    "raw_records": "SELECT, INSERT, DELETE",
    "found_files": "SELECT, INSERT, UPDATE, DELETE",
    "suggestions": "SELECT, INSERT, UPDATE, DELETE",
    "embeddings": "SELECT, INSERT, UPDATE, DELETE",
    "embedding_queue": "SELECT, INSERT, UPDATE, DELETE",
    "outbound_texts": "SELECT, INSERT",
    "parked_texts": "SELECT, INSERT, UPDATE, DELETE",
    "user_models": "SELECT, INSERT, UPDATE, DELETE",
    "reading_queue": "SELECT, INSERT, UPDATE",
    "text_readings": "SELECT, INSERT, UPDATE, DELETE",
    "record_merges": "SELECT, INSERT, UPDATE",
    "record_merge_steps": "SELECT, INSERT",
    "dismissed_duplicates": "SELECT, INSERT, DELETE",
    "user_clocks": "",
    "audit_events": "SELECT, INSERT",
}


def attach(entity: Entity, catalog: Catalog) -> list[str]:
    """The statements that make one table part of the house, in order. Empty for templates and reference tables."""
    if entity.kind in ("template", "reference") or "user_id" not in entity.by_name:
        return []
    statements = [*_policy(entity), f"SELECT presume_statistics({literal(quoted(entity.name))})"]
    if entity.kind == "entity":
        statements.extend(_triggers(entity, catalog))
    return statements


def half_lives(catalog: Catalog) -> list[str]:
    """The statement that tells the database which types have heat, and how long it lasts."""
    if "heat_types" not in catalog.entities:
        return []
    heated = [entity for entity in catalog.records if "H" in entity.flags]
    warm = {entity.record_type: entity.tags.get("half_life", HALF_LIFE) for entity in heated}
    types, days = ", ".join(map(literal, warm)), ", ".join(warm.values())
    return [f"SELECT set_half_lives(ARRAY[{types}]::text[], ARRAY[{days}]::float8[])"]


def tracking_arguments(entity: Entity, catalog: Catalog) -> tuple[str, ...]:
    """The arguments of the tracking triggers, in the order that 60_tracking.sql names."""
    titles = entity.tagged("title")
    return (
        entity.record_type,
        ",".join(entity.labels or titles or entity.tagged("name")),
        ",".join(titles),
        ",".join(entity.tagged("text")),
        ",".join(entity.tagged("name")),
        ",".join(["id", "user_id", *_unlogged(entity)]),
        entity.tags.get("time", ""),
        "1" if "C" in entity.flags else "0",
        ",".join(f"{child.name}.{key.column}" for child, key in _pointing_at(entity, catalog) if key.owned),
    )


def key_edges(entity: Entity, catalog: Catalog) -> str:
    """The foreign keys that are edges as well, as 66_key_edges.sql reads them: those to records.

    They stand behind what is linked on purpose; a part that belongs to a record stands behind all others.
    """
    keys = []
    for key in entity.foreign_keys:
        target = catalog.entities.get(key.target)
        kind = f".{key.column.removesuffix('_id')}_type"
        if key.target == "records" and kind[1:] in entity.by_name:
            said = kind
        elif target is not None and target.kind == "entity":
            said = target.record_type
        else:
            continue
        keys.append(f"{key.column}:{said}:{OWNED_WEIGHT if key.owned else KEY_WEIGHT}")
    return ",".join(keys)


def _pointing_at(entity: Entity, catalog: Catalog) -> Iterator[tuple[Entity, ForeignKey]]:
    """The keys to this table, and those to a record of any type: a tag given to it, a remark on it."""
    yield from catalog.pointing_at(entity.name)
    yield from catalog.pointing_at("records")


def _unlogged(entity: Entity) -> list[str]:
    def hidden(column: Column) -> bool:
        return column.secret or column.generated or "volatile" in column.tags

    return [column.name for column in entity.columns if hidden(column)]


def _policy(entity: Entity) -> Iterator[str]:
    table = quoted(entity.name)
    yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
    yield f"DROP POLICY IF EXISTS own ON {table}"
    yield f"CREATE POLICY own ON {table} USING (user_id = acting_user()) WITH CHECK (user_id = acting_user())"
    derived = entity.kind == "ledger" and "T" not in entity.flags
    rights = _WRITTEN_BY_SERVICE.get(entity.name, "SELECT" if derived else "SELECT, INSERT, UPDATE, DELETE")
    yield f"REVOKE ALL ON {table} FROM {SERVICE}"
    if rights:
        yield f"GRANT {rights} ON {table} TO {SERVICE}"


def _triggers(entity: Entity, catalog: Catalog) -> Iterator[str]:
    table = quoted(entity.name)
    arguments = ", ".join(literal(argument) for argument in tracking_arguments(entity, catalog))
    made = (column.name for column in entity.columns if column.generated)  # null in NEW before the row is written
    quiet = literal(",".join([*entity.tagged("volatile"), *made]))
    yield (
        f"CREATE OR REPLACE TRIGGER clock_first BEFORE INSERT OR UPDATE OR DELETE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION clock_first()"
    )
    yield f"CREATE OR REPLACE TRIGGER touch BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION touch({quiet})"
    for event, referencing in (
        ("insert", "NEW TABLE AS new_rows"),
        ("update", "OLD TABLE AS old_rows NEW TABLE AS new_rows"),
        ("delete", "OLD TABLE AS old_rows"),
    ):
        yield (
            f"CREATE OR REPLACE TRIGGER track_{event} AFTER {event.upper()} ON {table} REFERENCING {referencing} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION track_{event}({arguments})"
        )
    keys = key_edges(entity, catalog)
    if keys:
        given = f"{literal(entity.record_type)}, {literal(keys)}"
        yield (
            f"CREATE OR REPLACE TRIGGER key_edges_insert AFTER INSERT ON {table} REFERENCING NEW TABLE AS new_rows "
            f"FOR EACH STATEMENT EXECUTE FUNCTION key_edges_insert({given})"
        )
        yield (
            f"CREATE OR REPLACE TRIGGER key_edges_update AFTER UPDATE ON {table} REFERENCING OLD TABLE AS old_rows "
            f"NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION key_edges_update({given})"
        )


def quoted(name: str) -> str:
    """An identifier of SQL, always quoted: a column may be called `order`."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A string of SQL. Only for the names of the Catalog: values are parameters everywhere."""
    return "'" + text.replace("'", "''") + "'"
