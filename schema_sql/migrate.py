"""Brings a database to what is declared, once, whoever starts first.

A new database gets `system/` and `tables/` in one transaction. An existing one gets the `migrations/` it lacks, and
whatever holds nothing (functions, comments, triggers, policies) as it is declared now. A user's own tables
(`LIFELOOM_SCHEMA_PATH`) are files of the same ledger. What was applied and then changed on disk, or is in the ledger
and not on disk, is refused by name: nothing is guessed about a database that holds a life.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import asyncpg

from schema_sql.catalog import Catalog
from schema_sql.conventions import check
from schema_sql.errors import SchemaErrors
from schema_sql.machinery import attach, half_lives
from schema_sql.parse import load
from schema_sql.restated import anew, comments, edges_of_rows, functions

HERE = Path(__file__).parent
_LOCK = 7_110_233_540_117  # any constant: the advisory lock of all migrations

_LEDGER = """
CREATE TABLE IF NOT EXISTS schema_migrations (
    name text NOT NULL PRIMARY KEY,
    checksum text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
)
"""


_OURS = """
SELECT count(*) = 3 FROM information_schema.columns
WHERE table_schema = 'public' AND table_name = 'schema_migrations' AND column_name IN ('name', 'checksum', 'applied_at')
"""
_FOREIGN = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY 1 LIMIT 5
"""
_KEPT_KEYS = r"""
SELECT c.relname, split_part(encode(t.tgargs, 'escape'), '\000', 2) AS keys FROM pg_trigger t
JOIN pg_class c ON c.oid = t.tgrelid AND c.relnamespace = 'public'::regnamespace WHERE t.tgname = 'key_edges_insert'
"""
_INCLUDED = re.compile(r"^\\i (\S+)$", re.MULTILINE)
FUNCTIONS, MACHINERY, COMMENTS = "functions", "machinery", "comments"
"""Lines of the ledger that are no migrations: what is told anew whenever it changed."""

_LACKING = "SELECT n FROM unnest($1::text[]) n WHERE to_regclass('public.' || quote_ident(n)) IS NULL ORDER BY 1"


class MigrationRefused(Exception):
    """The database and the files disagree in a way that only a person can settle. The message names the file."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the ledger: `name` as stored, its SQL, and the SHA-256 of what it is `known_by` (or else its SQL)."""

    name: str
    sql: str
    known_by: str = field(default="", repr=False)

    @property
    def checksum(self) -> str:
        return sha256((self.known_by or self.sql).encode()).hexdigest()


def declared_files(extra: Path | None = None) -> list[Path]:
    """The files that say what exists: the machinery, the domains, then the user's own, each in the order of names."""
    return [*_system(), *sorted((HERE / "tables").glob("*.sql")), *_own_files(extra)]


def _system() -> list[Path]:
    return sorted((HERE / "system").glob("*.sql"))


def _own_files(extra: Path | None) -> list[Path]:
    if extra and not extra.is_dir():
        raise MigrationRefused(f"the directory of your own tables does not exist: {extra}")
    return sorted(extra.glob("*.sql")) if extra else []


def declared(extra: Path | None = None) -> Catalog:
    """The Catalog of everything declared, checked against the house rules. Raises `SchemaErrors` with file and line."""
    catalog = load(declared_files(extra))
    broken = check(catalog)
    if broken:
        raise SchemaErrors(broken)
    return catalog


async def migrate(
    connection: asyncpg.Connection, catalog: Catalog, *, extra: Path | None = None, migrations: Path | None = None
) -> list[str]:
    """Apply what is missing over the owner's connection and return the names of the applied steps (empty: up to date).

    Raises `MigrationRefused`. Safe to run from many processes at once, and again after being killed: each step is a
    transaction together with its line in the ledger.
    """
    await connection.execute("SELECT pg_advisory_lock($1)", _LOCK)
    try:
        return await _migrate(connection, catalog, extra, migrations or HERE / "migrations")
    finally:
        await connection.execute("SELECT pg_advisory_unlock($1)", _LOCK)


async def _migrate(connection: asyncpg.Connection, catalog: Catalog, extra: Path | None, migrations: Path) -> list[str]:
    pending = list(_steps(migrations))
    own = [Step(f"own/{path.name}", path.read_text("utf-8")) for path in _own_files(extra)]
    applied: list[str] = []
    if not await connection.fetchval(_OURS):
        await _lay_the_ground(connection, pending)
        applied.append("ground")
    known = {row["name"]: row["checksum"] for row in await connection.fetch("SELECT * FROM schema_migrations")}
    missing = list(_missing([*pending, *own], known, own_given=extra is not None))
    await _tell_anew(connection, FUNCTIONS, known)
    for step in missing:
        await _apply(connection, step)
        applied.append(step.name)
    if lacking := [row[0] for row in await connection.fetch(_LACKING, list(catalog.entities))]:
        raise MigrationRefused(
            f"this database was made by an earlier Lifeloom and lacks {_some(lacking)}, and no migration brings them: "
            f"open it with the version that made it, or give this one another directory and import again"
        )
    await _attach(connection, catalog, known)
    await _tell_anew(connection, COMMENTS, known)
    return applied


async def _attach(connection: asyncpg.Connection, catalog: Catalog, known: dict[str, str]) -> None:
    """Row security, rights and triggers of every table, and for rows that are there the edges that triggers keep."""
    statements = [statement for entity in catalog.entities.values() for statement in attach(entity, catalog)]
    machinery = ";\n".join([*statements, *half_lives(catalog)])
    step = Step(MACHINERY, machinery)
    if known.get(MACHINERY) != step.checksum:
        kept = {row["relname"]: row["keys"] for row in await connection.fetch(_KEPT_KEYS)}
        edges = list(edges_of_rows(catalog, kept))
        await _apply(connection, Step(MACHINERY, ";\n".join([machinery, *edges]), known_by=machinery))


async def _tell_anew(connection: asyncpg.Connection, name: str, known: dict[str, str]) -> None:
    """What files say of functions or comments, where a file has changed since. They are cut only then."""
    if known.get(name) != _stated(name).checksum:
        say, paths = (functions, _system()) if name == FUNCTIONS else (comments, declared_files())
        await _apply(connection, Step(name, say(paths), known_by=_stated(name).known_by))


def _stated(name: str) -> Step:
    """The line of the ledger for functions or comments, without its SQL."""
    paths = _system() if name == FUNCTIONS else declared_files()
    return Step(name, "", known_by="\n".join(path.read_text("utf-8") for path in paths))


def _some(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more tables" if len(names) > 3 else "")


def _steps(migrations: Path) -> Iterator[Step]:
    for path in sorted(migrations.glob("[0-9][0-9][0-9][0-9]_*.sql")):
        told = path.read_text("utf-8")
        yield Step(path.stem, _INCLUDED.sub(_include, told), known_by=told)


def _include(line: re.Match[str]) -> str:
    """The declared file that a line `\\i tables/090_mail.sql` of a migration means, as it stands now."""
    try:
        return anew((HERE / line[1]).read_text("utf-8"))
    except OSError as error:
        raise MigrationRefused(f"a migration includes {line[1]}: {error.strerror}") from None


async def _lay_the_ground(connection: asyncpg.Connection, migrations: list[Step]) -> None:
    """A new database is made from the declaration itself; the migrations are for databases that already exist."""
    if foreign := [row[0] for row in await connection.fetch(_FOREIGN)]:
        raise MigrationRefused(f"this database holds something else ({', '.join(foreign)}): give Lifeloom an empty one")
    async with connection.transaction():
        await connection.execute(_LEDGER)
        for path in declared_files():
            try:
                await connection.execute(path.read_text("utf-8"))
            except asyncpg.PostgresError as error:
                raise MigrationRefused(f"{path.name}: {error}") from error
        for step in [*migrations, _stated(FUNCTIONS), _stated(COMMENTS)]:
            await _record(connection, step)


def _missing(steps: list[Step], known: dict[str, str], *, own_given: bool) -> Iterator[Step]:
    names = {step.name for step in steps}
    for name in known:
        gone = name not in {*names, FUNCTIONS, MACHINERY, COMMENTS} and (own_given or not name.startswith("own/"))
        if gone:
            raise MigrationRefused(
                f"{name} was applied to this database, but is not among the files: is this an older Lifeloom?"
            )
    for step in steps:
        if step.name not in known:
            yield step
        elif known[step.name] != step.checksum:
            raise MigrationRefused(
                f"{step.name} was changed after it was applied: put it back, and say the change in a new file"
            )


async def _apply(connection: asyncpg.Connection, step: Step) -> None:
    try:
        async with connection.transaction():
            await connection.execute(step.sql)
            await _record(connection, step)
    except asyncpg.PostgresError as error:
        raise MigrationRefused(f"{step.name}: {error}") from error


async def _record(connection: asyncpg.Connection, step: Step) -> None:
    await connection.execute(
        "INSERT INTO schema_migrations (name, checksum) VALUES ($1, $2) "
        "ON CONFLICT (name) DO UPDATE SET checksum = excluded.checksum, applied_at = now()",
        step.name,
        step.checksum,
    )
