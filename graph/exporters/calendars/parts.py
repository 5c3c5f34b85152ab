"""What an event has many of: ATTENDEE and VALARM."""

from collections.abc import Sequence

from graph.exporters.base import Row
from graph.exporters.calendars.properties import address
from graph.exporters.calendars.times import instant, period, span, stamp
from graph.exporters.content_lines import Sheet, content_line, escaped
from graph.importers.lines.contentlines import read_line

_DEFAULTS = {"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "NEEDS-ACTION", "CUTYPE": "INDIVIDUAL"}


def attendee(sheet: Sheet, row: Row) -> str | None:
    """The line of one attendee; what it cannot say, or that it cannot be written, is told to the sheet."""
    if row["contact_id"]:
        sheet.lose(f"which contact {row['cal_address']} is, as it was said by hand")
    params: dict[str, str | Sequence[str]] = {"CN": row["cn"].strip()} if row["cn"] and row["cn"].strip() else {}
    params |= {
        name: row[name.lower()].upper() for name, usual in _DEFAULTS.items() if row[name.lower()].upper() != usual
    }
    params |= {"RSVP": "TRUE"} if row["rsvp"] else {}
    for name in ("DELEGATED-FROM", "DELEGATED-TO"):
        given = [address(one) for one in row[name.lower().replace("-", "_")]]
        params |= {name: given} if given else {}
    params |= {"SENT-BY": address(row["sent_by"])} if row["sent_by"] else {}
    others = {
        name: [*map(str, given)] if isinstance(given, list) else str(given) for name, given in row["parameters"].items()
    }
    text = content_line(
        "ATTENDEE", escaped(address(row["cal_address"]), ""), {**params, **dict(sorted(others.items()))}
    )
    if read_line(text.encode()) is None or "\r" in text or "\n" in text:
        sheet.lose(f"an attendee: {row['cal_address'][:60]!r}")
        return None
    return text


def alarm(sheet: Sheet, row: Row) -> list[str]:
    """One VALARM as lines."""
    part = Sheet(sheet.label)
    part.text("UID", row["uid"])
    part.text("ACTION", row["action"].upper())
    if row["trigger_at"] is not None:
        part.add("TRIGGER", stamp(row["trigger_at"]), {"VALUE": "DATE-TIME"})
    else:
        part.add(
            "TRIGGER", period(row["trigger_offset"]), {"RELATED": "END"} if row["trigger_related"] == "END" else {}
        )
    span(part, "DURATION", row["duration"])
    if row["repeat"] is not None:
        part.add("REPEAT", str(row["repeat"]))
    part.text("SUMMARY", row["summary"])
    part.text("DESCRIPTION", row["description"])
    instant(part, "ACKNOWLEDGED", row["acknowledged_at"])
    _others(part, row["properties"])
    sheet.lost += part.lost
    return ["BEGIN:VALARM", *part.lines, "END:VALARM"]


def _others(part: Sheet, properties: dict[str, object]) -> None:
    """Properties by name: values, or whole lines where they have parameters; under PARTS what stands inside."""
    for name, given in sorted(properties.items()):
        for value in given if isinstance(given, list) else [given]:
            line = read_line(str(value).encode())
            if name == "PARTS" or (line is not None and line.name == name and line.params):
                continue
            part.text(name, str(value))
        whole = [str(one) for one in given] if isinstance(given, list) else [str(given)]
        kept = Sheet(part.label, [one for one in whole if name == "PARTS" or _is_line(name, one)])
        kept.rest()
        part.lines += [*kept.lines, *(text for inner in kept.parts for text in inner)]
        part.lost += kept.lost


def _is_line(name: str, text: str) -> bool:
    line = read_line(text.encode())
    return line is not None and line.name == name and bool(line.params)
