"""The values of rows on their way into the database: as JSON has them, and as hashes to tell what changed."""

import base64
from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from hashlib import blake2b, sha256
from typing import Any
from uuid import UUID

import orjson

from graph.importers.base import Among, Item, To

CUSTOM = "custom_fields."

_OPTIONS = orjson.OPT_SORT_KEYS


def plain(value: Any, id_of: Callable[[str], UUID]) -> Any:
    """A value as JSON has it; what `To` points at by its id."""
    if isinstance(value, To):
        return str(id_of(value.key))
    if isinstance(value, Among):
        return [str(id_of(member.key)) for member in value.members]
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode()
    if isinstance(value, timedelta):
        sign, length = ("-", -value) if value < timedelta() else ("", value)
        return f"P{sign}{length.days}DT{sign}{length.seconds}.{length.microseconds:06}S"
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(part, id_of) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(part, id_of) for part in value]
    return value


def fingerprint(item: Item) -> bytes:
    """SHA-256 of everything that an item says: equal items have equal fingerprints, in every run."""
    rows = [(row.table, row.key, marks(row.values)) for row in item.rows]
    return sha256(orjson.dumps(rows, option=_OPTIONS)).digest()


def marks(values: Mapping[str, Any]) -> dict[str, str]:
    """A short mark (64 bits of BLAKE2b) of each column's value as the source gave it.

    A name in the custom fields counts as a column, `custom_fields.name`, and so does a member of a list that several
    places add to, `column.key`: its mark says which place added it.
    """
    columns = {name: value for name, value in values.items() if name != "custom_fields"}
    custom = {f"{CUSTOM}{name}": value for name, value in (values.get("custom_fields") or {}).items()}
    lists = {name: value for name, value in columns.items() if isinstance(value, Among)}
    members = {f"{name}.{to.key}": value.place for name, value in lists.items() for to in value.members}
    marked = {name: value for name, value in (columns | custom | members).items() if name not in lists}
    return {name: blake2b(_bytes(value), digest_size=8).hexdigest() for name, value in marked.items()}


def settled(values: Mapping[str, Any], base: Mapping[str, str]) -> dict[str, str]:
    """The marks of a row's values, and of what other places than these added to its lists."""
    now = marks(values)
    for name, value in values.items():
        if isinstance(value, Among):
            own = marks({name: Among(value.place, (To(""),))})[f"{name}."]
            now |= {mark: by for mark, by in base.items() if mark.startswith(f"{name}.") and by != own}
    return now


def custom_changes(fields: Mapping[str, Any], changed: set[str], gone: set[str]) -> dict[str, Any] | None:
    """What `plan.bring` takes for custom fields; None where the source changed none of them."""
    news = {name: value for name, value in fields.items() if CUSTOM + name in changed}
    lost = [name.removeprefix(CUSTOM) for name in gone if name.startswith(CUSTOM)]
    return {"set": news, "gone": lost} if news or lost else None


def _bytes(value: Any) -> bytes:
    if isinstance(value, str):  # JSON takes eight times the room of a long text
        return b'"' + value.encode("utf-8", "surrogatepass")
    return orjson.dumps(value, default=_default, option=_OPTIONS)


def _default(value: Any) -> Any:
    if isinstance(value, To):
        return {"to": value.key}
    if isinstance(value, (bytes, bytearray)):
        return sha256(value).hexdigest()
    return str(value)
