"""The house rules of the DDL: what a table must have so that tenancy, sync, the log and Citus work for it.

What GraphQL asks of the names stands in `contract`, what comments may say in `tag_rules`; `check` runs them all.
"""

from collections.abc import Iterator

from schema_sql.catalog import COMMON_COLUMNS, Catalog, Entity, ForeignKey, Index, Unique
from schema_sql.contract import check_contract
from schema_sql.errors import SchemaError
from schema_sql.expressions import loosely
from schema_sql.tag_rules import check_tags

_TENANT = "user_id"
_TIMES = {"created_at": False, "updated_at": False, "deleted_at": True}
_TEMPLATE_TYPES = {"id": ("uuid", False), _TENANT: ("uuid", False)} | {
    name: ("timestamptz", nullable) for name, nullable in _TIMES.items()
}
_FLAG_COLUMNS = {"E": ("custom_fields", "sensitivity"), "H": ("custom_fields", "sensitivity"), "S": ("source",)}
_TENANT_FREE_METHODS = frozenset(("brin", "gist", "hnsw", "ivfflat", "spgist"))
_ALIVE = loosely("deleted_at IS NULL")


def check(catalog: Catalog) -> list[SchemaError]:
    """Every rule that is broken, in the order of files and lines; empty when all is well."""
    found = [error for entity in catalog.entities.values() for error in _entity(entity, catalog)]
    return sorted([*found, *check_tags(catalog), *check_contract(catalog)])


def _entity(entity: Entity, catalog: Catalog) -> Iterator[SchemaError]:
    if not entity.comment and not entity.bare:
        yield _error(entity, "has no comment. Say what one row is: "
                     f"COMMENT ON TABLE {entity.name} IS 'A beer, with what it tasted like.';")  # fmt: skip
    if entity.kind == "reference":
        return
    if entity.kind in ("entity", "template"):
        yield from _template(entity)
    elif entity.primary_key[:1] != (_TENANT,):
        yield _error(entity, f"needs a primary key that begins with {_TENANT}.")
    if entity.kind == "entity":
        yield from _flag_columns(entity)
    for unique in entity.uniques:
        yield from _unique(entity, unique)
    for index in entity.indexes:
        yield from _index(entity, index)
    for key in entity.foreign_keys:
        yield from _foreign_key(entity, key, catalog)


def _template(entity: Entity) -> Iterator[SchemaError]:
    missing = [name for name in COMMON_COLUMNS if name not in entity.by_name]
    if missing:
        yield _error(entity, f"lacks {', '.join(missing)}. Begin it with LIKE entity INCLUDING ALL:"
                     f" CREATE TABLE {entity.name} (LIKE entity INCLUDING ALL, ...);")  # fmt: skip
        return
    for name, (type_name, nullable) in _TEMPLATE_TYPES.items():
        column = entity.by_name[name]
        if (column.type, column.nullable) != (type_name, nullable):
            wanted = f"{type_name}{'' if nullable else ' NOT NULL'}, as in the template entity."
            yield SchemaError.at(column.place, f"Column {entity.name}.{name} must be {wanted}")
    if entity.primary_key != (_TENANT, "id"):
        yield _error(entity, f"must have PRIMARY KEY ({_TENANT}, id), as in the template entity.")


def _flag_columns(entity: Entity) -> Iterator[SchemaError]:
    wanted = dict.fromkeys(name for flag in entity.flags for name in _FLAG_COLUMNS.get(flag, ()))
    missing = [name for name in wanted if name not in entity.by_name]
    if missing:
        advice = f"make it LIKE {_richer_template(entity.flags)} INCLUDING ALL."
        yield _error(entity, f"has the flags {entity.flags} and so needs {', '.join(missing)}: {advice}")


def _richer_template(flags: str) -> str:
    if "S" not in flags:
        return "described"
    return "synced" if {"E", "H"} & set(flags) else "synced_part"


def _unique(entity: Entity, unique: Unique) -> Iterator[SchemaError]:
    columns = ", ".join(unique.columns)
    if unique.columns[0] != _TENANT:
        yield SchemaError.at(unique.place, f"The unique index of {entity.name} ({columns}) must begin with {_TENANT}:"
                             " two people may have the same.")  # fmt: skip
    if "deleted_at" in entity.by_name and entity.kind == "entity" and _ALIVE not in loosely(unique.where or "true"):
        yield SchemaError.at(
            unique.place,
            f"What is unique in {entity.name} ({columns}) must be so among what is not deleted:"
            f" CREATE UNIQUE INDEX ON {entity.name} ({columns}) WHERE deleted_at IS NULL;",
        )


def _index(entity: Entity, index: Index) -> Iterator[SchemaError]:
    if index.columns[0] != _TENANT and index.method not in _TENANT_FREE_METHODS:
        columns = ", ".join(index.columns)
        yield SchemaError.at(index.place, f"The index of {entity.name} ({columns}) must begin with {_TENANT}, because"
                             " every query does.")  # fmt: skip


def _foreign_key(entity: Entity, key: ForeignKey, catalog: Catalog) -> Iterator[SchemaError]:
    target = catalog.entities[key.target]
    name = f"The foreign key {entity.name} ({', '.join(key.columns)})"
    for problem in (*_ends(entity, key, target), *_behaviour(entity, key, target)):
        yield SchemaError.at(key.place, f"{name} {problem}")
    wanted = key.columns if key.columns[0] == _TENANT else (_TENANT, *key.columns)
    indexed = [*(unique.columns for unique in entity.uniques), *(index.columns for index in entity.indexes)]
    if not any(columns[: len(wanted)] == wanted for columns in (entity.primary_key, *indexed)):
        yield SchemaError.at(
            key.place,
            f"{name} needs an index: CREATE INDEX ON {entity.name} ({', '.join(wanted)}) WHERE deleted_at IS NULL;",
        )


def _ends(entity: Entity, key: ForeignKey, target: Entity) -> Iterator[str]:
    to_reference = target.kind == "reference" and len(key.columns) == 1
    if not to_reference and (key.columns[0], key.target_columns[0]) != (_TENANT, _TENANT):
        yield f"must be ({_TENANT}, {key.column}) REFERENCES {target.name}: nobody points at what is another's."
    full = {target.primary_key, *(unique.columns for unique in target.uniques if unique.where is None)}
    if set(key.target_columns) not in map(set, full):
        yield f"must point at the primary key of {target.name}: ({', '.join(target.primary_key)})."
    for own, theirs in zip(key.columns, key.target_columns, strict=True):
        if own in entity.by_name and entity.by_name[own].type != target.by_name[theirs].type:
            yield f"joins {own} {entity.by_name[own].type} with {theirs} {target.by_name[theirs].type}."
    if entity.kind == "entity" and key.column != _TENANT and not key.column.endswith("_id"):
        yield f"should have a column {key.column}_id: GraphQL then shows the record behind it as {key.column}."


def _behaviour(entity: Entity, key: ForeignKey, target: Entity) -> Iterator[str]:
    if key.on_delete not in ("no action", "cascade"):
        yield f"cannot have ON DELETE {key.on_delete.upper()}: CASCADE for owned children, else nothing."
    if entity.kind == "entity" and target.kind != "reference" and not key.deferred:
        yield "must be DEFERRABLE INITIALLY DEFERRED, so that records may come in any order."


def _error(entity: Entity, message: str) -> SchemaError:
    return SchemaError.at(entity.place, f"Table {entity.name} {message}")
