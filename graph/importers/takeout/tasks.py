"""Google Tasks as Takeout has them: one JSON file with all lists (https://developers.google.com/tasks/reference/rest)."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

from graph.importers.base import Item, Problem, Row, To
from graph.importers.decoding import path_text
from graph.importers.directories import reason
from graph.importers.google_json import NoObject, instant, objects, read_object, rest, text
from graph.importers.keys import digest, shortened
from graph.importers.stored import beginning

_KNOWN = (
    *("kind", "id", "etag", "title", "notes", "status", "due", "completed", "updated", "created", "parent"),
    *("position", "selfLink", "webViewLink"),
)
_STATUS = {"needsAction": "NEEDS-ACTION", "completed": "COMPLETED"}


class GoogleTasks:
    """Reads the lists and their tasks; both are known by Google's own ids."""

    format: ClassVar[str] = "google tasks"

    def identify(self, path: Path) -> bool:
        """By the kind that the lists say to be."""
        return path.suffix.lower() == ".json" and b'"tasks#taskLists"' in beginning(path, 4096)

    def source(self, path: Path) -> str:
        """One source for all: the same task from another export is the same task."""
        return self.format

    def extract(self, path: Path) -> Iterator[Item | Problem]:
        """Each list before its tasks. Raises nothing for bad content."""
        where = path_text(path)
        try:
            lists = objects(read_object(path).get("items"))
        except OSError as error:
            yield Problem(where, reason(error))
            return
        except NoObject as error:
            yield Problem(where, str(error))
            return
        if not lists:
            yield Problem(where, "there is no list in it")
        known = {_id(task) for one in lists for task in objects(one.get("items"))}
        for one in lists:
            yield from _list(one, known, where)


def _id(data: Mapping[str, Any]) -> str:
    return text(data.get("id")) or digest(text(data.get("title")), text(data.get("notes")), text(data.get("created")))


def _list(data: Mapping[str, Any], known: set[str], where: str) -> Iterator[Item]:
    key = shortened(f"list:{_id(data)}")
    values = {"display_name": text(data.get("title")) or "Tasks", "source": GoogleTasks.format}
    yield Item(key, (Row("task_lists", key, values),), where)
    done: set[str] = set()
    for task in objects(data.get("items")):
        item = _task(task, To(key), known, where)
        if item.key not in done:
            done.add(item.key)
            yield item


def _task(data: Mapping[str, Any], list_: To, known: set[str], where: str) -> Item:
    id_, parent = _id(data), text(data.get("parent"))
    key = shortened(f"task:{id_}")
    due, position = instant(data.get("due")), text(data.get("position"))
    whole_day = due is not None and (due.hour, due.minute, due.second) == (0, 0, 0)
    left = rest(data, _KNOWN)
    values: dict[str, object] = {
        "task_list_id": list_,
        "parent_id": To(shortened(f"task:{parent}")) if parent in known and parent != id_ else None,
        "uid": shortened(id_),
        "summary": text(data.get("title")),
        "description": text(data.get("notes")) or None,
        "status": "CANCELLED" if data.get("deleted") is True else _STATUS.get(text(data.get("status")), "NEEDS-ACTION"),
        "due_date": due.date() if due and whole_day else None,
        "due": None if whole_day else due,
        "completed": instant(data.get("completed")),
        "created": instant(data.get("created")),
        "last_modified": instant(data.get("updated")),
        "url": text(data.get("webViewLink")) or None,
        "sort_order": float(position) if position.isascii() and position.isdigit() and len(position) < 40 else None,
        "source": GoogleTasks.format,
        "custom_fields": {"google_tasks": left} if left else {},
    }
    return Item(key, (Row("tasks", key, values),), where)
