"""Places and tracks go out as GPX and come in as the same."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar
from uuid import UUID
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from graph.exporters.base import Exporter
from graph.exporters.gpx import Gpx
from graph.exporters.gpx_track import drawn
from graph.importers.travel.lines import polyline
from tests.graph.exporters.round_trip import RoundTrip, contents, out
from tests.graph.household import Household, write

_GPX = """<?xml version="1.0"?>
<gpx version="1.1" creator="Other" xmlns="http://www.topografix.com/GPX/1/1" xmlns:foo="urn:foo">
<metadata><name>All</name></metadata>
<wpt lat="1.25" lon="-2.5"><ele>3</ele><name>Café &amp; bar</name><cmt>c</cmt><desc>d</desc><link href="http://a/?b=1&amp;c"><text>t</text></link><sym>Bar</sym><type>cafe</type></wpt>
<wpt lat="1.25" lon="-2.5"><sym>Flag</sym></wpt>
<rte><name>Way back</name><rtept lat="1" lon="2"/><rtept lat="1.5" lon="2"><name>corner</name></rtept></rte>
<trk><name>Heart</name><src>watch</src><trkseg>
<trkpt lat="10" lon="20"><ele>5</ele><time>2020-01-01T10:00:00Z</time><extensions><foo:hr>99</foo:hr></extensions></trkpt>
<trkpt lat="10.001" lon="20"><time>2020-01-01T10:00:05Z</time></trkpt></trkseg></trk>
<trk><name>Plain</name><type>run</type><extensions><foo:color>Red</foo:color></extensions><trkseg>
<trkpt lat="10" lon="20"><time>2020-01-02T10:00:00.250Z</time><extensions><speed>1.1</speed><course>7</course><hAcc>4.5</hAcc></extensions></trkpt>
</trkseg><trkseg><trkpt lat="11.1234567" lon="20"><ele>1e-3</ele><time>2020-01-02T11:00:00-01:30</time></trkpt></trkseg></trk>
</gpx>"""
_DAY = datetime(2021, 5, 1, 8, tzinfo=UTC)


async def _point(house: Household, track: UUID, at: datetime, lat: float, segment: int | None = None) -> None:
    await house.rows(
        "INSERT INTO location_points (gps_track_id, recorded_at, lat, lon, segment, ele_m) VALUES ($1, $2, $3, 0.1, $4, 2.2)",
        track, at, lat, segment,
    )  # fmt: skip


class TestGpx(RoundTrip):
    exporter: ClassVar[Exporter] = Gpx()
    name = "all.gpx"
    tables = ("places", "gps_tracks", "location_points")
    edits: ClassVar[Mapping[bytes, bytes]] = {
        b"<name>Heart</name>": b"<name>Soul</name>",
        b"Caf\xc3\xa9": b"Tea",
        b"<name>Plain</name>": b"<name>Fancy</name>",
        b"<name>By &lt;hand&gt;</name>": b"<name>By foot</name>",
        b"<name>Twin</name>": b"<name>Sister</name>",
    }

    async def fill(self, house: Household, directory: Path) -> None:
        await house.bring(write(directory / "old", {"old.gpx": _GPX}) / "old.gpx")
        await house.create(
            "places", name=" By <hand> \r\n ", lat=0.1, lon=179.99999999, place_type="a & b", url="http://x/?a=1&b"
        )
        track = await house.create(
            "gps_tracks", name="By hand", description="one\r\ntwo ", activity="walk", start_at=_DAY
        )
        for number in range(5):
            await _point(house, track, _DAY + timedelta(microseconds=number), number / 3, number // 2 * 2 or None)
        twin = await house.create("gps_tracks", name="Twin")
        await _point(house, twin, _DAY - timedelta(days=1), 0)


async def test_a_track_that_says_more_goes_out_as_it_came_until_it_is_changed(house: Household, tmp_path: Path) -> None:
    await house.bring(write(tmp_path, {"old.gpx": _GPX}) / "old.gpx")
    await out(house, Gpx(), tmp_path / "a.gpx")
    text = contents(tmp_path / "a.gpx")["."].decode()
    assert "<foo:hr>99</foo:hr>" in text
    assert "<speed>" not in text
    assert (
        text.index("<metadata>") < text.index("Café") < text.index("Heart") < text.index("Plain") < text.index("<rte")
    )
    ElementTree.fromstring(text)
    await house.change(
        "gps_tracks", await house.value("SELECT id FROM gps_tracks WHERE name = 'Heart'"), name="Changed"
    )
    await out(house, Gpx(), tmp_path / "b.gpx")
    assert b"foo:hr" not in contents(tmp_path / "b.gpx")["."]


@given(st.lists(st.tuples(st.integers(-9000000, 9000000), st.integers(-18000000, 18000000)), max_size=9))
def test_a_line_is_drawn_as_it_was(points: list[tuple[int, int]]) -> None:
    exact = [(lat / 1e5, lon / 1e5) for lat, lon in points]
    assert list(drawn(polyline(exact))) == exact


async def test_what_gpx_cannot_say_is_told(house: Household, tmp_path: Path) -> None:
    await house.create("places", name="Nowhere")
    await house.create("places", name="Home", lat=1, lon=2, radius_m=50, custom_fields={"key": "under the mat"})
    track = await house.create("gps_tracks", name="Drawn", polyline="_p~iF~ps|U_ulLnnqC", start_at=_DAY)
    done = await out(house, Gpx(), tmp_path / "out.gpx")
    assert (done.records, {(one.label, one.reason) for one in done.lost}) == (
        2,
        {
            ("Nowhere", "a place without a position"),
            ("Home", "its radius_m"),
            ("Home", "its field key"),
            ("Drawn", "when it was: it has no points"),
        },
    )
    assert b'<trkpt lat="40.7" lon="-120.95"/>' in contents(tmp_path / "out.gpx")["."]
    await house.rows(
        "INSERT INTO location_points (gps_track_id, recorded_at, lat, lon, device) VALUES ($1, now(), 1, 2, 'phone')",
        track,
    )
    assert ("Drawn", "that its points are of phone") in {
        (one.label, one.reason) for one in (await out(house, Gpx(), tmp_path / "two.gpx")).lost
    }
