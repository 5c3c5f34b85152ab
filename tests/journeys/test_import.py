"""An import that is killed, again and again and anywhere, ends like one that nobody disturbed."""

import random
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from graph.database import Server
from graph.database.connecting import connect_owner
from schema_sql.migrate import declared
from tests.graph.household import write

ROOT = Path(__file__).parents[2]
NOTES = 150
BOOKKEEPING = {"import_batches", "change_sets", "user_clocks", "consumer_offsets", "change_log"}
"""Of two runs there are two; the log is compared without its order and without them."""

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_TIMES = "'{at,created_at,updated_at,deleted_at,synced_at,received_at,last_run_at,occurred_at,seq,change_set_id,tsv}'::text[]"


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A vault whose links go forwards, backwards, to what is not there and to doubled names; cards and a calendar."""
    chance = random.Random(3)
    names = [f"{chance.choice(('', 'x/', 'x/y/', 'z/'))}N{number % 120}" for number in range(NOTES)]
    files: dict[str, str | bytes | None] = {}
    for name in names:
        links = " ".join(
            f"[[{chance.choice(names).rpartition('/')[2]}]] [[Person {chance.randrange(40)}]]" for _ in range(3)
        )
        files[f"{name}.md"] = (
            f"---\naliases: [alias {name}]\n---\n{links} [[nowhere {chance.randrange(9)}]] #t/{chance.randrange(5)}"
        )
    cards = (
        f"BEGIN:VCARD\nVERSION:3.0\nUID:p{n}\nFN:Person {n}\nEMAIL:p{n}@x.org\nORG:O{n % 3}\nEND:VCARD\n"
        for n in range(30)
    )
    events = (
        f"BEGIN:VEVENT\nUID:e{n}\nDTSTAMP:20260101T000000Z\nDTSTART:20260101T100000Z\nSUMMARY:E{n}\n"
        f"DESCRIPTION:[[N{n}]]\nATTENDEE:mailto:p{n}@x.org\nEND:VEVENT\n"
        for n in range(30)
    )
    files |= {
        "people.vcf": "".join(cards),
        "life.ics": f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n{''.join(events)}END:VCALENDAR\n",
    }
    files["latin.md"] = b"caf\xe9 [[N1]]"
    return write(tmp_path_factory.mktemp("sources"), files)


class House:
    """A database of its own with one user, in which imports run in processes of their own."""

    def __init__(self, server: Server, name: str, user: UUID, path: Path) -> None:
        self.owner = server.dsn("lifeloom", name)
        self.user = user
        self._command = [
            *(sys.executable, "-m", "tests.journeys.importing", self.owner, server.dsn("lifeloom_service", name)),
            *(str(user), str(path)),
        ]

    def run(self, *, kill_at: tuple[str, int] | None = None) -> str:
        """Import, to the end or until the so-manieth line of a kind is printed; returns the last line."""
        with subprocess.Popen(self._command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            last, seen = "", 0
            for line in child.stdout:
                last = line.strip()
                seen += kill_at is not None and line.startswith(kill_at[0])
                if kill_at and seen >= kill_at[1]:
                    child.kill()
                    break
        return last

    async def export(self) -> dict[str, list[str]]:
        """Every row of every table: ids of records by their names, other ids and times masked."""
        connection = await connect_owner(self.owner)
        try:
            rows = await connection.fetch(
                "SELECT id::text, type || ' ' || label FROM records WHERE user_id = $1", self.user
            )
            names = {row[0]: row[1] for row in rows}
            return {name: _masked([row[0] for row in await connection.fetch(sql)], names) for name, sql in _tables()}
        finally:
            await connection.close()


def _tables() -> Iterator[tuple[str, str]]:
    for name, entity in declared().entities.items():
        if name not in BOOKKEEPING and entity.kind in ("entity", "ledger") and "user_id" in entity.by_name:
            yield name, f'SELECT (to_jsonb(t) - {_TIMES})::text FROM "{name}" t'
    line = f"to_jsonb(t) - {_TIMES} #- '{{after,created_at}}' #- '{{after,updated_at}}'"
    yield (
        "change_log",
        f"SELECT ({line})::text FROM change_log t WHERE record_type NOT IN ('import_batch', 'sync_connector')",
    )


def _masked(rows: Sequence[str], names: dict[str, str]) -> list[str]:
    """An id made from its source is the same everywhere; one that was drawn is known by its record's type and label.

    The record of a run is left out: a run that was killed has none.
    """
    masked = (_ID.sub(lambda id_: id_[0] if id_[0][14] == "5" else names.get(id_[0], "id"), row) for row in rows)
    return sorted(row for row in masked if "import_batch" not in row)


@pytest.fixture
async def houses(server: Server, template: str, sources: Path) -> Any:
    """Two houses of the same user."""
    user, made = uuid4(), []
    maintenance = await connect_owner(server.dsn("lifeloom", "postgres"))
    for name in ("disturbed", "undisturbed"):
        await maintenance.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        made.append(House(server, name, user, sources))
        connection = await connect_owner(made[-1].owner)
        await connection.execute("INSERT INTO users (id, preferred_username) VALUES ($1, 'ana')", user)
        await connection.close()
    yield made
    for name in ("disturbed", "undisturbed"):
        await maintenance.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await maintenance.close()


async def test_kill_9_and_a_rerun_end_like_an_undisturbed_run(houses: tuple[House, House]) -> None:
    disturbed, undisturbed = houses
    for moment in (("batch", 1), ("batch", 4), ("batch", 9), ("linked", 1), ("linked", 4)):
        assert disturbed.run(kill_at=moment).startswith(moment[0]), moment
    assert disturbed.run().startswith("done")
    assert undisturbed.run().endswith(" 0")
    one, other = await disturbed.export(), await undisturbed.export()
    assert len(other["notes"]) > 100 and len(other["entity_links"]) > 400 and len(other["pending_links"]) > 50
    for table in other:
        assert one[table] == other[table], table
    assert disturbed.run() == "done 0 0"
