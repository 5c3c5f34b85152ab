"""The compiler of writings: the columns that are given become one statement. The rows travel as one JSON parameter."""

from collections.abc import Iterable, Sequence

from graph.plan.columns import base_type, json_value
from graph.plan.values import Writer, literal, quoted
from schema_sql.catalog import Catalog, Column, Entity


def insert(entity: Entity, columns: Sequence[str]) -> str:
    """Insert the rows of `$2` (a JSON array of objects) for the user `$1`; a row whose id is there is left alone.

    So is a row of a series that is there under any of its keys. Returns the ids of the rows that are new.
    """
    names = ", ".join(quoted(name) for name in columns)
    there = " (user_id, id)" if entity.kind == "entity" else ""
    return (
        f"INSERT INTO {quoted(entity.name)} (user_id, {names}) "
        f"SELECT {Writer.USER}, {', '.join(_given(entity, columns))} "
        f"FROM json_to_recordset($2::json) AS x({_record(entity, columns)}) "
        f"ON CONFLICT{there} DO NOTHING RETURNING id"
    )


def count_of(entity: Entity) -> str:
    """How many of the rows with the ids `$2` are there."""
    return f"SELECT count(*) FROM {quoted(entity.name)} WHERE user_id = {Writer.USER} AND id = ANY ($2::uuid[])"


def insert_returning(
    catalog: Catalog, entity: Entity, columns: Sequence[str], answer: Iterable[tuple[str, Column]]
) -> str:
    """Insert one row like `insert` and return the JSON of these columns under their keys, in one round trip."""
    pairs = ", ".join(
        f"{literal(key)} VALUE {json_value(catalog, column, 'n.' + quoted(column.name))}" for key, column in answer
    )
    statement = insert(entity, columns).removesuffix("RETURNING id") + "RETURNING *"
    return f"WITH n AS ({statement}) SELECT json_object({pairs} RETURNING json) FROM n"


def update(entity: Entity, columns: Sequence[str], *, guarded: bool) -> str:
    """Change the living row `$3` of the user `$1` to the values of `$2` (a JSON object). `$4` guards its updated_at."""
    values = _given(entity, columns)
    changes = ", ".join(
        f"{quoted(name)} = {value}" for name, value in zip(columns, _merging(columns, values), strict=True)
    )
    changes = changes or "updated_at = t.updated_at"
    guard = " AND t.updated_at = ($4::text)::timestamptz" if guarded else ""
    record = _record(entity, columns) or "nothing text"
    return (
        f"UPDATE {quoted(entity.name)} t SET {changes} FROM json_to_record($2::json) AS x({record}) "
        f"WHERE t.user_id = {Writer.USER} AND t.id = $3 AND t.deleted_at IS NULL{guard} RETURNING t.id"
    )


def bring(entity: Entity, columns: Sequence[str], emptied: Sequence[str]) -> str:
    """Change the living row `$3` of the user `$1` as its source says in `$2` (a JSON object).

    Of custom fields it says which names are `set`, to what, and which are `gone`: a name is replaced whole and the
    others stay. `emptied` columns go back to their defaults.
    """
    values = dict(zip(columns, _given(entity, columns), strict=True))
    if "custom_fields" in values:
        gone = "ARRAY(SELECT json_array_elements_text(x.custom_fields -> 'gone'))"
        values["custom_fields"] = f"(t.custom_fields - {gone}) || (x.custom_fields -> 'set')::jsonb"
    values |= dict.fromkeys(emptied, "DEFAULT")
    changes = ", ".join(f"{quoted(name)} = {value}" for name, value in values.items())
    record = _record(entity, [name for name in columns if name != "custom_fields"])
    record = ", ".join(filter(None, (record, "custom_fields json")))
    return (
        f"UPDATE {quoted(entity.name)} t SET {changes} FROM json_to_record($2::json) AS x({record}) "
        f"WHERE t.user_id = {Writer.USER} AND t.id = $3 AND t.deleted_at IS NULL RETURNING t.id"
    )


def value_of(entity: Entity, column: str) -> str:
    """The value of one column of the row `$2` of the user `$1`, which is locked for whoever changes it then."""
    return f"SELECT {quoted(column)} FROM {quoted(entity.name)} WHERE user_id = {Writer.USER} AND id = $2 FOR UPDATE"


def find_by_key(entity: Entity) -> str:
    """The living row of the user `$1` whose natural key is that of the JSON object `$2`."""
    key = entity.natural_key or ()
    same = " AND ".join(f"t.{quoted(name)} IS NOT DISTINCT FROM x.{quoted(name)}" for name in key)
    return (
        f"SELECT t.id FROM {quoted(entity.name)} t, json_to_record($2::json) AS x({_record(entity, key)}) "
        f"WHERE t.user_id = {Writer.USER} AND t.deleted_at IS NULL AND {same}"
    )


def find_alike(
    entity: Entity, key: Sequence[str], made_of: Sequence[str], condition: str, *, deleted: bool = False
) -> str:
    """The living rows of the user `$1` that alone have the key of one of `$2`, JSON objects with `item key`.

    `made_of` are the columns that the key follows from. `condition` says more of the row `t`. Or the deleted ones.
    """
    generated = (name for name in key if entity.by_name[name].generated)
    made = "".join(f", {entity.by_name[name].default} AS {quoted(name)}" for name in generated)
    same = " AND ".join(f"t.{quoted(name)} = x.{quoted(name)}" for name in key)
    living = "IS NOT NULL" if deleted else "IS NULL"
    return (
        f'SELECT x."item key", (array_agg(t.id))[1] AS record_id '
        f'FROM (SELECT *{made} FROM json_to_recordset($2::json) AS y("item key" text, {_record(entity, made_of)})) x '
        f"JOIN {quoted(entity.name)} t ON t.user_id = {Writer.USER} AND t.deleted_at {living} AND {same} "
        f"WHERE {condition} GROUP BY 1 HAVING count(*) = 1"
    )


def living_of(entity: Entity, column: str) -> str:
    """The living rows of the user `$1` whose `column` is the id `$2`."""
    return (
        f"SELECT * FROM {quoted(entity.name)} WHERE user_id = {Writer.USER} AND {quoted(column)} = $2 "
        "AND deleted_at IS NULL ORDER BY created_at, id"
    )


def set_deleted(entity: Entity, *, deleted: bool) -> str:
    """Delete or restore the row `$2` of the user `$1`; nothing comes back where it was so already."""
    becomes, was = ("now()", "IS NULL") if deleted else ("NULL", "IS NOT NULL")
    return (
        f"UPDATE {quoted(entity.name)} SET deleted_at = {becomes} "
        f"WHERE user_id = {Writer.USER} AND id = $2 AND deleted_at {was} RETURNING id"
    )


def purge(entity: Entity) -> str:
    """Remove the row `$2` of the user `$1` for good."""
    return f"DELETE FROM {quoted(entity.name)} WHERE user_id = {Writer.USER} AND id = $2"


def let_go(entity: Entity, column: str) -> str:
    """Empty the references of the user `$1` to `$2` in this column, so that the record can be purged."""
    of_any_type = any(key.column == column and key.target == "records" for key in entity.foreign_keys)
    kind = entity.by_name.get(column.removesuffix("_id") + "_type")
    names = [column, *([kind.name] if of_any_type and kind and kind.nullable else [])]
    changes = ", ".join(f"{quoted(name)} = NULL" for name in names)
    return f"UPDATE {quoted(entity.name)} SET {changes} WHERE user_id = {Writer.USER} AND {quoted(column)} = $2"


def _record(entity: Entity, columns: Iterable[str]) -> str:
    return ", ".join(f"{quoted(name)} {_wire_type(entity.by_name[name])}" for name in columns)


def _wire_type(column: Column) -> str:
    return "text" if base_type(column.type) == "bytea" else column.type


def _given(entity: Entity, columns: Sequence[str]) -> list[str]:
    """The SQL of each given value; bytes travel as base64."""
    return [
        f"decode(x.{quoted(name)}, 'base64')"
        if base_type(entity.by_name[name].type) == "bytea"
        else f"x.{quoted(name)}"
        for name in columns
    ]


def _merging(columns: Sequence[str], values: Sequence[str]) -> list[str]:
    """An update merges into custom_fields (RFC 7396) and replaces everything else."""
    return [
        f"merge_patch(t.{quoted(name)}, {value})" if name == "custom_fields" else value
        for name, value in zip(columns, values, strict=True)
    ]
