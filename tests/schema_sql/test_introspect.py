"""What is declared and what a real PostgreSQL then holds are one Catalog; whatever is changed by hand is told."""

from collections.abc import Callable

import pytest

from graph.database import Connection
from schema_sql.catalog import Catalog
from schema_sql.introspect import differences, introspect
from schema_sql.migrate import declared, migrate
from tests.schema_sql.brewery import BEERS, GROUND, TEMPLATES, Brewery


async def test_the_house_is_what_is_declared(empty: Connection) -> None:
    catalog = declared()
    await migrate(empty, catalog)
    assert differences(catalog, await introspect(empty)) == []


async def test_a_table_of_ones_own(empty: Connection, read: Callable[..., Catalog]) -> None:
    await empty.execute(GROUND + TEMPLATES.read_text() + BEERS)
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
    (
        "ALTER TABLE beers ALTER name DROP NOT NULL",
        "Column beers.name: null is declared refused, in the database allowed.",
    ),
    (
        "ALTER TABLE beers ALTER aliases DROP DEFAULT",
        "Column beers.aliases: default is declared '{}', in the database none.",
    ),
    ('ALTER TABLE beers ALTER "order" SET DEFAULT 2', "Column beers.order: default is declared -1, in the database 2."),
    (
        "ALTER TABLE beers ALTER number DROP IDENTITY",
        "Column beers.number: generated is declared yes, in the database no.",
    ),
    ("ALTER TABLE beers DROP CONSTRAINT sane", "Table beers: check (abv BETWEEN 0 AND 80) is declared, but not in the"),
    ("ALTER TABLE beers ADD CHECK (abv < 9)", "Table beers: check ((abv < (9)::numeric)) is in the database, but not"),
    ("DROP INDEX beers_lower", "Table beers: index on (user_id, lower(name), name || ';') by btree is declared, but"),
    (
        "CREATE INDEX ON beers (user_id, abv)",
        "Table beers: index on (user_id, abv) by btree is in the database, but not",
    ),
    (
        "DROP INDEX beers_name_key",
        "Table beers: unique index on (user_id, name) where deleted_at IS NULL nulls not distinct is",
    ),
    (
        "ALTER TABLE beers DROP CONSTRAINT beers_brewery_id_fkey",
        "Table beers: foreign key (user_id, brewery_id) to breweries",
    ),
    (
        "COMMENT ON TABLE beers IS 'Else. @flags EH @label name'",
        "Table beers: tag @label is declared name,abv, in the database",
    ),
    ("COMMENT ON COLUMN beers.name IS NULL", "Column beers.name: tag @title is declared yes, in the database none."),
    (
        "ALTER TYPE beer_style ADD VALUE 'STOUT'",
        "Enum beer_style: declared LAGER, PALE-ALE, it's sour; in the database LAGER, P",
    ),
    ("COMMENT ON TABLE entity IS 'Template.'", "Table entity: class is declared template, in the database entity."),
]


@pytest.mark.parametrize(("change", "sentence"), DRIFT, ids=[change for change, _ in DRIFT])
def test_drift_is_told(brewery: Brewery, change: str, sentence: str) -> None:
    found = brewery.differences_after(change)
    assert any(told.startswith(sentence) for told in found), found
