"""The picture of the tables: well-formed, complete, and nothing on top of anything else."""

from itertools import combinations
from xml.etree import ElementTree

import pytest

from resolvers.cli.layout import BOX, Frame, place
from resolvers.cli.picture import draw
from schema_sql.catalog import Catalog
from schema_sql.migrate import declared

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return declared()


@pytest.fixture(scope="module")
def frames(catalog: Catalog) -> list[Frame]:
    return place(catalog)


def test_every_table_stands_there_once(catalog: Catalog, frames: list[Frame]) -> None:
    shown = sorted(box.entity.name for frame in frames for box in frame.boxes)
    assert shown == sorted(entity.name for entity in catalog.entities.values() if entity.kind != "template")


def test_every_foreign_key_is_a_line_and_every_required_column_of_ones_own_a_row(catalog: Catalog) -> None:
    root = ElementTree.fromstring(draw(catalog))
    titles = {title.text for path in root.iter(f"{SVG}path") for title in path.iter(f"{SVG}title")}
    tables = [entity for entity in catalog.entities.values() if entity.kind != "template"]
    assert titles == {f"{e.name}.{key.column} → {key.target}" for e in tables for key in e.foreign_keys}
    texts = {text.text for text in root.iter(f"{SVG}text")}
    assert {"contacts", "→ contacts", "dtstart", "target_id"} <= texts


def test_nothing_stands_on_anything(frames: list[Frame]) -> None:
    for frame in frames:
        areas = [(box.x, box.y, box.x + BOX, box.y + box.height) for box in frame.boxes]
        assert not any(_meet(one, other) for one, other in combinations(areas, 2))
        left, top, right, low = _border(frame)
        assert all(left < x and top < y and x_end < right and y_end < low for x, y, x_end, y_end in areas)
    borders = [_border(frame) for frame in frames]
    assert not any(_meet(one, other) for one, other in combinations(borders, 2))


def _border(frame: Frame) -> tuple[float, float, float, float]:
    return frame.x, frame.y, frame.x + frame.width, frame.y + frame.height


def _meet(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
