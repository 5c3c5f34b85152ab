"""Expressions in a declaration and PostgreSQL's own way of showing them have one shape; others have another."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schema_sql.expressions import loosely
from tests.schema_sql.brewery import Brewery

# Pairs of a type and a default that PostgreSQL shows in another spelling than it was given.
DEFAULTS = [
    ("text", "''"),
    ("text", "'it''s (a) \"test\"'"),
    ("text", "lower('A' || 'b')"),
    ("text[]", "'{}'"),
    ("text[]", "ARRAY['a', 'b']"),
    ("int4", "0"),
    ("bigint", "-5"),
    ("int2", "1 + 2 * 3"),
    ("numeric(12,2)", "0.00"),
    ("decimal", "1.50"),
    ("float8", "1"),
    ("real", "0.5"),
    ("bool", "true"),
    ("boolean", "(NOT true)"),
    ("jsonb", "'{\"a\": [1, 2]}'"),
    ("jsonb", "'[]'::jsonb"),
    ("uuid", "gen_random_uuid()"),
    ("timestamptz", "now()"),
    ("timestamp with time zone", "CURRENT_TIMESTAMP"),
    ("date", "CURRENT_DATE"),
    ("time", "'12:00:00'"),
    ("interval", "'1 day'"),
    ("bytea", "'\\x00'"),
    ("char(3)", "'EUR'"),
    ("varchar(9)", "'x'"),
    ("inet", "NULL"),
    ("color", "'DARK-RED'"),
    ("color[]", "'{}'"),
    ("tsvector", None),
    ("double precision", "random()"),
    ("text", "coalesce(NULL, 'x')"),
    ("timestamp(3) without time zone", None),
    ("int4range", None),
    ("smallint", None),
    ("vector(3)", None),
]

# Conditions over the columns t (text), n (integer), k (numeric), j (jsonb), d (date), a (text[]), c (color).
CONDITIONS = [
    "t <> ''",
    "t IN ('a', 'b')",
    "t IN ('a')",
    "t NOT IN ('a', 'b')",
    "n BETWEEN 1 AND 5",
    "k BETWEEN -90 AND 90",
    "n = ANY (ARRAY[1, 2])",
    "c IN ('RED', 'BLUE')",
    "c <> 'RED'",
    "t IS NOT NULL",
    "(t IS NULL) = (n IS NULL)",
    "t IS NULL OR n IS NULL AND k IS NULL",
    "(t IS NULL OR n IS NULL) AND k IS NULL",
    "NOT (n > 1 AND k > 2)",
    "t ~ '^[a-z]+$'",
    "t !~* 'x'",
    "t LIKE '%@%'",
    "t NOT LIKE 'a%'",
    "length(t) <= 10",
    "char_length(t) = 3",
    "jsonb_typeof(j) = 'object'",
    "j ->> 'a' IS NOT NULL",
    "j ? 'a'",
    "cardinality(a) > 0",
    "num_nonnulls(t, n) = 1",
    "d >= '2000-01-01'",
    "extract(year FROM d) > 1900",
    "a <@ ARRAY['x', 'y']",
    "'x' = ANY (a)",
    "upper(t) = t",
    "n % 2 = 0",
    "-n < k",
    "n::text <> t",
    "coalesce(t, '') <> 'a;b'",
    "n IS DISTINCT FROM 3",
    "CASE WHEN n > 0 THEN t = 'a' ELSE true END",
    "octet_length(t) < 9",
    "k * 2 >= n + 1",
    "position('@' in t) > 1",
    "t > 'it''s'",
    "n > 0 IS TRUE",
    "btrim(t) <> ''",
    "substring(t from 1 for 2) = 'ab'",
    "starts_with(t, 'a')",
    "a IS NULL OR array_length(a, 1) > 0",
    "d < DATE '2100-01-01'",
]

ITEMS = [
    "t",
    "n DESC",
    "k ASC NULLS FIRST",
    "lower(t)",
    "(t || 'x')",
    "coalesce(n, 0)",
    "t text_pattern_ops",
    "(j ->> 'a')",
    "d",
    "(n + 1)",
]


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
        target = draw(st.sampled_from(["", " (user_id, id)"]))
        options = draw(st.sampled_from(["", " DEFERRABLE", " DEFERRABLE INITIALLY DEFERRED", " ON DELETE CASCADE"]))
        lines.append(
            f"ALTER TABLE things ADD CONSTRAINT f FOREIGN KEY (user_id, id) REFERENCES things{target}{options};"
        )
    comment = draw(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)).replace("'", "''")
    lines.append(f"COMMENT ON TABLE things IS '{comment} @label t';")
    return "\n".join(lines)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sql=tables())
def test_any_table_reads_the_same_from_its_text_and_from_the_database(brewery: Brewery, sql: str) -> None:
    assert brewery.differences_of("CREATE TYPE color AS ENUM ('RED', 'BLUE', 'DARK-RED');\n" + sql) == []


@pytest.mark.parametrize("condition", CONDITIONS)
def test_every_condition_reads_the_same(brewery: Brewery, condition: str) -> None:
    columns = "t text, n integer, k numeric, j jsonb, d date, a text[], c color"
    types = "CREATE TYPE color AS ENUM ('RED', 'BLUE', 'DARK-RED');"
    assert brewery.differences_of(f"{types} CREATE TABLE things ({columns}, CHECK ({condition}));") == []


@pytest.mark.parametrize(("type_name", "default"), DEFAULTS, ids=map(str, DEFAULTS))
def test_every_default_reads_the_same(brewery: Brewery, type_name: str, default: str | None) -> None:
    types = "CREATE TYPE color AS ENUM ('RED', 'BLUE', 'DARK-RED');"
    clause = f" DEFAULT {default}" if default else ""
    assert brewery.differences_of(f"{types} CREATE TABLE things (x {type_name}{clause}, y {type_name}[]);") == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("n > 1", "n >= 1"),
        ("a AND b OR c", "a AND (b OR c)"),
        ("'007'", "'7'"),
        ("t IN ('a', 'b')", "t IN ('a', 'c')"),
        ("n IS NULL", "n IS NOT NULL"),
        ("lower(t)", "upper(t)"),
        ("t ~ 'a'", "t ~* 'a'"),
        ("'A'", "'a'"),
        ("this is ( no SQL", "this is no SQL either"),
    ],
)
def test_different_meanings_have_different_shapes(one: str, other: str) -> None:
    assert loosely(one) != loosely(other)
