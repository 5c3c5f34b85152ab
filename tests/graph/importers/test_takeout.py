"""Notes of Google Keep and lists of Google Tasks."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, ClassVar

from graph.importers.base import Importer, To
from graph.importers.takeout.keep import Keep
from graph.importers.takeout.tasks import GoogleTasks
from tests.graph.household import Household, write
from tests.graph.importers.bringing import told
from tests.graph.importers.conformance import Conformance, filled, items, problems, run, values
from tests.graph.importers.drawn import picture


def note(made: int = 1_600_000_000_000_000, **more: Any) -> str:
    fixed = {"color": "DEFAULT", "isTrashed": False, "isPinned": False, "isArchived": False}
    return json.dumps({**fixed, "userEditedTimestampUsec": made + 5, "createdTimestampUsec": made, **more})


SHOPPING = note(
    title="Shopping",
    color="RED",
    isPinned=True,
    listContent=[{"text": "Milk", "isChecked": True}, {"text": "Tea", "isChecked": False}],
    labels=[{"name": "Home"}],
    annotations=[{"url": "https://x.org", "source": "WEBLINK"}],
)
LISTS = json.dumps({
    "kind": "tasks#taskLists",
    "items": [
        {
            **{"kind": "tasks#tasks", "id": "L1", "title": "Home"},
            "items": [
                {"id": "b", "title": "Buy paint", "parent": "a", "status": "completed", "completed": "2024-01-05T10:00:00.000Z"},
                {"id": "a", "title": "Paint", "due": "2024-02-01T00:00:00.000Z", "notes": "blue", "position": "0000000001"},
                {"id": "c", "title": "Gone", "deleted": True, "due": "2024-02-01T09:30:00Z", "links": [{"link": "x"}]},
                {"id": "a", "title": "Paint again"},
            ],
        },
        {"title": "Empty"},
    ],
})  # fmt: skip


class TestKeep(Conformance):
    importer: ClassVar[Importer] = Keep()
    samples: ClassVar[dict[str, str | bytes]] = {
        "shopping.json": SHOPPING,
        "text.json": note(
            title="", textContent="Idea\ud83d #later".encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        ),
        "odd.json": note(title=7, textContent=None, listContent="x", labels=[{}], attachments=[{"filePath": "../a"}]),
        "old.json": note().replace("createdTimestampUsec", "other"),
    }


class TestGoogleTasks(Conformance):
    importer: ClassVar[Importer] = GoogleTasks()
    samples: ClassVar[dict[str, str | bytes]] = {"Tasks.json": LISTS}


def test_a_list_with_labels(tmp_path: Path) -> None:
    found = values(run(Keep(), tmp_path / "a.json", SHOPPING), "notes")
    assert (found["title"], found["content"], found["pinned"]) == ("Shopping", "- [x] Milk\n- [ ] Tea", True)
    assert found["custom_fields"]["tags"] == ["Home"]
    kept = found["custom_fields"]["keep"]
    assert (kept["color"], kept["created"]) == ("RED", "2020-09-13T12:26:40+00:00")
    assert kept["annotations"] == [{"url": "https://x.org", "source": "WEBLINK"}]


def test_attachments(tmp_path: Path) -> None:
    write(tmp_path, {"p.jpg": picture()})
    text = note(textContent="See", attachments=[{"filePath": "p.jpeg"}, {"filePath": "away.png"}])
    found = run(Keep(), tmp_path / "a.json", text)
    assert values(found, "files")["path"] == "Keep/p.jpg"
    assert values(found, "notes")["content"] == "See\n\n![[Keep/p.jpg]]"
    assert [one.warnings for one in items(found).values()][-1] == ("an attachment is not here: away.png",)


def test_what_is_no_note(tmp_path: Path) -> None:
    assert problems(run(Keep(), tmp_path / "a.json", '{"isTrashed": ')) == [
        "no valid JSON: unexpected end of data: line 1 column 15 (char 14)"
    ]
    write(tmp_path, {"b.json": '[{"isTrashed": false, "isPinned": 1, "isArchived": false}]'})
    assert not Keep().identify(tmp_path / "b.json")


def test_json_that_is_nested_deeply_is_kept_as_text(tmp_path: Path) -> None:
    text = note(title="Deep").replace('"title"', f'"x": {"[" * 200}1{"]" * 200}, "title"')
    found = run(Keep(), tmp_path / "a.json", text)
    assert values(found, "notes")["title"] == "Deep"
    assert "[[[1]]]" in str(values(found, "notes")["custom_fields"])
    assert run(Keep(), tmp_path / "a.json", text.replace("[", "[" * 5).replace("]", "]" * 5))


def test_tasks(tmp_path: Path) -> None:
    found = run(GoogleTasks(), tmp_path / "Tasks.json", LISTS)
    assert [one["display_name"] for one in filled(found, "task_lists")] == ["Home", "Empty"]
    done, main, gone = filled(found, "tasks")
    assert (done["status"], done["parent_id"], done["completed"]) == (
        *("COMPLETED", To("task:a")),
        datetime(2024, 1, 5, 10, tzinfo=UTC),
    )
    assert (main["due_date"], main["description"], main["uid"], main["sort_order"]) == (
        date(2024, 2, 1),
        "blue",
        "a",
        1,
    )
    assert (gone["status"], gone["due"].hour) == ("CANCELLED", 9)
    assert gone["custom_fields"] == {"google_tasks": {"deleted": True, "links": [{"link": "x"}]}}


async def test_notes_and_tasks_come_in_once(house: Household, tmp_path: Path) -> None:
    report = await house.bring(
        write(
            tmp_path,
            {"Keep/a.json": SHOPPING, "Keep/b.json": note(5 * 10**14, textContent="[[Shopping]]"), "Tasks.json": LISTS},
        )
    )
    assert report.problems == []
    assert told(report) == {"note": {"created": 2}, "task_list": {"created": 2}, "task": {"created": 3}}
    assert ("Shopping", "home") in await house.tagged()
    assert (await house.bring(tmp_path)).changes == 0
    report = await house.bring(write(tmp_path, {"Keep/a.json": SHOPPING.replace("Milk", "Oat milk")}))
    assert told(report)["note"] == {"updated": 1, "unchanged": 1}
