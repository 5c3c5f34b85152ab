"""Every property that some program writes has a row or is kept raw, with its parameters."""

from datetime import date
from pathlib import Path

import pytest

from graph.importers.base import Item, Problem
from graph.importers.people.vcard import VCard
from tests.graph.importers.conformance import items, run, texts, values

_NAMES = """
    ADR AGENT ANNIVERSARY BDAY BIRTHPLACE CALADRURI CALURI CATEGORIES CLASS CLIENTPIDMAP CLOUD CONTACT-URI CREATED
    CUSTOM1 DEATHDATE DEATHPLACE EMAIL EXPERTISE FBURL GENDER GEO GRAMGENDER HOBBY IMPP INTEREST KEY KIND LABEL LANG
    LANGUAGE LOGO MAILER MEMBER N NICKNAME NOTE ORG ORG-DIRECTORY PHOTO PRONOUNS RELATED REV ROLE SOCIALPROFILE
    SORT-STRING SOUND SOURCE TEL TITLE TZ URL XML X-ABADR X-ABDATE X-ABLABEL X-ABRELATEDNAMES X-ABSHOWAS X-AIM
    X-ANDROID-CUSTOM X-ANNIVERSARY X-ASSISTANT X-EVOLUTION-ANNIVERSARY X-EVOLUTION-ASSISTANT X-EVOLUTION-BLOG-URL
    X-EVOLUTION-FILE-AS X-EVOLUTION-MANAGER X-EVOLUTION-SPOUSE X-EVOLUTION-VIDEO-URL X-FACEBOOK X-FM-ONLINE-OTHER
    X-GADUGADU X-GENDER X-GOOGLE-TALK X-GROUPWISE X-ICQ X-JABBER X-KADDRESSBOOK-BLOGFEED
    X-KADDRESSBOOK-CRYPTOPROTOPREF X-KADDRESSBOOK-X-ANNIVERSARY X-KADDRESSBOOK-X-ASSISTANTSNAME
    X-KADDRESSBOOK-X-IMADDRESS X-KADDRESSBOOK-X-PROFESSION X-KADDRESSBOOK-X-SPOUSESNAME X-KOPANO-ID X-LINKEDIN
    X-MAIDENNAME X-MANAGER X-MATRIX X-MOZILLA-HTML X-MS-ANNIVERSARY X-MS-ASSISTANT X-MS-CHILD X-MS-IMADDRESS
    X-MS-MANAGER X-MS-OL-DESIGN X-MS-SPOUSE X-MS-TEL X-MSN X-NICKNAME X-PHONETIC-FIRST-NAME X-PHONETIC-LAST-NAME
    X-QQ X-SAMSUNGADR X-SIP X-SKYPE X-SKYPE-USERNAME X-SOCIALPROFILE X-SPOUSE X-TWITTER X-WAB-GENDER X-YAHOO
"""


def extract(directory: Path, *lines: str) -> list[Item | Problem]:
    return run(VCard(), directory / "People.vcf", "\r\n".join(("BEGIN:VCARD", *lines, "END:VCARD", "")))


@pytest.mark.parametrize("name", _NAMES.split())
def test_nothing_is_lost(tmp_path: Path, name: str) -> None:
    lines = (f"item1.{name};X-ONE=first:something;other", f"{name};TYPE=x-kind:second one", f"{name}:{name} third")
    found = extract(tmp_path, "FN:Kim", *lines)
    said = "\n".join(texts([list(row.values.values()) for item in items(found).values() for row in item.rows]))
    for text in ("first", "something", "other", "second one", "third", *(("x-kind",) if name != "X-ABLABEL" else ())):
        assert text in said, text


@pytest.mark.parametrize(
    ("line", "table", "expected"),
    [
        ("X-EVOLUTION-SPOUSE:Kim", "contact_relations", {"type": "spouse", "related_text": "Kim"}),
        ("X-MS-MANAGER:Boss", "contact_relations", {"type": "co-worker", "caption": "Manager"}),
        ("X-KADDRESSBOOK-X-Anniversary:2001-02-03", "contacts", {"anniversary": date(2001, 2, 3)}),
        ("X-JABBER;TYPE=HOME:kim@example.org", "contact_urls", {"provider": "Jabber", "handle": "kim@example.org"}),
        ("X-SKYPE-USERNAME:kim", "contact_urls", {"service": "impp", "provider": "Skype"}),
        ("X-GENDER:Male", "contacts", {"gender": "M"}),
        ("BDAY:1980-02-30", "contact_dates", {"kind": "bday", "date": "1980-02-30"}),
        ("BDAY:1980-02", "contact_dates", {"date": "1980-02"}),
        ("BDAY:1980-02-03T00:00:00Z", "contacts", {"bday": date(1980, 2, 3)}),
        ("GEO:95;300", "contacts", {"custom_fields": {"vcard": ["GEO:95;300"]}}),
        ("REV:long ago", "contacts", {"custom_fields": {"vcard": ["REV:long ago"]}}),
        ("TITLE:Boss", "contacts", {"custom_fields": {"vcard": ["TITLE:Boss"]}}),
        ("X-ABShowAs:COMPANY", "contacts", {"kind": "org"}),
        ("KIND:dragon", "contacts", {"kind": "individual", "custom_fields": {"vcard": ["KIND:dragon"]}}),
    ],
)
def test_habits_of_programs(tmp_path: Path, line: str, table: str, expected: dict[str, object]) -> None:
    found = values(extract(tmp_path, "FN:Kim", line), table)
    assert {name: found.get(name) for name in expected} == expected
