"""A small mixed life in a world: every kind of record in every way it can be filled, with values at the edges, and links."""

import random
from dataclasses import dataclass
from uuid import UUID

import pytest

from graph.database import Server
from resolvers.schema import Built
from schema_sql.catalog import Column, Entity
from tests.specimens import Specimens
from tests.world import World, new_database

_EDGES = {
    "double precision": ("'NaN'", "'Infinity'", "'-Infinity'", "1e-300", "0.1", "-0.0", "123456789012345678"),
    "real": ("'NaN'", "'Infinity'", "0.1", "1e-30", "16777217"),
    "numeric": ("'NaN'", "0.000000000000000000000000000001", "12345678901234567890.5", "-0.00"),
    "timestamptz": ("'0001-01-01 00:00:00.000001+00'", "'1066-10-14 12:00+00'", "'9999-12-31 23:59:59.999999+00'", "'1970-01-01+00'",
                    "'1899-12-31 23:59:59.9+01'"),
    "date": ("'0001-01-01'", "'1582-10-10'", "'9999-12-31'"),
    "interval": ("'0'", "'-1 month 2 days -03:04:05.000006'", "'1000 years'", "'00:00:00.000001'"),
    "integer": ("2147483647", "-2147483648", "0"),
    "smallint": ("32767", "-32768", "0", "1"),
    "bigint": ("9223372036854775807", "-9223372036854775808", "0"),
    "boolean": ("true", "false"),
    "text": ("''", "' '", "E'\\\\n\\\\t\\\\\\\\ \"\\'\\''", "'ﷺ 👩‍👩‍👧‍👦 zero\u200bwidth \u202eright\u202c'", "'<b>&amp;</b>'", "repeat('ß', 3000)", "'100%_off'"),
    "text[]": ("'{}'", "ARRAY['', 'a,b', '\"', '{}', 'É', 'NULL']", "ARRAY[repeat('x', 500)]"),
    "jsonb": ("'{}'", "'{\"a\": [1, 1.0, 1e3, -0, null, true, \"\\u00e9\\ud83d\\ude00\", {\"b\": {}}], \"A\": 0.1, \"z\": 12345678901234567890}'",
              "'[]'", "'null'", "'\"text\"'"),
    "timestamptz[]": ("'{}'", "ARRAY['1800-01-01 00:00:00.5+00'::timestamptz]"),
    "bytea": ("''", "'\\x00ff'"),
}  # fmt: skip


@dataclass
class Life:
    """The ids of what lives, by table."""

    ids: dict[str, list[UUID]]

    @property
    def everything(self) -> list[UUID]:
        return [id_ for ids in self.ids.values() for id_ in ids]


@dataclass
class Lived:
    """A database that nobody is connected to, where Alice and Bob have lived, ready to be cloned."""

    template: str
    life: Life


@pytest.fixture(scope="session")
def lived(server: Server, template: str, built: Built) -> Lived:
    """One life for all files of a run that need a whole one: it takes ten seconds to live."""
    name = new_database(server, template)
    world = World(server, name, built)
    try:
        return Lived(name, live(world))
    finally:
        world.close()


@pytest.fixture(scope="session")
def life(lived: Lived) -> Life:
    """What lives in each clone of it."""
    return lived.life


def live(world: World, *, seed: int = 1) -> Life:
    """Fill the world with Alice's life, and with a smaller one of Bob's that nobody else may see."""
    chance = random.Random(seed)
    specimens = Specimens(world)
    for entity in world.catalog.records:
        for user in (world.alice, world.alice, world.bob):
            for variant in specimens.variants(entity):
                specimens.create(entity, user, variant)
        specimens.create(entity, world.alice, full=False)
    for entity in world.catalog.records:
        _edges(world, entity)
    ids = {
        entity.name: world.column(f'SELECT id FROM "{entity.name}" WHERE user_id = $1', world.alice)
        for entity in world.catalog.records
    }
    life = Life(ids)
    _tie(world, life, chance)
    _rewire(world, life, chance)
    for entity in world.catalog.records:
        if len(ids[entity.name]) > 3 and not entity.managed:
            world.rows(f'UPDATE "{entity.name}" SET deleted_at = now() WHERE id = $1', chance.choice(ids[entity.name]))
    return life


def _edges(world: World, entity: Entity) -> None:
    """Bring values to their edges, one column of one row at a time, where the table lets it be."""
    keys = {key.column for key in entity.foreign_keys}
    columns = [
        c
        for c in entity.columns
        if c.name not in (*keys, *entity.tagged("derived"), "id", "user_id", "deleted_at", "updated_at")
        and not c.generated
        and not c.secret
    ]
    statements = []
    for column in columns:
        for value in [*_edges_of(column), *(["NULL"] if column.nullable else [])]:
            statements.append(
                f'UPDATE "{entity.name}" SET "{column.name}" = {value}::{column.type} WHERE (user_id, id) IN '
                f"(SELECT user_id, id FROM \"{entity.name}\" WHERE user_id = '{world.alice}' ORDER BY md5(id::text || {len(statements)}) LIMIT 1)"
            )
    tries = "".join(
        f"BEGIN {statement}; EXCEPTION WHEN integrity_constraint_violation OR data_exception THEN NULL; END;\n"
        for statement in statements
    )
    world.execute(f"DO $do$ BEGIN SET CONSTRAINTS ALL IMMEDIATE; {tries} END $do$")


def _edges_of(column: Column) -> list[str]:
    """The JSON null in a column that is never empty would be no answer of the type JSON!."""
    return [value for value in _EDGES.get(column.type, ()) if value != "'null'" or column.nullable]


def _tie(world: World, life: Life, chance: random.Random) -> None:
    """Edges between records of any kind, some of equal weight, some to themselves, some untied again, some twice over."""
    ids = life.everything
    rows = []
    for _ in range(3 * len(ids)):
        source, target = chance.choice(ids), chance.choice(ids[: len(ids) // 3])
        relation = chance.choice(("LINKS_TO", "MENTIONS", "RELATED_TO", "WITH"))
        rows.append(
            (
                source,
                target,
                relation,
                chance.choice((1.0, 0.5, 0.5, 3e-5)),
                chance.choice((None, b'{"why": ["\xc3\xa9", 1.5]}')),
            )
        )
    rows += [(ids[0], ids[0], "SAME_AS", 1.0, None)]
    world.run(world.owner.executemany(
        "INSERT INTO entity_links (user_id, source_type, source_id, relation, target_type, target_id, weight, properties, kind) "
        "SELECT s.user_id, s.type, s.id, $3, t.type, t.id, $4::float8, $5::json::jsonb, CASE WHEN $4::float8 < 1 THEN 'extracted' ELSE 'manual' END::link_kind "
        "FROM records s JOIN records t USING (user_id) WHERE s.id = $1 AND t.id = $2 ON CONFLICT DO NOTHING",
        rows,
    ))  # fmt: skip
    world.execute(
        "UPDATE entity_links SET deleted_at = now() WHERE id IN "
        "(SELECT id FROM entity_links WHERE kind <> 'structural' ORDER BY md5(id::text) LIMIT 40)"
    )


def _rewire(world: World, life: Life, chance: random.Random) -> None:
    """Let some records of a table point at one and the same, so that lists under a parent have more than one."""
    for entity in world.catalog.records:
        for key in entity.foreign_keys:
            targets = life.ids.get(key.target, [])
            if len(targets) > 1:
                some = chance.sample(targets, 2)
                world.execute(
                    f"DO $do$ BEGIN SET CONSTRAINTS ALL IMMEDIATE; UPDATE \"{entity.name}\" SET \"{key.column}\" = '{some[0]}' WHERE user_id = '{world.alice}' "
                    f"AND \"{key.column}\" IS NOT NULL AND id::text > '6'; EXCEPTION WHEN integrity_constraint_violation THEN NULL; END $do$"
                )
