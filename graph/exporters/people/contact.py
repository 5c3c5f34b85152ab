"""A contact as a card of vCard 4.0 (RFC 6350, 9554), and a group of contacts as another."""

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from graph.exporters.base import Row
from graph.exporters.content_lines import Sheet, escaped
from graph.exporters.people import parts as said
from graph.exporters.people.groups import Groups
from graph.exporters.people.parts import Part, says_date, uri_of
from graph.importers.lines.contentlines import Line
from graph.importers.people.vcard import BOOK

RAW = "vcard"
ATTACHED = "attached_sha256"
LARGEST = 16 * 1024 * 1024
"""Bytes of the files in one card: with more readers, ours too, would not take it."""

_NAMES = ("n_family", "n_given", "n_additional", "n_prefix", "n_suffix")


@dataclass(frozen=True, slots=True)
class Around:
    """What hangs on the contacts of a batch, by their ids; what they point at; files by digest."""

    parts: Mapping[str, Mapping[UUID, Sequence[Row]]]
    uids: Mapping[UUID, str]
    organizations: Mapping[UUID, Row]
    photos: Mapping[UUID, tuple[Row, bytes]]
    files: Mapping[str, tuple[Row, bytes]]

    def of(self, table: str, row: Row) -> Sequence[Row]:
        """The parts of one contact."""
        return self.parts[table].get(row["id"], ())


def card(row: Row, uid: str, book: str, around: Around) -> Sheet:
    """The lines of a contact's card, from BEGIN to END."""
    sheet = Sheet(row["fn"], row["custom_fields"].get(RAW))
    sheet.lose_columns(row, "keep_in_touch_days", "sensitivity")
    sheet.lose_fields(row, RAW, ATTACHED)
    _head(sheet, row, uid, book)
    if row["kind"] == "group":
        sheet.lose("kind = group: a card of that kind is read as a group of contacts")
    elif row["kind"] != "individual":
        sheet.add("KIND", row["kind"])
    _names(sheet, row)
    _extras(sheet, row)
    for name in ("bday", "anniversary"):
        if row[name]:
            day: date = row[name]
            sheet.add(name.upper(), day.strftime("%Y%m%d"), same=says_date(day.isoformat()))
    _pictures(sheet, row, around)
    _parts(sheet, row, around)
    return _closed(sheet)


def group_card(row: Row, uid: str, book: str) -> Sheet:
    """The lines of a group's card."""
    sheet = Sheet(row["name"], row["custom_fields"].get(RAW))
    sheet.lose_columns(row, "sensitivity")
    sheet.lose_fields(row, RAW)
    _head(sheet, row, uid, book)
    sheet.add("KIND", "group")
    sheet.text("FN", row["name"] if row["name"].strip() else uid)
    sheet.text("NOTE", row["description"])
    for member in row["member_uids"]:
        sheet.text("MEMBER", uri_of(member), signs="")
    return _closed(sheet)


def _closed(sheet: Sheet) -> Sheet:
    sheet.rest()
    inside = [text for part in sheet.parts for text in part]
    sheet.lines = ["BEGIN:VCARD", *sheet.lines, *inside, "END:VCARD"]
    return sheet


def _head(sheet: Sheet, row: Row, uid: str, book: str) -> None:
    if uid != row["uid"]:
        sheet.lose(f"its UID: here it is {uid}")
    sheet.lines += ["VERSION:4.0", "PRODID:-//Lifeloom//Lifeloom//EN"]
    sheet.add("UID", escaped(uri_of(uid), ""))
    sheet.text(BOOK, book)


def _names(sheet: Sheet, row: Row) -> None:
    name = row["fn"]
    if not name.strip():
        sheet.lose("a name that is empty")
        name = row["uid"]
    # a name that was kept raw with a preference would be taken in place of ours
    first = {"PREF": "1"} if any(line.param("PREF") for line in sheet.kept("FN")) else {}
    if first and any(line.text.strip() == name.strip() for line in sheet.kept("FN")):
        first = {}
    sheet.text("FN", name, first)
    names = [sheet.clean("N", row[column] or "") for column in _NAMES]
    if any(names) or row["sort_as"]:
        # several names are parted by commas, in the columns too
        value = ";".join(escaped(part, ";") for part in names)
        sheet.add("N", value, {"SORT-AS": row["sort_as"]} if row["sort_as"] else {})
    if row["nickname"]:
        words = [sheet.clean("NICKNAME", word) for word in row["nickname"]]
        sheet.add("NICKNAME", ",".join(escaped(word) for word in words if word))
    sheet.text("X-PHONETIC-FIRST-NAME", row["phonetic_given"])
    sheet.text("X-PHONETIC-LAST-NAME", row["phonetic_family"])


def _extras(sheet: Sheet, row: Row) -> None:
    sheet.text("GENDER", row["gender"], signs=",")
    sheet.text("PRONOUNS", row["pronouns"])
    _note(sheet, row["note"])
    words = [sheet.clean("CATEGORIES", word) for word in row["categories"]]
    if any(words):
        sheet.add("CATEGORIES", ",".join(escaped(word) for word in words if word))
    sheet.text("LANGUAGE", row["language"])
    for number, word in enumerate(row["languages"], 1):
        sheet.text("LANG", word, {"PREF": str(min(number, 100))} if len(row["languages"]) > 1 else {})
    sheet.text("TZ", row["tz"])
    if row["lat"] is not None and row["lon"] is not None:
        sheet.add("GEO", f"geo:{row['lat']},{row['lon']}")
    elif row["lat"] is not None or row["lon"] is not None:
        sheet.lose("half of a position")
    for name in ("created", "rev"):
        if row[name] is not None:
            sheet.add(name.upper(), _stamp(row[name]))


def _note(sheet: Sheet, note: str | None) -> None:
    """NOTE. Of several all are in the column: those with parameters, kept raw, are left out."""
    kept: list[Line] = sheet.kept("NOTE")
    if (note or "").strip() not in {line.text.strip() for line in kept}:
        for line in kept:
            sheet.lose("parameters of NOTE")
            sheet.drop(line)
    sheet.text("NOTE", note)


def _stamp(at: datetime) -> str:
    utc = at.astimezone(UTC)
    return utc.strftime("%Y%m%dT%H%M%S" + (".%f" if utc.microsecond else "")) + "Z"


def _pictures(sheet: Sheet, row: Row, around: Around) -> None:
    """PHOTO as a file or an address, and what else was a file inside the card."""
    uri = (row["photo_uri"] or "").strip()
    left = LARGEST
    photo = around.photos.get(row["photo_file_id"])
    found = [("PHOTO", photo)] if photo else []
    if row["photo_file_id"] and photo is None:
        sheet.lose("its photo, whose bytes are not here")
    for digest in row["custom_fields"].get(ATTACHED, ()):
        file = around.files.get(digest)
        word = file[0]["name"].partition(".")[0].upper() if file else ""
        if file is None or word not in ("PHOTO", "LOGO", "SOUND", "KEY") or (word == "PHOTO" and photo is None):
            sheet.lose(f"a file that was inside the card: {digest}")
        else:
            found.append((word, file))
    for word, (file_row, data) in found:
        left -= len(data)
        if left < 0:
            sheet.lose(f"a file that is too large for a card: {file_row['name']}")
        else:
            media_type = file_row["media_type"] or "application/octet-stream"
            sheet.add(word, f"data:{media_type};base64,{b64encode(data).decode()}")
    if re.match(r"https?://|data:", uri, re.IGNORECASE):
        sheet.text("PHOTO", uri, signs="")
    elif uri:
        sheet.lose(f"photo_uri = {uri[:60]}")


def _parts(sheet: Sheet, row: Row, around: Around) -> None:
    found: list[Part | None] = [said.email(sheet, one) for one in around.of("contact_emails", row)]
    found += [said.phone(sheet, one) for one in around.of("contact_phones", row)]
    found += [said.postal(sheet, one) for one in around.of("contact_addresses", row)]
    found += [said.online(sheet, one) for one in around.of("contact_urls", row)]
    found += [said.dated(sheet, one) for one in around.of("contact_dates", row)]
    found += [
        said.related(sheet, one, around.uids.get(one["related_contact_id"]))
        for one in around.of("contact_relations", row)
    ]
    employers = [
        said.employer(sheet, one, around.organizations[one["organization_id"]]["name"])
        for one in around.of("organization_memberships", row)
        if one["organization_id"] in around.organizations
    ]
    parts = sorted((part for part in (*found, *employers) if part), key=lambda part: (part.name, part.order))
    groups = Groups(sheet, {str(part.row["parameters"].get("group") or "").lower() for part in parts})
    apart = len(employers) > 1 and any(part.beside for part in employers)
    for part in parts:
        new, word = (apart, "org") if part.name == "ORG" else (False, "item")
        group = groups.give(part.row["parameters"], part.caption, new=new, word=word)
        sheet.add(part.name, part.value, part.params, group, part.same)
        for name, text in part.beside:
            sheet.text(name, text, group=group)
    groups.write()
