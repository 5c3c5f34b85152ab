"""A user's own tables, from SQL alone: everything that holds for the house's own types holds for them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from resolvers.schema import build_schema
from schema_sql.errors import SchemaErrors
from schema_sql.migrate import declared
from tests.resolvers.matrix import Matrix
from tests.world import World, new_world

OWN = """
CREATE TYPE beer_style AS ENUM ('lager', 'pale-ale', 'stout');

CREATE TABLE breweries (
    LIKE described INCLUDING ALL,
    name text NOT NULL,
    founded date,
    place_id uuid
);
COMMENT ON TABLE breweries IS 'Who brews. @flags EXHC @label name';
COMMENT ON COLUMN breweries.name IS 'What is on the label @title @name';
CREATE UNIQUE INDEX breweries_name_key ON breweries (user_id, name) WHERE deleted_at IS NULL;
CREATE INDEX breweries_place_id_idx ON breweries (user_id, place_id) WHERE deleted_at IS NULL;
ALTER TABLE breweries ADD CONSTRAINT breweries_place_id_fkey FOREIGN KEY (user_id, place_id)
    REFERENCES places (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE beers (
    LIKE described INCLUDING ALL,
    brewery_id uuid NOT NULL,
    name text NOT NULL,
    style beer_style NOT NULL DEFAULT 'lager',
    abv numeric CHECK (abv BETWEEN 0 AND 70),
    hops text[] NOT NULL DEFAULT '{}',
    tasting text
);
COMMENT ON TABLE beers IS 'What was tasted. @flags EXC @label name';
COMMENT ON COLUMN beers.name IS 'Its name @title @name';
COMMENT ON COLUMN beers.tasting IS 'How it was @text @markdown';
CREATE INDEX beers_brewery_id_idx ON beers (user_id, brewery_id) WHERE deleted_at IS NULL;
ALTER TABLE beers ADD CONSTRAINT beers_brewery_id_fkey FOREIGN KEY (user_id, brewery_id)
    REFERENCES breweries (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE ciders (LIKE entity INCLUDING ALL, name text NOT NULL, abv numeric, tasting text);
"""
TABLES = ("breweries", "beers", "ciders")


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("own")
    (directory / "beer.sql").write_text(OWN, "utf-8")
    return directory


@pytest.fixture(scope="module")
def world(server: Any, template: str, own: Path) -> Iterator[World]:
    yield from new_world(server, template, build_schema(declared(own)), own)


@pytest.fixture(scope="module")
def matrix(world: World) -> Matrix:
    return Matrix(world)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("check", ["lives", "batches", "upserts", "filters", "orders", "surroundings", "strangers"])
def test_what_holds_for_every_type_holds_for_ones_own(matrix: Matrix, world: World, table: str, check: str) -> None:
    getattr(matrix, check)(world.catalog.entities[table])


def test_ones_own_tables_stand_in_the_graph(world: World) -> None:
    create = "mutation($n: String!) { createBrewery(input: {name: $n}) { id } }"
    brewery = world.ask(create, n="Tyris on Tap")["createBrewery"]["id"]
    pour = """mutation($b: ID!) { createBeer(input: {name: "Maravilla", style: PALE_ALE, breweryId: $b, abv: "6.5",
        hops: ["Citra"], tasting: "Like the one at the quay"}) { id abv style brewery { name beers { nodes { name } } } } }"""
    beer = world.ask(pour, b=brewery)["createBeer"]
    assert beer["abv"] == "6.5" and beer["style"] == "PALE_ALE"
    assert beer["brewery"]["beers"]["nodes"] == [{"name": "Maravilla"}]
    found = world.ask('{ search(query: "quay", types: [BEER]) { nodes { label ... on Beer { hops } } } }')
    assert found["search"]["nodes"] == [{"label": "Maravilla", "hops": ["Citra"]}]
    deleted = world.ask("mutation($b: ID!) { deleteBrewery(id: $b) { id } }", b=brewery)
    assert deleted["deleteBrewery"]["id"] == brewery
    assert world.ask("query($b: ID!) { beer(id: $b) { deletedAt } }", b=beer["id"])["beer"]["deletedAt"]


def test_a_table_that_says_nothing_of_itself_is_named_and_found_by_its_texts(world: World) -> None:
    cider = world.ask('mutation { createCider(input: {name: "Trabanco", tasting: "sharp, of apples"}) { id label } }')
    assert cider["createCider"]["label"] == "Trabanco"
    found = world.ask('{ search(query: "apples") { nodes { label recordType history { totalCount } } } }')
    assert found["search"]["nodes"] == [{"label": "Trabanco", "recordType": "CIDER", "history": {"totalCount": 1}}]


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("CREATE TABLE beers (id uuid PRIMARY KEY);", "LIKE entity INCLUDING ALL"),
        ("CREATE TABLE beers (LIKE entity INCLUDING ALL, label text);\nCOMMENT ON TABLE beers IS 'Beer. @flags C';", "label"),
        ("CREATE TABLE beers (LIKE entity INCLUDING ALL", "beer.sql"),
        ("CREATE TABLE notes (LIKE entity INCLUDING ALL);", "notes"),
    ],
)
def test_a_mistake_is_told_with_its_file_before_anything_is_made(tmp_path: Path, sql: str, said: str) -> None:
    (tmp_path / "beer.sql").write_text(sql, "utf-8")
    with pytest.raises(SchemaErrors) as refused:
        declared(tmp_path)
    assert said in str(refused.value) and "beer.sql" in str(refused.value)
