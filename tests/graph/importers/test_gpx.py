"""GPX of devices and web sites becomes places, tracks and points, and what has no column is kept."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

from graph.importers.base import Importer, Item, Problem, To
from graph.importers.travel.gpx import Gpx
from graph.importers.travel.lines import polyline
from tests.graph.household import Household, write
from tests.graph.importers.bringing import told
from tests.graph.importers.conformance import Conformance, filled, items, problems, rows, run, values
from tests.graph.importers.memory import little_memory

WALK = """\
<?xml version="1.0" encoding="UTF-8"?>
<gpx version="1.1" creator="eTrex" xmlns="http://www.topografix.com/GPX/1/1">
<metadata><name>Two days</name></metadata>
<wpt lat="47.2" lon="11.4"><ele>2334</ele><name>Top &amp; cross</name><desc>Windy</desc><sym>Summit</sym>
<link href="https://example.org/top"><text>Top</text></link><extensions><x:a xmlns:x="urn:x">1</x:a></extensions></wpt>
<rte><name>Plan</name><rtept lat="47.1" lon="11.3"><name>Hut</name></rtept><rtept lat="47.2" lon="11.4"/></rte>
<trk><name>Way up</name><cmt>Slow</cmt><type>hiking</type><trkseg>
<trkpt lat="47.10" lon="11.3"><ele>1000</ele><time>2026-03-01T08:00:00Z</time></trkpt>
<trkpt lat="47.11" lon="11.3"><ele>1100</ele><time>2026-03-01T08:10:00Z</time></trkpt>
<trkpt lat="47.12" lon="11.3"><ele>1090</ele><time>2026-03-01T08:10:00Z</time></trkpt>
</trkseg><trkseg>
<trkpt lat="47.30" lon="11.3"><ele>1200</ele><time>2026-03-01T11:00:00+01:00</time></trkpt>
</trkseg></trk>
</gpx>
"""

ODD = """\

<?xml version="1.0"?>
<!DOCTYPE gpx [ <!ENTITY a "aaaa"> <broken< ]>
<gpx version="1.0"><wpt lat="91" lon="0"/><wpt lat="1" lon="2"><time>nonsense</time></wpt><wpt lat="1" lon="2"/>
<trk><trkseg><trkpt lat="1" lon="x"/><trkpt lat="1" lon="179.9"><time>2026-03-01T08:00:00</time>
<ext:hr>120</ext:hr></trkpt><trkpt lat="NaN" lon="1"/><trkpt lat="2" lon="-179.9"><ele>inf</ele></trkpt></trkseg></trk>
<trk><name>Empty</name></trk></gpx>
"""

BOMB = """\
<?xml version="1.0"?><gpx xmlns="x"><wpt lat="1" lon="2"><name>Here</name></wpt>
<wpt lat="1" lon="3"><name>&a;</name></wpt></gpx>
"""


def extract(directory: Path, content: str) -> list[Item | Problem]:
    return run(Gpx(), directory / "walk.gpx", content)


class TestConformance(Conformance):
    importer: ClassVar[Importer] = Gpx()
    samples: ClassVar[dict[str, str]] = {"walk.gpx": WALK, "odd.xml": ODD, "bomb.gpx": BOMB}


def test_a_walk(tmp_path: Path) -> None:
    found = extract(tmp_path, WALK)
    route, track = filled(found, "gps_tracks")
    assert (route["name"], route["polyline"], "start_at" in route) == (
        "Plan",
        polyline([(47.1, 11.3), (47.2, 11.4)]),
        False,
    )
    assert (track["name"], track["description"], track["activity"]) == ("Way up", "Slow", "hiking")
    assert (track["start_at"], track["end_at"]) == (
        datetime(2026, 3, 1, 8, tzinfo=UTC),
        datetime(2026, 3, 1, 10, tzinfo=UTC),
    )
    assert (track["distance_m"], track["ascent_m"], track["descent_m"]) == (2223.9, 100, 10)
    assert (track["min_lat"], track["max_lat"], track["min_lon"]) == (47.1, 47.3, 11.3)
    points = filled(found, "location_points")
    assert [point.get("segment") for point in points] == [0, 0, 0, 1]
    assert points[2]["recorded_at"] - points[1]["recorded_at"] == timedelta(microseconds=1)
    assert points[0] == {
        "recorded_at": datetime(2026, 3, 1, 8, tzinfo=UTC),
        "lat": 47.1,
        "lon": 11.3,
        "ele_m": 1000,
        "device": "eTrex",
        "segment": 0,
        "gps_track_id": To(rows(found, "gps_tracks")[1].key),
        "source": "gpx",
    }


def test_what_has_no_column_is_kept(tmp_path: Path) -> None:
    found = extract(tmp_path, WALK)
    place = values(found, "places")
    assert (place["name"], place["description"], place["place_type"]) == ("Top & cross", "Windy", "Summit")
    assert (place["url"], place["lat"], place["lon"]) == ("https://example.org/top", 47.2, 11.4)
    assert place["custom_fields"]["gpx"]["about"] == [
        "<ele>2334</ele>",
        '<link href="https://example.org/top"><text>Top</text></link>',
        '<extensions><a xmlns:x="urn:x">1</a></extensions>',
    ]
    assert place["custom_fields"]["gpx"]["file"] == ["<metadata><name>Two days</name></metadata>"]
    raws = [item.raw for item in items(found).values() if item.rows[0].table == "gps_tracks"]
    assert raws[0] is not None
    assert raws[0].startswith(b"<rte>")
    assert raws[0].endswith(b"</rte>")
    assert raws[1] is not None  # two points of one moment


def test_odd_points_are_told(tmp_path: Path) -> None:
    found = extract(tmp_path, ODD)
    assert [place["lat"] for place in filled(found, "places")] == [1, 1]
    track, empty = filled(found, "gps_tracks")
    assert (track["min_lon"], track["max_lon"], empty["name"]) == (179.9, -179.9, "Empty")
    item = items(found)[rows(found, "gps_tracks")[0].key]
    assert item.warnings == (
        "2 points have no valid position: they are only kept raw",
        "1 points have no time: they are in the line and kept raw",
        "times without a zone were taken as UTC",
    )
    assert item.raw is not None
    assert b"<ext:hr>120</ext:hr>" in item.raw
    assert b"</trk>" in item.raw
    (problem,) = problems(found)
    assert problem.startswith("a waypoint without a valid position")


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    found = extract(tmp_path, BOMB)
    assert values(found, "places")["name"] == "Here"
    assert problems(found) == ["cannot be read further: line 2: undefined entity"]


def test_the_polyline_of_the_specification() -> None:
    points = [(38.5, -120.2), (40.7, -120.95), (43.252, -126.453)]
    assert polyline(points) == "_p~iF~ps|U_ulLnnqC_mqNvxq`@"


async def test_again_and_edited(house: Household, tmp_path: Path) -> None:
    write(tmp_path, {"walk.gpx": WALK})
    report = await house.bring(tmp_path)
    assert told(report)["location_point"] == {"created": 4}
    assert (await house.bring(tmp_path)).changes == 0
    longer = '<trkpt lat="47.31" lon="11.3"><time>2026-03-01T10:10:00Z</time></trkpt></trkseg></trk>'
    write(tmp_path, {"walk.gpx": WALK.replace("</trkseg></trk>", longer)})
    again = told(await house.bring(tmp_path))
    assert again["gps_track"] == {"updated": 1, "unchanged": 1}
    assert again["location_point"] == {"created": 1, "unchanged": 4}


def test_large_files_stay_on_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "large.gpx"
    start, padding = datetime(2026, 3, 1, tzinfo=UTC), f"<!-- {'.' * 300} -->"
    with path.open("w") as file:
        file.write("<gpx><trk><trkseg>")
        for number in range(10_000):
            time = (start + timedelta(seconds=number)).isoformat()
            file.write(
                f'<trkpt lat="{number / 1000}" lon="1"><ele>{number % 900}</ele><time>{time}</time></trkpt>{padding}\n'
            )
        file.write("</trkseg></trk></gpx>")
    with little_memory(path.stat().st_size / 2):
        count = sum(len(one.rows) for one in Gpx().extract(path) if isinstance(one, Item))
    assert count == 10_001
