"""vCard files (.vcf) of all versions: contacts with all that hangs on them, groups, organizations, pictures.

2.1 of old phones, 3.0 (RFC 2426) as most programs still write it, and 4.0 (RFC 6350). What has no column stays in
`custom_fields` as raw lines under "vcard"; a broken card is a Problem and does not stop the rest.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, ClassVar

from graph.importers.base import Item, Problem, Row, To
from graph.importers.keys import digest, shortened
from graph.importers.lines.blocks import Block, blocks, looks_like, readable
from graph.importers.lines.contentlines import Component, parse
from graph.importers.people.card import Card
from graph.importers.people.contact import contact_rows

_URN = re.compile(r"\s*urn:uuid:\s*", re.IGNORECASE)
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")
_TWIN = "another card has the same UID or, without one, the same name and addresses: both are kept"
_NAMING = ("FN", "N", "NICKNAME", "ORG", "EMAIL", "TEL")
BOOK = "X-LIFELOOM-ADDRESSBOOK"
"""The name of the address book that a card is in; without it that is the file. Our own export says it."""
_MEMBERS = ("MEMBER", "X-ADDRESSBOOKSERVER-MEMBER")


class VCard:
    """Reads vCard files; a contact is known by its UID, whatever the file is called."""

    format: ClassVar[str] = "vcard"

    def identify(self, path: Path) -> bool:
        """By the words BEGIN:VCARD at the start, or by the suffix, so that a broken file is not passed over."""
        return path.is_file() and (path.suffix.lower() in (".vcf", ".vcard") or looks_like(path, b"BEGIN:VCARD"))

    def source(self, path: Path) -> str:
        """One source for all files: the same card from another file is the same contact."""
        return "vcard"

    def extract(self, path: Path) -> Iterator[Item | Problem]:
        """The address book first, then the cards in the file's order. Raises nothing for bad content."""
        try:
            with readable(path) as file:
                yield from _Reading(path).items(file)
        except OSError as error:
            yield Problem(str(path), f"cannot be read: {error.strerror}")


@dataclass(slots=True)
class _Reading:
    """One file while its cards come out. `newest` has the latest REV of each UID, `people` are those of contacts."""

    path: Path
    newest: dict[str, str] = field(default_factory=dict)
    books: dict[str, None] = field(default_factory=dict)
    people: set[str] = field(default_factory=set)
    seen: dict[str, set[str]] = field(default_factory=dict)
    done: set[str] = field(default_factory=set)

    def items(self, file: IO[bytes]) -> Iterator[Item | Problem]:
        for block in blocks(file):
            if isinstance(block, Problem):
                yield Problem(f"{self.path}: {block.where}", block.reason)
            elif block.name == "VCARD":
                self._note(parse(block.raw))
        if not self.newest:
            yield Problem(str(self.path), "there is no card in this file")
            return
        for name in dict.fromkeys(name or self._book() for name in self.books):
            key = _key("address_book", name)
            yield Item(key, (Row("address_books", key, {"display_name": name}),), str(self.path))
        file.seek(0)
        for block in blocks(file):
            if isinstance(block, Block):
                yield from self._block(block)

    def _note(self, component: Component) -> None:
        uid = card_uid(component)
        self.books[_first(component, BOOK)] = None
        self.newest[uid] = max(self.newest.get(uid, ""), _revision(component))
        if not _is_group(component) and any(_first(component, name).strip(" ;,") for name in _NAMING):
            self.people.add(uid)

    def _book(self) -> str:
        """The file's name; a file named after its only UID is one of a folder that is the address book (vdir)."""
        alone = len(self.newest) == 1 and self.path.stem in self.newest
        return self.path.resolve().parent.name if alone else self.path.stem

    def _find(self, value: str) -> str | None:
        uid = plain_uid(value)
        return _key("contact", uid) if uid in self.people else None

    def _block(self, block: Block) -> Iterator[Item | Problem]:
        where = f"{self.path}: line {block.line}"
        if block.name != "VCARD":
            yield Problem(where, f"there is no place for a {block.name}")
            return
        component = parse(block.raw)
        uid = card_uid(component)
        content = digest(*component.raw)
        before = self.seen.setdefault(uid, set())
        if _revision(component) < self.newest[uid]:
            yield Problem(where, "a newer revision (REV) of the same card is in the file: this one was left out")
        elif content not in before:
            before.add(content)
            own = uid if len(before) == 1 else f"{uid}#{content[:16]}"
            try:
                yield from self._card(component, own, len(before) > 1)
            except ValueError as error:
                yield Problem(where, str(error))

    def _card(self, component: Component, uid: str, twin: bool) -> Iterator[Item]:
        where = str(self.path)
        book = To(_key("address_book", _first(component, BOOK) or self._book()))
        known: dict[str, object] = {"address_book_id": book, "uid": shortened(uid)}
        if _is_group(component):
            card = Card(component, _key("contact_group", uid))
            rows: list[Row] = [_group_row(card, known)]
        else:
            card = Card(component, _key("contact", uid))
            card.draft.drop(BOOK)
            found = list(contact_rows(card, known, self._find, where))
            rows = [one for one in found if isinstance(one, Row)]
            yield from self._once([one for one in found if isinstance(one, Item)])
        yield from self._once(card.files)
        doubled = [_TWIN] if twin else []
        yield Item(card.key, tuple(rows), where, warnings=(*doubled, *dict.fromkeys(card.draft.remarks)))

    def _once(self, items: list[Item]) -> Iterator[Item]:
        """Organizations and files that many cards share, each at its first card."""
        for item in items:
            if item.key not in self.done:
                self.done.add(item.key)
                yield item


def plain_uid(value: str) -> str:
    """A UID without urn:uuid:, in small letters where it is a UUID: MEMBER and RELATED may write it otherwise."""
    uid = _URN.sub("", value, count=1).strip()
    return uid.lower() if _UUID.match(uid) else uid


def card_uid(component: Component) -> str:
    """The card's UID; one that follows from its name and e-mail addresses if it has none, so that it stays the same."""
    uid = plain_uid(_first(component, "UID"))
    if uid:
        return uid
    emails = sorted(line.text.strip().lower() for line in component.lines if line.name == "EMAIL")
    name = _first(component, "FN") or _first(component, "N")
    if not name and not emails:
        return "lifeloom-" + digest(*component.raw)
    return "lifeloom-" + digest(name, *emails)


def _first(component: Component, name: str) -> str:
    return next((line.text.strip() for line in component.lines if line.name == name and line.text.strip()), "")


def _revision(component: Component) -> str:
    return re.sub(r"\D", "", _first(component, "REV")) if _first(component, "UID") else ""


def _is_group(component: Component) -> bool:
    return (_first(component, "KIND") or _first(component, "X-ADDRESSBOOKSERVER-KIND")).lower() == "group"


def _group_row(card: Card, known: dict[str, object]) -> Row:
    """A group. Who is in it stands in `member_uids`, those without a card too; links are made from it."""
    draft = card.draft
    draft.drop("VERSION", "PRODID", "UID", "KIND", "X-ADDRESSBOOKSERVER-KIND", "REV", BOOK)
    members = [plain_uid(line.text) for name in _MEMBERS for line in draft.every(name)]
    values: dict[str, object] = {
        **known,
        "name": draft.text("FN") or draft.text("N") or "",
        "description": draft.text("NOTE"),
        "member_uids": list(dict.fromkeys(uid for uid in members if uid)),
    }
    if not values["name"]:
        raise ValueError("the group has no name (FN)")
    raw = draft.raw()
    return Row("contact_groups", card.key, values | {"custom_fields": {"vcard": raw} if raw else {}})


def _key(kind: str, uid: str) -> str:
    return shortened(f"{kind}:{uid}")
