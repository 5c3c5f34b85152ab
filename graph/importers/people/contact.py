"""A card as a contact: its own columns, its employers, and all the rows that hang on it (RFC 6350, 9554)."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from graph.importers.base import Item, Row, To
from graph.importers.calendars.values import categories, degrees
from graph.importers.files import file_item
from graph.importers.keys import shortened
from graph.importers.lines.contentlines import Line, split
from graph.importers.lines.inline_files import inline_bytes
from graph.importers.people.card import Card, parameters, preference
from graph.importers.people.dates import Find, add_android, add_dates, add_relations
from graph.importers.people.parts import add_parts

_NAMES = ("n_family", "n_given", "n_additional", "n_prefix", "n_suffix")
_KINDS = ("individual", "org", "location", "application", "device")
_SEXES = {"1": "F", "2": "M", "FEMALE": "F", "MALE": "M"}


def contact_rows(card: Card, known: dict[str, object], find: Find, where: str) -> Iterator[Item | Row]:
    """The organizations (as items), then the contact and its parts. Raises ValueError for a card that names nobody.

    `known` has the address book and the UID; `find` gives the key of the contact with a UID, if the file has it.
    """
    draft = card.draft
    draft.drop("VERSION", "PRODID", "UID", "PROFILE", "END")
    names = _names(card)
    kind = _kind(card)
    nicknames = add_android(card)
    employers = list(_employers(card))
    nicknames += [word for name in ("NICKNAME", "X-NICKNAME") for line in draft.every(name) for word in _words(line)]
    add_parts(card)
    add_relations(card, find)
    values: dict[str, object] = {
        **known,
        **names,
        **_extras(card),
        **_picture(card, where),
        **add_dates(card),
        "kind": kind,
        "fn": names["fn"] or _stand_in(card, nicknames, employers),
        "nickname": list(dict.fromkeys(nicknames)),
    }
    if not values["fn"]:
        raise ValueError("the card names nobody: it has no FN, N, ORG, EMAIL or TEL")
    values["custom_fields"] = _custom_fields(card, values["photo_file_id"])
    yield from (_organization(name, where) for name in dict.fromkeys(employers))
    yield Row("contacts", card.key, values)
    yield from card.parts


def organization_key(name: str) -> str:
    """One organization for all spellings that differ in case, width and spaces."""
    folded = " ".join(unicodedata.normalize("NFKC", name).casefold().split())
    return shortened(f"organization:{folded}")


def _names(card: Card) -> dict[str, object]:
    """N by its parts and FN; of several FN the preferred one."""
    draft = card.draft
    line = draft.take("N", "SORT-AS")
    parts = [*split(line.value, ";"), *[""] * 5] if line else [""] * 5
    if line and any(parts[5:]):
        draft.keep(line)
    given = sorted(draft.every("FN"), key=lambda one: preference(one) or 101)
    for other in given[1:]:
        draft.keep(other)
    family, first, middle, prefix, suffix = parts[:5]
    written = " ".join(word for word in (prefix, first, middle, family, suffix) if word)
    return {
        **{name: part or None for name, part in zip(_NAMES, parts, strict=False)},
        "fn": (given[0].text.strip() if given else "") or written,
        "sort_as": (line.param("SORT-AS") if line else "") or draft.text("SORT-STRING"),
        "phonetic_given": draft.text("X-PHONETIC-FIRST-NAME"),
        "phonetic_family": draft.text("X-PHONETIC-LAST-NAME"),
    }


def _stand_in(card: Card, nicknames: Sequence[str], employers: Sequence[str]) -> str:
    """What to call a card without a name: by its nickname, organization, address or number."""
    columns = ("email", "tel", "handle", "uri")
    said = (row.values.get(column) for column in columns for row in card.parts)
    return next((str(text) for text in (*nicknames, *employers, *said) if text), "")


def _kind(card: Card) -> str:
    line = card.draft.take("KIND") or card.draft.take("X-ADDRESSBOOKSERVER-KIND")
    shown = card.draft.take("X-ABSHOWAS")
    kind = line.value.strip().lower() if line else ""
    if line and kind not in _KINDS:
        card.draft.keep(line)
    if shown and shown.value.strip().upper() != "COMPANY":
        card.draft.keep(shown)
    elif shown:
        return "org"
    return kind if kind in _KINDS else "individual"


def _words(line: Line) -> list[str]:
    return [word for word in split(line.value, ",") if word]


def _extras(card: Card) -> dict[str, object]:
    draft = card.draft
    spoken = sorted(draft.every("LANG", "PREF"), key=lambda one: preference(one) or 101)
    sex = draft.text("X-GENDER") or draft.text("X-WAB-GENDER") or ""
    notes = [line.text.strip() for line in draft.every("NOTE")]
    where = draft.take("GEO")
    lat, lon = degrees(where.value) if where else (None, None)
    if where and lat is None:
        draft.keep(where)
    return {
        "gender": draft.text("GENDER") or _SEXES.get(sex.upper(), sex) or None,
        "pronouns": draft.text("PRONOUNS"),
        "note": "\n\n".join(text for text in notes if text) or None,
        "categories": categories(draft),
        "language": draft.text("LANGUAGE"),
        "languages": list(dict.fromkeys(line.text.strip() for line in spoken if line.text.strip())),
        "tz": draft.text("TZ"),
        "lat": lat,
        "lon": lon,
        "created": _instant(card, "CREATED"),
        "rev": _instant(card, "REV"),
    }


def _instant(card: Card, name: str) -> datetime | None:
    """A timestamp in any of ISO 8601's ways; one that cannot be read is kept raw."""
    line = card.draft.take(name)
    if line is None:
        return None
    try:
        found = datetime.fromisoformat(line.text.strip().upper())
        return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        card.draft.keep(line)
        return None


def _picture(card: Card, where: str) -> dict[str, object]:
    """PHOTO as a file or an address; what else is a file inside the card becomes one too."""
    uri: str | None = None
    photo: To | None = None
    for name in ("PHOTO", "LOGO", "SOUND", "KEY"):
        for line in card.draft.every(name):
            found = inline_bytes(line)
            if found is not None:
                item = file_item(*found, name.lower(), where)
                card.files.append(item)
                card.draft.accept(line)
                photo = photo or (To(item.key) if name == "PHOTO" else None)
            elif name == "PHOTO" and uri is None and re.match(r"https?://", line.value.strip(), re.IGNORECASE):
                uri = line.text.strip()
                card.draft.accept(line)
            elif line.value.strip():
                card.draft.keep(line, "it cannot be decoded" if line.param("ENCODING") else "")
    return {"photo_uri": uri, "photo_file_id": photo}


def _custom_fields(card: Card, photo: object) -> dict[str, object]:
    """What has no column, raw, and the digests of the files other than the photo."""
    raw = [*card.draft.raw(), *(text for part in card.draft.component.parts for text in part.raw)]
    digests = list(dict.fromkeys(item.key.removeprefix("file:") for item in card.files if To(item.key) != photo))
    fields: dict[str, object] = {"vcard": raw} if raw else {}
    return fields | ({"attached_sha256": digests} if digests else {})


def _employers(card: Card) -> Iterator[str]:
    """Adds a membership for each ORG with its TITLE and ROLE, by group or else by order; gives the names."""
    draft = card.draft
    titles, roles = draft.every("TITLE"), draft.every("ROLE")
    for line in draft.every("ORG", "SORT-AS"):
        parts = [part for part in split(line.value, ";") if part]
        title, role = _matching(line, titles), _matching(line, roles)
        if not parts:
            draft.accept(line)
            for kept in (title, role):
                if kept:
                    draft.keep(kept)
            continue
        said = card.describe(line)
        values: dict[str, object] = {
            "organization_id": To(organization_key(parts[0])),
            "title": title.text.strip() or None if title else None,
            "role": role.text.strip() or None if role else None,
            "org_unit": ";".join(parts[1:]) or None,
            "type": said["type"],
            "pref": said["pref"],
            "parameters": parameters(line),
        }
        card.add("organization_memberships", "organization", organization_key(parts[0]), values)
        yield parts[0]
    for left in (*titles, *roles):
        draft.keep(left)


def _matching(line: Line, others: list[Line]) -> Line | None:
    """Takes the line of the same group out of the others, else the first one without a group."""
    for number, other in enumerate(others):
        if other.group == line.group or not other.group or not line.group:
            return others.pop(number)
    return None


def _organization(name: str, where: str) -> Item:
    key = organization_key(name)
    return Item(key, (Row("organizations", key, {"name": name}),), where)
