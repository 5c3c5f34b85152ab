"""GeoJSON of maps, trackers and converters becomes places, points and tracks."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import given
from hypothesis import strategies as st

from graph.importers.base import Importer, Item, Problem, To
from graph.importers.travel.geojson import GeoJson
from graph.importers.travel.lines import Position, Way, distance
from tests.graph.household import Household, write
from tests.graph.importers.bringing import told
from tests.graph.importers.conformance import Conformance, filled, items, problems, rows, run, values


def feature(kind: str, coordinates: Any, **more: Any) -> dict[str, Any]:
    id_ = {"id": more.pop("id")} if "id" in more else {}
    shape = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", **id_, "geometry": shape, "properties": more}


def collection(*features: Any) -> str:
    return json.dumps({"type": "FeatureCollection", "features": features}, indent=1)


CAFE = feature(
    "Point", [16.37, 48.2, 170], name="Café", description="Good", amenity="cafe", website="https://c.example"
)
PARK = feature("Polygon", [[[16, 48], [17, 48], [17, 49], [16, 48]]], name="Park", id=7)
FIXES = [
    feature("Point", ["0.1", "0.2"], timestamp=1_609_459_201, accuracy=5, velocity=1.5, tracker_id="phone", battery=3),
    feature("Point", [0.3, 0.4], timestamp=1_609_459_201, tracker_id="phone"),
]
WALK = feature(
    "LineString",
    [[16.0, 48.0, 100], [16.0, 48.1, 120]],
    name="Walk",
    activity="walking",
    coordTimes=["2026-03-01T08:00:00Z", "2026-03-01T09:00:00Z"],
    colour="red",
)
LINES = feature("MultiLineString", [[[1, 2], [1, 3]], [[5, 5], ["x", 5]]], name="Ferry")
MIXED = collection(CAFE, PARK, *FIXES, WALK, LINES, feature("Point", [500, 0]), {"type": "Feature", "geometry": None})
BARE = json.dumps({"type": "Point", "coordinates": [1, 2]})


def extract(directory: Path, content: str) -> list[Item | Problem]:
    return run(GeoJson(), directory / "map.geojson", content)


class TestConformance(Conformance):
    importer: ClassVar[Importer] = GeoJson()
    samples: ClassVar[dict[str, str]] = {"map.json": MIXED, "walk.geojson": json.dumps(WALK), "b.geojson": BARE}


def test_places(tmp_path: Path) -> None:
    found = extract(tmp_path, MIXED)
    cafe, park = filled(found, "places")
    assert cafe == {
        "name": "Café",
        "description": "Good",
        "place_type": "cafe",
        "lat": 48.2,
        "lon": 16.37,
        "url": "https://c.example",
    }
    assert (park["lat"], park["lon"]) == (48.5, 16.5)
    area = items(found)["map/7"]
    assert area.raw is not None
    assert json.loads(area.raw) == PARK
    assert [reason[:37] for reason in problems(found)] == ["a feature without a position or a nam"] * 2


def test_where_one_was(tmp_path: Path) -> None:
    found = extract(tmp_path, collection(*FIXES))
    first, second = filled(found, "location_points")
    assert (first["lat"], first["lon"], first["accuracy_m"], first["speed_mps"]) == (0.2, 0.1, 5, 1.5)
    assert (first["device"], second["recorded_at"] - first["recorded_at"]) == ("phone", timedelta(microseconds=1))
    assert next(iter(items(found).values())).warnings == ("not kept, for want of columns: battery (1)",)


def test_lines(tmp_path: Path) -> None:
    found = extract(tmp_path, MIXED)
    walk, ferry = filled(found, "gps_tracks")
    assert (walk["name"], walk["activity"], walk["ascent_m"]) == ("Walk", "walking", 20)
    assert (walk["start_at"], walk["end_at"]) == (
        datetime(2026, 3, 1, 8, tzinfo=UTC),
        datetime(2026, 3, 1, 9, tzinfo=UTC),
    )
    assert walk["custom_fields"] == {"geojson": {"colour": "red"}}
    key = rows(found, "gps_tracks")[0].key
    points = [row for row in filled(found, "location_points") if row.get("gps_track_id") == To(key)]
    assert [(row["lat"], row["ele_m"]) for row in points] == [(48, 100), (48.1, 120)]
    assert (ferry["min_lat"], ferry["max_lat"], "start_at" in ferry) == (2, 5, False)
    assert items(found)[key].raw is None
    assert items(found)[rows(found, "gps_tracks")[1].key].raw is not None


def test_one_shape_alone(tmp_path: Path) -> None:
    assert values(extract(tmp_path, BARE), "places")["name"] == "2.0, 1.0"
    assert problems(extract(tmp_path, '{"type": "FeatureCollection", "features": []}')) == [
        "there is no feature in this file"
    ]


async def test_again_and_edited(house: Household, tmp_path: Path) -> None:
    write(tmp_path, {"map.geojson": MIXED})
    assert told(await house.bring(tmp_path))["place"] == {"created": 2}
    assert (await house.bring(tmp_path)).changes == 0
    write(tmp_path, {"map.geojson": MIXED.replace("Good", "Better")})
    assert told(await house.bring(tmp_path))["place"] == {"updated": 1, "unchanged": 1}


@given(st.lists(st.tuples(st.floats(-90, 90), st.floats(-180, 180)), min_size=1, max_size=50))
def test_a_way_is_in_its_box_and_no_shorter_than_the_crow_flies(points: list[tuple[float, float]]) -> None:
    way = Way()
    for lat, lon in points:
        way.add(Position(lat, lon))
    columns = way.columns()
    assert columns["min_lat"] == min(lat for lat, _ in points)
    assert columns["max_lat"] == max(lat for lat, _ in points)
    straight = distance(Position(*points[0]), Position(*points[-1]))
    assert way.length >= straight - 1e-3
