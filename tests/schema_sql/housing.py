"""Declared files of a test's own making, and what a migration may leave behind."""

import shutil
from pathlib import Path
from typing import Any

from graph.database import Connection
from schema_sql import migrate as migrating
from schema_sql.migrate import declared, migrate

SQL = Path(migrating.__file__).parent
BREWERIES = """
CREATE TABLE breweries (LIKE entity INCLUDING ALL, name text NOT NULL);
COMMENT ON TABLE breweries IS 'Who brews. @flags C @label name';
COMMENT ON COLUMN breweries.name IS 'What it is called. @title';
"""
BEERS = """
CREATE TABLE beers (LIKE described INCLUDING ALL, name text NOT NULL, abv numeric);
COMMENT ON TABLE beers IS 'A beer one had. @flags CEH @label name';
COMMENT ON COLUMN beers.name IS 'What it is called. @title';
"""
WITH_HOPS = BEERS.replace("abv numeric", "abv numeric, hops text")
ADD_HOPS = "ALTER TABLE beers ADD hops text;"
SLOW = "SELECT pg_sleep(30);"


class House:
    """Declared files of one's own making, in place of those that ship: the machinery, and one table or more."""

    def __init__(self, root: Path) -> None:
        self.root = root
        shutil.copytree(SQL / "system", root / "system")
        for name in ("tables", "migrations", "own"):
            (root / name).mkdir()
        self.write("tables/010_beers.sql", BEERS)

    @property
    def own(self) -> Path:
        return self.root / "own"

    def write(self, name: str, text: str) -> None:
        (self.root / name).write_text(text, "utf-8")

    async def migrate(self, connection: Connection, *, own: bool = False) -> list[str]:
        extra = self.own if own else None
        return await migrate(connection, declared(extra), extra=extra)


async def ledger(connection: Connection) -> list[tuple[Any, ...]]:
    rows = await connection.fetch("SELECT name, checksum, applied_at FROM schema_migrations ORDER BY 1")
    return [tuple(row) for row in rows]


async def contents(connection: Connection) -> list[str]:
    """The names of everything that a migration may leave behind."""
    found = await connection.fetch("""
        SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace
        UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        UNION ALL SELECT extname FROM pg_extension
        UNION ALL SELECT typname FROM pg_type WHERE typtype = 'e' ORDER BY 1""")
    return [row[0] for row in found]
