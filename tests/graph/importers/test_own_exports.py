"""What our own exports bring back into the life that they are of; `RoundTrip` proves for each format that it is nothing."""

import shutil
import zipfile
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from asyncpg.exceptions import CheckViolationError, DeadlockDetectedError

from graph.exporters.beancount import Beancount
from graph.exporters.calendars.icalendar import ICalendarFile
from graph.exporters.gpx import Gpx
from graph.exporters.vault.vault import MarkdownDirectory
from graph.importers.batch import Batch
from graph.importers.report import Counts
from tests.graph.exporters.round_trip import edit, out
from tests.graph.household import Household, write


async def test_what_was_deleted_since_stays_deleted(house: Household, tmp_path: Path) -> None:
    records = [
        (ICalendarFile(), "life.ics", await house.create("events", summary="E", start_date="2026-01-01")),
        (Gpx(), "all.gpx", await house.create("places", name="P", lat=1, lon=2)),
        (MarkdownDirectory(), "Life", await house.create("notes", title="N", content="x")),
    ]
    for exporter, name, _ in records:
        await out(house, exporter, tmp_path / name)
    for _, _, id_ in records:
        await house.delete(id_)
    for (_, name, _), kind in zip(records, ("event", "place", "note"), strict=True):
        report = await house.bring(tmp_path / name)
        assert (report.counts[kind], report.problems) == (Counts(kept_deleted=1), [])


async def test_the_calendar_of_what_is_in_none_is_made_when_something_new_is_in_it(
    house: Household, tmp_path: Path
) -> None:
    await house.create("events", summary="In none", start_date="2026-01-01", uid="one")
    await out(house, ICalendarFile(), tmp_path / "life.ics")
    one = b"BEGIN:VEVENT\r\nUID:two\r\nDTSTART;VALUE=DATE:20260102\r\nSUMMARY:New\r\nEND:VEVENT\r\n"
    assert edit(tmp_path / "life.ics", b"END:VCALENDAR", one + b"END:VCALENDAR") == 1
    report = await house.bring(tmp_path / "life.ics")
    assert report.counts == {"calendar": Counts(created=1, unchanged=1), "event": Counts(created=1, unchanged=1)}
    sql = "SELECT e.summary, c.display_name FROM events e LEFT JOIN calendars c ON c.id = e.calendar_id ORDER BY 1"
    assert [tuple(row) for row in await house.rows(sql)] == [("In none", None), ("New", "Lifeloom")]


@pytest.mark.parametrize("refused", [DeadlockDetectedError, CheckViolationError])
async def test_it_is_made_although_the_first_try_failed(
    house: Household, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refused: type[Exception]
) -> None:
    """A deadlock is tried again as a whole, what is refused item by item: in a batch after that of the calendar."""
    tries: list[int] = []
    join = Batch._join

    async def fail_once(batch: Batch, *given: Any) -> None:
        tries.append(1)
        if len(tries) == 2:
            raise refused("not now")
        await join(batch, *given)

    monkeypatch.setattr(Batch, "_join", fail_once)
    monkeypatch.setattr("graph.importers.run.BATCH_ITEMS", 2)
    await house.create("events", summary="In none", start_date="2026-01-01", uid="one")
    await out(house, ICalendarFile(), tmp_path / "life.ics")
    one = b"BEGIN:VEVENT\r\nUID:two\r\nDTSTART;VALUE=DATE:20260102\r\nSUMMARY:New\r\nEND:VEVENT\r\n"
    edit(tmp_path / "life.ics", b"END:VCALENDAR", one + one.replace(b"two", b"three") + b"END:VCALENDAR")
    report = await house.bring(tmp_path / "life.ics")
    assert (report.problems, report.counts["calendar"].created, report.counts["event"].created) == ([], 1, 2)


async def test_a_copy_with_the_same_id_is_another_record(house: Household, tmp_path: Path) -> None:
    await house.create("places", name="Home", lat=1, lon=2)
    await out(house, Gpx(), tmp_path / "all.gpx")
    text = (tmp_path / "all.gpx").read_text()
    copy = text[text.index("<wpt") : text.index("</gpx>")].replace("Home", "Work")
    write(tmp_path, {"all.gpx": text.replace("</gpx>", f"{copy}</gpx>")})
    report = await house.bring(tmp_path / "all.gpx")
    assert report.counts == {"place": Counts(created=1, unchanged=1)}
    assert await house.living("places", "name") == ["Home", "Work"]


async def test_an_id_of_somebody_else_is_nobodys(house: Household, bob: UUID, tmp_path: Path) -> None:
    """Not even where the file says nothing else that is ours."""
    other = house.as_of(bob)
    theirs = await other.create("places", name="Bob's", lat=1, lon=2)
    gpx = '<gpx><wpt lat="5" lon="6"><name>Mine</name><extensions><record>{}</record></extensions></wpt></gpx>'
    report = await house.bring(write(tmp_path, {"a.gpx": gpx.format(theirs)}) / "a.gpx")
    assert report.counts == {"place": Counts(created=1)}
    assert (await house.living("places", "name"), await other.living("places", "name")) == (["Mine"], ["Bob's"])


async def test_out_of_an_archive_they_are_the_same(house: Household, tmp_path: Path) -> None:
    await house.create("places", name="Home", lat=1, lon=2)
    await house.create("notes", title="N", content="x")
    await out(house, Gpx(), tmp_path / "all.gpx")
    await out(house, MarkdownDirectory(), tmp_path / "Life")
    with zipfile.ZipFile(tmp_path / "gpx.zip", "w") as archive:
        archive.write(tmp_path / "all.gpx", "all.gpx")
    vault = Path(shutil.make_archive(str(tmp_path / "vault"), "zip", tmp_path / "Life"))
    report = await house.bring(tmp_path / "gpx.zip", vault)
    assert (report.changes, report.problems) == (0, []), report.counts
    assert {kind for kind, counts in report.counts.items() if counts.unchanged} == {"place", "note", "notebook"}


async def test_without_its_mark_an_export_still_meets_its_records(house: Household, tmp_path: Path) -> None:
    """As another program writes it anew, which keeps what is in it."""
    place = await house.create("places", name="Home", lat=1, lon=2)
    gpx = '<gpx><wpt lat="1" lon="2"><name>House</name><extensions><record>{}</record></extensions></wpt></gpx>'
    report = await house.bring(write(tmp_path, {"a.gpx": gpx.format(place)}) / "a.gpx")
    assert report.counts == {"place": Counts(updated=1)}
    assert await house.rows("SELECT id, name FROM places") == [(place, "House")]


async def test_parts_that_were_made_by_hand_are_found_by_what_they_say(house: Household, tmp_path: Path) -> None:
    accounts = [
        str(await house.create("financial_accounts", name=f"Assets:{name}", account_type="assets")) for name in "AB"
    ]
    euro = str(await house.create("commodities", symbol="EUR"))
    paid = await house.create("transactions", narration="paid", transaction_date="2026-01-01")
    for position, (account, units) in enumerate(zip(accounts, (5, -5), strict=True)):
        leg = {"financial_account_id": account, "commodity_id": euro, "units": units, "position": position}
        await house.create("postings", transaction_id=str(paid), **leg)
    await house.change("transactions", paid, draft=False)
    postings = await house.column("SELECT id FROM postings ORDER BY position")
    await out(house, Beancount(), tmp_path / "books.beancount")
    assert edit(tmp_path / "books.beancount", b"5 EUR", b"7 EUR") == 2
    report = await house.bring(tmp_path / "books.beancount")
    assert (report.counts["posting"], report.counts["transaction"]) == (Counts(updated=2), Counts(unchanged=1))
    assert await house.rows("SELECT id, units FROM postings ORDER BY position") == [(postings[0], 7), (postings[1], -7)]
