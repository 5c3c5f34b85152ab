"""The fixed set of questions: each as GraphQL and as the SQL that a careful person would write for it by hand.

The hand-written statement gives the same bytes, for the role of the service under row security, and is the limit.
"""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from graph.plan.order import Key, signature
from tests.bench.life import Life

Variables = Mapping[str, Any]
_NEWEST_FIRST = (
    Key('{row}."updated_at"', "timestamptz", descending=True),
    Key('{row}."id"', "uuid", descending=True),
)
SIGNATURE = signature(_NEWEST_FIRST)
"""Of the cursors in the order of `page.graphql`."""


@dataclass(frozen=True, slots=True)
class Question:
    """`share` of the limit's throughput is to be reached, and `ahead` times that of the loaders.

    `variables` makes those of one request; `arguments` are what the hand-written SQL takes of them after the user.
    """

    name: str
    share: float
    variables: Callable[[Life], Variables]
    arguments: Callable[[Variables], list[object]]
    ahead: float = 0.0
    writes: bool = False

    @property
    def graphql(self) -> str:
        return _text(self.name, "graphql")

    @property
    def sql(self) -> str:
        return _text(self.name, "sql")


def _text(name: str, kind: str) -> str:
    text = (Path(__file__).parent / "questions" / f"{name}.{kind}").read_text()
    return text.replace("SIGNATURE", SIGNATURE)


def _nothing(_: object) -> Any:
    return {}


def _none(_: Variables) -> list[object]:
    return []


def _id(variables: Variables) -> list[object]:
    return [UUID(variables["id"])]


def _place(variables: Variables) -> list[object]:
    """The keys in a cursor, as the hand-written server would read its own."""
    cursor = variables["after"]
    return [variables["pinned"], *json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))[1:]]


def _cursor(life: Life) -> Variables:
    """A cursor in the order of `page.graphql`, somewhere in the list."""
    at = (life.moment() + timedelta(days=30)).isoformat(" ").replace("+00:00", "+00")
    keys = json.dumps([SIGNATURE, at, str(life.uuid())]).encode()
    return {"pinned": False, "after": base64.urlsafe_b64encode(keys).decode().rstrip("=")}


def _note(life: Life) -> Variables:
    note = {"id": str(uuid4()), "title": life.text(4), "content": life.text(60)}
    return {"input": {**note, "notebookId": str(life.pick("notebooks"))}}


def _row(variables: Variables) -> list[object]:
    note = variables["input"]
    return [UUID(note["id"]), note["title"], note["content"], UUID(note["notebookId"])]


QUESTIONS = (
    Question("list", 0.40, _nothing, _none),
    Question("one", 0.45, lambda life: {"id": str(life.pick("notes"))}, _id),
    Question("keys", 0.60, lambda life: {"since": life.moment().isoformat()}, lambda v: [v["since"]], ahead=8),
    Question("links", 0.70, _nothing, _none, ahead=8),
    Question("hops", 0.70, lambda life: {"id": str(life.pick("notes"))}, _id, ahead=8),
    Question("page", 0.50, _cursor, _place),
    Question("counts", 0.80, _nothing, _none),
    Question("create", 0.55, _note, _row, writes=True),
)
