"""The properties that events, tasks and journals have in common."""

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from graph.exporters.base import Row
from graph.exporters.calendars.times import Clock, instant, stamp
from graph.exporters.content_lines import Sheet, escaped
from graph.importers.calendars.times import is_rule
from graph.importers.calendars.values import cal_address

RAW = "ical"
ATTACHED = "attached_sha256"
LARGEST = 16 * 1024 * 1024
"""Bytes of the attachments of one component: with more in base64 readers, ours too, would not take it."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MAIL = re.compile(r"[^\s@:/]+@[^\s@:/]+\Z")


def described(sheet: Sheet, uid: str, values: Mapping[str, Any]) -> None:
    """UID, DTSTAMP (which readers ask for and we do not keep) and what every component may say of itself.

    Readers take a UID as it stands, so nothing in it is escaped.
    """
    sheet.lines.append(f"UID:{uid}")
    sheet.add("DTSTAMP", stamp(values["last_modified"] or values["created"] or _EPOCH))
    instant(sheet, "CREATED", values["created"])
    instant(sheet, "LAST-MODIFIED", values["last_modified"])
    if values["sequence"]:
        sheet.add("SEQUENCE", str(values["sequence"]))
    sheet.text("CLASS", values["class"])
    words = [sheet.clean("CATEGORIES", word) for word in values["categories"]]
    if any(words):
        sheet.add("CATEGORIES", ",".join(escaped(word) for word in words if word))
    sheet.text("URL", values["url"], signs="")


def position(sheet: Sheet, values: Mapping[str, Any]) -> None:
    """GEO, where both degrees are known."""
    if values["lat"] is not None and values["lon"] is not None:
        sheet.add("GEO", f"{values['lat']};{values['lon']}")
    elif values["lat"] is not None or values["lon"] is not None:
        sheet.lose("half of a position")


def organizer(sheet: Sheet, address_: str | None, name: str | None) -> None:
    """ORGANIZER with the name to show."""
    if address_:
        sheet.add("ORGANIZER", escaped(address(address_), ""), {"CN": name} if name else {})
    elif name:
        sheet.lose("the name of an organizer without an address")


def address(value: str) -> str:
    """A calendar address as the URI that it stands for."""
    plain = cal_address(value)
    return "mailto:" + plain.replace("%", "%25") if _MAIL.match(plain) else plain


def recurrence(sheet: Sheet, values: Mapping[str, Any], clock: Clock, *, days: bool) -> None:
    """RRULE, RDATE and EXDATE."""
    rule(sheet, values["rrule"])
    for name in ("RDATE", "EXDATE"):
        given: Sequence[datetime] = values[name.lower()]
        clock.times(sheet, name, given, values["tzid"], floating=values["floating"], days=days)


def rule(sheet: Sheet, text: str | None) -> None:
    """RRULE, where it is one."""
    if text is None:
        return
    if is_rule(text) and text == text.strip() and "\n" not in text:
        sheet.add("RRULE", text)
    else:
        sheet.lose(f"a rule that RFC 5545 does not know: {text[:60]}")


def attach(sheet: Sheet, row: Row, files: Mapping[str, tuple[Row, bytes]]) -> None:
    """ATTACH for the files that came inside the component, as far as their bytes are kept."""
    left = LARGEST
    for digest in row["custom_fields"].get(ATTACHED, ()):
        found = files.get(digest)
        if found is None or len(found[1]) > left:
            sheet.lose(
                f"an attachment {'whose bytes are not here' if found is None else 'too large for a line'}: {digest}"
            )
            continue
        file, data = found
        left -= len(data)
        params = {"FMTTYPE": file["media_type"]} if file["media_type"] else {}
        params |= {"FILENAME": file["name"], "ENCODING": "BASE64", "VALUE": "BINARY"}
        sheet.add("ATTACH", b64encode(data).decode(), params)
