"""SQL files become the Catalog, and everything in them that cannot be read is told with its line."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schema_sql.catalog import Catalog, ForeignKey, Unique
from schema_sql.migrate import declared_files
from schema_sql.parse import SchemaErrors, load
from tests.schema_sql.brewery import BEERS

Read = Callable[..., Catalog]


def test_a_table_of_ones_own(read: Read) -> None:
    catalog = read(BEERS)
    beers = catalog.entities["beers"]
    assert catalog.enums["beer_style"].labels == ("LAGER", "PALE-ALE", "it's sour")
    assert catalog.enums["beer_style"].comment == "What kind."
    assert {column.name: column.type for column in beers.columns} == {
        "id": "uuid", "user_id": "uuid", "created_at": "timestamptz", "updated_at": "timestamptz",
        "deleted_at": "timestamptz", "custom_fields": "jsonb", "sensitivity": "smallint", "name": "text",
        "brewery_id": "uuid", "style": "beer_style", "abv": "numeric(4,1)", "aliases": "text[]", "order": "integer",
        "poured": "timestamptz", "number": "bigint", "words": "tsvector",
    }  # fmt: skip
    assert {column.name: column.default for column in beers.columns if column.default} == {
        "id": "gen_random_uuid()", "user_id": "acting_user()", "created_at": "now()", "updated_at": "now()",
        "custom_fields": "'{}'", "style": "'LAGER'::beer_style", "aliases": "'{}'", "order": "-1",
        "poured": "(now() - interval '1 day')", "number": "identity", "words": "to_tsvector('simple', name)",
    }  # fmt: skip
    assert {column.name for column in beers.columns if column.nullable} == {
        "deleted_at", "sensitivity", "brewery_id", "abv", "order", "poured", "words",
    }  # fmt: skip
    assert [column.name for column in beers.columns if column.generated] == ["number", "words"]
    assert (beers.kind, catalog.entities["described"].kind, beers.primary_key) == (
        "entity",
        "template",
        ("user_id", "id"),
    )


def test_keys_indexes_checks_and_comments(read: Read) -> None:
    beers = read(BEERS).entities["beers"]
    assert beers.foreign_keys == (
        ForeignKey(("user_id", "brewery_id"), "breweries", ("user_id", "id"), "cascade", deferred=True),
    )
    assert beers.uniques == (
        Unique(("user_id", "name"), "deleted_at IS NULL", nulls_not_distinct=True),
        Unique(("user_id", "id", "name")),
    )
    assert beers.natural_key == ("name",)
    assert [(index.columns, index.method, index.where, index.expression) for index in beers.indexes] == [
        (("user_id", "created_at", "id"), "btree", "deleted_at IS NULL", False),
        (("user_id", "brewery_id"), "btree", "deleted_at IS NULL", False),
        (("user_id", "lower(name)", "name || ';'"), "btree", None, True),
        (("user_id", "words"), "gin", None, False),
    ]
    assert [(check.name, check.expression) for check in beers.checks[2:]] == [
        (None, "name <> ''"), (None, "length(name) < 200"), (None, "abv BETWEEN 0 AND 80"),
        ("lager", "(abv IS NULL) = (style = 'LAGER')"), (None, "aliases <> '{a;b}'"),
    ]  # fmt: skip
    assert beers.comment == "A beer one had; bob@example.org said so. With notes."
    assert beers.tags == {"flags": "EH", "label": "name,abv", "managed": ""}
    assert beers.by_name["name"].comment == "What it's called."
    assert beers.tagged("title") == beers.tagged("name") == ("name",)


def test_a_column_may_come_later(read: Read) -> None:
    later = """
        ALTER TABLE beers ADD COLUMN hops text[] NOT NULL DEFAULT '{}' CHECK (hops <> '{?}'), ADD COLUMN "by" int;
        CREATE INDEX ON beers (user_id, hops); COMMENT ON COLUMN beers.hops IS 'What made it bitter. @text';"""
    beers = read(BEERS, later).entities["beers"]
    hops, by = beers.columns[-2:]
    assert (hops.name, hops.type, hops.nullable, hops.default) == ("hops", "text[]", False, "'{}'")
    assert (by.name, by.type, by.nullable, by.place.line) == ("by", "integer", True, 2)
    assert beers.checks[-1].expression == "hops <> '{?}'"
    assert beers.tagged("text") == ("hops",)


def test_places(read: Read, tmp_path: Path) -> None:
    beers = read(BEERS).entities["beers"]
    assert (beers.file, beers.line) == (str(tmp_path / "own1.sql"), 6)
    assert [beers.by_name[name].place.line for name in ("id", "name", "words")] == [7, 8, 16]
    assert [beers.foreign_keys[0].place.line, beers.uniques[0].place.line, beers.checks[-1].place.line] == [23, 19, 25]


def test_what_is_no_part_of_the_catalog_is_passed_over(read: Read) -> None:
    catalog = read("""
        CREATE EXTENSION IF NOT EXISTS vector; SET search_path = public; CREATE ROLE x NOLOGIN;
        DO $$ BEGIN CREATE TABLE hidden (a int); IF true THEN NULL; END IF; END $$;
        CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC
            SELECT CASE WHEN true THEN 1 END; SELECT 2; END;
        CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS $body$
            DECLARE x text := 'CREATE TABLE a ('; BEGIN x := $$;$$; RETURN NEW; END $body$;
        CREATE TABLE beers (LIKE entity INCLUDING ALL); /* CREATE TABLE b (; /* nested; */ */
        CREATE TRIGGER t AFTER INSERT ON beers FOR EACH ROW EXECUTE FUNCTION g();
        CREATE CONSTRAINT TRIGGER u AFTER INSERT ON beers FOR EACH ROW EXECUTE FUNCTION g();
        CREATE TEXT SEARCH CONFIGURATION c (COPY = simple);
        ALTER TABLE ONLY beers ENABLE ROW LEVEL SECURITY; ALTER TABLE beers FORCE ROW LEVEL SECURITY;
        CREATE POLICY own ON beers USING (user_id = acting_user());
        GRANT SELECT ON beers TO x; REVOKE ALL ON beers FROM PUBLIC;
        ALTER FUNCTION f() OWNER TO x; COMMENT ON FUNCTION f() IS 'Does @nothing';
        CREATE TYPE pair AS (a int, b text); INSERT INTO beers (id) VALUES (gen_random_uuid());
        """)
    assert [name for name, entity in catalog.entities.items() if entity.kind == "entity"] == ["beers"]
    assert catalog.enums == {}


REFUSED = [
    ("CREATE TABLE a (LIKE entity INCLUDING ALL, x strng);", 1, "type strng"),
    ("\nCREATE TABLE a (x text,);", 2, "comma too many"),
    ("CREATE TABLE a (\n  x text,\n  order int);", 3, "word of SQL"),
    ("CREATE TABLE a (x text", 1, "cannot be read"),
    ("CREATE TABLE a (x text,\n  x int);", 2, "declared twice"),
    ("CREATE TABLE a (LIKE entity INCLUDING ALL,\n id int);", 2, "template"),
    ("CREATE TABLE a (x text); CREATE TABLE a (y text);", 1, "a is declared twice"),
    ("CREATE TABLE a (LIKE nothing INCLUDING ALL);", 1, "nothing is not declared above"),
    ("CREATE TABLE a (LIKE entity);", 1, "INCLUDING ALL"),
    ("CREATE TABLE a (b_id uuid REFERENCES b);", 1, "ALTER TABLE a ADD FOREIGN KEY (user_id, b_id)"),
    ("CREATE TABLE a (x text, FOREIGN KEY (x) REFERENCES b);", 1, "statement of its own"),
    ("CREATE TABLE a (x text, EXCLUDE USING gist (x WITH =));", 1, "EXCLUDE"),
    ("CREATE TABLE a (x text) INHERITS (entity);", 1, "plain tables"),
    ("CREATE TABLE a (x text) PARTITION BY RANGE (x);", 1, "plain tables"),
    ("CREATE TABLE a AS SELECT 1;", 1, "plain tables"),
    ("CREATE TEMP TABLE a (x text);", 1, "CREATE TEMP TABLE has no place"),
    ("CREATE TABLE a (x text, PRIMARY KEY (y));", 1, "a has no column y"),
    ("CREATE TABLE a (x text, UNIQUE (y));", 1, "a has no column y"),
    ("CREATE TABLE a (x text);\nCREATE INDEX ON a (x, y);", 2, "a has no column y"),
    ("CREATE TABLE a (x text);\nCREATE INDEX i ON a (x);\nCREATE INDEX i ON a (x);", 3, "index i already"),
    ("CREATE INDEX ON nowhere (x);", 1, "nowhere is not declared above"),
    ("ALTER TABLE nowhere ADD CHECK (true);", 1, "nowhere is not declared above"),
    ("CREATE TABLE a (x text);\nALTER TABLE a ADD COLUMN x int;", 2, "x is declared twice"),
    ("CREATE TABLE a (x text);\nALTER TABLE a ADD COLUMN;", 2, "belongs into the CREATE TABLE"),
    ("CREATE TABLE a (x text);\nALTER TABLE a ADD COLUMN IF NOT EXISTS y int;", 2, "cannot be read"),
    ("CREATE TABLE a (x text);\nALTER TABLE a ADD COLUMN y uuid REFERENCES b;", 2, "statement of its own"),
    ("CREATE TABLE a (x text);\nALTER TABLE a ADD FOREIGN KEY (x);", 2, "needs REFERENCES"),
    ("CREATE TABLE a (x text);\nALTER TABLE a DROP COLUMN x;", 2, "belongs into the CREATE TABLE"),
    ("CREATE TABLE a (x text);\nALTER TABLE a ALTER COLUMN x SET DEFAULT '';", 2, "belongs into the CREATE TABLE"),
    ("CREATE TABLE a (x text);\nALTER TABLE a ADD FOREIGN KEY (x) REFERENCES b (y);", 2, "b, which is not declared"),
    ("CREATE TABLE a (x uuid);\nALTER TABLE a ADD FOREIGN KEY (x) REFERENCES entity;", 2, "1 columns, but points at 2"),
    ("CREATE TABLE a (x uuid);\nALTER TABLE a ADD FOREIGN KEY (x) REFERENCES entity (y);", 2, "entity has no column y"),
    ("CREATE TABLE a (x uuid);\nALTER TABLE a ADD FOREIGN KEY (x) REFERENCES a ON UPDATE CASCADE;", 2, "ON UPDATE"),
    ("CREATE TYPE a AS ENUM ('x', 'x');", 1, "all different"),
    ("CREATE TYPE a AS ENUM (x);", 1, "quoted labels"),
    ("CREATE TABLE a (x text);\nCOMMENT ON COLUMN a.y IS 'z';", 2, "a has no column y"),
    ("CREATE TABLE a (x text);\nCOMMENT ON TABLE a IS E'z';", 2, "plain quotes"),
    ("CREATE TABLE a (x text);\nCOMMENT ON TABLE a IS 'z @label x @label x';", 2, "@label is said twice"),
    ("DROP TABLE entity;", 1, "DROP TABLE ENTITY has no place"),
    ("SELECT 1;\n\nCREATE TABLE a (x text DEFAULT 'never ends\n);", 3, "never closed"),
    ("\\connect other", 1, "has no place"),
    ("ALTER TYPE a ADD VALUE 'x';", 1, "ALTER TYPE A has no place"),
    ("CREATE TABLE a (x serial);", 1, "type serial"),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "line", "part"), REFUSED, ids=[part for _, _, part in REFUSED])
def test_what_cannot_be_read_is_told_with_its_line(read: Read, tmp_path: Path, sql: str, line: int, part: str) -> None:
    with pytest.raises(SchemaErrors) as refused:
        read(sql)
    (error,) = refused.value.errors
    assert (error.file, error.line) == (str(tmp_path / "own1.sql"), line)
    assert part in error.message
    assert str(error) in str(refused.value)


def test_all_errors_are_collected_and_none_is_told_twice(read: Read) -> None:
    broken = "CREATE TABLE a (x txt, y nonsense(;\nCREATE INDEX ON a (x);\nCOMMENT ON COLUMN a.y IS '';\n"
    with pytest.raises(SchemaErrors) as refused:
        read(broken, "CREATE TABLE b (x txt, y txt);\nALTER TABLE b ADD FOREIGN KEY (x) REFERENCES a;")
    assert [(Path(error.file).name, error.line) for error in refused.value.errors] == [
        ("own1.sql", 1), ("own2.sql", 1), ("own2.sql", 1),
    ]  # fmt: skip


def test_a_file_that_is_no_text_or_not_there(tmp_path: Path) -> None:
    (tmp_path / "latin.sql").write_bytes(b"-- caf\xe9")
    with pytest.raises(SchemaErrors) as refused:
        load([tmp_path / "latin.sql", tmp_path / "missing.sql"])
    assert all("cannot be read" in error.message for error in refused.value.errors)
    assert len(refused.value.errors) == 2


WORDS = """
    CREATE TABLE TYPE INDEX UNIQUE ALTER ADD CONSTRAINT FOREIGN KEY REFERENCES CHECK COMMENT ON COLUMN IS AS ENUM LIKE
    INCLUDING ALL PRIMARY NOT NULL DEFAULT GENERATED ALWAYS IDENTITY WHERE USING EXCLUDE NULLS DISTINCT entity beers
    name text int numeric timestamptz gin 'x' $$y$$ "Q" ; ( ) , . = [ ] 1 -1 ' " /* */ -- $1 @ \\ é
"""
PIECES = [*WORDS.split(), "\n"]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(st.sampled_from(PIECES), max_size=25), broken=st.integers(0, 200), length=st.integers(0, 40))
def test_whatever_is_written_is_read_or_refused(read: Read, words: list[str], broken: int, length: int) -> None:
    statements = BEERS.split(";\n")
    torn = BEERS[: broken * 9] + BEERS[broken * 9 + length :]
    for text in (" ".join(words), torn, ";\n".join([*statements, " ".join(words)])):
        try:
            read(text)
        except SchemaErrors as refused:
            assert refused.errors


def test_the_whole_house_is_read() -> None:
    catalog = load(declared_files())
    assert [
        entity.name for entity in catalog.entities.values() if entity.kind != "template" and not entity.comment
    ] == []
    templates = {entity.name for entity in catalog.entities.values() if entity.kind == "template"}
    assert templates == {"entity", "described", "synced", "synced_part"}
