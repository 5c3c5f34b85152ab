"""A user's own tables have all that ours have, without a line of Python: they run through the checks of every type."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.database import Server
from resolvers.schema import Built, build_schema
from schema_sql.catalog import Catalog, Entity
from schema_sql.conventions import check
from schema_sql.migrate import declared
from tests.resolvers.matrix import Matrix
from tests.world import World, new_world

BREWERIES = """
CREATE TYPE beer_style AS ENUM ('pale-ale', 'stout', 'wheat beer', 'LAGER');
COMMENT ON TYPE beer_style IS 'What kind of beer it is';

CREATE TABLE breweries (
    LIKE synced INCLUDING ALL,
    name text NOT NULL,
    "order" integer,
    founded date,
    place_id uuid,
    note_id uuid,
    CONSTRAINT breweries_order_check CHECK ("order" BETWEEN 1 AND 9)
);
COMMENT ON TABLE breweries IS 'A place where beer is made. @flags EHXCS @label name @sensitivity low @time founded';
COMMENT ON COLUMN breweries.name IS 'What it is called @title @name';
COMMENT ON COLUMN breweries."order" IS 'A word that SQL knows';
COMMENT ON COLUMN breweries.place_id IS 'Where it is';
CREATE UNIQUE INDEX breweries_name_key ON breweries (user_id, name) WHERE deleted_at IS NULL;
CREATE INDEX breweries_place_id_idx ON breweries (user_id, place_id) WHERE deleted_at IS NULL;
CREATE INDEX breweries_note_id_idx ON breweries (user_id, note_id) WHERE deleted_at IS NULL;
ALTER TABLE breweries ADD CONSTRAINT breweries_place_id_fkey
    FOREIGN KEY (user_id, place_id) REFERENCES places (user_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE breweries ADD CONSTRAINT breweries_note_id_fkey
    FOREIGN KEY (user_id, note_id) REFERENCES notes (user_id, id) DEFERRABLE INITIALLY DEFERRED;
"""
BEERS = """
CREATE TABLE beers (
    LIKE described INCLUDING ALL,
    brewery_id uuid NOT NULL,
    name text NOT NULL,
    tasting text,
    style beer_style,
    styles beer_style[] NOT NULL DEFAULT '{}',
    alcohol numeric(4,2) CHECK (alcohol BETWEEN 0 AND 70),
    prices numeric[] NOT NULL DEFAULT '{}',
    country char(2),
    countries char(2)[],
    code varchar(12),
    barrels bigint,
    barrel_sizes bigint[],
    served_at time,
    happy_hour interval,
    sold_from date,
    sold_until date,
    tap inet,
    cellar cidr,
    label_image bytea,
    recipe jsonb,
    scores real[],
    class boolean NOT NULL DEFAULT true,
    brewer_secret text,
    last_poured_at timestamptz,
    strength text GENERATED ALWAYS AS (CASE WHEN alcohol > 8 THEN 'strong' ELSE 'light' END) STORED,
    subject_type text,
    subject_id uuid,
    CONSTRAINT beers_sold_check CHECK (sold_until >= sold_from),
    CONSTRAINT beers_taste_check CHECK (tasting IS NOT NULL OR style IS NOT NULL),
    CONSTRAINT beers_subject_check CHECK ((subject_type IS NULL) = (subject_id IS NULL))
);
COMMENT ON TABLE beers IS 'A beer, with what it tasted like. @flags EHXC @label name,tasting @sensitivity normal';
COMMENT ON COLUMN beers.name IS 'As the label says @title @name';
COMMENT ON COLUMN beers.tasting IS 'Notes on the tongue @text @markdown';
COMMENT ON COLUMN beers.brewer_secret IS 'Nobody may know @secret';
COMMENT ON COLUMN beers.last_poured_at IS 'When it was last on the table @volatile';
COMMENT ON COLUMN beers.subject_id IS 'What it goes with, of any type';
CREATE UNIQUE INDEX beers_brewery_id_name_key ON beers (user_id, brewery_id, name) WHERE deleted_at IS NULL;
CREATE INDEX beers_brewery_id_idx ON beers (user_id, brewery_id) WHERE deleted_at IS NULL;
CREATE INDEX beers_subject_id_idx ON beers (user_id, subject_id) WHERE deleted_at IS NULL;
ALTER TABLE beers ADD CONSTRAINT beers_brewery_id_fkey
    FOREIGN KEY (user_id, brewery_id) REFERENCES breweries (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE beers ADD CONSTRAINT beers_subject_id_fkey
    FOREIGN KEY (user_id, subject_id) REFERENCES records (user_id, id) DEFERRABLE INITIALLY DEFERRED;
"""
OWN = ("brewery", "beer")
own_types = pytest.mark.parametrize("record_type", OWN)


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("own")
    (place / "01_breweries.sql").write_text(BREWERIES)
    (place / "02_beers.sql").write_text(BEERS)
    return place


@pytest.fixture(scope="module")
def catalog(directory: Path) -> Catalog:
    return declared(directory)


@pytest.fixture(scope="module")
def built(catalog: Catalog) -> Built:
    return build_schema(catalog)


@pytest.fixture(scope="module")
def world(server: Server, template: str, built: Built, directory: Path) -> Iterator[World]:
    """An instance that was there before its user wrote tables for it."""
    yield from new_world(server, template, built, directory)


@pytest.fixture(scope="module")
def matrix(world: World) -> Matrix:
    return Matrix(world)


def entity_of(world: World, record_type: str) -> Entity:
    return world.catalog.by_type[record_type]


def test_they_keep_the_rules_of_the_house(catalog: Catalog) -> None:
    assert check(catalog) == []


@own_types
def test_they_have_all_that_ours_have(matrix: Matrix, record_type: str) -> None:
    entity = entity_of(matrix.world, record_type)
    for holds in (
        matrix.is_managed,
        matrix.lives,
        matrix.batches,
        matrix.upserts,
        matrix.filters,
        matrix.orders,
        matrix.surroundings,
        matrix.strangers,
    ):
        holds(entity)


def test_they_are_tied_to_ours(world: World) -> None:
    """A key to one of our tables has its other side there; wiki links and any record reach them too."""
    data = world.ask("""mutation {
        createPlace(input: {id: "00000000-0000-4000-8000-000000000001", name: "Cellar"}) { id }
        createBrewery(input: {id: "00000000-0000-4000-8000-000000000002", name: "Under", order: 3, placeId: "00000000-0000-4000-8000-000000000001"}) { id }
        createBeer(input: {name: "Dunkel", style: PALE_ALE, styles: [WHEAT_BEER, LAGER], breweryId: "00000000-0000-4000-8000-000000000002",
            alcohol: "8.5", subjectId: "00000000-0000-4000-8000-000000000001", subjectType: "place"}) { id style styles strength alcohol class } }""")
    beer = data["createBeer"]
    assert (beer["style"], beer["styles"], beer["strength"], beer["alcohol"], beer["class"]) == (
        "PALE_ALE",
        ["WHEAT_BEER", "LAGER"],
        "strong",
        "8.50",
        True,
    )
    found = world.ask("""{ place(id: "00000000-0000-4000-8000-000000000001") { breweries { totalCount nodes { order beers { nodes { name
        subject { recordType label } brewery { place { name } } } } } } }
        beers(filter: {brewery: {name: {eq: "Under"}}, style: {in: [PALE_ALE, STOUT]}, styles: {has: LAGER}}) { totalCount } }""")
    assert found["place"]["breweries"] == {"totalCount": 1, "nodes": [{"order": 3, "beers": {"nodes": [
        {"name": "Dunkel", "subject": {"recordType": "PLACE", "label": "Cellar"}, "brewery": {"place": {"name": "Cellar"}}}]}}]}  # fmt: skip
    assert found["beers"]["totalCount"] == 1
    assert "brewerSecret" not in world.built.core.type_map["Beer"].fields  # type: ignore[union-attr]
    world.ask('mutation { delete(id: "00000000-0000-4000-8000-000000000002") { id } }')
    assert world.ask("query($id: ID!) { beer(id: $id) { deletedAt } }", id=beer["id"])["beer"]["deletedAt"]


def test_the_catalogue_names_them(world: World) -> None:
    kinds = {
        kind["name"]: kind
        for kind in world.ask("{ recordTypes { name list recordType searchable columns { name required } } }")[
            "recordTypes"
        ]
    }
    assert (kinds["Beer"]["list"], kinds["Brewery"]["list"], kinds["Beer"]["recordType"]) == (
        "beers",
        "breweries",
        "BEER",
    )
    columns = {column["name"]: column["required"] for column in kinds["Beer"]["columns"]}
    assert (columns["name"], columns["class"], "brewerSecret" in columns) == (True, False, False)
