"""What is declared and what a real PostgreSQL then holds are one Catalog; whatever is changed by hand is told."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.database import Connection, Server
from graph.database.connecting import connect_owner
from schema_sql.catalog import Catalog
from schema_sql.introspect import differences, introspect
from schema_sql.migrate import declared, migrate
from schema_sql.parse import load
from tests.schema_sql.conftest import TEMPLATES
from tests.schema_sql.test_parse import BEERS

ACTING_USER = "CREATE FUNCTION acting_user() RETURNS uuid LANGUAGE sql STABLE RETURN NULL::uuid;"


async def test_the_house_is_what_is_declared(empty: Connection) -> None:
    catalog = declared()
    await migrate(empty, catalog)
    assert differences(catalog, await introspect(empty)) == []


async def test_a_table_of_ones_own(empty: Connection, read: Callable[..., Catalog]) -> None:
    await empty.execute(ACTING_USER + TEMPLATES.read_text() + BEERS)
    catalog, live = read(BEERS), await introspect(empty)
    assert differences(catalog, live) == []
    for name, entity in catalog.entities.items():
        twin = live.entities[name]
        assert (twin.kind, twin.comment, twin.tags, twin.primary_key) == (
            entity.kind, entity.comment, entity.tags, entity.primary_key,
        )  # fmt: skip
        assert (twin.foreign_keys, twin.natural_key) == (entity.foreign_keys, entity.natural_key)
    assert live.enums == catalog.enums


DRIFT = [
    ("DROP TABLE breweries CASCADE", "Table breweries is declared, but not in the database."),
    ("CREATE TABLE extra (x int)", "Table extra is in the database, but not declared."),
    ("ALTER TABLE beers DROP COLUMN poured", "Column beers.poured is declared, but not in the database."),
    ("ALTER TABLE beers ADD hops text", "Column beers.hops is in the database, but not declared."),
    ("ALTER TABLE beers ALTER abv TYPE real", "Column beers.abv: type is declared numeric(4,1), in the database real."),
    ("ALTER TABLE beers ALTER name DROP NOT NULL", "Column beers.name: null is declared refused, in the database allowed."),
    ("ALTER TABLE beers ALTER aliases DROP DEFAULT", "Column beers.aliases: default is declared '{}', in the database none."),
    ('ALTER TABLE beers ALTER "order" SET DEFAULT 2', "Column beers.order: default is declared -1, in the database 2."),
    ("ALTER TABLE beers ALTER number DROP IDENTITY", "Column beers.number: generated is declared yes, in the database no."),
    ("ALTER TABLE beers DROP CONSTRAINT sane", "Table beers: check (abv BETWEEN 0 AND 80) is declared, but not in the"),
    ("ALTER TABLE beers ADD CHECK (abv < 9)", "Table beers: check ((abv < (9)::numeric)) is in the database, but not"),
    ("DROP INDEX beers_lower", "Table beers: index on (user_id, lower(name), name || ';') by btree is declared, but"),
    ("CREATE INDEX ON beers (user_id, abv)", "Table beers: index on (user_id, abv) by btree is in the database, but not"),
    ("DROP INDEX beers_name_key", "Table beers: unique index on (user_id, name) where deleted_at IS NULL nulls not distinct is"),
    ("ALTER TABLE beers DROP CONSTRAINT beers_brewery_id_fkey", "Table beers: foreign key (user_id, brewery_id) to breweries"),
    ("COMMENT ON TABLE beers IS 'Else. @flags EH @label name'", "Table beers: tag @label is declared name,abv, in the database"),
    ("COMMENT ON COLUMN beers.name IS NULL", "Column beers.name: tag @title is declared yes, in the database none."),
    ("ALTER TYPE beer_style ADD VALUE 'STOUT'", "Enum beer_style: declared LAGER, PALE-ALE, it's sour; in the database LAGER, P"),
    ("COMMENT ON TABLE entity IS 'Template.'", "Table entity: class is declared template, in the database entity."),
]


@pytest.mark.parametrize(("change", "sentence"), DRIFT, ids=[change for change, _ in DRIFT])
def test_drift_is_told(brewery: "Brewery", change: str, sentence: str) -> None:
    found = brewery.differences_after(change)
    assert any(told.startswith(sentence) for told in found), found


# Pairs of a type and a default that PostgreSQL shows in another spelling than it was given.
DEFAULTS = [
    ("text", "''"), ("text", "'it''s (a) \"test\"'"), ("text", "lower('A' || 'b')"), ("text[]", "'{}'"), ("text[]", "ARRAY['a', 'b']"),
    ("int4", "0"), ("bigint", "-5"), ("int2", "1 + 2 * 3"), ("numeric(12,2)", "0.00"), ("decimal", "1.50"), ("float8", "1"),
    ("real", "0.5"), ("bool", "true"), ("boolean", "NOT true"), ("jsonb", "'{\"a\": [1, 2]}'"), ("jsonb", "'[]'::jsonb"),
    ("uuid", "gen_random_uuid()"), ("timestamptz", "now()"), ("timestamp with time zone", "CURRENT_TIMESTAMP"), ("date", "CURRENT_DATE"),
    ("time", "'12:00'"), ("interval", "'1 day'"), ("bytea", "'\\x00'"), ("char(3)", "'EUR'"), ("varchar(9)", "'x'"), ("inet", "NULL"),
    ("color", "'DARK-RED'"), ("color[]", "'{}'"), ("tsvector", None), ("double precision", "random()"), ("text", "coalesce(NULL, 'x')"),
    ("timestamp(3) without time zone", None), ("int4range", None), ("smallint", None), ("vector(3)", None),
]  # fmt: skip

# Conditions over the columns t (text), n (integer), k (numeric), j (jsonb), d (date), a (text[]), c (color).
CONDITIONS = [
    "t <> ''", "t IN ('a', 'b')", "t IN ('a')", "t NOT IN ('a', 'b')", "n BETWEEN 1 AND 5", "k BETWEEN -90 AND 90", "n = ANY (ARRAY[1, 2])",
    "c IN ('RED', 'BLUE')", "c <> 'RED'", "t IS NOT NULL", "(t IS NULL) = (n IS NULL)", "t IS NULL OR n IS NULL AND k IS NULL",
    "(t IS NULL OR n IS NULL) AND k IS NULL", "NOT (n > 1 AND k > 2)", "t ~ '^[a-z]+$'", "t !~* 'x'", "t LIKE '%@%'", "t NOT LIKE 'a%'",
    "length(t) <= 10", "char_length(t) = 3", "jsonb_typeof(j) = 'object'", "j ->> 'a' IS NOT NULL", "j ? 'a'", "cardinality(a) > 0",
    "num_nonnulls(t, n) = 1", "d >= '2000-01-01'", "extract(year FROM d) > 1900", "a <@ ARRAY['x', 'y']", "'x' = ANY (a)", "upper(t) = t",
    "n % 2 = 0", "-n < k", "n::text <> t", "coalesce(t, '') <> 'a;b'", "n IS DISTINCT FROM 3", "CASE WHEN n > 0 THEN t = 'a' ELSE true END",
    "octet_length(t) < 9", "k * 2 >= n + 1", "position('@' in t) > 1", "t > 'it''s'", "n > 0 IS TRUE", "btrim(t) <> ''",
    "substring(t from 1 for 2) = 'ab'", "starts_with(t, 'a')", "a IS NULL OR array_length(a, 1) > 0", "d < DATE '2100-01-01'",
]  # fmt: skip

ITEMS = ["t", "n DESC", "k ASC NULLS FIRST", "lower(t)", "(t || 'x')", "coalesce(n, 0)", "t text_pattern_ops", "(j ->> 'a')", "d", "(n + 1)"]


@st.composite
def tables(draw: st.DrawFn) -> str:
    """SQL of a table with columns, defaults, checks, indexes and comments of every kind the house uses."""
    typed = draw(st.lists(st.sampled_from(DEFAULTS), max_size=5))
    columns = [
        f"x{number} {type_name}{draw(st.sampled_from(['', ' NOT NULL', ' NULL']))}"
        + (f" DEFAULT {default}" if default and draw(st.booleans()) else "")
        for number, (type_name, default) in enumerate(typed)
    ]
    known = ["t text", "n integer", "k numeric", "j jsonb", "d date", "a text[]", "c color"]
    checks = [f"CHECK ({condition})" for condition in draw(st.lists(st.sampled_from(CONDITIONS), max_size=4))]
    template = draw(st.sampled_from(["entity", "described", "synced", "synced_part"]))
    lines = [f"CREATE TABLE things (LIKE {template} INCLUDING ALL, {', '.join([*known, *columns, *checks])});"]
    for _ in range(draw(st.integers(0, 3))):
        unique = draw(st.sampled_from(["", "UNIQUE "]))
        items = ", ".join(["user_id", *draw(st.lists(st.sampled_from(ITEMS), min_size=1, max_size=3))])
        where = draw(st.sampled_from([*CONDITIONS, "deleted_at IS NULL", "deleted_at IS NULL AND t <> ''"]))
        nulls = " NULLS NOT DISTINCT" if unique and draw(st.booleans()) else ""
        lines.append(f"CREATE {unique}INDEX ON things ({items}){nulls} WHERE {where};")
    if draw(st.booleans()):
        deferred = draw(st.sampled_from(["", " DEFERRABLE", " DEFERRABLE INITIALLY DEFERRED", " ON DELETE CASCADE"]))
        lines.append("ALTER TABLE things ADD parent uuid;".replace("ADD parent uuid", "ADD CONSTRAINT f FOREIGN KEY"
                     f" (user_id, id) REFERENCES things{draw(st.sampled_from(['', ' (user_id, id)']))}{deferred}"))  # fmt: skip
    comment = draw(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)).replace("'", "''")
    lines.append(f"COMMENT ON TABLE things IS '{comment} @label t';")
    return "\n".join(lines)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sql=tables())
def test_any_table_reads_the_same_from_its_text_and_from_the_database(brewery: "Brewery", sql: str) -> None:
    assert brewery.differences_of("CREATE TYPE color AS ENUM ('RED', 'BLUE', 'DARK-RED');\n" + sql) == []


@pytest.mark.parametrize("condition", CONDITIONS)
def test_every_condition_reads_the_same(brewery: "Brewery", condition: str) -> None:
    columns = "t text, n integer, k numeric, j jsonb, d date, a text[], c color"
    types = "CREATE TYPE color AS ENUM ('RED', 'BLUE', 'DARK-RED');"
    assert brewery.differences_of(f"{types} CREATE TABLE things ({columns}, CHECK ({condition}));") == []


@pytest.mark.parametrize(("type_name", "default"), DEFAULTS, ids=map(str, DEFAULTS))
def test_every_default_reads_the_same(brewery: "Brewery", type_name: str, default: str | None) -> None:
    types = "CREATE TYPE color AS ENUM ('RED', 'BLUE', 'DARK-RED');"
    clause = f" DEFAULT {default}" if default else ""
    assert brewery.differences_of(f"{types} CREATE TABLE things (x {type_name}{clause}, y {type_name}[]);") == []


class Brewery:
    """A database with the templates and BEERS, in which every change is rolled back."""

    def __init__(self, runner: asyncio.Runner, connection: asyncpg.Connection, directory: Path) -> None:
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


@pytest.fixture(scope="module")
def brewery(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Brewery]:
    with asyncio.Runner() as runner:
        control = runner.run(connect_owner(server.dsn("lifeloom", "postgres")))
        runner.run(control.execute("CREATE DATABASE brewery"))
        connection = runner.run(connect_owner(server.dsn("lifeloom", "brewery")))
        runner.run(connection.execute("CREATE EXTENSION vector;" + ACTING_USER + TEMPLATES.read_text() + BEERS))
        yield Brewery(runner, connection, tmp_path_factory.mktemp("brewery"))
        runner.run(connection.close())
        runner.run(control.execute("DROP DATABASE brewery WITH (FORCE)"))
        runner.run(control.close())
