"""Cards of ten programs, whole and broken, become contacts, groups and organizations, and nothing of them is lost."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import ClassVar

from graph.importers.base import Importer, Item, Problem, To
from graph.importers.people.vcard import VCard
from tests.graph.importers.conformance import Conformance, filled, items, problems, rows, run, values
from tests.graph.importers.memory import little_memory

FOUR = """\
BEGIN:VCARD
VERSION:4.0
UID:urn:uuid:4FBE8971-0BC3-424C-9C26-36C3E1EFF6B1
FN;PREF=2:Dr. Ana Example
FN;PREF=1:Ana Example
N:Example;Ana;Maria,Jo;Dr.;MSc
NICKNAME:Anita,Ani
KIND:individual
BDAY:--0415
ANNIVERSARY:20090808T1430-0500
DEATHDATE;VALUE=text:circa 2090
GENDER:F;woman
LANG;PREF=2:de
LANG;PREF=1:en
TZ:Europe/Vienna
GEO:geo:48.2,16.37
EMAIL;PREF=1;TYPE="home,x-fun":Ana@Example.org
TEL;VALUE=uri;TYPE="voice,home":tel:+43-1-555-0100;ext=12
TEL:+43 (1) 555-0101
ADR;TYPE=work;CC=AT;GEO="geo:48.1,16.2";LABEL="Ring 1\\nWien":;;Ring 1;Wien;;1010;Austria
URL:https://example.org
IMPP;PREF=1:xmpp:ana@example.org
SOCIALPROFILE;SERVICE-TYPE=Mastodon;USERNAME=@ana:https://social.example/@ana
ORG;TYPE=work:Example Ltd;Research;Birds
TITLE:Head of Research
ROLE:Ornithologist
RELATED;TYPE=spouse:urn:uuid:bob
RELATED;TYPE=friend;VALUE=text:Eve
CATEGORIES:choir,work
NOTE:One\\, two\\nthree
REV:20260102T030405Z
PHOTO:data:image/png;base64,iVBORw0KGgo=
X-FAVOURITE-BIRD:wren
END:VCARD
BEGIN:VCARD
VERSION:4.0
UID:bob
FN:Bob
ORG:EXAMPLE  LTD
PHOTO:https://example.org/bob.jpg
END:VCARD
BEGIN:VCARD
VERSION:4.0
UID:choir
KIND:group
FN:Choir
MEMBER:urn:uuid:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1
MEMBER:urn:uuid:gone
X-COLOUR:red
END:VCARD
"""

APPLE = """\
BEGIN:VCARD
VERSION:3.0
N:Doe;Jane;;;
FN:Jane Doe
X-ABShowAs:PERSON
item1.EMAIL;type=INTERNET;type=pref:jane@example.org
item1.X-ABLabel:Boat
item2.URL:http\\://example.org
item2.X-ABLabel:_$!<HomePage>!$_
item3.ADR;type=HOME:;;1 Bay;Sea;CA;9;USA
item3.X-ABADR:us
item4.X-ABDATE:20010203
item4.X-ABLabel:First sail
item5.X-ABRELATEDNAMES:Mia
item5.X-ABLabel:_$!<Mother>!$_
item6.X-ABLabel:nobody's
BDAY;X-APPLE-OMIT-YEAR=1604:1604-02-29
X-SOCIALPROFILE;type=twitter;x-user=jane:http://twitter.com/jane
IMPP;X-SERVICE-TYPE=Skype:skype:jane
PHOTO;ENCODING=b;TYPE=JPEG:/9j/
 4AAQ
PHOTO;ENCODING=b:!!
END:VCARD
"""

PHONES = """\
BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller=3B;J=C3=B6rg;;;
FN;ENCODING=QUOTED-PRINTABLE;CHARSET=ISO-8859-1:J=F6rg=20=
M=FCller
TEL;CELL;PREF:0170 123
TEL;X-Car:0171
EMAIL;HOME:j@example.org
NOTE;ENCODING=QUOTED-PRINTABLE:one=0D=0Atwo=
ADR;HOME:;;Weg 1;Ort;;1;
LABEL;HOME;ENCODING=QUOTED-PRINTABLE:Weg 1=0D=0A1 Ort
X-ANDROID-CUSTOM:vnd.android.cursor.item/nickname;Joe;1;;;;;;;;;;;;;
X-ANDROID-CUSTOM:vnd.android.cursor.item/relation;Kim;14;;;;;;;;;;;;;
X-ANDROID-CUSTOM:vnd.android.cursor.item/contact_event;--05-06;0;Name day;;;;;;;;;;;;
X-ANDROID-CUSTOM:vnd.android.cursor.item/unheard-of;1;2;;
PHOTO;JPEG;ENCODING=BASE64:/9j/
4AAQ

X-SAMSUNG-THING:1
END:VCARD
"""


def card(*lines: str) -> str:
    return "\r\n".join(("BEGIN:VCARD", "VERSION:3.0", *lines, "END:VCARD", ""))


def extract(directory: Path, content: str | bytes) -> list[Item | Problem]:
    return run(VCard(), directory / "People.vcf", content)


class TestConformance(Conformance):
    importer: ClassVar[Importer] = VCard()
    samples: ClassVar[dict[str, str]] = {"four.vcf": FOUR, "apple.vcf": APPLE, "phones.vcf": PHONES}


def test_version_four(tmp_path: Path) -> None:
    found = extract(tmp_path, FOUR)
    ana = "contact:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1"
    file = next(item for key, item in items(found).items() if key.startswith("file:"))
    keys = ["address_book:People", "organization:example ltd", file.key, ana, "contact:bob", "contact_group:choir"]
    assert list(items(found)) == keys
    assert (file.raw, file.media_type, rows(found, "files")[0].values["byte_size"]) == (
        b"\x89PNG\r\n\x1a\n",
        "image/png",
        8,
    )
    contact, bob = filled(found, "contacts")
    # what the columns say only in part, and what they do not say at all
    raw = ["FN;PREF=2:Dr. Ana Example", "FN;PREF=1:Ana Example", "ANNIVERSARY:20090808T1430-0500"]
    assert contact.pop("custom_fields") == {"vcard": [*raw, "X-FAVOURITE-BIRD:wren"]}
    assert contact.pop("address_book_id") == To("address_book:People")
    assert contact.pop("uid") == "4fbe8971-0bc3-424c-9c26-36c3e1eff6b1"
    assert (contact.pop("photo_file_id"), contact.pop("kind")) == (To(file.key), "individual")
    names = {"n_family": "Example", "n_given": "Ana", "n_additional": "Maria,Jo", "n_prefix": "Dr.", "n_suffix": "MSc"}
    person = {"fn": "Ana Example", "nickname": ["Anita", "Ani"], "gender": "F;woman", "languages": ["en", "de"]}
    words = {"note": "One, two\nthree", "categories": ["choir", "work"], "tz": "Europe/Vienna"}
    times = {"anniversary": date(2009, 8, 8), "rev": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)}
    assert contact == names | person | words | times | {"lat": 48.2, "lon": 16.37}
    assert (bob["fn"], bob["photo_uri"]) == ("Bob", "https://example.org/bob.jpg")


def test_the_parts_of_version_four(tmp_path: Path) -> None:
    found = extract(tmp_path, FOUR)
    owner = {"contact_id": To("contact:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1")}
    assert values(found, "contact_emails") == owner | {"email": "Ana@Example.org", "type": ["home", "x-fun"], "pref": 1}
    assert [row["tel"] for row in filled(found, "contact_phones")] == ["+43-1-555-0100;ext=12", "+4315550101"]
    place = {"street": "Ring 1", "locality": "Wien", "postal_code": "1010", "country": "Austria", "country_code": "AT"}
    said = {"lat": 48.1, "lon": 16.2, "type": ["work"], "formatted": "Ring 1\nWien"}
    assert values(found, "contact_addresses") == owner | place | said
    url, impp, social = filled(found, "contact_urls")
    assert url == owner | {"service": "url", "uri": "https://example.org"}
    assert (impp["service"], impp["provider"], impp["handle"], impp["pref"]) == ("impp", "xmpp", "ana@example.org", 1)
    assert (social["service"], social["provider"], social["handle"]) == ("socialprofile", "Mastodon", "@ana")
    birthday, death = filled(found, "contact_dates")
    assert (birthday["kind"], birthday["date"]) == ("bday", "--0415")
    assert (death["kind"], death["date"]) == ("deathdate", "circa 2090")
    spouse, friend = filled(found, "contact_relations")
    assert spouse == owner | {"type": "spouse", "related_contact_id": To("contact:bob")}
    assert friend == owner | {"type": "friend", "related_text": "Eve"}


def test_organizations_and_groups(tmp_path: Path) -> None:
    found = extract(tmp_path, FOUR)
    assert values(found, "organizations") == {"name": "Example Ltd"}
    ana, bob = filled(found, "organization_memberships")
    assert ana["organization_id"] == bob["organization_id"] == To("organization:example ltd")
    assert (ana["title"], ana["role"], ana["org_unit"]) == ("Head of Research", "Ornithologist", "Research;Birds")
    assert values(found, "contact_groups") == {
        "address_book_id": To("address_book:People"),
        "uid": "choir",
        "name": "Choir",
        "member_uids": ["4fbe8971-0bc3-424c-9c26-36c3e1eff6b1", "gone"],
        "custom_fields": {"vcard": ["X-COLOUR:red"]},
    }


def test_apples_labels(tmp_path: Path) -> None:
    found = extract(tmp_path, APPLE)
    assert (values(found, "contact_emails")["caption"], values(found, "contact_emails")["pref"]) == ("Boat", 1)
    url, skype, twitter = filled(found, "contact_urls")
    assert (url["uri"], url["caption"]) == ("http://example.org", "HomePage")
    assert (skype["provider"], skype["handle"]) == ("Skype", "jane")
    assert (twitter["provider"], twitter["handle"], "type" in twitter) == ("twitter", "jane", False)
    assert values(found, "contact_addresses")["country_code"] == "US"
    birthday, sail = sorted(filled(found, "contact_dates"), key=lambda row: str(row["kind"]))
    assert (birthday["date"], sail["date"], sail["caption"]) == ("--0229", "2001-02-03", "First sail")
    assert (values(found, "contact_relations")["type"], values(found, "contact_relations")["caption"]) == (
        "parent",
        "Mother",
    )
    contact = values(found, "contacts")
    assert contact["photo_file_id"] == To(next(key for key in items(found) if key.startswith("file:")))
    assert contact["custom_fields"] == {
        "vcard": ["X-ABShowAs:PERSON", "item6.X-ABLabel:nobody's", "PHOTO;ENCODING=b:!!"]
    }
    assert [one.warnings for one in items(found).values() if one.warnings] == [
        ("PHOTO is only kept raw: it cannot be decoded",)
    ]


def test_old_phones(tmp_path: Path) -> None:
    found = extract(tmp_path, PHONES)
    contact = values(found, "contacts")
    assert (contact["n_family"], contact["n_given"], contact["fn"]) == ("Müller;", "Jörg", "Jörg Müller")
    assert (contact["note"], contact["nickname"]) == ("one\ntwo", ["Joe"])
    assert contact["custom_fields"] == {
        "vcard": ["X-ANDROID-CUSTOM:vnd.android.cursor.item/unheard-of;1;2;;", "X-SAMSUNG-THING:1"]
    }
    mobile, car = filled(found, "contact_phones")
    assert (mobile["type"], mobile["pref"], car["type"]) == (["cell"], 1, ["x-car"])
    assert values(found, "contact_addresses")["formatted"] == "Weg 1\n1 Ort"
    assert (values(found, "contact_relations")["related_text"], values(found, "contact_relations")["type"]) == (
        "Kim",
        "spouse",
    )
    assert (values(found, "contact_dates")["date"], values(found, "contact_dates")["caption"]) == ("--0506", "Name day")
    assert rows(found, "files")[0].values["byte_size"] == 6


def test_a_card_is_named_by_what_it_has(tmp_path: Path) -> None:
    lines = ("N:Doe;Jo;;;", "NICKNAME:Jo", "ORG:Acme", "EMAIL:a@b.c", "TEL:1")
    found = extract(tmp_path, "".join(card(line) for line in lines) + card("NOTE:nobody"))
    assert [row.values["fn"] for row in rows(found, "contacts")] == ["Jo Doe", "Jo", "Acme", "a@b.c", "1"]
    assert problems(found) == ["the card names nobody: it has no FN, N, ORG, EMAIL or TEL"]


def test_a_uid_that_is_missing_or_used_twice(tmp_path: Path) -> None:
    nameless = card("FN:Mum", "TEL:1"), card("FN:Mum", "TEL:2")
    revisions = card("UID:r", "FN:New", "REV:20260102T000000Z"), card("UID:r", "FN:Old", "REV:2025-01-02")
    found = extract(tmp_path, "".join((*nameless, nameless[0], *revisions)))
    assert [row.values["fn"] for row in rows(found, "contacts")] == ["Mum", "Mum", "New"]
    assert problems(found) == ["a newer revision (REV) of the same card is in the file: this one was left out"]
    assert rows(found, "contacts")[0] == rows(extract(tmp_path, nameless[0]), "contacts")[0]


def test_one_broken_card_does_not_stop_the_rest(tmp_path: Path) -> None:
    found = extract(tmp_path, "stray\r\nBEGIN:VCARD\r\nFN:Cut\r\n" + card("FN:Kim") + "BEGIN:VEVENT\r\nEND:VEVENT\r\n")
    assert [row.values["fn"] for row in rows(found, "contacts")] == ["Kim"]
    assert problems(found) == [
        "text outside of any component was left out",
        "VCARD is cut off: END:VCARD is missing",
        "there is no place for a VEVENT",
    ]


def test_a_card_inside_a_card(tmp_path: Path) -> None:
    found = extract(tmp_path, card("FN:Boss", "AGENT:", "BEGIN:VCARD", "FN:Secretary", "END:VCARD"))
    assert values(found, "contacts")["custom_fields"] == {"vcard": ["BEGIN:VCARD", "FN:Secretary", "END:VCARD"]}


def test_large_files_stay_on_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "large.vcf"
    with path.open("w") as file:
        for number in range(1200):
            file.write(card(f"UID:{number}", f"FN:Person {number}", "NOTE:" + "word " * 600))
    with little_memory(path.stat().st_size / 3):
        count = sum(1 for _ in VCard().extract(path))
    assert count == 1201
