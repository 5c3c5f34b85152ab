"""What an archive consists of: which tables go into it and which of their columns, and what its manifest says.

`FORMAT.md` beside this file is the description for readers, and is put into every archive.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graph.errors import LifeloomError
from schema_sql.catalog import Catalog, Entity
from schema_sql.machinery import quoted

FORMAT, VERSION = "lifeloom-archive", 1
MANIFEST, DESCRIPTION = "manifest.json", "README.md"
ABOUT = Path(__file__).with_name("FORMAT.md")

MADE_ANEW = ("embeddings", "embedding_queue", "parked_texts", "user_models", "reading_queue")
"""What an instance makes of the texts with its own models, and what still waits for them."""

OF_THIS_INSTANCE = ("found_files",)
"""What opens paths of this machine: no archive brings it, from wherever it comes."""

_BLOBS = {"raw_records": ("payload", "sha256")}
"""Columns of bytes that stand as files of their own, and the column with their digest."""


class ArchiveUnreadable(LifeloomError):
    """The file {path} is not a whole Lifeloom archive: {reason}"""

    code = "ARCHIVE_UNREADABLE"


class ArchiveRefused(LifeloomError):
    """The archive {path} was not brought in: {reason}"""

    code = "ARCHIVE_REFUSED"


@dataclass(frozen=True, slots=True)
class Part:
    """One table of an archive. `columns` are names and PostgreSQL types, `people` those naming other users; `blob` is
    a column of bytes and that of its digest."""

    table: str
    columns: Mapping[str, str]
    key: tuple[str, ...]
    people: tuple[str, ...] = ()
    blob: tuple[str, str] | None = None

    @property
    def member(self) -> str:
        return f"tables/{self.table}.jsonl"

    def reading(self) -> str:
        """The statement of all rows of the user `$1` as JSON, in the order of their keys."""
        columns = ", ".join(quoted(name) for name in self.columns)
        order = ", ".join(quoted(name) for name in self.key)
        return (
            f"SELECT row_to_json(x)::text FROM (SELECT {columns} FROM {quoted(self.table)} "
            f"WHERE user_id = $1 ORDER BY {order}) x"
        )

    def blobs(self) -> str:
        """The statement of the digests and bytes of the user `$1`, each once."""
        assert self.blob is not None
        payload, digest = map(quoted, self.blob)
        return (
            f"SELECT DISTINCT ON ({digest}) encode({digest}, 'hex'), {payload} FROM {quoted(self.table)} "
            f"WHERE user_id = $1 ORDER BY {digest}"
        )

    def writing(self, given: Mapping[str, str]) -> str:
        """The statement that adds the rows of `$2` (a JSON array) for the user `$1`, whose id was `$3`.

        Whoever else they name must be there, or the row is left out.
        """
        names = {**given, **({self.blob[0]: "bytea"} if self.blob else {})}
        record = ", ".join(f"{quoted(name)} {type_}" for name, type_ in names.items())
        there = [f"(x.{quoted(one)} = $3 OR x.{quoted(one)} IN (SELECT id FROM users))" for one in self.people]
        values = [
            f"CASE x.{quoted(name)} WHEN $3 THEN $1 ELSE x.{quoted(name)} END"
            if name in self.people
            else f"x.{quoted(name)}"
            for name in names
        ]
        return (
            f"INSERT INTO {quoted(self.table)} (user_id, {', '.join(map(quoted, names))}) "
            f"SELECT $1::uuid, {', '.join(values)} FROM json_to_recordset($2::json) AS x({record}) "
            f"WHERE {' AND '.join(['$3::uuid IS NOT NULL', *there])}"
        )


def parts(catalog: Catalog) -> Iterator[Part]:
    """The tables of an archive in the order of their declaration."""
    left_out = (*MADE_ANEW, *OF_THIS_INSTANCE)
    for entity in catalog.entities.values():
        if entity.kind in ("entity", "ledger") and "user_id" in entity.by_name and entity.name not in left_out:
            yield _part(entity)


def _part(entity: Entity) -> Part:
    blob = _BLOBS.get(entity.name)
    left_out = {"user_id", *(blob[:1] if blob else ())}
    columns = {one.name: one.type for one in entity.columns if not one.generated and one.name not in left_out}
    people = tuple(key.column for key in entity.foreign_keys if key.target == "users" and key.column in columns)
    key = tuple(name for name in entity.primary_key if name != "user_id") or tuple(columns)[:1]
    return Part(entity.name, columns, key, people, blob)


def file_member(digest: str) -> str:
    return f"files/{digest}"


@dataclass(slots=True)
class Manifest:
    """What an archive says of itself. `tables` has, by name, the columns, the number of rows and the SHA-256 of all
    lines; `files` the sizes by digest."""

    user: Mapping[str, Any]
    made_at: str
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[str, int] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        return sum(table["rows"] for table in self.tables.values())
