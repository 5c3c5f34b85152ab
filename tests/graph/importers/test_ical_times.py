"""Times of iCalendar: every name of a time zone, days, floating times, and what is no time at all."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.graph.importers.calendars import event, extract
from tests.graph.importers.conformance import items, rows, values


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("DTSTART;VALUE=DATE:20260302", {"start_date": date(2026, 3, 2), "dtstart": None, "floating": False}),
        ("DTSTART:20260302T090000", {"dtstart": datetime(2026, 3, 2, 9, tzinfo=UTC), "floating": True, "tzid": None}),
        ("DTSTART:20260302T090000Z", {"dtstart": datetime(2026, 3, 2, 9, tzinfo=UTC), "floating": False}),
        ("DTSTART:2026-03-02T09:00:00Z", {"dtstart": datetime(2026, 3, 2, 9, tzinfo=UTC)}),
        ("DTSTART;TZID=W. Europe Standard Time:20260702T090000", {"tzid": "Europe/Berlin"}),
        (
            "DTSTART;TZID=/mozilla.org/20050126_1/America/Argentina/Salta:20260702T090000",
            {"tzid": "America/Argentina/Salta"},
        ),
        ("DTSTART;TZID=(UTC+01:00) Somewhere, Else:20260302T090000", {"dtstart": datetime(2026, 3, 2, 8, tzinfo=UTC)}),
        ("DTSTART;TZID=GMT-0330:20260302T090000", {"dtstart": datetime(2026, 3, 2, 12, 30, tzinfo=UTC)}),
        (
            "DTSTART;TZID=Moon/Tycho:20260302T090000",
            {"dtstart": datetime(2026, 3, 2, 9, tzinfo=UTC), "tzid": "Moon/Tycho"},
        ),
        ("DTSTART;TZID=Europe/Paris:18890101T120000", {"dtstart": datetime(1889, 1, 1, 11, 50, 39, tzinfo=UTC)}),
    ],
)
def test_times(tmp_path: Path, line: str, expected: dict[str, object]) -> None:
    (row,) = rows(extract(tmp_path, event(line)), "events")
    assert {name: row.values[name] for name in expected} == expected


def test_a_time_zone_of_the_files_own(tmp_path: Path) -> None:
    rule = "BEGIN:{0}\nDTSTART:19700101T020000\nTZOFFSETFROM:{1}\nTZOFFSETTO:{2}\nRRULE:FREQ=YEARLY;{3}\nEND:{0}"
    summer = rule.format("DAYLIGHT", "+0500", "+0600", "BYMONTH=4;BYDAY=1SU")
    winter = rule.format("STANDARD", "+0600", "+0500", "BYMONTH=10;BYDAY=1SU")
    zone = f"BEGIN:VTIMEZONE\nTZID:Ours\n{summer}\n{winter}\nEND:VTIMEZONE"
    # the definition may follow what uses it
    found = extract(
        tmp_path, event("DTSTART;TZID=Ours:20260702T090000").replace("END:VCALENDAR", f"{zone}\nEND:VCALENDAR")
    )
    assert values(found, "events")["dtstart"] == datetime(2026, 7, 2, 3, tzinfo=UTC)
    assert list(values(found, "calendars")["custom_fields"]["timezones"]) == ["Ours"]
    assert not items(found)["event:Dates:1"].warnings


@pytest.mark.parametrize(
    ("line", "warning"),
    [
        ("DTEND:yesterday", "DTEND is only kept raw: 'yesterday' is no time"),
        ("DTEND:20260230T000000Z", "DTEND is only kept raw: '20260230T000000Z' is no time"),
        ("DURATION:P999999999999W", "DURATION is only kept raw: 'P999999999999W' is no duration"),
        ("RRULE:D1 #10", "RRULE is only kept raw: 'D1 #10' is no rule of RFC 5545"),
        ("EXDATE:soon", "EXDATE is only kept raw: 'soon' is no time"),
        (
            "DTEND;TZID=Moon/Tycho:20260303T000000",
            "nobody knows the time zone 'Moon/Tycho': its times are taken as UTC",
        ),
    ],
)
def test_a_bad_value_is_kept_raw_with_a_warning(tmp_path: Path, line: str, warning: str) -> None:
    found = extract(tmp_path, event("DTSTART:20260302T090000Z", line))
    assert items(found)["event:Dates:1"].warnings == (warning,)
    if "TZID" not in line:
        assert values(found, "events")["custom_fields"] == {"ical": [line]}
