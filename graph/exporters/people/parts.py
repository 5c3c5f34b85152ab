"""What a contact has many of, as properties of its card: each part says its name, value and parameters."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from graph.exporters.base import Row
from graph.exporters.content_lines import Sheet, escaped
from graph.importers.lines.contentlines import Line, split
from graph.importers.people.dates import date_of, tidy
from graph.importers.people.parts import plain_number
from graph.importers.people.vcard import plain_uid

_SERVICES = frozenset(("url", "impp", "socialprofile", "fburl", "caluri", "caladruri", "source"))
_ADDRESS = ("po_box", "extended", "street", "locality", "region", "postal_code", "country")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(?://)?(.*)\Z", re.DOTALL)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")
_FULL = re.compile(r"(\d{4})-(\d{2})-(\d{2})\Z", re.ASCII)
_VCARD_DATE = re.compile(r"[\d-]{2,10}\Z", re.ASCII)
_DATES = {"bday": "BDAY", "anniversary": "ANNIVERSARY", "deathdate": "DEATHDATE", "other": "X-ABDATE"}


@dataclass(slots=True)
class Part:
    """One property before it has its group. `beside` are lines of the same group."""

    name: str
    value: str
    params: dict[str, str | Sequence[str]]
    row: Row
    caption: str | None = None
    beside: list[tuple[str, str]] = field(default_factory=list)
    same: Callable[[Line], bool] | None = None

    @property
    def order(self) -> tuple[Any, ...]:
        """By preference, then by what it says; never by ids or times, which another instance has not."""
        said = [(name, str(value)) for name, value in self.params.items()]
        group = str(self.row.get("parameters", {}).get("group") or "")
        return self.row.get("pref") or 101, self.value, said, self.caption or "", self.beside, group


def email(sheet: Sheet, row: Row) -> Part:
    address = re.sub(r"\Amailto:", "", sheet.clean("EMAIL", row["email"]), flags=re.IGNORECASE)
    return Part("EMAIL", escaped(address), _params(row), row, row["caption"])


def phone(sheet: Sheet, row: Row) -> Part:
    tel = sheet.clean("TEL", row["tel"])
    tel = unquote(tel[4:]) if tel.lower().startswith("tel:") else tel
    return Part("TEL", escaped(plain_number(tel)), _params(row), row, row["caption"])


def postal(sheet: Sheet, row: Row) -> Part | None:
    sheet.lose_columns(row, "place_id")
    parts = [sheet.clean("ADR", row[name] or "") for name in _ADDRESS]
    label = sheet.clean("ADR", row["formatted"] or "")
    if not any(parts) and not label:
        sheet.lose("an address in which nothing is said")
        return None
    params = _params(row)
    params |= {"CC": row["country_code"]} if row["country_code"] else {}
    params |= {"TZ": row["tz"]} if row["tz"] else {}
    params |= {"LABEL": label} if label else {}
    if row["lat"] is not None and row["lon"] is not None:
        params["GEO"] = f"geo:{row['lat']},{row['lon']}"
    value = ";".join(escaped(part) for part in parts)
    return Part("ADR", value, params, row, row["caption"], same=lambda line: split(line.value, ";")[:7] == parts)


def online(sheet: Sheet, row: Row) -> Part:
    """URL, IMPP and the like. Network and name are left out where readers find them in the address."""
    service, uri = row["service"].lower(), sheet.clean("URL", row["uri"])
    if service not in _SERVICES:
        sheet.lose(f"service = {service}")
        service = "url"
    provider, handle, types = row["provider"], row["handle"], [word.lower() for word in row["type"]]
    if service == "url" and provider:
        sheet.lose(f"provider = {provider} of {uri}")
        provider = None
    if service == "socialprofile" and not provider and types:
        provider, types = types[0], types[1:]
    scheme = _SCHEME.match(uri)
    if service == "impp":
        provider = None if scheme and provider == scheme[1].lower() else provider
        said = provider or (scheme[1].lower() if scheme else "")
        handle = None if handle == (unquote(scheme[2]) if scheme and not said.startswith("http") else uri) else handle
    params = _params({**row, "type": types})
    params |= {"SERVICE-TYPE": provider} if provider else {}
    params |= {"USERNAME": handle} if handle else {}
    return Part(service.upper(), escaped(uri, ""), params, row, row["caption"])


def dated(sheet: Sheet, row: Row) -> Part:
    """A date in the words of RFC 6350, or any text."""
    text = tidy(sheet.clean("date", row["date"]))
    found = _FULL.match(text)
    params = _params(row)
    if found is None and not _VCARD_DATE.match(text):
        params["VALUE"] = "text"
    value = "".join(found.groups()) if found else escaped(text)
    return Part(_DATES[row["kind"]], value, params, row, row["caption"], same=says_date(text))


def says_date(text: str) -> Callable[[Line], bool]:
    """Whether a raw line has this date, and perhaps a time of day or a calendar as well."""
    return lambda line: str(date_of(line)[0]) == text


def related(sheet: Sheet, row: Row, uid: str | None) -> Part | None:
    """RELATED: the UID of a card of this export, or what is written."""
    if uid is None and row["related_text"] is None:
        sheet.lose("a relation to a contact that is not here")
        return None
    if uid is not None and row["related_text"]:
        sheet.lose(f"related_text = {row['related_text']}")
    text = sheet.clean("RELATED", uid if uid is not None else row["related_text"])
    params = _params(row)
    others = [str(word).lower() for word in _listed(params.pop("TYPE", []))]
    types = list(dict.fromkeys([row["type"].strip().lower() or "contact", *others]))
    value = uri_of(text)
    params = {"TYPE": types} | ({} if _SCHEME.match(value) else {"VALUE": "text"}) | params
    return Part("RELATED", escaped(value, "" if _SCHEME.match(value) else ",;"), params, row, row["caption"])


def employer(sheet: Sheet, row: Row, organization: str) -> Part:
    """ORG with TITLE and ROLE beside it."""
    sheet.lose_columns(row, "start_date", "end_date")
    units = [part.strip() for part in (row["org_unit"] or "").split(";")]
    names = [sheet.clean("ORG", organization), *filter(None, units)]
    beside = [(name, row[name.lower()]) for name in ("TITLE", "ROLE") if row[name.lower()]]
    return Part("ORG", ";".join(escaped(name) for name in names), _params(row), row, beside=beside)


def uri_of(uid: str) -> str:
    """A UID as other cards name it."""
    plain = plain_uid(uid)
    return f"urn:uuid:{plain}" if _UUID.match(plain) else plain


def _params(row: Mapping[str, Any]) -> dict[str, str | Sequence[str]]:
    """TYPE, PREF and the other parameters by name; the group is given out apart."""
    types = list(dict.fromkeys(word.strip().lower() for word in row.get("type") or () if word.strip()))
    params: dict[str, str | Sequence[str]] = {}
    if types and not isinstance(row.get("type"), str):
        params["TYPE"] = types
    if row.get("pref") is not None:
        params["PREF"] = str(row["pref"])
    for name, value in sorted(row["parameters"].items()):
        if name != "group":
            params[name] = [str(one) for one in value] if isinstance(value, list) else str(value)
    return params


def _listed(value: str | Sequence[str]) -> Sequence[str]:
    return (value,) if isinstance(value, str) else value
