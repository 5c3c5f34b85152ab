"""A made-up life of any size, loaded by the owner's COPY through all triggers: records of 14 types, and links."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from uuid import UUID

from graph.database import Connection

Rows = list[tuple[object, ...]]

_SHARES = {
    "notebooks": 2,
    "tags": 3,
    "places": 10,
    "organizations": 5,
    "contacts": 80,
    "contact_emails": 120,
    "calendars": 1,
    "events": 150,
    "event_attendees": 250,
    "tasks": 100,
    "diary_entries": 30,
    "bookmarks": 40,
    "files": 30,
    "notes": 179,
}
"""How many records of each type there are in a thousand."""

_LINKED = {
    "notes": "note",
    "contacts": "contact",
    "events": "event",
    "tasks": "task",
    "diary_entries": "diary_entry",
    "bookmarks": "bookmark",
    "files": "file",
    "places": "place",
    "organizations": "organization",
}
_RELATIONS = ("LINKS_TO", "MENTIONS", "ABOUT", "RELATED_TO", "PART_OF", "FOLLOWS_UP")
_SYLLABLES = ("ka", "lo", "mi", "ter", "na", "su", "vel", "dor", "a", "ri", "en", "po", "gra", "shi", "um", "tal")
_START = datetime(2020, 1, 1, tzinfo=UTC)
_BATCH = 25_000


@dataclass
class Life:
    """What is loaded: the ids of each table, in the order of their making."""

    user: UUID
    records: int
    links: int
    seed: int = 1
    ids: dict[str, list[UUID]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.words = ["".join(self.random.choices(_SYLLABLES, k=self.random.randint(1, 4))) for _ in range(5000)]

    async def load(self, owner: Connection) -> None:
        """COPY everything in batches and gather the statistics that the planner needs."""
        for table, share in _SHARES.items():
            self.ids[table] = [self.uuid() for _ in range(self.records * share // 1000)]
            columns, rows = getattr(self, f"_{table}")()
            for first in range(0, len(rows), _BATCH):
                await owner.copy_records_to_table(table, columns=columns, records=rows[first : first + _BATCH])
        links = self._link_rows()
        columns = ["user_id", "id", "source_type", "source_id", "relation", "target_type", "target_id", "weight"]
        while batch := list(islice(links, _BATCH)):
            await owner.copy_records_to_table("entity_links", columns=columns, records=batch)
        await owner.execute("VACUUM ANALYZE")

    def uuid(self) -> UUID:
        return UUID(int=self.random.getrandbits(128), version=4)

    def text(self, words: int) -> str:
        return " ".join(self.random.choices(self.words, k=words))

    def moment(self) -> datetime:
        return _START + timedelta(seconds=self.random.randrange(6 * 365 * 86400))

    def pick(self, table: str) -> UUID:
        return self.random.choice(self.ids[table])

    def _rows(self, table: str, *columns: str) -> tuple[list[str], list[tuple[object, ...]]]:
        """The columns that every table has, and their values: user, id, created, updated."""
        base = ["user_id", "id", "created_at", "updated_at", *columns]
        moments = [self.moment() for _ in self.ids[table]]
        return base, [(self.user, id_, at, at) for id_, at in zip(self.ids[table], moments, strict=True)]

    def _notebooks(self) -> tuple[list[str], Rows]:
        columns, rows = self._rows("notebooks", "title")
        return columns, [(*row, self.text(2)) for row in rows]

    def _tags(self) -> tuple[list[str], Rows]:
        columns, rows = self._rows("tags", "name")
        return columns, [(*row, f"{self.text(1)}{n}") for n, row in enumerate(rows)]

    def _places(self) -> tuple[list[str], Rows]:
        columns, rows = self._rows("places", "name", "lat", "lon")
        turn = self.random.uniform
        return columns, [(*row, self.text(2), turn(-60, 60), turn(-180, 180)) for row in rows]

    def _organizations(self) -> tuple[list[str], Rows]:
        columns, rows = self._rows("organizations", "name")
        return columns, [(*row, self.text(2)) for row in rows]

    def _contacts(self) -> tuple[list[str], Rows]:
        columns, rows = self._rows("contacts", "fn", "nickname", "bday")
        return columns, [
            (*row, self.text(2).title(), [self.text(1)], date(1950, 1, 1) + timedelta(self.random.randrange(20000)))
            for row in rows
        ]

    def _contact_emails(self) -> tuple[list[str], Rows]:
        columns, rows = self._rows("contact_emails", "contact_id", "email", "type")
        return columns, [
            (*row, self.pick("contacts"), f"{self.text(1)}{n}@example.org", ["home"]) for n, row in enumerate(rows)
        ]

    def _calendars(self) -> tuple[list[str], Rows]:
        columns, rows = self._rows("calendars", "display_name")
        return columns, [(*row, self.text(1)) for row in rows]

    def _events(self) -> tuple[list[str], Rows]:
        columns, rows = self._rows("events", "calendar_id", "summary", "description", "location", "dtstart", "dtend")
        result: Rows = []
        for row in rows:
            at = self.moment()
            end = at + timedelta(hours=1)
            result.append((*row, self.pick("calendars"), self.text(3), self.text(12), self.text(2), at, end))
        return columns, result

    def _event_attendees(self) -> tuple[list[str], Rows]:
        columns, rows = self._rows("event_attendees", "event_id", "cal_address", "cn", "contact_id", "partstat")
        return columns, [
            (*row, self.pick("events"), f"mailto:{n}@example.org", self.text(2), self.pick("contacts"), "ACCEPTED")
            for n, row in enumerate(rows)
        ]

    def _tasks(self) -> tuple[list[str], Rows]:
        columns, rows = self._rows("tasks", "summary", "description", "status", "priority", "due")
        return columns, [
            (*row, self.text(4), self.text(15), self.random.choice(("NEEDS-ACTION", "COMPLETED")), 5, self.moment())
            for row in rows
        ]

    def _diary_entries(self) -> tuple[list[str], Rows]:
        columns, rows = self._rows("diary_entries", "entry_date", "content")
        return columns, [(*row, self.moment().date(), self.text(60)) for row in rows]

    def _bookmarks(self) -> tuple[list[str], Rows]:
        columns, rows = self._rows("bookmarks", "url", "title")
        return columns, [(*row, f"https://example.org/{n}", self.text(4)) for n, row in enumerate(rows)]

    def _files(self) -> tuple[list[str], Rows]:
        columns, rows = self._rows("files", "name", "media_type", "byte_size")
        return columns, [(*row, f"{self.text(1)}.png", "image/png", self.random.randrange(10**7)) for row in rows]

    def _notes(self) -> tuple[list[str], Rows]:
        columns, rows = self._rows("notes", "notebook_id", "title", "content", "pinned")
        return columns, [
            (*row, self.pick("notebooks"), self.text(4), self.text(60), self.random.random() < 0.02) for row in rows
        ]

    def _link_rows(self) -> Iterator[tuple[object, ...]]:
        """Links of any type to any type; some records have far more than others, as in life."""
        ends = [(type_, id_) for table, type_ in _LINKED.items() for id_ in self.ids[table]]
        self.random.shuffle(ends)
        made: set[tuple[UUID, UUID, str]] = set()
        while len(made) < self.links:
            (source_type, source), relation = self.random.choice(ends), self.random.choice(_RELATIONS)
            target_type, target = ends[int(len(ends) * self.random.random() ** 2)]
            if source == target or (source, target, relation) in made:
                continue
            made.add((source, target, relation))
            weight = round(self.random.random(), 6)
            yield self.user, self.uuid(), source_type, source, relation, target_type, target, weight
