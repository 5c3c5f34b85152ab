"""The house keeps its own rules, and each rule tells a newcomer what to write instead."""

from collections.abc import Callable
from pathlib import Path

import pytest

from schema_sql.catalog import Catalog
from schema_sql.conventions import check
from schema_sql.migrate import declared

Read = Callable[..., Catalog]

GOOD = """CREATE TYPE beer_style AS ENUM ('LAGER', 'PALE-ALE');
CREATE TABLE users (id uuid PRIMARY KEY, name text UNIQUE);
COMMENT ON TABLE users IS 'A person. @class reference';
CREATE TABLE breweries (LIKE entity INCLUDING ALL, name text);
COMMENT ON TABLE breweries IS 'Who brews. @label name';
CREATE TABLE beers (
    LIKE described INCLUDING ALL, name text, brewery_id uuid, friend_id uuid, style beer_style, "day" date
);
CREATE UNIQUE INDEX beers_name_key ON beers (user_id, name) WHERE deleted_at IS NULL AND name <> '';
CREATE INDEX ON beers (user_id, brewery_id) WHERE deleted_at IS NULL;
CREATE INDEX ON beers (user_id, friend_id) WHERE deleted_at IS NULL;
CREATE INDEX ON beers USING brin (created_at);
ALTER TABLE beers ADD FOREIGN KEY (user_id, brewery_id) REFERENCES breweries DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE beers ADD FOREIGN KEY (friend_id) REFERENCES users (id) ON DELETE CASCADE;
COMMENT ON TABLE beers IS 'A beer. @flags EHXC @label name @time day @type beer @plural beers @sensitivity low';
COMMENT ON COLUMN beers.name IS 'What it is called. @title @name @volatile';
"""


def test_the_house_keeps_its_rules() -> None:
    assert check(declared()) == []


def test_a_good_table_of_ones_own(read: Read) -> None:
    assert check(read(GOOD)) == []


def test_a_table_may_say_nothing_but_then_it_says_nothing_at_all(read: Read) -> None:
    assert check(read(GOOD, TABLE)) == []


def test_the_tables_that_ship_say_what_they_are() -> None:
    assert [entity.name for entity in declared().entities.values() if not entity.comment] == []


TABLE = "CREATE TABLE hops (LIKE entity INCLUDING ALL, name text);\n"
TOLD = "COMMENT ON TABLE hops IS 'A hop.';\n"

BROKEN = [
    # Tables
    (TABLE + "COMMENT ON COLUMN hops.name IS 'Its name. @title';", 1, "has no comment"),
    ("CREATE TABLE hops (name text);\n" + TOLD, 1, "LIKE entity INCLUDING ALL"),
    ("CREATE TABLE hops (id uuid, user_id uuid, created_at date NOT NULL, updated_at timestamptz NOT NULL,\n"
     " deleted_at timestamptz, PRIMARY KEY (user_id, id));\n" + TOLD, 1, "created_at must be timestamptz NOT NULL"),
    ("CREATE TABLE hops (x uuid PRIMARY KEY);\nCOMMENT ON TABLE hops IS 'A hop. @class ledger';",
     1, "begins with user_id"),
    (TABLE + "COMMENT ON TABLE hops IS 'A hop. @flags E';", 1, "LIKE described INCLUDING ALL"),
    (TABLE + "COMMENT ON TABLE hops IS 'A hop. @flags S';", 1, "LIKE synced_part INCLUDING ALL"),
    (TABLE + "COMMENT ON TABLE hops IS 'A hop. @flags HS';", 1, "LIKE synced INCLUDING ALL"),
    # Keys and indexes
    (TABLE + TOLD + "CREATE UNIQUE INDEX ON hops (name) WHERE deleted_at IS NULL;", 3, "must begin with user_id"),
    (TABLE + TOLD + "CREATE UNIQUE INDEX ON hops (user_id, name);", 3, "WHERE deleted_at IS NULL;"),
    (TABLE + TOLD + "ALTER TABLE hops ADD UNIQUE (user_id, name);", 3, "WHERE deleted_at IS NULL;"),
    (TABLE + TOLD + "CREATE INDEX ON hops (name);", 3, "must begin with user_id"),
    (TABLE + TOLD + "ALTER TABLE hops ADD FOREIGN KEY (id) REFERENCES breweries (id) DEFERRABLE INITIALLY DEFERRED;",
     3, "(user_id, id) REFERENCES breweries"),
    # Tags
    (TABLE + "COMMENT ON TABLE hops IS 'A hop. @lable name';", 1, "@lable is no tag of a table; there are @flags"),
    (TABLE + "COMMENT ON TABLE hops IS 'A hop. @label nam';", 1, "@label nam: there is no such column"),
    (TABLE + "COMMENT ON TABLE hops IS 'A hop. @label';", 1, "@label needs"),
    (TABLE + "COMMENT ON TABLE hops IS 'A hop. @time name';", 1, "timestamptz or a date, not text"),
    (TABLE + "COMMENT ON TABLE hops IS 'A hop. @time never';", 1, "@time never: there is no such column"),
    (TABLE + "COMMENT ON TABLE hops IS 'A hop. @flags CQ';", 1, "letters of EHXCST"),
    (TABLE + "COMMENT ON TABLE hops IS 'A hop. @sensitivity secret';", 1, "one of low, normal, high, critical"),
    (TABLE + "COMMENT ON TABLE hops IS 'A hop. @class thing';", 1, "one of entity, ledger"),
    (TABLE + "COMMENT ON TABLE hops IS 'A hop. @managed yes';", 1, "takes no value"),
    (TABLE + "COMMENT ON TABLE hops IS 'A hop. @half_life 30';", 1, "for what has heat: @flags H"),
    (TABLE + "COMMENT ON TABLE hops IS 'A hop. @flags H @half_life long';", 1, "@half_life long: the days"),
    (TABLE + "COMMENT ON TABLE hops IS 'A hop. @flags H @half_life 0';", 1, "@half_life 0: the days"),
    (TABLE + "COMMENT ON TABLE hops IS 'A hop. @flags H @half_life nan';", 1, "@half_life nan: the days"),
    (TABLE + TOLD + "COMMENT ON COLUMN hops.id IS '@title';", 1, "@title is for text"),
    (TABLE + TOLD + "COMMENT ON COLUMN hops.name IS '@flags';", 1, "@flags is no tag of a column"),
    (TABLE + TOLD + "CREATE TABLE malts (LIKE hops INCLUDING ALL);\nCOMMENT ON TABLE malts IS 'A malt.';",
     1, "@class template"),
    # Names
    ('CREATE TABLE "Hops" (LIKE entity INCLUDING ALL);\nCOMMENT ON TABLE "Hops" IS \'A hop.\';',
     1, "'Hops' should be small"),
    ("CREATE TABLE hops (LIKE entity INCLUDING ALL,\n a__b text);\n" + TOLD, 2, "'a__b' should be small"),
    ("CREATE TABLE hops (LIKE entity INCLUDING ALL,\n a_1 text,\n a1 text);\n" + TOLD,
     3, "a_1 and a1 of hops are both a1"),
    ("CREATE TABLE hops (LIKE entity INCLUDING ALL,\n label text);\n" + TOLD, 2, "has label in GraphQL already"),
    ("CREATE TABLE hops (LIKE entity INCLUDING ALL,\n record_type text);\n" + TOLD,
     2, "has recordType in GraphQL already"),
    (TABLE + "COMMENT ON TABLE hops IS 'A hop. @type beer';", 1, "the GraphQL type Beer is that of beers already"),
    (TABLE + "COMMENT ON TABLE hops IS 'A hop. @type Query';", 1, "'Query' should be small"),
    (TABLE + "COMMENT ON TABLE hops IS 'A hop. @type page_info';", 1, "PageInfo is GraphQL's own"),
    (TABLE + "COMMENT ON TABLE hops IS 'A hop. @type beer_connection';", 1, "BeerConnection is GraphQL's own"),
    (TABLE + "COMMENT ON TABLE hops IS 'A hop. @type beer_filter';", 1, "BeerFilter is made for Beer"),
    (TABLE + "COMMENT ON TABLE hops IS 'A hop. @type beer_style';", 1, "BeerStyle is that of"),
    (TABLE + "COMMENT ON TABLE hops IS 'A hop. @plural timeline';", 1, "the query timeline is the house's own"),
    (TABLE + "COMMENT ON TABLE hops IS 'A hop. @type hops';", 1, "one and many are both called hops"),
    (TABLE + "COMMENT ON TABLE hops IS 'A hop. @plural breweries';", 1, "the query breweries is that of"),
    ("CREATE TYPE hop AS ENUM ('A-B', 'A_B');", 1, "'A-B' and 'A_B' are both A_B"),
    ("CREATE TYPE hop_kind AS ENUM ('50%');", 1, "the label '50%' would be '50%'"),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "line", "part"), BROKEN, ids=[part for _, _, part in BROKEN])
def test_what_is_not_the_custom_is_told_with_its_line(read: Read, sql: str, line: int, part: str) -> None:
    told = check(read(GOOD, sql))
    assert [error.line for error in told if part in error.message] == [line], told
    assert all(Path(error.file).name in ("own1.sql", "own2.sql") for error in told)


KEYS = [
    ("(user_id, other_id) REFERENCES breweries (user_id, id)", "must be DEFERRABLE INITIALLY DEFERRED"),
    ("(user_id, other_id) REFERENCES breweries ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED", "ON DELETE SET NULL"),
    (
        "(user_id, other_id) REFERENCES breweries DEFERRABLE INITIALLY DEFERRED",
        "CREATE INDEX ON hops (user_id, other_id)",
    ),
    ("(user_id, other) REFERENCES breweries DEFERRABLE INITIALLY DEFERRED", "should have a column other_id"),
    ("(user_id, other) REFERENCES breweries DEFERRABLE INITIALLY DEFERRED", "joins other text with id uuid"),
    (
        "(user_id, other_id) REFERENCES breweries (user_id, name) DEFERRABLE INITIALLY DEFERRED",
        "primary key of breweries",
    ),
]


@pytest.mark.parametrize(("key", "part"), KEYS, ids=[part for _, part in KEYS])
def test_foreign_keys(read: Read, key: str, part: str) -> None:
    hops = "CREATE TABLE hops (LIKE entity INCLUDING ALL, other_id uuid, other text);\n" + TOLD
    told = check(read(GOOD, f"{hops}\nALTER TABLE hops ADD FOREIGN KEY {key};"))
    assert [error.line for error in told if part in error.message] == [4], told
