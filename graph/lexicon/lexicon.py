"""All names and addresses of one user, and how they are kept up with the log."""

from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from graph.database import Connection
from graph.lexicon import queries
from graph.lexicon.addresses import email_key, phone_key, same_number, url_key
from graph.lexicon.forms import could_be_title, names_of_person
from graph.lexicon.trie import Hit, Name, Trie
from graph.lexicon.words import WORD
from schema_sql.catalog import Catalog, Entity

ADDRESSED = frozenset(("contact_email", "contact_phone", "contact_url", "contact", "organization", "place", "bookmark"))
"""The types whose rows say where one is reached, or are gone with who was."""

_MOST_USERS = 16
_MOST_CHANGES = 2_000


class Lexicon:
    """What can be recognised in the texts of one user."""

    def __init__(self) -> None:
        self.seq = 0
        self._things = Trie()
        self._titles = Trie()
        self._held: dict[UUID, list[Name]] = {}
        self._holders: dict[UUID, set[UUID]] = {}
        self._addresses: Mapping[str, Sequence[Name]] = {}

    def _trie_of(self, name: Name) -> Trie:
        return self._titles if name.form == "title" else self._things

    def __len__(self) -> int:
        return sum(map(len, self._held.values()))

    def hits(self, text: str, start: int = 0, end: int | None = None) -> Iterator[Hit]:
        """The names in a part of a text, the longest at each place; then the titles, in which names may stand."""
        words = list(WORD.finditer(text, start, len(text) if end is None else end))
        taken: set[tuple[int, int]] = set()
        for hit in self._things.hits(text, words):
            taken.add((hit.start, hit.end))
            yield hit
        for hit in self._titles.hits(text, words):
            if (hit.start, hit.end) not in taken:
                yield hit

    def at(self, key: str, written: str) -> list[Name]:
        """Who is reached at the address with this key, which the text writes so."""
        found = self._addresses.get(key, ())
        return [one for one in found if one.form != "phone" or same_number(one.text, written)]

    def names_of(self, records: Iterable[UUID]) -> list[Name]:
        """All names and addresses that mean one of these records."""
        wanted = set(records)
        held = (name for holder in self.holders_of(wanted) for name in self._held[holder] if name.record in wanted)
        addressed = (name for names in self._addresses.values() for name in names if name.record in wanted)
        return [*held, *addressed]

    def holders_of(self, records: Iterable[UUID]) -> set[UUID]:
        """Whose rows hold the names of these records."""
        return {holder for record in records for holder in self._holders.get(record, ())}

    def keep(self, names: Iterable[Name]) -> None:
        """Add names; each says who holds it. A title that could be any phrase says nothing and is left out."""
        for name in names:
            assert name.holder is not None
            if name.form == "title" and not could_be_title(name.text):
                continue
            held = self._held.setdefault(name.holder, [])
            if name in held:
                continue
            held.append(name)
            self._holders.setdefault(name.record, set()).add(name.holder)
            self._trie_of(name).add(name)

    def forget(self, holders: Iterable[UUID]) -> None:
        """Remove the names that these hold."""
        for holder in holders:
            for name in self._held.pop(holder, ()):
                self._holders[name.record].discard(holder)
                self._trie_of(name).remove(name)

    def readdress(self, names: Iterable[Name]) -> None:
        """These are all the addresses there are."""
        kept = defaultdict(list)
        for name in names:
            key = {"email": email_key, "phone": phone_key, "url": url_key}[name.form](name.text)
            if key:
                kept[key].append(name)
        self._addresses = kept


class Lexicons:
    """The lexicons of the users who wrote last, each brought up to the end of its user's log when asked for."""

    def __init__(self, catalog: Catalog) -> None:
        self._types = {entity.record_type: _form(entity) for entity in catalog.records if _named(entity)}
        self._watched = sorted({*self._types, *ADDRESSED, "entity_alias"})
        self._lexicons: OrderedDict[UUID, Lexicon] = OrderedDict()

    @property
    def watched(self) -> frozenset[str]:
        """The types of records whose changes may change a lexicon."""
        return frozenset(self._watched)

    async def of(self, connection: Connection, user: UUID) -> Lexicon:
        """The lexicon of a user as the database is now."""
        lexicon = self._lexicons.get(user)
        end = await connection.fetchval(queries.LAST, user)
        if lexicon is None or lexicon.seq > end or not await self._refresh(connection, user, lexicon):
            lexicon = await self._load(connection, user)
        lexicon.seq = end
        self._lexicons[user] = lexicon
        self._lexicons.move_to_end(user)
        while len(self._lexicons) > _MOST_USERS:
            self._lexicons.popitem(last=False)
        return lexicon

    async def owners(self, connection: Connection, user: UUID, rows: Iterable[UUID]) -> set[UUID]:
        """The records that these rows give a name or an address."""
        return {row[0] for row in await connection.fetch(queries.OWNERS, user, list(rows))}

    async def _refresh(self, connection: Connection, user: UUID, lexicon: Lexicon) -> bool:
        """Take in what changed since; False where that is as much as reading all."""
        changed = await connection.fetch(queries.CHANGED, user, lexicon.seq, self._watched, _MOST_CHANGES)
        if len(changed) == _MOST_CHANGES:
            return False
        if not changed:
            return True
        ids = {row["id"] for row in changed}
        concerned = ids | await self.owners(connection, user, ids)
        wanted = [*concerned, *(lexicon.holders_of(concerned) - concerned)]
        names = await self._names(connection, user, wanted)
        lexicon.forget({*wanted, *(name.holder for name in names if name.holder)})
        lexicon.keep(names)
        if ADDRESSED & {row["type"] for row in changed}:
            lexicon.readdress(await self._addresses(connection, user))
        return True

    async def _load(self, connection: Connection, user: UUID) -> Lexicon:
        lexicon = Lexicon()
        lexicon.keep(await self._names(connection, user, None))
        lexicon.readdress(await self._addresses(connection, user))
        return lexicon

    async def _names(self, connection: Connection, user: UUID, holders: list[UUID] | None) -> list[Name]:
        types = list(self._types)
        if holders is None:
            rows = await connection.fetch(queries.ALL_NAMES, user, types)
            people = await connection.fetch(queries.ALL_PEOPLE, user)
            companies = await connection.fetch(queries.ALL_COMPANIES, user)
            aliases = await connection.fetch(queries.ALL_ALIASES, user)
        else:
            rows = await connection.fetch(queries.NAMES, user, types, holders)
            people = await connection.fetch(queries.PEOPLE, user, holders)
            companies = await connection.fetch(queries.COMPANIES, user, holders)
            aliases = await connection.fetch(queries.ALIASES, user, holders)
        return [
            *(self._name(dict(row)) for row in (*rows, *aliases)),
            *(name for row in people for name in names_of_person(dict(row))),
            *(Name(row["legal_name"], row["id"], "organization", holder=row["id"]) for row in companies),
        ]

    def _name(self, row: Mapping[str, Any]) -> Name:
        form = self._types.get(row["type"], "name")
        return Name(row["name"], row["record"], row["type"], form, row.get("weight", 1.0), row["holder"])

    async def _addresses(self, connection: Connection, user: UUID) -> list[Name]:
        rows = await connection.fetch(queries.ADDRESSES, user)
        return [Name(row["address"], row["record"], row["type"], row["kind"]) for row in rows]


def is_document(entity: Entity) -> bool:
    """Whether its records are texts, which are read in files: their names are titles."""
    return any(name.endswith("path") for name in entity.tagged("name"))


def _named(entity: Entity) -> bool:
    return bool(entity.tagged("name")) and not entity.managed


def _form(entity: Entity) -> str:
    return "title" if is_document(entity) else "name"
