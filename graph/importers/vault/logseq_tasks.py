"""Blocks of Logseq that begin with TODO, DOING, DONE and the like, as tasks.

Times of Logseq have no zone: they are floating. Where the task stands is told by a link to its page.
"""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from graph.importers.base import Row, To
from graph.importers.keys import digest, shortened
from graph.importers.vault.logseq_blocks import Block

_STATUS = {
    **dict.fromkeys(("TODO", "LATER", "WAITING", "WAIT"), "NEEDS-ACTION"),
    **dict.fromkeys(("DOING", "NOW", "IN-PROGRESS"), "IN-PROCESS"),
    "DONE": "COMPLETED",
    **dict.fromkeys(("CANCELED", "CANCELLED"), "CANCELLED"),
}
_MARKER = re.compile(
    rf"(?:#{{1,6}}[ ]+)?(?P<marker>{'|'.join(_STATUS)})[ ]+(?:\[#(?P<priority>[ABC])\][ ]*)?(?P<said>.*)"
)
_PRIORITY = {"A": 1, "B": 5, "C": 9}
_PLAN = re.compile(
    r"(?P<kind>SCHEDULED|DEADLINE): <(?P<day>\d{4}-\d\d-\d\d)(?:[ ][^\d\s>+.]+)?"
    r"(?:[ ](?P<hour>\d{1,2}):(?P<minute>\d\d))?(?:[ ](?:\.\+|\+\+|\+)(?P<every>[1-9]\d{0,3})(?P<unit>[hdwmy]))?>"
)
_UNITS = {"h": "HOURLY", "d": "DAILY", "w": "WEEKLY", "m": "MONTHLY", "y": "YEARLY"}
_TAG = re.compile(r"(?:(?<=\s)|\A)#(?:\[\[([^\[\]]+)\]\]|([^\s#\[\],.;:!?()]+))")


def task_rows(blocks: Iterable[Block], path: str, title: str) -> list[Row]:
    """The tasks of a page, each under the task whose block it is in."""
    rows: list[Row] = []
    above: list[tuple[int, str]] = []
    twins: Counter[str] = Counter()
    for block in blocks:
        while above and above[-1][0] >= block.depth:
            above.pop()
        match = _MARKER.match(block.text[0].strip()) if block.text else None
        if match is None:
            continue
        key = _key(block, path, match["said"], twins)
        values = _values(block, match, path, title)
        rows.append(Row("tasks", key, values | {"uid": key, "parent_id": To(above[-1][1]) if above else None}))
        above.append((block.depth, key))
    return rows


def _key(block: Block, path: str, said: str, twins: Counter[str]) -> str:
    """By the id of its block, else by its words: a task that is done is the same task."""
    key = shortened(f"task:{path}#{block.id_ or digest(said.strip())}")
    twins[key] += 1
    return key if twins[key] == 1 else f"{key}#{twins[key]}"


def _values(block: Block, match: re.Match[str], path: str, title: str) -> dict[str, object]:
    said = match["said"].strip()
    tags = [one or other for one, other in _TAG.findall(said)]
    kept: dict[str, Any] = {name: _one(given) for name, given in block.properties.items() if name.lower() != "id"}
    kept |= {"marker": match["marker"]}
    kept |= {"tags": tags} if tags else {}
    kept |= {"logbook": block.logbook} if block.logbook else {}
    kept |= {"planned": block.planned} if block.planned else {}
    return {
        "summary": said,
        "description": "\n".join(
            filter(None, (*(line.strip() for line in block.text[1:]), _where(block, path, title)))
        ),
        "status": _STATUS[match["marker"]],
        "completed": _done(block) if match["marker"] == "DONE" else None,
        "priority": _PRIORITY.get(match["priority"]),
        **_times(block.planned),
        "custom_fields": kept,
        "source": "logseq",
    }


def _one(given: list[str]) -> str | list[str]:
    return given[0] if len(given) == 1 else given


def _done(block: Block) -> datetime | None:
    """When it was done, as Logseq once wrote it: milliseconds since 1970."""
    stamp = next(iter(block.given("done")), "")
    return datetime.fromtimestamp(int(stamp) / 1000, UTC) if re.fullmatch(r"[0-9]{12,13}", stamp) else None


def _where(block: Block, path: str, title: str) -> str:
    """A link to the block, if it has an id, else to its page."""
    if block.id_:
        return f"(({block.id_}))"
    target = path.rpartition(".")[0]
    return "" if set("[]|#") & set(target + title) else f"[[{target}|{title}]]"


def _times(planned: list[str]) -> dict[str, object]:
    """Start and due, each a day or a wall time, and how it repeats."""
    values: dict[str, object] = {}
    for match in (match for line in planned for match in _PLAN.finditer(line)):
        scheduled = match["kind"] == "SCHEDULED"
        try:
            day = date.fromisoformat(match["day"])
            hour, minute = int(match["hour"] or 0), int(match["minute"] or 0)
            at = datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)
        except ValueError:
            continue
        column = ("dtstart" if scheduled else "due") if match["hour"] else ("start_date" if scheduled else "due_date")
        other = {"dtstart": "start_date", "start_date": "dtstart", "due": "due_date", "due_date": "due"}[column]
        if column in values or other in values:
            continue
        values[column] = at if match["hour"] else day
        values["floating"] = bool(match["hour"]) or values.get("floating", False)
        if match["every"]:
            values["rrule"] = f"FREQ={_UNITS[match['unit']]};INTERVAL={match['every']}"
    return values
