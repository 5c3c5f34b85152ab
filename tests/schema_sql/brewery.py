"""A user's own tables, as the tests of parse, introspect and conventions know them, in a database of their own."""

import asyncio
from pathlib import Path

from graph.database import Connection
from schema_sql.catalog import Catalog
from schema_sql.introspect import differences, introspect
from schema_sql.parse import load

TEMPLATES = Path(__file__).parents[2] / "schema_sql" / "system" / "10_templates.sql"

GROUND = """
CREATE EXTENSION vector; CREATE EXTENSION btree_gin;
CREATE FUNCTION acting_user() RETURNS uuid LANGUAGE sql STABLE RETURN NULL::uuid;
"""

BEERS = """-- Own tables.
CREATE TYPE beer_style AS ENUM ('LAGER', 'PALE-ALE', 'it''s sour');
COMMENT ON TYPE beer_style IS 'What kind.';
CREATE TABLE breweries (LIKE entity INCLUDING ALL, name text NOT NULL);
COMMENT ON TABLE breweries IS 'Who brews.';
CREATE TABLE beers (
    LIKE described INCLUDING ALL,
    name text NOT NULL CHECK (name <> '') CHECK (length(name) < 200),
    brewery_id uuid,
    style beer_style NOT NULL DEFAULT 'LAGER'::beer_style,
    abv numeric(4, 1) CONSTRAINT sane CHECK (abv BETWEEN 0 AND 80), -- per cent; not 'proof'
    aliases text[] NOT NULL DEFAULT '{}',
    "order" int DEFAULT -1,
    poured timestamp with time zone DEFAULT (now() - interval '1 day'),
    number bigint GENERATED ALWAYS AS IDENTITY,
    words tsvector GENERATED ALWAYS AS (to_tsvector('simple', name)) STORED,
    CONSTRAINT lager CHECK ((abv IS NULL) = (style = 'LAGER'))
);
CREATE UNIQUE INDEX beers_name_key ON beers (user_id, name) NULLS NOT DISTINCT WHERE deleted_at IS NULL;
CREATE INDEX ON beers (user_id, brewery_id) INCLUDE (name) WHERE deleted_at IS NULL;
CREATE INDEX beers_lower ON beers USING btree (user_id, lower(name) text_pattern_ops, (name || ';') DESC NULLS LAST);
CREATE INDEX beers_words ON beers USING gin (user_id, words) WITH (fastupdate = off);
ALTER TABLE beers ADD CONSTRAINT beers_brewery_id_fkey FOREIGN KEY (user_id, brewery_id)
    REFERENCES breweries (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    ADD CHECK (aliases <> '{a;b}'), ADD UNIQUE (user_id, id, name);
COMMENT ON TABLE beers IS 'A beer one had; bob@example.org said so. '
    'With notes. @flags EH @label name,abv @managed';
COMMENT ON COLUMN beers.name IS $$What it's called. @title @name$$;
"""


class Brewery:
    """A database with the templates and BEERS, in which every change is rolled back."""

    def __init__(self, runner: asyncio.Runner, connection: Connection, directory: Path) -> None:
        self._runner, self._connection, self._directory = runner, connection, directory
        self._declared = self._load(BEERS)

    def differences_after(self, change: str) -> list[str]:
        return self._runner.run(self._compared(change, self._declared))

    def differences_of(self, declaration: str) -> list[str]:
        return self._runner.run(self._compared(declaration, self._load(BEERS, declaration)))

    def _load(self, *texts: str) -> Catalog:
        file = self._directory / "own.sql"
        file.write_text("\n".join(texts), "utf-8")
        return load([TEMPLATES, file])

    async def _compared(self, sql: str, expected: Catalog) -> list[str]:
        transaction = self._connection.transaction()
        await transaction.start()
        try:
            await self._connection.execute(sql)
            return differences(expected, await introspect(self._connection))
        finally:
            await transaction.rollback()
