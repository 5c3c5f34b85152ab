"""EMAIL, TEL, ADR, URL, IMPP and the on-line addresses of many programs as rows of a contact."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from graph.importers.calendars.values import degrees
from graph.importers.keys import INDEXED
from graph.importers.lines.contentlines import Line, split
from graph.importers.people.card import Card, parameters, types_of

_PAGES = ("URL", "FBURL", "CALURI", "CALADRURI", "SOURCE")
_CAPTIONED = {
    "X-EVOLUTION-BLOG-URL": "blog",
    "X-EVOLUTION-VIDEO-URL": "video",
    "X-KADDRESSBOOK-BLOGFEED": "blog",
    "X-MS-URL": "web",
}
_MESSENGERS = {
    "X-AIM": "AIM",
    "X-EVOLUTION-MATRIX": "Matrix",
    "X-GADUGADU": "Gadu-Gadu",
    "X-GOOGLE-TALK": "Google Talk",
    "X-GROUPWISE": "GroupWise",
    "X-GTALK": "Google Talk",
    "X-ICQ": "ICQ",
    "X-JABBER": "Jabber",
    "X-KADDRESSBOOK-X-IMADDRESS": "",
    "X-MATRIX": "Matrix",
    "X-MS-IMADDRESS": "",
    "X-MSN": "MSN",
    "X-QQ": "QQ",
    "X-SIGNAL": "Signal",
    "X-SIP": "SIP",
    "X-SKYPE": "Skype",
    "X-SKYPE-USERNAME": "Skype",
    "X-TELEGRAM": "Telegram",
    "X-WHATSAPP": "WhatsApp",
    "X-YAHOO": "Yahoo",
    "X-YAHOO-ID": "Yahoo",
}
_NETWORKS = {"X-TWITTER": "Twitter", "X-FACEBOOK": "Facebook", "X-LINKEDIN": "LinkedIn", "X-INSTAGRAM": "Instagram"}
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(?://)?(.*)\Z", re.DOTALL)
_ADDRESS = ("po_box", "extended", "street", "locality", "region", "postal_code", "country")


def add_parts(card: Card) -> None:
    """Takes the addresses and numbers of a card."""
    for line in card.draft.every("EMAIL"):
        _email(card, line)
    for line in (*card.draft.every("TEL"), *card.draft.every("X-MS-TEL")):
        _phone(card, line)
    _addresses(card)
    for service, provider, line in _online(card):
        _url(card, service, provider, line)


def _email(card: Card, line: Line) -> None:
    email = re.sub(r"\Amailto:", "", line.text.strip(), flags=re.IGNORECASE)
    if not email:
        card.draft.accept(line)
    elif len(email.encode()) > INDEXED:
        card.draft.keep(line, "it is too long for an address")
    else:
        card.add("contact_emails", "email", email.lower(), {"email": email} | card.describe(line))


def _phone(card: Card, line: Line) -> None:
    tel = line.text.strip()
    if tel.lower().startswith("tel:"):
        tel = unquote(tel[4:]).replace("\0", "")
    tel = plain_number(tel)
    if tel:
        card.add("contact_phones", "phone", tel, {"tel": tel} | card.describe(line))
    else:
        card.draft.accept(line)


def plain_number(tel: str) -> str:
    """+49 (89) 1234-5 is E.164 but for its looks; a number without its country stays as it was typed."""
    return re.sub(r"[\s().\-/]", "", tel) if re.fullmatch(r"\+[\d\s().\-/]{6,30}", tel) else tel


def _addresses(card: Card) -> None:
    """ADR, and LABEL of vCard 3 as the written form of the address of the same type."""
    labels: dict[tuple[str, ...], list[Line]] = {}
    for line in card.draft.every("LABEL"):
        labels.setdefault(tuple(types_of(line)), []).append(line)
    for line in card.draft.every("ADR"):
        parts = [part.strip() or None for part in split(line.value, ";")]
        values: dict[str, object] = dict(zip(_ADDRESS, [*parts, *[None] * 7], strict=False))
        same = labels.get(tuple(types_of(line)))
        label = same.pop(0) if same else None
        if label:
            card.draft.accept(label)
        written = line.param("LABEL").replace("\\n", "\n") or (label.text.strip() if label else "")
        if any(values.values()) or written:
            _address(card, line, values | {"formatted": written or None})
        else:
            card.draft.accept(line)
        if any(parts[7:]):
            card.draft.keep(line)
    for label in (label for same in labels.values() for label in same):
        _address(card, label, dict.fromkeys(_ADDRESS) | {"formatted": label.text.strip()})


def _address(card: Card, line: Line, values: dict[str, object]) -> None:
    lat, lon = degrees(line.param("GEO"))
    values |= card.describe(line) | {"country_code": card.country(line)}
    values |= {"lat": lat, "lon": lon, "tz": line.param("TZ") or None}
    values["parameters"] = parameters(line, "LABEL", "TZ", "CC", *(("GEO",) if lat is not None else ()))
    card.add("contact_addresses", "address", repr([values[name] for name in (*_ADDRESS, "formatted")]), values)


def _online(card: Card) -> Iterator[tuple[str, str, Line]]:
    """The vCard 4 property that each on-line address amounts to, whose network it is, and its line."""
    draft = card.draft
    for name in _PAGES:
        yield from ((name.lower(), "", line) for line in draft.every(name))
    for name in _CAPTIONED:
        yield from (("url", "", line) for line in draft.every(name))
    yield from (("impp", "", line) for line in draft.every("IMPP"))
    for name, provider in _MESSENGERS.items():
        yield from (("impp", provider, line) for line in draft.every(name))
    for name in ("SOCIALPROFILE", "X-SOCIALPROFILE"):
        yield from (("socialprofile", "", line) for line in draft.every(name))
    for name, provider in _NETWORKS.items():
        yield from (("socialprofile", provider, line) for line in draft.every(name))


def _url(card: Card, service: str, provider: str, line: Line) -> None:
    uri = line.text.strip()
    if not uri:
        card.draft.accept(line)
        return
    values = card.describe(line)
    scheme = _SCHEME.match(uri)
    types = types_of(line)
    if service != "url":
        provider = provider or line.param("SERVICE-TYPE") or line.param("X-SERVICE-TYPE")
    if service == "socialprofile" and not provider and types:
        # Apple writes the network where the type should be
        provider, values["type"] = types[0], types[1:]
    if service == "impp" and not provider and scheme:
        provider = scheme[1].lower()
    handle = line.param("USERNAME") or line.param("X-USER") or line.param("X-USERID")
    if service == "impp" and not handle:
        handle = unquote(scheme[2]) if scheme and not provider.startswith("http") else uri
    values["caption"] = values["caption"] or _CAPTIONED.get(line.name)
    values["parameters"] = parameters(line, "SERVICE-TYPE", "X-SERVICE-TYPE", "USERNAME", "X-USER", "X-USERID")
    own = {"service": service, "uri": uri, "provider": provider or None, "handle": handle.replace("\0", "") or None}
    card.add("contact_urls", "url", f"{service}:{uri}", values | own)
