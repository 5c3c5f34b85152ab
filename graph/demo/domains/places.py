"""Places and travel: where she has been, the journeys with their tickets, and the tracks they left."""

from datetime import datetime
from itertools import pairwise
from math import sin

from graph.demo.episodes import Leg, Trip
from graph.demo.journeys import EARLY
from graph.demo.journeys_late import LATE
from graph.demo.life import Life, at, chance, later
from graph.importers.travel.lines import Position, distance, polyline

TRIPS = EARLY + LATE

POSITIONS = {
    "valencia": (39.4699, -0.3763),
    "hamburg": (53.5511, 9.9937),
    "kiel": (54.3233, 10.1228),
    "paris": (48.8566, 2.3522),
    "getxo": (43.3569, -3.0117),
    "aarhus": (56.1629, 10.2039),
    "ham": (53.6304, 9.9882),
    "vlc": (39.4893, -0.4816),
    "lis": (38.7742, -9.1342),
    "pdl": (37.7412, -25.6979),
    "sorolla": (39.4593, -0.3806),
    "bilbao": (43.2598, -2.9275),
    "sants": (41.3793, 2.1401),
    "copenhagen": (55.6761, 12.5683),
    "lisbon": (38.7139, -9.1394),
    "azores": (37.7394, -25.6687),
    "canfranc": (42.7506, -0.5140),
    "home": (39.4702, -0.3283),
}
"""Latitude and longitude of the places that journeys and tracks touch."""

NEW = (
    ("ham", "Hamburg Airport", "airport", "DE", 1500, "Tomato juice, cellos, ice."),
    ("vlc", "Valencia Airport", "airport", "ES", 1500, "Eleven ridiculous signs at arrivals."),
    ("lis", "Lisbon Airport", "airport", "PT", 1500, None),
    ("pdl", "Ponta Delgada Airport", "airport", "PT", 1200, "A runway with waves at both ends."),
    ("sorolla", "València Joaquín Sorolla", "station", "ES", 300, "Where every journey without an aeroplane begins."),
    ("bilbao", "Bilbao Abando", "station", "ES", 200, "[[Mikel Etxeberria]] waits under the stained glass."),
    ("sants", "Barcelona Sants", "station", "ES", 300, "Three and a half hours between two trains, one sandwich."),
    ("copenhagen", "Copenhagen", "city", "DK", 7000, "Bicycle bells in stereo."),
    ("lisbon", "Lisbon", "city", "PT", 7000, "The city with its eyes shut. [[Pau Soler]] stood on the ferry."),
    ("azores", "São Miguel", "island", "PT", 30000, "Green, steaming, and loud at night."),
    ("canfranc", "Canfranc", "village", "ES", 4000, "A station for an empire."),
)
ROOMS = (
    ("ottensen", "The room in Ottensen", 53.5540, 9.9290, "DE", "hamburg", "2016 to 2018. Trains under the bed."),
    (
        "progres",
        "The room in Carrer del Progrés",
        39.4686,
        -0.3299,
        "ES",
        "cabanyal",
        "2018 to 2021. The loudest street.",
    ),
    ("nordwelle", "Nordwelle, studio 3", 53.5680, 10.0010, "DE", "hamburg", "The first wage, the first recorder."),
    (
        "hospital",
        "Hospital del Mar, Valencia",
        39.4660,
        -0.3350,
        "ES",
        "valencia",
        "[[Elena Popescu]] works here, nights.",
    ),
)


def away(day: str) -> bool:
    """Whether she was on a journey that day: then nothing happens at home."""
    return any(trip.start <= day <= trip.end for trip in TRIPS)


def tell(life: Life) -> None:
    """Places first, then each journey with its rides, and the walks around home."""
    for key, name, kind, country, radius, text in NEW:
        lat, lon = POSITIONS[key]
        more = {"lat": lat, "lon": lon, "radius_m": radius, "country_code": country, "description": text}
        life.add("places", key, name=name, place_type=kind, **more)
    for key, name, lat, lon, country, parent, text in ROOMS:
        parent_id = life.id(f"place:{parent}")
        more = {"lat": lat, "lon": lon, "radius_m": 60, "country_code": country, "description": text}
        life.add("places", key, name=name, place_type="building", parent_id=parent_id, **more)
    for trip in TRIPS:
        _journey(life, trip)
        for number, leg in enumerate(trip.legs):
            _ride(life, trip, number, leg)


def _journey(life: Life, trip: Trip) -> None:
    place = life.id(f"place:{trip.place}")
    nights = trip.days - 1
    life.add(
        "trips", trip.key, name=f"{trip.name} {trip.start[:4]}", description=trip.told, start_date=trip.start,
        end_date=trip.end, purpose=trip.purpose, status="planned", budget=str(150 + 90 * trip.days), currency="EUR",
    )  # fmt: skip
    arrived = trip.legs[-2].end if trip.key == "north26" else trip.legs[0].end
    departed = trip.legs[-1].start if len(trip.legs) > 1 else None
    life.tie(life.id(f"trip:{trip.key}"), "WITH", life.person(trip.friend))
    note = f"{trip.name}: with [[{trip.friend}]] or because of them."
    life.add("visits", trip.key, place_id=place, arrived_at=arrived, departed_at=departed, confidence=1.0, note=note)
    if trip.hotel:
        life.add(
            "reservations", f"{trip.key}-bed", trip_id=life.id(f"trip:{trip.key}"), kind="lodging", title=trip.hotel,
            reservation_number=f"{trip.code}-B", status="confirmed", provider=trip.hotel, under_name="Nora Behrens",
            start_at=at(f"{trip.start} 15:00", trip.zone), end_at=at(f"{trip.end} 11:00", trip.zone),
            to_place_id=place, total=f"{float(trip.nightly) * nights:.2f}", currency="EUR",
            email_id=life.id(f"email:{trip.key}-booked"),
        )  # fmt: skip


def _ride(life: Life, trip: Trip, number: int, leg: Leg) -> None:
    name = f"{trip.key}-{number}"
    event = life.known("event", leg.event) if leg.event else life.id(f"event:{name}")
    title = f"{leg.kind.capitalize()} {leg.number}: {NAMES[leg.origin]} – {NAMES[leg.goal]}"
    life.add(
        "reservations", name, trip_id=life.id(f"trip:{trip.key}"), kind=leg.kind, title=title, status=leg.status,
        reservation_number=trip.code, provider=CARRIERS[leg.carrier], under_name="Nora Behrens",
        seat=leg.seat or None, start_at=leg.start, end_at=leg.end, from_place_id=life.id(f"place:{leg.origin}"),
        to_place_id=life.id(f"place:{leg.goal}"), total=leg.price, currency="EUR", event_id=event,
        email_id=life.id(f"email:{trip.key}-booked"), description=f"On the way to [[{trip.friend}]], more or less.",
    )  # fmt: skip
    if leg.status != "cancelled":
        ends = (POSITIONS[leg.origin], POSITIONS[leg.goal])
        followed = track(life, name, title, leg.kind, (leg.start, leg.end), line(name, *ends, 20))
        life.tie(followed, "PART_OF", life.id(f"trip:{trip.key}"))


CARRIERS = {"llevant-air": "Llevant Air", "ferrocarriles": "Raíl del Este"}
NAMES = {key: name for key, name, *_ in NEW} | {
    key: key.capitalize() for key in ("valencia", "hamburg", "kiel", "paris", "getxo", "aarhus")
}


def line(key: str, start: tuple[float, float], end: tuple[float, float], count: int) -> list[tuple[float, float]]:
    """Positions from one place to another, with the bends that rails and winds have."""
    bend = (chance(key) - 0.5) * 0.12
    (lat, lon), (to_lat, to_lon) = start, end
    steps = [number / (count - 1) for number in range(count)]
    curve = [bend * sin(3.14159 * step) for step in steps]
    return [
        (
            round(lat + (to_lat - lat) * t + c * (to_lon - lon), 5),
            round(lon + (to_lon - lon) * t - c * (to_lat - lat), 5),
        )
        for t, c in zip(steps, curve, strict=True)
    ]


def track(
    life: Life, key: str, name: str, activity: str, times: tuple[str, str], points: list[tuple[float, float]]
) -> str:
    """A track and the points of it in the location history, evenly in time. Returns the id of the track."""
    lats, lons = [lat for lat, _ in points], [lon for _, lon in points]
    start, end = times
    seconds = _seconds(start, end)
    id_ = life.add(
        "gps_tracks", key, name=name, activity=activity, start_at=start, end_at=end, min_lat=min(lats), max_lat=max(lats),
        min_lon=min(lons), max_lon=max(lons), polyline=polyline(points), distance_m=str(round(_length(points))),
    )  # fmt: skip
    top = 10600 if activity == "flight" else 60 + 180 * chance(key)
    for number, (lat, lon) in enumerate(points):
        part = number / max(len(points) - 1, 1)
        life.add(
            "location_points", f"{key}-{number}", recorded_at=later(start, seconds=seconds * part), lat=lat, lon=lon,
            ele_m=round(top * min(1.0, 4 * min(part, 1 - part)), 1), accuracy_m=6, device="nora-phone", gps_track_id=id_,
        )  # fmt: skip
    return id_


def _seconds(start: str, end: str) -> float:
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()


def _length(points: list[tuple[float, float]]) -> float:
    """Metres along a line of positions."""
    way = [Position(lat, lon) for lat, lon in points]
    return sum(distance(here, there) for here, there in pairwise(way))
