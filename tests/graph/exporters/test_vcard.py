"""Contacts of all kinds leave as vCard 4 and come back as they were."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

import vobject

from graph.exporters.base import Exporter
from graph.exporters.people.vcard import VCardFile
from tests.graph.exporters.round_trip import RoundTrip, out
from tests.graph.household import Household, write

PEOPLE = """\
BEGIN:VCARD
VERSION:4.0
UID:urn:uuid:4FBE8971-0BC3-424C-9C26-36C3E1EFF6B1
FN;PREF=2:Dr. Ana Example
FN;PREF=1:Ana Éxample 🎻🎻🎻🎻🎻🎻🎻🎻🎻🎻🎻🎻🎻🎻🎻🎻🎻🎻🎻🎻🎻🎻🎻🎻🎻🎻
N;SORT-AS="Example,Ana":Example;Ana\\;B;Maria,Jo;Dr.;MSc
NICKNAME:Anita,A\\,ni
BDAY:--0415
ANNIVERSARY:20090808T1430-0500
DEATHDATE;VALUE=text:circa 2090
item7.X-ABDATE;X-APPLE-OMIT-YEAR=1604:1604-03-01
item7.X-ABLABEL:First met
GENDER:F;woman
PRONOUNS;LANGUAGE=en:she/her
LANGUAGE:de
LANG;PREF=2:de
LANG;PREF=1:en
TZ:Europe/Vienna
GEO:geo:48.2,16.37
EMAIL;PREF=1;TYPE="home,x-fun";X-P="a:b^'c^'":Ana@Example.org
item1.EMAIL:ana@work.example
item1.X-ABLabel:_$!<Reception>!$_
TEL;VALUE=uri;TYPE="voice,home":tel:+43-1-555-0100;ext=12
TEL:+43 (1) 555-0101
TEL:+43 (1) 555-0101
ADR;TYPE=work;CC=AT;GEO="geo:48.1,16.2";TZ=+01:00;LABEL="Ring 1\\nWien":Box\\;1;;Ring 1\\, Top 2;Wien;;1010;Austria
ADR;TYPE=home:;;Long 5;Graz;;;AT;Room 3;;5;;;;;;;;
item2.ADR:;;Only a street;;;;
item2.X-ABADR:de
URL:https://example.org/a,b;c
IMPP;PREF=1:xmpp:ana@example.org
IMPP;X-SERVICE-TYPE=Jabber;USERNAME=other:xmpp:ana@example.net
SOCIALPROFILE;SERVICE-TYPE=Mastodon;USERNAME=@ana:https://social.example/@ana
X-SOCIALPROFILE;TYPE=twitter:https://twitter.example/ana
FBURL:https://example.org/busy
ORG;TYPE=work:Example Ltd;Research;Birds
TITLE;LANGUAGE=en:Head of Research
ROLE:Ornithologist
RELATED;TYPE=spouse:urn:uuid:bob
RELATED;TYPE="friend,co-worker";VALUE=text:Eve\\, of Garden
RELATED;TYPE=emergency:tel:+43-1
RELATED:urn:uuid:11111111-1111-1111-1111-111111111111
CATEGORIES:choir,wo\\,rk
NOTE:One\\, two\\nthree
NOTE:Four
REV:20260102T030405Z
CREATED:20200102T030405Z
PHOTO:data:image/png;base64,iVBORw0KGgo=
LOGO:data:image/png;base64,iVBORw0KGgoA
X-FAVOURITE-BIRD;X-P=1:wren
item9.X-ODD:1
item9.X-ABLABEL:odd
END:VCARD
BEGIN:VCARD
VERSION:3.0
UID:bob
N:Bob;;;;
FN:Bob
ORG:EXAMPLE  LTD
item1.ORG:Second
item1.TITLE:Clerk
PHOTO:https://example.org/bob.jpg
NOTE;LANGUAGE=de:nur diese
BDAY;X-P=1:19800229
END:VCARD
BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=B6rg
TEL;CELL:12345
X-OLD;ENCODING=QUOTED-PRINTABLE:a=3Db=
c
END:VCARD
BEGIN:VCARD
VERSION:4.0
UID:inc
KIND:org
FN:Inc
END:VCARD
BEGIN:VCARD
VERSION:4.0
UID:choir
KIND:group
FN:Choir
NOTE:Sings
MEMBER:urn:uuid:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1
MEMBER:bob
MEMBER:urn:uuid:gone
X-KEPT:yes
END:VCARD
"""


class TestRoundTrip(RoundTrip):
    exporter: ClassVar[Exporter] = VCardFile()
    name: ClassVar[str] = "people.vcf"
    tables: ClassVar[tuple[str, ...]] = (
        *("contacts", "contact_emails", "contact_phones", "contact_addresses", "contact_urls", "contact_dates"),
        *("contact_relations", "contact_groups", "organizations", "organization_memberships", "files"),
    )
    edits: ClassVar[Mapping[bytes, bytes]] = {
        b"NOTE:Sings": b"NOTE:Plays",
        b"FN:Bob": b"FN:Rob",
        b"PREF=3": b"PREF=4",
        b"FN:Carl": b"FN:Karl",
        b"FN:Dora\\, of none": b"FN:Dora",
    }

    async def fill(self, house: Household, directory: Path) -> None:
        await house.bring(write(directory / "odd", {"old friends.vcf": PEOPLE}) / "old friends.vcf")
        book = await house.create("address_books", display_name="Work, mostly")
        carl = await house.create("contacts", fn="Carl", address_book_id=str(book), bday="1960-01-02")
        dora = await house.create("contacts", fn="Dora, of none", n_given="Dora", note="  ".join("ab") * 90)
        await house.create("contact_relations", contact_id=str(carl), related_contact_id=str(dora), type="Child")
        for caption in ("One", "Two", None):
            same = {"group": "x"} if caption else {}
            values = {"email": f"{caption}@example.org", "caption": caption, "type": ["HOME"], "parameters": same}
            await house.create("contact_emails", contact_id=str(carl), **values)
        await house.create("contact_phones", contact_id=str(carl), tel="tel:+43 1 555 01", pref=3)
        await house.create("contact_urls", contact_id=str(carl), service="impp", uri="sip:carl@example.org")
        social = {"service": "socialprofile", "uri": "https://s.example/c", "type": ["mastodon", "work"]}
        await house.create("contact_urls", contact_id=str(carl), **social)
        await house.create("contact_dates", contact_id=str(carl), kind="bday", date="--02-29")
        await house.create("contact_addresses", contact_id=str(carl), formatted='Anywhere\n"Up" ^n there')
        for name, title in (("B", None), ("A", "Boss"), ("C", None)):
            organization = await house.create("organizations", name=name)
            values = {"contact_id": str(carl), "organization_id": str(organization), "title": title}
            await house.create("organization_memberships", **values)


async def test_the_library_reads_it(house: Household, tmp_path: Path) -> None:
    await TestRoundTrip().fill(house, tmp_path)
    await out(house, VCardFile(), tmp_path / "people.vcf")
    cards = list(vobject.readComponents((tmp_path / "people.vcf").read_text()))
    assert [card.version.value for card in cards] == ["4.0"] * 7
    ana = next(card for card in cards if card.fn.value.startswith("Ana"))
    assert (ana.note.value, ana.org.value) == ("One, two\nthree\n\nFour", ["Example Ltd", "Research", "Birds"])


async def test_what_it_cannot_say_is_told(house: Household, tmp_path: Path) -> None:
    await house.create("address_books", display_name="Empty", is_default=True)
    one, two = [str(await house.create("address_books", display_name=name)) for name in ("One", "Two")]
    for book in (one, two):
        await house.create("contacts", fn=f"In {book == one}", uid="same", address_book_id=book)
    odd = await house.create("contacts", fn="Odd", keep_in_touch_days=30, photo_uri="ftp://x", custom_fields={"a": 1})
    await house.create("contact_urls", contact_id=str(odd), service="fax", uri="x:y")
    done = await out(house, VCardFile(), tmp_path / "people.vcf")
    told = {(one.label[:3].strip(), one.reason.partition(":")[0]) for one in done.lost}
    assert told == {
        ("Emp", "is_default = True"), ("Emp", "an address book without cards"), ("In", "its UID"),
        ("Odd", "keep_in_touch_days = 30"), ("Odd", "photo_uri = ftp"), ("Odd", "custom fields"), ("Odd", "service = fax"),
    }  # fmt: skip


async def test_an_edit_leaves_too(house: Household, bob: object, tmp_path: Path) -> None:
    await TestRoundTrip().fill(house, tmp_path)
    ana = await house.value("SELECT id FROM contacts WHERE uid LIKE '4fbe%'")
    await house.change("contacts", ana, fn="Ana New", rev=datetime(2026, 5, 6, 7, 8, 9, 123, tzinfo=UTC).isoformat())
    await out(house, VCardFile(), tmp_path / "people.vcf")
    other = house.as_of(bob)  # type: ignore[arg-type]
    await other.bring(tmp_path / "people.vcf")
    sql = "SELECT fn, rev FROM contacts WHERE uid LIKE '4fbe%'"
    assert [tuple(row) for row in await other.rows(sql)] == [tuple(row) for row in await house.rows(sql)]
