"""Rows of a series come with an item or by themselves: they are added once, never changed and never missed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from graph.importers.base import Item, Row, To
from tests.graph.household import Household
from tests.graph.importers.bringing import item, told

_START = datetime(2026, 3, 1, 8, tzinfo=UTC)


def point(number: int, **more: object) -> Row:
    place = {"recorded_at": _START + timedelta(minutes=number), "lat": 48.1 + number / 1000, "lon": 11.5}
    return Row("location_points", f"p{number}", {**place, **more})


def alone(number: int) -> Item:
    return Item(f"p{number}", (point(number),), "x.given")


async def test_points_by_themselves(house: Household, bring: Any) -> None:
    points = [alone(number) for number in range(5)]
    assert told(await bring(*points[:3])) == {"location_point": {"created": 3}}
    assert told(await bring(*points, dry_run=True)) == {"location_point": {"created": 2, "unchanged": 3}}
    assert told(await bring(*points)) == {"location_point": {"created": 2, "unchanged": 3}}
    assert told(await bring(points[0])) == {"location_point": {"unchanged": 1}}
    assert told(await bring(points[4], prune=True)) == {"location_point": {"unchanged": 1}}
    assert await house.value("SELECT count(*) FROM location_points") == 5


async def test_points_of_a_track(house: Household, bring: Any) -> None:
    points = [point(number, gps_track_id=To("t")) for number in range(3)]
    track = item("t", *points, table="gps_tracks", name="Way home")
    assert told(await bring(track)) == {"gps_track": {"created": 1}, "location_point": {"created": 3}}
    assert told(await bring(track)) == {"gps_track": {"unchanged": 1}, "location_point": {"unchanged": 3}}
    longer = replace(track, rows=(*track.rows, point(3, gps_track_id=To("t"))))
    assert told(await bring(longer))["location_point"] == {"created": 1, "unchanged": 3}
    (id_,) = await house.column("SELECT DISTINCT gps_track_id FROM location_points")
    assert id_ == await house.value("SELECT id FROM gps_tracks")
