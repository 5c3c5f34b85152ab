"""Calendars, tasks and journals leave as iCalendar and come back as they were."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

from icalendar import Calendar

from graph.exporters.base import Exporter
from graph.exporters.calendars.icalendar import ICalendarFile
from tests.graph.exporters.round_trip import RoundTrip, out
from tests.graph.household import Household, write

ODD = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Odd//EN
X-WR-CALNAME:Wörk\\, and play
X-WR-CALDESC:Two\\nlines
X-WR-TIMEZONE:Europe/Vienna
COLOR:tomato
REFRESH-INTERVAL;VALUE=DURATION:PT12H
X-OWN;X-P="a:b":kept
BEGIN:VTIMEZONE
TZID:My Own Zone
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:+0330
TZOFFSETTO:+0330
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:weekly@example.org
DTSTAMP:20260101T000000Z
DTSTART;TZID=Europe/Vienna:20260302T090000
DTEND;TZID=America/New_York:20260302T043000
RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=40
EXDATE;TZID=Europe/Vienna:20260309T090000,20260330T090000
RDATE;TZID=Europe/Vienna:20260304T090000
SUMMARY;LANGUAGE=de:Jour fixe\\; „Übung“ 🎻🎻🎻🎻🎻🎻🎻🎻🎻🎻🎻🎻🎻🎻🎻🎻🎻🎻🎻🎻🎻
DESCRIPTION:Back\\\\slash\\nsecond line\\, with                                                                                                                    a gap
ORGANIZER;CN="Example, Ana";X-RESPONSE=x:mailto:ana@example.org
ATTENDEE;CN=Bob ^'B^' ^^;ROLE=OPT-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=TRUE;DELEGATED-TO="mailto:c@example.org","mailto:d@example.org";X-NUM-GUESTS=0;LANGUAGE=de:mailto:bob@example.org
ATTENDEE;CUTYPE=ROOM:urn:uuid:6f3b8e6e-0000-4000-8000-000000000000
ATTENDEE:mailto:bob@example.org
GEO:48.2;16.37
CATEGORIES:choir,a\\,b
CATEGORIES;LANGUAGE=en:rehearsal
STATUS:CONFIRMED
TRANSP:TRANSPARENT
PRIORITY:0
SEQUENCE:3
CLASS:PRIVATE
URL:https://example.org/a,b;c?d=e
CONFERENCE;VALUE=URI;FEATURE=VIDEO:https://meet.example.org/1
CREATED:20250101T000000Z
LAST-MODIFIED:20260101T120000Z
ATTACH;FMTTYPE=text/plain;FILENAME=plan.txt;ENCODING=BASE64;VALUE=BINARY:cGxhbgo=
ATTACH:https://example.org/more.pdf
X-ODD;X-P=1:raw\\, value
BEGIN:VALARM
ACTION:DISPLAY
TRIGGER;RELATED=END:-PT15M
DESCRIPTION:Soon\\, now
REPEAT:2
DURATION:PT5M
END:VALARM
BEGIN:VALARM
ACTION:EMAIL
TRIGGER;VALUE=DATE-TIME:20260301T080000Z
ATTENDEE;CN=Bob:mailto:bob@example.org
SUMMARY:Mail
X-WHY:because\\, yes
UID:alarm-1
ACKNOWLEDGED:20260301T090000Z
END:VALARM
BEGIN:VALARM
ACTION:DISPLAY
DESCRIPTION:no trigger
END:VALARM
END:VEVENT
BEGIN:VEVENT
UID:weekly@example.org
RECURRENCE-ID;TZID=Europe/Vienna:20260316T090000
DTSTART;TZID=Europe/Vienna:20260317T100000
DTEND;TZID=Europe/Vienna:20260317T110000
SUMMARY:Moved
ATTENDEE;PARTSTAT=DECLINED:mailto:bob@example.org
X-ONLY-HERE:1
STATUS:TENTATIVE
END:VEVENT
BEGIN:VEVENT
UID:weekly@example.org
RECURRENCE-ID;TZID=Europe/Vienna;RANGE=THISANDFUTURE:20260406T090000
DTSTART;TZID=Europe/Vienna:20260406T093000
DTEND;TZID=Europe/Vienna:20260406T103000
SUMMARY:Later
END:VEVENT
BEGIN:VEVENT
UID:weekly@example.org
RECURRENCE-ID;TZID=Europe/Vienna:20260413T090000
DTSTART;TZID=Europe/Vienna:20260413T090000
STATUS:CANCELLED
SUMMARY:Off
END:VEVENT
BEGIN:VEVENT
UID:day\\,s
DTSTART;VALUE=DATE:20260501
DTEND;VALUE=DATE:20260503
RRULE:FREQ=YEARLY
EXDATE;VALUE=DATE:20270501
SUMMARY:Days
END:VEVENT
BEGIN:VEVENT
UID:day\\,s
RECURRENCE-ID;VALUE=DATE:20280501
DTSTART;VALUE=DATE:20280502
DTEND;VALUE=DATE:20280504
SUMMARY:Days
END:VEVENT
BEGIN:VEVENT
UID:floating
DTSTART:20260601T070000
DURATION:P1DT2H
SUMMARY:Floats
END:VEVENT
BEGIN:VEVENT
UID:strange zone
DTSTART;TZID=My Own Zone:20260601T070000
SUMMARY:Half hours
STATUS:WEIRD
END:VEVENT
BEGIN:VEVENT
UID:twice
DTSTART;TZID=Europe/Vienna:20261025T003000
SUMMARY:
END:VEVENT
BEGIN:VEVENT
UID:invited
RECURRENCE-ID;TZID=Europe/Vienna:20260105T090000
DTSTART;TZID=Europe/Vienna:20260105T093000
SUMMARY:Only two of a series
END:VEVENT
BEGIN:VEVENT
UID:invited
RECURRENCE-ID;TZID=Europe/Vienna:20260112T090000
DTSTART;TZID=Europe/Vienna:20260112T100000
SUMMARY:Only two of a series
END:VEVENT
BEGIN:VTODO
UID:parent
SUMMARY:Move house
STATUS:IN-PROCESS
PERCENT-COMPLETE:30
DUE;VALUE=DATE:20260901
X-APPLE-SORT-ORDER:7
ESTIMATED-DURATION:PT3H
ORGANIZER:mailto:ana@example.org
END:VTODO
BEGIN:VTODO
UID:child
SUMMARY:Pack
RELATED-TO:parent
RELATED-TO;RELTYPE=FINISHTOSTART;GAP=P1D:box\\,es
RELATED-TO;RELTYPE=SIBLING:nobody
DTSTART;TZID=Europe/Vienna:20260801T080000
DUE;TZID=Europe/Vienna:20260802T080000
RRULE:FREQ=DAILY;COUNT=3
BEGIN:VALARM
ACTION:DISPLAY
TRIGGER:-PT5M
DESCRIPTION:Pack!
END:VALARM
END:VTODO
BEGIN:VTODO
UID:child
RECURRENCE-ID;TZID=Europe/Vienna:20260802T080000
DTSTART;TZID=Europe/Vienna:20260802T100000
SUMMARY:Pack later
END:VTODO
BEGIN:VTODO
UID:box,es
SUMMARY:Boxes
STATUS:COMPLETED
COMPLETED:20260701T101112Z
END:VTODO
BEGIN:VJOURNAL
UID:journal
DTSTART;TZID=Pacific/Auckland:20260301T010000
SUMMARY:Night
DESCRIPTION:First
DESCRIPTION;LANGUAGE=de:Zweitens
STATUS:FINAL
CATEGORIES:sleep
END:VJOURNAL
BEGIN:VJOURNAL
UID:whole day
DTSTART;VALUE=DATE:20260302
DESCRIPTION;X-P=1:Only this
END:VJOURNAL
END:VCALENDAR
BEGIN:VCALENDAR
VERSION:2.0
X-WR-CALNAME:Zoo
BEGIN:VEVENT
UID:weekly@example.org
DTSTART:20260101T000000Z
SUMMARY:The same UID elsewhere
END:VEVENT
END:VCALENDAR
"""


class TestRoundTrip(RoundTrip):
    exporter: ClassVar[Exporter] = ICalendarFile()
    name: ClassVar[str] = "life.ics"
    tables: ClassVar[tuple[str, ...]] = (
        *("events", "event_attendees", "event_alarms", "event_overrides", "tasks", "task_dependencies"),
        *("diary_entries", "files"),
    )
    edits: ClassVar[Mapping[bytes, bytes]] = {
        b"SUMMARY:Half hours": b"SUMMARY:Whole hours",
        b"SUMMARY:Boxes": b"SUMMARY:Crates",
        b":Only this": b":Not only that",
        b"CN=Eve:": b"CN=Evelyn:",
        b"SUMMARY:Otherwise": b"SUMMARY:Other",
        b"SUMMARY:Series": b"SUMMARY:Sequels",
        b"SUMMARY:In no calendar": b"SUMMARY:Still in none",
        b"SUMMARY:Milk": b"SUMMARY:Oat milk",
        b"DESCRIPTION:Two\\nlines": b"DESCRIPTION:Few\\nlines",
    }

    async def fill(self, house: Household, directory: Path) -> None:
        await house.bring(write(directory / "odd", {"odd.ics": ODD}) / "odd.ics")
        await _drop_joined(house)
        calendar = await house.create("calendars", display_name="Mine", url="https://example.org/a,b\\c")
        series = await house.create(
            "events", calendar_id=str(calendar), summary="Series", dtstart=_at(2026, 1, 5), tzid="Europe/Vienna",
            rrule="FREQ=DAILY", exdate=[_at(2026, 1, 6)], organizer="mailto:Ana@Example.org", description="x" * 500,
        )  # fmt: skip
        await house.create(
            "event_overrides", event_id=str(series), recurrence_id=_at(2026, 1, 7), summary="Otherwise",
            patch={"dtstart": "2026-01-07T12:00:00Z", "duration": "PT2H", "categories": ["a", "b"]},
        )  # fmt: skip
        await house.create("event_alarms", event_id=str(series), trigger_offset="PT0S")
        await house.create("event_attendees", event_id=str(series), cal_address="MAILTO:Eve@Example.org", cn=" Eve ")
        await house.create("events", summary="In no calendar", start_date="2026-02-03")
        listed = await house.create("task_lists", display_name="Groceries", color="#00ff00")
        await house.create("tasks", task_list_id=str(listed), summary="Milk")
        await house.create("tasks", summary="In no list", due=_at(2026, 2, 3), floating=True)
        await house.create("diary_entries", entry_date="2026-02-03", content="Snow\n\n- and *ice*")
        await house.create("diary_entries", entry_date="2026-02-03", content="Snow\n\n- and *ice*")


async def _drop_joined(house: Household) -> None:
    """The one thing in it that is lost, and said to be: parameters of one of several DESCRIPTIONs."""
    (row,) = await house.rows("SELECT id FROM diary_entries WHERE uid = 'journal'")
    await house.change("diary_entries", row["id"], custom_fields={"ical": None})


def _at(year: int, month: int, day: int) -> str:
    return datetime(year, month, day, 8, tzinfo=UTC).isoformat()


async def test_the_library_reads_it(house: Household, tmp_path: Path) -> None:
    await TestRoundTrip().fill(house, tmp_path)
    await out(house, ICalendarFile(), tmp_path / "life.ics")
    data = (tmp_path / "life.ics").read_bytes()
    calendars = Calendar.from_ical(data, multiple=True)
    kinds = [part.name for calendar in calendars for part in calendar.subcomponents]
    assert (kinds.count("VEVENT"), kinds.count("VTODO"), kinds.count("VJOURNAL")) == (15, 6, 4)
    assert [part.errors for calendar in calendars for part in calendar.walk() if part.errors] == []
    assert max(map(len, data.split(b"\r\n"))) <= 75 + 120, "only where a fold would be blank"
    zones = {str(part["TZID"]) for calendar in calendars for part in calendar.subcomponents if part.name == "VTIMEZONE"}
    assert zones == {"America/New_York", "Europe/Vienna", "My Own Zone", "Pacific/Auckland"}


async def test_what_it_cannot_say_is_told(house: Household, tmp_path: Path) -> None:
    await house.create("calendars", display_name="One", is_default=True, custom_fields={"mine": 1})
    await house.create("calendars", display_name="One")
    await house.create("events", summary="Odd", dtstart=_at(2026, 1, 1), rrule="every day", lat=4.5)
    night = datetime(2026, 10, 25, 1, 30, tzinfo=UTC).isoformat()
    await house.create("events", summary="Twice", dtstart=night, tzid="Europe/Vienna", uid=" a\nb ")
    done = await out(house, ICalendarFile(), tmp_path / "life.ics")
    assert sorted((one.label, one.reason.partition(":")[0]) for one in done.lost) == [
        ("Odd", "a rule that RFC 5545 does not know"),
        ("Odd", "half of a position"),
        ("One", "custom fields"),
        ("One", "is_default = True"),
        ("One", "its name"),
        ("Twice", "DTSTART"),
        ("Twice", "its UID"),
    ]
