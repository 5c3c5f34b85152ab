"""Google's location history of all years: points, visits, places and ways."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import ClassVar

from graph.importers.base import Importer, Item, Problem, To
from graph.importers.travel.google_timeline import GoogleTimeline
from tests.graph.household import Household, write
from tests.graph.importers.bringing import told
from tests.graph.importers.conformance import Conformance, filled, items, problems, rows, run, values
from tests.graph.importers.memory import little_memory

RECORDS = """\
{"locations": [
 {"latitudeE7": 533690550, "longitudeE7": 836950010, "accuracy": 150, "altitude": 99, "velocity": 2, "heading": 90,
  "source": "WIFI", "deviceTag": 7, "timestamp": "2012-12-15T14:21:29.460Z",
  "activity": [{"activity": [{"type": "STILL", "confidence": 9}]}]},
 {"latitudeE7": 4294967295, "longitudeE7": 10, "timestampMs": "1355581290000"},
 {"latitudeE7": 10, "longitudeE7": 20, "timestampMs": "1355581290000"},
 {"timestamp": "2012-12-15T14:21:29.460Z"}
]}
"""
MONTH = """\
{"timelineObjects": [
 {"placeVisit": {"location": {"latitudeE7": 482000000, "longitudeE7": 163700000, "placeId": "ChIJ1", "name": "Café",
   "address": "Ring 1\\n1010 Wien", "locationConfidence": 80.5}, "visitConfidence": 91,
   "duration": {"startTimestamp": "2021-01-02T10:00:00Z", "endTimestamp": "2021-01-02T11:00:00Z"},
   "placeConfidence": "HIGH_CONFIDENCE", "childVisits": [{"location": {"latitudeE7": 482000100,
   "longitudeE7": 163700000, "placeId": "ChIJ2"}, "duration": {"startTimestampMs": "1609581600000"}}]}},
 {"placeVisit": {"location": {"placeId": "ChIJ1"}, "duration": {"startTimestamp": "2021-01-03T10:00:00Z"}}},
 {"activitySegment": {"activityType": "IN_BUS", "distance": 2640, "confidence": "HIGH",
   "startLocation": {"latitudeE7": 482000000, "longitudeE7": 163700000}, "endLocation": {},
   "duration": {"startTimestamp": "2021-01-02T12:22:24Z", "endTimestamp": "2021-01-02T12:43:34Z"},
   "waypointPath": {"waypoints": [{"latE7": 482000000, "lngE7": 163700000}, {"latE7": 482100000, "lngE7": 163700000}]},
   "simplifiedRawPath": {"points": [{"latE7": 482050000, "lngE7": 163700000, "accuracyMeters": 10,
   "timestamp": "2021-01-02T12:30:00Z"}]}}},
 {"somethingNew": {}}
]}
"""
PHONE = """\
{"semanticSegments": [
 {"startTime": "2024-05-01T10:00:00.000+02:00", "endTime": "2024-05-01T12:00:00.000+02:00",
  "timelinePath": [{"point": "48.2000000°, 16.3700000°", "time": "2024-05-01T10:05:00.000+02:00"}, {"point": "?"}]},
 {"startTime": "2024-05-01T10:00:00.000+02:00", "endTime": "2024-05-01T11:00:00.000+02:00",
  "visit": {"hierarchyLevel": 0, "probability": 0.85, "topCandidate": {"placeId": "ChIJ9", "semanticType": "INFERRED_HOME",
  "probability": 0.9, "placeLocation": {"latLng": "48.2°, 16.37°"}}}},
 {"startTime": "2024-05-01T11:00:00.000+02:00", "endTime": "2024-05-01T11:30:00.000+02:00",
  "activity": {"start": {"latLng": "48.2°, 16.37°"}, "end": {"latLng": "48.3°, 16.37°"}, "distanceMeters": 11120.5,
  "topCandidate": {"type": "IN_PASSENGER_VEHICLE", "probability": 0.7}}}
 ],
 "rawSignals": [{"position": {"LatLng": "48.2°, 16.37°", "accuracyMeters": 13, "altitudeMeters": 200.5, "source": "WIFI",
  "timestamp": "2024-05-01T10:00:01.000+02:00", "speedMetersPerSecond": 1.5}}, {"wifiScan": {"deliveryTime": "x"}}],
 "userLocationProfile": {"frequentPlaces": [{"placeId": "ChIJ8", "placeLocation": "48.1°, 16.3°", "label": "WORK"}],
  "persona": {"travelModeAffinities": []}}
}
"""
IOS = """\
[{"endTime": "2023-08-27T17:04:26.999-05:00", "startTime": "2023-08-27T15:48:56.000-05:00",
  "visit": {"hierarchyLevel": "0", "topCandidate": {"probability": "0.785181", "semanticType": "Unknown",
  "placeID": "ChIJx", "placeLocation": "geo:27.720022,-97.347951"}, "probability": "0.710000"}},
 {"endTime": "2023-08-27T22:00:00.000Z", "startTime": "2023-08-27T20:00:00.000Z",
  "timelinePath": [{"point": "geo:27.720007,-97.348044", "durationMinutesOffsetFromStartTime": "49"}]},
 {"endTime": "2023-09-02T23:25:59.000-06:00", "startTime": "2023-08-27T14:48:56.000-06:00",
  "timelineMemory": {"destinations": [{"identifier": "ChIJs9"}], "distanceFromOriginKms": "1594"}}]
"""


def extract(directory: Path, content: str) -> list[Item | Problem]:
    return run(GoogleTimeline(), directory / "Timeline.json", content)


class TestConformance(Conformance):
    importer: ClassVar[Importer] = GoogleTimeline()
    samples: ClassVar[dict[str, str]] = {
        "Records.json": RECORDS,
        "2021_JANUARY.json": MONTH,
        "Timeline.json": PHONE,
        "location-history.json": IOS,
    }


def test_records(tmp_path: Path) -> None:
    found = extract(tmp_path, RECORDS)
    first, second, third = filled(found, "location_points")
    assert first == {
        "recorded_at": datetime(2012, 12, 15, 14, 21, 29, 460_000, UTC),
        "lat": 53.369055,
        "lon": 83.695001,
        "accuracy_m": 150,
        "ele_m": 99,
        "speed_mps": 2,
        "course_deg": 90,
        "device": "7",
        "source": "google_timeline",
    }
    assert (second["lat"], second["recorded_at"].microsecond) == (-1e-7, 0)
    assert third["recorded_at"].microsecond == 1
    (item,) = items(found).values()
    assert item.warnings == ("not kept, for want of columns: activity (1), source (1)",)
    assert [reason[:38] for reason in problems(found)] == ["a point without a place or a time was "]


def test_a_month_of_takeout(tmp_path: Path) -> None:
    found = extract(tmp_path, MONTH)
    assert [place["name"] for place in filled(found, "places")] == ["Café", "48.20001, 16.37000"]
    visit, child, again = filled(found, "visits")
    assert visit["place_id"] == again["place_id"] == To("place:ChIJ1")
    assert (visit["confidence"], visit["departed_at"]) == (0.91, datetime(2021, 1, 2, 11, tzinfo=UTC))
    assert visit["custom_fields"]["google_timeline"]["placeConfidence"] == "HIGH_CONFIDENCE"
    assert child["arrived_at"] == datetime(2021, 1, 2, 10, tzinfo=UTC)
    way = values(found, "gps_tracks")
    assert (way["activity"], way["distance_m"], way["max_lat"]) == ("in bus", 2640, 48.21)
    assert values(found, "location_points")["gps_track_id"] == To(rows(found, "gps_tracks")[0].key)
    assert problems(found) == ["a segment of an unknown kind was left out: {'somethingNew': {}}"]


def test_a_phone(tmp_path: Path) -> None:
    found = extract(tmp_path, PHONE)
    assert [place["name"] for place in filled(found, "places")] == ["Work", "Home"]
    visit = values(found, "visits")
    assert (visit["confidence"], visit["place_id"]) == (0.85, To("spot:ChIJ9"))
    way = values(found, "gps_tracks")
    assert (way["activity"], way["distance_m"]) == ("in passenger vehicle", 11_120.5)
    assert [point["lat"] for point in filled(found, "location_points")] == [48.2, 48.2]
    told_ = [warning for item in items(found).values() for warning in item.warnings]
    assert told_ == ["not kept, for want of columns: source (1), userLocationProfile.persona (1), wifiScan (1)"]
    assert len(problems(found)) == 1


def test_an_iphone(tmp_path: Path) -> None:
    found = extract(tmp_path, IOS)
    assert values(found, "visits")["confidence"] == 0.71
    assert values(found, "location_points")["recorded_at"] == datetime(2023, 8, 27, 20, 49, tzinfo=UTC)
    trip = values(found, "trips")
    assert (trip["name"], trip["start_date"], trip["end_date"]) == (
        "Trip, 1594 km away",
        date(2023, 8, 27),
        date(2023, 9, 3),
    )


async def test_again_and_edited(house: Household, tmp_path: Path) -> None:
    samples = TestConformance.samples
    write(tmp_path, samples)
    report = await house.bring(tmp_path)
    assert told(report)["visit"] == {"created": 5}
    assert told(report)["location_point"] == {"created": 7}
    assert (await house.bring(tmp_path)).changes == 0
    write(tmp_path, {"2021_JANUARY.json": MONTH.replace("IN_BUS", "IN_TRAM")})
    assert told(await house.bring(tmp_path))["gps_track"] == {"updated": 1, "unchanged": 1}


def test_large_files_stay_on_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "Records.json"
    with path.open("w") as file:
        file.write('{"locations": [')
        for number in range(20_000):
            point = {
                "latitudeE7": 480000000 + number,
                "longitudeE7": 1,
                "timestampMs": str(1355581290000 + 1000 * number),
            }
            file.write(("," if number else "") + json.dumps({**point, "activity": [{"type": "STILL"}] * 3}) + "\n")
        file.write("]}")
    with little_memory(path.stat().st_size / 2):
        count = sum(len(one.rows) for one in GoogleTimeline().extract(path) if isinstance(one, Item))
    assert count == 20_000
