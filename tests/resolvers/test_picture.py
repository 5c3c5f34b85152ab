"""The pictures of the tables: well-formed, complete, linked, and nothing on top of anything else."""

import re
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from resolvers.cli import lifeloom
from resolvers.cli.domains import GROUND, Domain, domains, left_out
from resolvers.cli.gallery import write_all
from resolvers.cli.layout import BOX, Frame, place, place_domain
from resolvers.cli.picture import draw, draw_domain
from schema_sql.catalog import Catalog, Entity
from schema_sql.migrate import declared

SVG = "{http://www.w3.org/2000/svg}"
NAMES = [
    "accounts",
    "graph",
    "operations",
    "notes",
    "diary",
    "people",
    "calendar",
    "tasks",
    "mail",
    "messages",
    "files",
    "media",
    "library",
    "money",
    "health",
    "fitness",
    "places",
    "home",
    "papers",
    "assistants",
    "ground",
]


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return declared()


@pytest.fixture(scope="module")
def by_name(catalog: Catalog) -> dict[str, Domain]:
    return {domain.name: domain for domain in domains(catalog)}


def lines(picture: str) -> list[str | None]:
    """What the lines say: `notes.notebook_id → notebooks`."""
    root = ElementTree.fromstring(picture)
    return [title.text for path in root.iter(f"{SVG}path") for title in path.iter(f"{SVG}title")]


def keys(entities: Sequence[Entity]) -> list[str]:
    return [f"{entity.name}.{key.column} → {key.target}" for entity in entities for key in entity.foreign_keys]


def texts(picture: str) -> list[str | None]:
    return [text.text for text in ElementTree.fromstring(picture).iter(f"{SVG}text")]


def test_the_domains_are_those_of_the_files_and_the_ground_is_last(by_name: dict[str, Domain]) -> None:
    assert list(by_name) == NAMES
    assert [entity.name for entity in by_name["calendar"].entities][:2] == ["calendars", "events"]
    assert "receipts" in [entity.name for entity in by_name["money"].entities], "of another file with the same number"
    assert by_name["mail"].about.startswith("Mail: the objects of JMAP")
    assert all(domain.about.endswith(".") for domain in by_name.values())


def test_every_table_stands_there_once(catalog: Catalog) -> None:
    shown = sorted(box.entity.name for frame in place(catalog) for box in frame.boxes)
    assert shown == sorted(entity.name for entity in catalog.entities.values() if entity.kind != "template")


def test_every_foreign_key_is_a_line_in_the_picture_of_all(catalog: Catalog) -> None:
    tables = [entity for entity in catalog.entities.values() if entity.kind != "template"]
    picture = draw(catalog)
    assert sorted(map(str, lines(picture))) == sorted(keys(tables))
    assert {"contacts", "→ contacts", "target_id"} <= set(texts(picture))
    assert "dtstart" not in texts(picture), "columns are in the pictures of the domains"


@pytest.mark.parametrize("name", NAMES)
def test_a_domain_is_drawn_with_its_columns_and_what_it_points_at(
    catalog: Catalog, by_name: dict[str, Domain], name: str
) -> None:
    entities = by_name[name].entities
    picture = draw_domain(by_name[name], catalog)
    assert sorted(map(str, lines(picture))) == sorted(keys(entities))
    own = {c.name for entity in entities for c in entity.columns} - left_out(catalog)
    targets = {key.target for entity in entities for key in entity.foreign_keys}
    assert own | targets | {entity.name for entity in entities} <= set(texts(picture))


@pytest.mark.parametrize("name", ["all", *NAMES])
def test_nothing_stands_on_anything(catalog: Catalog, by_name: dict[str, Domain], name: str) -> None:
    frames = place(catalog) if name == "all" else place_domain(by_name[name], catalog)
    for frame in frames:
        areas = [(box.x, box.y, box.x + BOX, box.y + box.height) for box in frame.boxes]
        assert not any(_meet(one, other) for one, other in combinations(areas, 2))
        left, top, right, low = _border(frame)
        assert all(left < x and top < y and x_end < right and y_end < low for x, y, x_end, y_end in areas)
    borders = [_border(frame) for frame in frames]
    assert not any(_meet(one, other) for one, other in combinations(borders, 2))


def test_the_pages_lead_to_each_other(catalog: Catalog, tmp_path: Path) -> None:
    assert write_all(catalog, tmp_path / "er") == len(NAMES) + 1
    pages = [*tmp_path.glob("er/**/*.svg"), tmp_path / "er/index.html"]
    assert len(pages) == len(NAMES) + 2
    for page in pages:
        found = re.findall(r'(?:href|src)="([^"]+)"', page.read_text("utf-8"))
        assert found, page
        for link in found:
            address, _, part = link.partition("#")
            target = page.parent / address
            assert target.is_file(), link
            assert not part or f'id="{part}"' in target.read_text("utf-8"), link


def test_a_printed_picture_leads_nowhere(catalog: Catalog, by_name: dict[str, Domain]) -> None:
    assert "href" not in draw(catalog) + draw_domain(by_name["mail"], catalog)


def test_names_of_ones_own_domains_are_quoted(tmp_path: Path) -> None:
    odd = "a & b #1 <all>"
    (tmp_path / f"{odd}.sql").write_text("-- Boats & more.\nCREATE TABLE boats (LIKE entity INCLUDING ALL, name text);")
    catalog = declared(tmp_path)
    domain = next(each for each in domains(catalog) if each.name == odd)
    assert domain.about == "Boats & more."
    assert "boats" in texts(draw_domain(domain, catalog, linked=True))
    write_all(catalog, tmp_path / "er")
    assert (tmp_path / f"er/domains/{odd}.svg").is_file()
    assert 'href="domains/a%20%26%20b%20%231%20%3Call%3E.svg"' in (tmp_path / "er/all.svg").read_text("utf-8")


@pytest.mark.parametrize("arguments", [["mail"], ["--er", "--er-all", "there"], ["--er", "mail", "notes"]])
def test_what_cannot_be_meant_is_asked_back(arguments: list[str]) -> None:
    told = CliRunner().invoke(lifeloom, ["schema", *arguments])
    assert told.exit_code == 2
    assert "Usage" in told.output


def test_the_ground_points_at_itself_alone(catalog: Catalog, by_name: dict[str, Domain]) -> None:
    assert len(place_domain(by_name[GROUND], catalog)) == 1


def _border(frame: Frame) -> tuple[float, float, float, float]:
    return frame.x, frame.y, frame.x + frame.width, frame.y + frame.height


def _meet(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
