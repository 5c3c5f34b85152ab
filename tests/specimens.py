"""Valid rows of any table, found from its Catalog entry: types, enums and keys give values, the database's checks choose.

Nothing here knows a table by name, so a user's own tables are served like ours.
"""

import base64
import itertools
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from graph.plan.columns import base_type
from resolvers.inputs import writable
from resolvers.names import camel, type_name
from schema_sql.catalog import Catalog, Check, Column, Entity
from schema_sql.naming import enum_value
from tests.world import World

Make = Callable[[int], Any]
"""The value of a column in the n-th specimen, as GraphQL gives and takes it."""

_SPACE = UUID("5bec13e5-0000-4000-8000-000000000000")
_NUMBERS = itertools.count(1)
_START = datetime(2021, 3, 4, 5, 6, 7, 123456, UTC)
_LITERAL = re.compile(r"'((?:[^']|'')*)'")
_TRIED = (1, 2, 3, 4, 5, 79, 3000)


@dataclass(frozen=True)
class Variant:
    """One way to fill a table: a maker for each column that is given."""

    makers: Mapping[str, Make]

    def row(self, n: int) -> dict[str, Any]:
        return {name: make(n) for name, make in self.makers.items()}


class Specimens:
    """Makes records of every type in a world, what they refer to first."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._catalog = world.catalog
        self._variants: dict[str, list[Variant]] = {}

    def variants(self, entity: Entity) -> list[Variant]:
        """Ways to fill the table that together give every column a value; the fullest first."""
        if entity.name not in self._variants:
            self._variants[entity.name] = self._solve(entity)
        return self._variants[entity.name]

    def values(
        self, entity: Entity, user: UUID, variant: Variant | None = None, *, full: bool = True
    ) -> dict[str, Any]:
        """Values for all columns, or for those that must be given only; new records for the references to point at."""
        n = next(_NUMBERS)
        row = (variant or self.variants(entity)[0]).row(n)
        if not full:
            row = {name: value for name, value in row.items() if self._needed(entity, name, row)}
        return self._with_parents(entity, row, user)

    def create(self, entity: Entity, user: UUID, variant: Variant | None = None, *, full: bool = True) -> UUID:
        """A new record of this type: through GraphQL, or by the service's role where only commands write it."""
        return self.keep(entity, self.values(entity, user, variant, full=full), user)

    def keep(self, entity: Entity, values: Mapping[str, Any], user: UUID) -> UUID:
        """A new record with these columns."""
        if _by_service(entity):
            return self._insert(entity, values, user)
        name = type_name(entity)
        query = f"mutation($input: Create{name}Input!) {{ create{name}(input: $input) {{ id }} }}"
        given = {camel(column): value for column, value in values.items()}
        return UUID(self._world.ask(query, user, input=given)[f"create{name}"]["id"])

    def _insert(self, entity: Entity, values: Mapping[str, Any], user: UUID) -> UUID:
        names = ", ".join(f'"{name}"' for name in values)
        sql = f'INSERT INTO "{entity.name}" ({names}) SELECT {names} FROM json_populate_record(NULL::"{entity.name}", $1) RETURNING id'
        row = {name: as_sql(self._catalog, entity.by_name[name], value) for name, value in values.items()}
        id_: UUID = self._world.as_service(user, sql, json.dumps(row).encode())[0][0]
        return UUID(int=id_.int)

    def _needed(self, entity: Entity, name: str, row: Mapping[str, Any]) -> bool:
        column = entity.by_name[name]
        if not column.nullable:
            return column.default is None
        return any(name in _words(check) and not _simple(entity, check) and not self._holds_without(entity, check, name, row)
                   for check in entity.checks)  # fmt: skip

    def _holds_without(self, entity: Entity, check: Check, name: str, row: Mapping[str, Any]) -> bool:
        """Whether a check over several columns holds when of its columns all that may be null are."""
        involved = {other: row.get(other) for other in _involved(entity, check) if not entity.by_name[other].nullable}
        return bool(self._passing(entity, [check], [involved]))

    def _with_parents(self, entity: Entity, row: dict[str, Any], user: UUID) -> dict[str, Any]:
        for key in entity.foreign_keys:
            if key.column not in row:
                continue
            target = self._catalog.entities[key.target]
            if key.target == "users":
                row[key.column] = str(user)
                continue
            if key.target == "records":
                target = next(e for e in self._catalog.records if not e.managed and not e.foreign_keys)
                kind = key.column.removesuffix("_id") + "_type"
                if kind in entity.by_name:
                    row[kind] = target.record_type
            row[key.column] = str(self.create(target, user, full=False))
        return row

    # Which values the checks allow

    def _solve(self, entity: Entity) -> list[Variant]:
        columns = [column for column in _given(entity) if column.name != "user_id"]
        parts = []
        for group in _groups(entity, [column.name for column in columns]):
            checks = [check for check in entity.checks if _involved(entity, check) & group]
            parts.append(self._assignments(entity, [c for c in columns if c.name in group], checks))
        count = max((len(part) for part in parts), default=1)
        merged = [{k: v for part in parts for k, v in part[min(i, len(part) - 1)].items()} for i in range(count)]
        return [Variant({name: make for name, make in makers.items() if make is not None}) for makers in merged]

    def _assignments(self, entity: Entity, columns: list[Column], checks: list[Check]) -> list[dict[str, Make | None]]:
        """Few ways to fill these columns that the checks allow, each column in at least one of them."""
        choices = [self._choices(entity, column) for column in columns]
        names = [column.name for column in columns]
        ways = [dict(zip(names, way, strict=True)) for way in itertools.islice(itertools.product(*choices), 20_000)]
        ways.sort(key=lambda way: sum(make is None for make in way.values()))
        if checks:
            rows = [{name: make(n) for name, make in way.items() if make} for way in ways for n in _TRIED]
            passed = set(self._passing(entity, checks, rows))
            size = len(_TRIED)
            ways = [way for i, way in enumerate(ways) if all(i * size + j in passed for j in range(size))]
        assert ways, f"no values satisfy {[check.expression for check in checks]}"
        chosen, left = [ways[0]], {name for name, make in ways[0].items() if make is None}
        for way in ways:
            new = {name for name in left if way[name] is not None}
            if new:
                chosen.append(way)
                left -= new
        return chosen

    def _choices(self, entity: Entity, column: Column) -> list[Make | None]:
        own = [check for check in entity.checks if column.name in _words(check)]
        literals = list(dict.fromkeys(literal for check in own for literal in _LITERAL.findall(check.expression)))
        makers: list[Make | None] = list(_makers(self._catalog, entity, column))
        single = [check for check in own if _simple(entity, check)]
        if literals and base_type(column.type) in ("text", "varchar"):
            passing = self._passing(entity, single, [{column.name: literal} for literal in literals])
            fitting = [literals[i] for i in passing]
            makers = [lambda n: fitting[n % len(fitting)], *([lambda n, v=v: v for v in fitting] if len(own) > len(single) else []),
                      *makers] if fitting else makers  # fmt: skip
        kept = []
        for make in makers:
            assert make is not None
            passed = self._passing(entity, single, [{column.name: make(n)} for n in _TRIED])
            if len(passed) == len(_TRIED):
                kept.append(make)
                if len(own) == len(single):
                    break
        return [*kept, None] if column.nullable else kept

    def _passing(self, entity: Entity, checks: Iterable[Check], rows: list[dict[str, Any]]) -> list[int]:
        """The numbers of the rows that these checks let pass."""
        conditions = " AND ".join(f"({check.expression}) IS NOT FALSE" for check in checks) or "true"
        given = [
            {name: as_sql(self._catalog, entity.by_name[name], value) for name, value in row.items()} for row in rows
        ]
        sql = (
            f'SELECT ordinality - 1 FROM json_populate_recordset(NULL::"{entity.name}", $1::json) WITH ORDINALITY x '
            f"WHERE {conditions} ORDER BY 1"
        )
        return [int(n) for n in self._world.column(sql, json.dumps(given).encode())]


def as_sql(catalog: Catalog, column: Column, value: Any) -> Any:
    """A value as `json_populate_record` reads it."""
    if value is None:
        return None
    if column.is_array:
        return [as_sql(catalog, Column(column.name, column.element), one) for one in value]
    enum = catalog.enums.get(column.type)
    if enum is not None:
        return next(label for label in enum.labels if enum_value(label) == value)
    return "\\x" + base64.b64decode(value).hex() if column.type == "bytea" else value


def _by_service(entity: Entity) -> bool:
    """Whether only commands and importers write it."""
    return entity.managed or entity.kind == "ledger"


def _given(entity: Entity) -> list[Column]:
    """The columns that a creation gives; of a table that only commands write, its secrets too."""
    if not _by_service(entity):
        return writable(entity)
    kept = ("id", "user_id", "created_at", "updated_at", "deleted_at")
    return [column for column in entity.columns if column.name not in kept and not column.generated]


def _words(check: Check) -> set[str]:
    return set(re.findall(r"[a-z_][a-z0-9_]*", _LITERAL.sub("", check.expression)))


def _involved(entity: Entity, check: Check) -> set[str]:
    return _words(check) & entity.by_name.keys()


def _simple(entity: Entity, check: Check) -> bool:
    return len(_involved(entity, check)) == 1


def _groups(entity: Entity, names: list[str]) -> Iterator[set[str]]:
    """Columns that some check names together."""
    left = dict.fromkeys(names)
    while left:
        group = {next(iter(left))}
        while True:
            more = {n for c in entity.checks if _involved(entity, c) & group for n in _involved(entity, c)} & set(names)
            if more <= group:
                break
            group |= more
        for name in group:
            del left[name]
        yield group


def _makers(catalog: Catalog, entity: Entity, column: Column) -> list[Make]:
    """Values of a column's type in the form in which they come back, the most telling first."""
    place = [c.name for c in entity.columns].index(column.name)
    if column.is_array:
        inner = _makers(catalog, entity, Column(column.name, column.element))[0]
        return [lambda n: [inner(n), inner(n + 1)]]
    if column.type in catalog.enums:
        labels = [enum_value(label) for label in catalog.enums[column.type].labels]
        return [lambda n: labels[n % len(labels)]]
    type_ = base_type(column.type)
    if type_ in ("char", "varchar"):
        length = int(column.type.rstrip(")").partition("(")[2] or 1)
        return [lambda n: (chr(65 + n % 26) + chr(65 + n // 26 % 26) * length)[:length]]
    if column.type.startswith("numeric("):
        scale = int(column.type.rstrip(")").partition(",")[2] or 0)
        return [lambda n: f"{n % 9}.{'5' * scale}".rstrip(".")]
    return _SCALARS[type_](column.name, place)


def _moment(shift: timedelta) -> str:
    return (_START + shift).isoformat()


def _integers(base: int) -> list[Make]:
    return [lambda n: base + n, lambda n: 1 + n % 3, lambda n: n % 2]


_SCALARS: dict[str, Callable[[str, int], list[Make]]] = {
    "text": lambda name, place: [lambda n: f"{name} nr {n} Ünïcödé ☕ 'quoted'", lambda n: f"{name}{n}", lambda n: f"A{chr(65 + n % 26)}"],
    "timestamptz": lambda name, place: [lambda n: _moment(timedelta(hours=n, seconds=place)), lambda n: _moment(timedelta(hours=n))],
    "timestamp": lambda name, place: [lambda n: (_START + timedelta(hours=n)).replace(tzinfo=None).isoformat()],
    "date": lambda name, place: [lambda n: str(date(2020, 1, 1) + timedelta(days=n * 40 + place)), lambda n: f"2020-01-{1 + n % 28:02}"],
    "time": lambda name, place: [lambda n: f"{n % 24:02}:{place % 60:02}:05"],
    "uuid": lambda name, place: [lambda n: str(uuid5(_SPACE, f"{name} {n}"))],
    "jsonb": lambda name, place: [lambda n: {"n": n, name: ["é", None, 1.5, {"deep": True}]}, lambda n: [{"n": n}, "é", 1.5]],
    "json": lambda name, place: [lambda n: {"n": n}],
    "boolean": lambda name, place: [lambda n: n % 2 == 0, lambda n: False, lambda n: True],
    "smallint": lambda name, place: _integers(100),
    "integer": lambda name, place: _integers(2_000_000_000),
    "bigint": lambda name, place: [lambda n: str(9_007_199_254_740_993 + n)],
    "double precision": lambda name, place: [lambda n: n % 80 + 0.1, lambda n: n % 3 * 0.25],
    "real": lambda name, place: [lambda n: n % 80 + 0.5, lambda n: n % 3 * 0.25],
    "numeric": lambda name, place: [lambda n: f"{n}.50", lambda n: f"0.{n % 3}0"],
    "interval": lambda name, place: [lambda n: f"P{n}DT{n % 20 + 1}H30M"],
    "inet": lambda name, place: [lambda n: f"10.0.{n // 256 % 256}.{n % 256}/32"],
    "cidr": lambda name, place: [lambda n: f"10.{n % 256}.0.0/16"],
    "bytea": lambda name, place: [lambda n: base64.b64encode(n.to_bytes(32, "big")).decode()],
}  # fmt: skip
