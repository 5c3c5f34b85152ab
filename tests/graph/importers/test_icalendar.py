"""Calendars of many programs, whole and broken, become events, tasks, journals, and nothing of them is lost."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import ClassVar

import pytest

from graph.importers.base import Importer, To
from graph.importers.calendars.icalendar import ICalendar
from tests.graph.importers.calendars import calendar, event, extract
from tests.graph.importers.conformance import Conformance, filled, items, problems, rows, run, texts, values
from tests.graph.importers.memory import little_memory

SERIES = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Lifeloom//Test//EN
X-WR-CALNAME:Work
X-WR-TIMEZONE:Europe/Vienna
X-PUBLISHED-TTL:PT12H
X-OWNER:ana
BEGIN:VEVENT
UID:standup
DTSTAMP:20260101T000000Z
DTSTART;TZID=Europe/Vienna:20260302T090000
DTEND;TZID=Europe/Vienna:20260302T091500
RRULE:FREQ=WEEKLY;BYDAY=MO
EXDATE;TZID=Europe/Vienna:20260309T090000,20260316T090000
RDATE;TZID=Europe/Vienna:20260303T090000
SUMMARY:Stand-up
DESCRIPTION:Who does what\\, and\\nwhat is in the w
 ay
CATEGORIES:work,team
CATEGORIES:weekly
GEO:48.2;16.37
ORGANIZER;CN=Ana:mailto:Ana@Example.org
ATTENDEE;CN=Bob;PARTSTAT=ACCEPTED;RSVP=TRUE;X-GUESTS=2:MAILTO:Bob@Example.org
ATTENDEE;EMAIL=eve@example.org:/principals/eve
X-MOOD:sunny
BEGIN:VALARM
ACTION:DISPLAY
TRIGGER;RELATED=END:-PT10M
DESCRIPTION:Soon
UID:alarm-uid
X-SNOOZE:5
END:VALARM
BEGIN:VALARM
ACTION:AUDIO
TRIGGER:whenever
END:VALARM
END:VEVENT
BEGIN:VEVENT
UID:standup
RECURRENCE-ID;TZID=Europe/Vienna:20260323T090000
DTSTART;TZID=Europe/Vienna:20260323T110000
DTEND;TZID=Europe/Vienna:20260323T111500
SUMMARY:Late stand-up
CATEGORIES:work,team,weekly
GEO:48.2;16.37
END:VEVENT
BEGIN:VEVENT
UID:standup
RECURRENCE-ID;TZID=Europe/Vienna:20260330T090000
DTSTART;TZID=Europe/Vienna:20260330T090000
STATUS:CANCELLED
END:VEVENT
END:VCALENDAR
"""

HOME = """\
BEGIN:VCALENDAR
X-WR-CALNAME:Home
BEGIN:VTODO
UID:cake
SUMMARY:Bake a cake
DUE;VALUE=DATE:20260401
PERCENT-COMPLETE:40
RELATED-TO:party
RELATED-TO;RELTYPE=DEPENDS-ON;GAP=PT1H:shop
RELATED-TO;RELTYPE=DEPENDS-ON:unknown
BEGIN:VALARM
TRIGGER:-PT1H
END:VALARM
END:VTODO
BEGIN:VTODO
UID:party
SUMMARY:Party
DTSTART:20260401T180000
COMPLETED:20260402T000000Z
END:VTODO
BEGIN:VTODO
UID:shop
STATUS:CANCELLED
DURATION:PT2H
END:VTODO
BEGIN:VJOURNAL
UID:day
DTSTART;VALUE=DATE:20260301
SUMMARY:First day
DESCRIPTION:Rain
DESCRIPTION:and sun
END:VJOURNAL
BEGIN:VJOURNAL
UID:idea
SUMMARY:An idea
DESCRIPTION:Without a day
END:VJOURNAL
BEGIN:VEVENT
UID:moved
RECURRENCE-ID:20260501T080000Z
DTSTART:20260501T100000Z
SUMMARY:Invited to one occurrence
ATTACH;FILENAME=a.png;FMTTYPE=image/png;ENCODING=BASE64;VALUE=BINARY:iVBORw0KGgo=
ATTACH;ENCODING=BASE64:iVBORw0KGgo=
ATTACH:https://example.org/b.png
END:VEVENT
END:VCALENDAR
BEGIN:VCALENDAR
X-WR-CALNAME:Old
BEGIN:VEVENT
SUMMARY:Tea with Ada
DTSTART;VALUE=DATE:18430704
END:VEVENT
END:VCALENDAR
"""

_NAMES = """
    ATTACH ATTENDEE CATEGORIES CLASS COLOR COMMENT COMPLETED CONCEPT CONFERENCE CONTACT CREATED DESCRIPTION DTEND
    DUE DURATION ESTIMATED-DURATION EXDATE EXRULE GEO IMAGE LAST-MODIFIED LINK LOCATION ORGANIZER PERCENT-COMPLETE
    PRIORITY RDATE RECURRENCE-ID REFID RELATED-TO REQUEST-STATUS RESOURCES RRULE SEQUENCE STATUS
    STRUCTURED-DATA SUMMARY TRANSP URL X-ALT-DESC X-APPLE-SORT-ORDER X-MOZ-LASTACK
"""


class TestConformance(Conformance):
    importer: ClassVar[Importer] = ICalendar()
    samples: ClassVar[dict[str, str]] = {"series.ics": SERIES, "home.ics": HOME}


def test_a_series_with_its_occurrences(tmp_path: Path) -> None:
    found = extract(tmp_path, SERIES)
    assert list(items(found)) == ["calendar:Work", "event:Work:standup"]
    assert values(found, "calendars") == {
        "display_name": "Work",
        "timezone": "Europe/Vienna",
        "component_set": ["VEVENT"],
        "refresh_interval": timedelta(hours=12),
        "custom_fields": {"ical": ["X-OWNER:ana"]},
    }
    series = values(found, "events")
    assert series["calendar_id"] == To("calendar:Work")
    assert (series["dtstart"], series["tzid"]) == (datetime(2026, 3, 2, 8, tzinfo=UTC), "Europe/Vienna")
    assert series["rrule"] == "FREQ=WEEKLY;BYDAY=MO"
    assert series["exdate"] == [datetime(2026, 3, day, 8, tzinfo=UTC) for day in (9, 16)]
    assert series["rdate"] == [datetime(2026, 3, 3, 8, tzinfo=UTC)]
    assert series["description"] == "Who does what, and\nwhat is in the way"
    assert series["categories"] == ["work", "team", "weekly"]
    assert (series["lat"], series["lon"]) == (48.2, 16.37)
    assert (series["organizer"], series["organizer_cn"]) == ("ana@example.org", "Ana")
    broken_alarm = ["BEGIN:VALARM", "ACTION:AUDIO", "TRIGGER:whenever", "END:VALARM"]
    assert series["custom_fields"] == {"ical": ["X-MOOD:sunny", *broken_alarm]}
    late, cancelled = (row.values for row in rows(found, "event_overrides"))
    # 09:00 in Vienna is 07:00 UTC once summer has begun
    assert late["recurrence_id"] == datetime(2026, 3, 23, 8, tzinfo=UTC)
    patch = {"dtstart": "2026-03-23T10:00:00Z", "dtend": "2026-03-23T10:15:00Z", "summary": "Late stand-up"}
    assert late["patch"] == patch | {"description": None, "organizer": None, "organizer_cn": None}
    assert cancelled["recurrence_id"] == datetime(2026, 3, 30, 7, tzinfo=UTC)
    assert (late["cancelled"], cancelled["cancelled"]) == (False, True)


def test_attendees_and_alarms(tmp_path: Path) -> None:
    found = extract(tmp_path, SERIES)
    bob, eve = (row.values for row in rows(found, "event_attendees"))
    assert (bob["cal_address"], bob["cn"], bob["partstat"], bob["rsvp"]) == ("bob@example.org", "Bob", "ACCEPTED", True)
    assert bob["parameters"] == {"X-GUESTS": ["2"]}
    assert eve["cal_address"] == "eve@example.org"
    assert values(found, "event_alarms") == {
        "event_id": To("event:Work:standup"),
        "uid": "alarm-uid",
        "action": "DISPLAY",
        "trigger_offset": timedelta(minutes=-10),
        "trigger_related": "END",
        "description": "Soon",
        "properties": {"X-SNOOZE": ["5"]},
    }


def test_tasks_journals_and_several_calendars(tmp_path: Path) -> None:
    found = extract(tmp_path, HOME)
    calendars = ["calendar:Home", "task_list:Home", "calendar:Old"]
    tasks = ["task:Home:cake", "task:Home:party", "task:Home:shop"]
    assert list(items(found))[:8] == [*calendars, *tasks, "diary:Home:day", "diary:Home:idea"]
    cake, party, shop = (row.values for row in rows(found, "tasks"))
    assert cake["parent_id"] == To("task:Home:party")
    assert (cake["due_date"], cake["status"], party["status"]) == (date(2026, 4, 1), "IN-PROCESS", "COMPLETED")
    assert (party["floating"], shop["duration"]) == (True, timedelta(hours=2))
    wait = values(found, "task_dependencies")
    assert (wait["depends_on_id"], wait["gap"]) == (To("task:Home:shop"), timedelta(hours=1))
    alarm = ["BEGIN:VALARM", "TRIGGER:-PT1H", "END:VALARM"]
    assert cake["custom_fields"] == {"ical": ["RELATED-TO;RELTYPE=DEPENDS-ON:unknown", *alarm]}
    diary = values(found, "diary_entries")
    assert (diary["entry_date"], diary["content"]) == (date(2026, 3, 1), "Rain\n\nand sun")
    assert values(found, "notes")["title"] == "An idea"
    moved, tea = filled(found, "events")
    assert moved["custom_fields"]["ical"] == ["RECURRENCE-ID:20260501T080000Z", "ATTACH:https://example.org/b.png"]
    (file,) = (item for key, item in items(found).items() if key.startswith("file:"))
    assert (file.media_type, file.raw) == ("image/png", b"\x89PNG\r\n\x1a\n")
    assert moved["custom_fields"]["attached_sha256"] == [file.key.removeprefix("file:")]
    assert tea["start_date"] == date(1843, 7, 4)
    assert tea["uid"].startswith("lifeloom-")


def test_one_broken_component_does_not_stop_the_rest(tmp_path: Path) -> None:
    whole = ("BEGIN:VEVENT", "UID:2", "DTSTART:20260302T090000Z", "END:VEVENT")
    cut = ("BEGIN:VEVENT", "UID:3", "SUMMARY:cut")
    found = extract(tmp_path, calendar("BEGIN:VEVENT", "UID:1", "END:VEVENT", *cut, *whole, "BEGIN:X-NEW", "END:X-NEW"))
    assert list(items(found)) == ["calendar:Dates", "event:Dates:2"]
    assert problems(found) == [
        "VEVENT is cut off: END:VEVENT is missing",
        "it has no start that can be read (DTSTART)",
        "there is no place for a X-NEW",
    ]


def test_broken_folding_and_odd_bytes(tmp_path: Path) -> None:
    text = event(
        "DTSTART\r\n ;VALUE=DATE\r\n :20260302",
        "DESCRIPTION:one",
        "two; three",
        "https://example.org",
        "SUMMARY:G\0rüße",
    )
    for data in (text.encode(), text.encode("cp1252"), text.encode("utf-16"), text.replace("\r\n", "\r").encode()):
        found = values(extract(tmp_path, data), "events")
        assert (found["summary"], found["description"]) == ("Grüße", "one\ntwo; three\nhttps://example.org")


def test_a_uid_that_is_missing_or_used_twice(tmp_path: Path) -> None:
    def one(uid: str, *lines: str) -> tuple[str, ...]:
        return ("BEGIN:VEVENT", *((f"UID:{uid}",) if uid else ()), "DTSTART:20260302T090000Z", *lines, "END:VEVENT")

    nameless = one("", "SUMMARY:a")
    revisions = (*one("r", "SUMMARY:new", "SEQUENCE:2"), *one("r", "SUMMARY:old"))
    strangers = (*one("s", "SUMMARY:x"), *one("s", "SUMMARY:y"), *one("s", "SUMMARY:y", "DTSTAMP:20260101T000000Z"))
    found = extract(tmp_path, calendar(*nameless, *nameless, *revisions, *strangers))
    assert [row.values["summary"] for row in rows(found, "events")] == ["a", "new", "x", "y"]
    again = extract(tmp_path, calendar(*strangers, *nameless))
    assert rows(found, "events")[0].key == rows(again, "events")[-1].key
    huge = extract(tmp_path, event("DTSTART:20260302T090000Z").replace("UID:1", "UID:" + "ü" * 5000))
    assert len(str(values(huge, "events")["uid"])) < 100


def test_calendars_are_known_by_name(tmp_path: Path) -> None:
    folder = tmp_path / "Birthdays"
    folder.mkdir()
    alone = event("DTSTART:20260302T090000Z")
    assert "calendar:Birthdays" in items(run(ICalendar(), folder / "1.ics", alone))
    assert "calendar:Dates" in items(extract(tmp_path, alone + alone.replace("UID:1", "UID:2")))
    late = alone.replace("END:VCALENDAR", "X-WR-CALNAME:Named at the end\r\nEND:VCALENDAR")
    assert "event:Named at the end:1" in items(extract(tmp_path, late))


@pytest.mark.parametrize("kind", ["VEVENT", "VTODO", "VJOURNAL"])
def test_nothing_is_lost(tmp_path: Path, kind: str) -> None:
    for name in _NAMES.split():
        lines = (f"{name};X-ONE=first:something", f"{name}:second one", f"{name}:{name} third")
        text = calendar(f"BEGIN:{kind}", "UID:1", "DTSTART:20260302T090000Z", *lines, f"END:{kind}")
        found = items(extract(tmp_path, text))
        said = "\n".join(texts([list(row.values.values()) for item in found.values() for row in item.rows]))
        for word in ("first", "something", "second one", "third"):
            assert word.casefold() in said.casefold(), (name, word)


def test_an_answer_to_an_invitation_is_no_event(tmp_path: Path) -> None:
    found = extract(tmp_path, event("DTSTART:20260302T090000Z").replace("BEGIN:VEVENT", "METHOD:REPLY\r\nBEGIN:VEVENT"))
    assert problems(found) == ["it answers an invitation (METHOD:REPLY) and is no event itself"]


@pytest.mark.parametrize("content", ["", "PK\x03\x04", "BEGIN:VCARD\nEND:VCARD\n", "BEGIN:VEVENT", "\0" * 9000])
def test_what_is_no_calendar_is_a_problem(tmp_path: Path, content: str) -> None:
    found = extract(tmp_path, content)
    assert problems(found)
    assert not items(found)


def test_large_files_stay_on_the_disk(tmp_path: Path) -> None:
    lines = ("DTSTART:20260302T090000Z", "DESCRIPTION:" + "word " * 1000)
    path = tmp_path / "large.ics"
    with path.open("w") as file:
        for number in range(1500):
            file.write(event(*lines).replace("UID:1", f"UID:{number}"))
    size = path.stat().st_size
    with little_memory(size / 3):
        count = sum(1 for _ in ICalendar().extract(path))
    assert count == 1501
