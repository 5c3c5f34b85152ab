"""What the log says while a test writes, and the plainest mutations."""

from typing import Any
from uuid import UUID

from tests.world import World

LOG = "SELECT seq, record_type, record_id, operation, before, after, origin, change_set_id FROM change_log WHERE user_id = $1 AND seq > $2 ORDER BY seq"


class Watch:
    """What the log says from here on."""

    def __init__(self, world: World, user: UUID) -> None:
        self._world, self._user = world, user
        self._from = world.value("SELECT coalesce(max(seq), 0) FROM change_log WHERE user_id = $1", user)

    def lines(self) -> list[Any]:
        found = self._world.rows(LOG, self._user, self._from)
        assert [row["seq"] for row in found] == list(range(self._from + 1, self._from + 1 + len(found))), "no gap"
        self._from += len(found)
        return found

    def said(self) -> list[tuple[str, str, Any, Any]]:
        return [(row["record_type"], row["operation"], row["before"], row["after"]) for row in self.lines()]


def make(world: World, type_: str, **values: Any) -> str:
    query = f"mutation($i: Create{type_}Input!) {{ made: create{type_}(input: $i) {{ id }} }}"
    return str(world.ask(query, i=values)["made"]["id"])


def do(world: World, call: str, id_: str) -> Any:
    return world.ask(f"mutation($id: ID!) {{ {call} }}", id=id_)
