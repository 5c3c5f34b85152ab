"""Calendar: rides with their alarms, concerts, appointments; who came is told by address."""

from graph.demo.domains.places import CARRIERS, NAMES, TRIPS
from graph.demo.episodes import Leg, Trip
from graph.demo.life import Life, at

SELF = "mailto:nora@behrens.example"

EVENTS = (
    ("graduation", "Graduation, Hamburg School of Sound", "2016-06-24 15:00", 3, "hamburg", ("heike@behrens.example", "uwe@behrens.example"), "The thesis was called *Rooms that hum*."),
    ("first-day", "First day at Nordwelle", "2016-07-01 09:00", 8, "nordwelle", (), "Bring own headphones."),
    ("farewell", "Farewell to Nordwelle", "2018-08-15 18:00", 4, "nordwelle", (), "They gave me the studio clock. It is eleven seconds slow."),
    ("first-choir", "First evening in the choir", "2018-09-20 19:30", 2, "church", ("julia.marin@correo.example",), "Alto. Second row. Fourth language."),
    ("meet-iker", "Spring concert, a chemist turns pages", "2019-04-12 19:00", 3, "church", ("julia.marin@correo.example", "iker@etxeberria.example"), "He turned two pages at once. See [[Iker Etxeberria]]."),
    ("onda-start", "First day at Onda Llevant", "2019-03-01 09:30", 8, "studio", ("carmen@ondallevant.example", "pau@ondallevant.example"), "Coffee, contract, cables."),
    ("wedding-day", "Our wedding", "2021-06-05 12:00", 12, "getxo", ("iker@etxeberria.example", "amaia@etxeberria.example", "mikel@etxeberria.example", "heike@behrens.example", "uwe@behrens.example", "lotte@behrens.example"), "Thirty people. Rain. Almonds."),
    ("keys", "Keys of the flat", "2021-07-01 10:00", 1, "home", ("iker@etxeberria.example",), "Third floor, no lift. See [[The flat]]."),
    ("emergency", "Emergency: the wrist", "2022-10-08 17:40", 3, "hospital", ("elena.popescu@correo.example",), "Tram rail, rain, bicycle. In that order."),
    ("cast-off", "Plaster off", "2022-11-19 09:00", 1, "hospital", ("elena.popescu@correo.example",), "The arm is thin and smells of cellar."),
    ("first-lesson", "First cello lesson with Rosa", "2023-01-17 18:00", 1, "studio", ("rosa@luthier-calatrava.example",), "*Again from the open string*, says [[Rosa Calatrava]]."),
    ("lisbon-talk", "Talk in Lisbon: Six metres of market", "2023-04-21 16:00", 1, "lisbon", ("ines@ondallevant.example", "aoife.brennan@soundheritage.example"), "Forty-three people, one lift."),
    ("oma90", "Oma is ninety", "2024-01-17 14:00", 5, "oma", ("heike@behrens.example", "uwe@behrens.example", "lotte@behrens.example", "jonas@petersen-bootsbau.example"), "Candles. The poem."),
    ("boat-bought", "We buy a boat", "2025-10-11 11:00", 2, "yard", ("samir@haddad.example", "varadero@roig.example"), "Less than a good bicycle. See [[Alondra logbook]]."),
    ("spirometry", "Spirometry", "2026-04-22 08:30", 1, "hospital", ("elena.popescu@correo.example",), "Blow out all candles of Oma at once."),
)  # fmt: skip
"""Key, what, when, hours, where, who came, a word about it."""


def tell(life: Life) -> None:
    """Appointments, and a ride for each leg of a journey that life.ics does not have already."""
    calendar = life.known("calendar", "Nora")
    for key, summary, start, hours, place, guests, text in EVENTS:
        berlin = place in ("hamburg", "nordwelle", "oma", "kiel")
        zone = "Europe/Lisbon" if place == "lisbon" else "Europe/Berlin" if berlin else "Europe/Madrid"
        event = life.add(
            "events", key, calendar_id=calendar, uid=f"{key}@life.example", summary=summary, dtstart=at(start, zone),
            duration=f"{hours} hours", tzid=zone, place_id=life.id(f"place:{place}"), description=text, organizer=SELF,
            status="CONFIRMED",
        )  # fmt: skip
        for guest in guests:
            values = {"cal_address": f"mailto:{guest}", "role": "REQ-PARTICIPANT", "partstat": "ACCEPTED"}
            life.add("event_attendees", f"{key}-{guest}", event_id=event, **values)
    for trip in TRIPS:
        for number, leg in enumerate(trip.legs):
            if not leg.event:
                _ride(life, calendar, trip, number, leg)


def _ride(life: Life, calendar: str, trip: Trip, number: int, leg: Leg) -> None:
    name = f"{trip.key}-{number}"
    text = f"{CARRIERS[leg.carrier]} {leg.number}, seat {leg.seat}, booking {trip.code}. {trip.name}."
    event = life.add(
        "events", name, calendar_id=calendar, uid=f"{name}@life.example",
        summary=f"{leg.kind.capitalize()} {leg.number} {NAMES[leg.origin]} – {NAMES[leg.goal]}", dtstart=leg.start,
        dtend=leg.end, tzid="Europe/Madrid", location=NAMES[leg.origin], place_id=life.id(f"place:{leg.origin}"),
        description=text, categories=["travel"], status="CANCELLED" if leg.status == "cancelled" else "CONFIRMED",
    )  # fmt: skip
    before = "-2 hours" if leg.kind == "flight" else "-45 minutes"
    life.add("event_alarms", name, event_id=event, action="DISPLAY", trigger_offset=before, summary="Leave the house")
