"""vCard 4.0 (.vcf): all address books with their contacts and groups in one file (RFC 6350, 6474, 8605, 9554).

The cards are in the order of their UIDs, contacts before groups. Which address book a card is in stands in a property
of our own, for the format has none: X-LIFELOOM-ADDRESSBOOK.
"""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import IO, ClassVar

from graph.exporters.base import Life, Lost, Row
from graph.exporters.batches import batches
from graph.exporters.content_lines import Sheet, folded
from graph.exporters.people.contact import ATTACHED, Around, card, group_card
from graph.exporters.stored import by_digest, bytes_of
from graph.importers.keys import digest
from graph.importers.people.vcard import plain_uid

LOOSE = "Lifeloom"
"""The address book of what is in none."""

_PARTS = (
    *("contact_emails", "contact_phones", "contact_addresses", "contact_urls", "contact_dates", "contact_relations"),
    "organization_memberships",
)


class VCardFile:
    """Writes .vcf files."""

    format: ClassVar[str] = "vcard"
    suffixes: ClassVar[tuple[str, ...]] = (".vcf",)

    async def write(self, life: Life, target: Path) -> AsyncIterator[Lost | int]:
        """Contacts and groups count as records."""
        books = [row async for row in life.rows("address_books", ("display_name", "created_at"))]
        with target.open("wb") as file:
            writing = _Writing(life, file, books)
            async for said in writing.contacts():
                yield said
            async for said in writing.groups():
                yield said
        for lost in writing.books_lost(books):
            yield lost


class _Writing:
    """One export while the cards are written."""

    def __init__(self, life: Life, file: IO[bytes], books: Sequence[Row]) -> None:
        self._life = life
        self._file = file
        self._books = {row["id"]: " ".join(row["display_name"].split()) or LOOSE for row in books}
        self._used: set[object] = set()
        self._taken: set[str] = set()

    async def contacts(self) -> AsyncIterator[Lost | int]:
        async for rows in batches(self._life, "contacts", ("uid", "fn")):
            around = await self._around(rows)
            for row in rows:
                book = self._book(row)
                for lost in self._write(card(row, self._own(row, book), book, around)):
                    yield lost
            yield len(rows)

    async def groups(self) -> AsyncIterator[Lost | int]:
        async for rows in batches(self._life, "contact_groups", ("uid", "name")):
            for row in rows:
                book = self._book(row)
                for lost in self._write(group_card(row, self._own(row, book), book)):
                    yield lost
            yield len(rows)

    def books_lost(self, books: Sequence[Row]) -> list[Lost]:
        """What the address books say besides their names, and those that no card is in."""
        found: list[Lost] = []
        names: set[str] = set()
        for row in books:
            sheet = Sheet(row["display_name"])
            sheet.lose_columns(row, "description", "color", "is_default", "sensitivity")
            sheet.lose_fields(row)
            if row["id"] not in self._used:
                sheet.lose("an address book without cards")
            if self._books[row["id"]] in names:
                sheet.lose("that it is another address book than the one of the same name")
            names.add(self._books[row["id"]])
            found += sheet.lost
        return found

    def _book(self, row: Row) -> str:
        self._used.add(row["address_book_id"])
        return self._books.get(row["address_book_id"], LOOSE)

    def _own(self, row: Row, book: str) -> str:
        """The UID, or where a card of another address book has it one that follows from both."""
        uid = plain_uid(" ".join(row["uid"].split()))
        while uid in self._taken:
            uid = f"{uid}-{digest(book, uid)[:8]}"
        self._taken.add(uid)
        return uid

    def _write(self, sheet: Sheet) -> list[Lost]:
        self._file.write(folded(sheet.lines))
        return sheet.lost

    async def _around(self, rows: Sequence[Row]) -> Around:
        ids = [row["id"] for row in rows]
        parts = {table: await self._life.parts(table, "contact_id", ids) for table in _PARTS}
        related = [one["related_contact_id"] for found in parts["contact_relations"].values() for one in found]
        uids = {id_: row["uid"] for id_, row in (await self._life.by_id("contacts", related)).items()}
        employers = [one["organization_id"] for found in parts["organization_memberships"].values() for one in found]
        organizations = await self._life.by_id("organizations", employers)
        photos = await self._life.by_id("files", [row["photo_file_id"] for row in rows])
        pictures = {id_: (file, await bytes_of(self._life, file)) for id_, file in photos.items()}
        files = await by_digest(self._life, {one for row in rows for one in row["custom_fields"].get(ATTACHED, ())})
        shown = {id_: (file, data) for id_, (file, data) in pictures.items() if data is not None}
        return Around(parts, uids, organizations, shown, files)
