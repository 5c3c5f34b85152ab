"""Forward decay is the exact sum of all accesses, over centuries and whatever the clock did; and its order never changes."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.graph.heat.exact import DAY, WEIGHTS, Access, exact
from tests.world import World

HALF_LIVES = {"notes": 30.0, "contacts": 120.0, "events": 14.0}
COLUMNS = {"notes": "title", "contacts": "fn", "events": "summary"}

past = st.datetimes(datetime(1500, 1, 1), datetime(2024, 1, 1), timezones=st.just(UTC))
ever = st.datetimes(datetime(1500, 1, 1), datetime(2999, 1, 1), timezones=st.just(UTC))
recent = st.integers(0, 400 * 86_400).map(lambda seconds: datetime.now(UTC) - timedelta(seconds=seconds))
accesses = st.lists(st.tuples(st.sampled_from(sorted(WEIGHTS)), past | recent), min_size=1, max_size=12)


def record(world: World, table: str = "notes") -> UUID:
    sql = f"INSERT INTO {table} (user_id, {COLUMNS[table]}) VALUES ($1, 'one') RETURNING id"
    if table == "events":
        sql = (
            "WITH c AS (INSERT INTO calendars (user_id, display_name) VALUES ($1, 'mine') RETURNING id) "
            "INSERT INTO events (user_id, calendar_id, summary, dtstart) SELECT $1, id, 'one', now() FROM c RETURNING id"
        )
    id_: UUID = world.value(sql, world.alice)
    return id_


def warm(world: World, id_: UUID, batch: list[Access], again: bool = True) -> None:
    kinds, moments = [kind for kind, _ in batch], [at for _, at in batch]
    call = "SELECT warm($1, $2::uuid[], $3::text[]::access_kind[], $4::timestamptz[], $5)"
    world.value(call, world.alice, [id_] * len(batch), kinds, moments, again)


def heat(world: World, id_: UUID, moment: datetime) -> tuple[float, float]:
    sql = "SELECT heat_at(level, half_life, pinned, $2), warmth(level, half_life, $2) FROM record_heat WHERE id = $1"
    return tuple(world.rows(sql, id_, moment)[0])


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(sorted(HALF_LIVES)), st.lists(accesses, min_size=1, max_size=4), ever)
def test_heat_is_the_exact_sum_of_all_accesses(
    world: World, table: str, batches: list[list[Access]], moment: datetime
) -> None:
    id_ = record(world, table)
    for batch in batches:
        warm(world, id_, batch)
    every = [access for batch in batches for access in batch]
    expected, logarithm = exact(every, HALF_LIVES[table], moment)
    found, warmth = heat(world, id_, moment)
    assert found == pytest.approx(expected, abs=1e-9)
    assert warmth == pytest.approx(logarithm, abs=1e-9)
    assert world.value("SELECT opened FROM record_heat WHERE id = $1", id_) == len(every)


@settings(deadline=None, max_examples=60)
@given(st.lists(accesses, min_size=1, max_size=4), ever)
def test_the_parts_are_the_whole(world: World, batches: list[list[Access]], moment: datetime) -> None:
    id_ = record(world)
    for batch in batches:
        warm(world, id_, batch)
    for kind, level, times in world.rows("SELECT kind::text, level, times FROM heat_parts WHERE id = $1", id_):
        own = [access for batch in batches for access in batch if access[0] == kind]
        assert times == len(own)
        assert world.value("SELECT warmth($1, 30, $2)", level, moment) == pytest.approx(
            exact(own, 30, moment)[1], abs=1e-9
        )


@settings(deadline=None, max_examples=40)
@given(st.lists(accesses, min_size=2, max_size=5), st.lists(ever, min_size=2, max_size=5))
def test_the_order_never_changes_with_time(
    world: World, histories: list[list[Access]], moments: list[datetime]
) -> None:
    ids = [record(world) for _ in histories]
    for id_, history in zip(ids, histories, strict=True):
        warm(world, id_, history)
    ranked = world.column("SELECT id FROM record_heat WHERE id = ANY ($1) ORDER BY rank DESC, id", ids)
    for moment in moments:
        heats = [heat(world, id_, moment)[0] for id_ in ranked]
        assert heats == sorted(heats, reverse=True)


@given(
    level=st.floats(allow_nan=False) | st.none(), half_life=st.floats(0.1, 36500),
    pinned=st.booleans() | st.none(), moment=ever,
)  # fmt: skip
@settings(deadline=None)
def test_heat_lies_between_0_and_1_and_never_fails(
    world: World, level: float | None, half_life: float, pinned: bool | None, moment: datetime
) -> None:
    value = world.value("SELECT heat_at($1, $2, $3, $4)", level, half_life, pinned, moment)
    assert 0 <= value <= 1
    assert value == 1 or not pinned


@settings(deadline=None)
@given(*[st.floats(-1e7, 1e7) | st.just(float("-inf"))] * 2)
def test_levels_add_whatever_they_are(world: World, one: float, other: float) -> None:
    both, reverse = world.rows("SELECT add_levels($1, $2), add_levels($2, $1)", one, other)[0]
    assert both == reverse >= max(one, other)


def test_half_is_gone_after_the_half_life(world: World) -> None:
    id_ = record(world)
    now = datetime.now(UTC)
    warm(world, id_, [("opened", now)])
    assert heat(world, id_, now)[0] == pytest.approx(0.632, abs=0.001)
    assert heat(world, id_, now + 30 * DAY)[0] == pytest.approx(0.393, abs=0.001)
    assert heat(world, id_, now + 100 * 30 * DAY)[0] == pytest.approx(0, abs=1e-9)


def test_a_clock_that_was_ahead_does_not_heat_for_long(world: World) -> None:
    """What says that it was in the future counts as now; what was written in the future is put right when it is met."""
    id_, far = record(world), datetime(2160, 1, 1, tzinfo=UTC)
    warm(world, id_, [("opened", far)])
    now = datetime.now(UTC)
    assert heat(world, id_, now)[0] == pytest.approx(0.632, abs=0.001)
    ahead = "UPDATE {} SET level = level + ln(2.0) / 30 * 365 * 100 WHERE id = '{}'"
    for table in ("record_heat", "heat_parts"):
        world.execute(ahead.format(table, id_))
    assert heat(world, id_, now)[0] == 1
    warm(world, id_, [("opened", now)])
    assert heat(world, id_, now)[1] == pytest.approx(0.693, abs=0.001)
    assert heat(world, id_, now + 300 * DAY)[0] < 0.01


def test_what_is_done_again_in_one_sitting_counts_once_unless_it_is_meant(world: World) -> None:
    id_, at = record(world), datetime(2024, 5, 1, 10, 3, tzinfo=UTC)
    for minutes in (0, 1, 6, 9, 60):
        warm(world, id_, [("opened", at + timedelta(minutes=minutes))], again=False)
    assert world.value("SELECT opened FROM record_heat WHERE id = $1", id_) == 3
    warm(world, id_, [("edited", at), ("edited", at), ("opened", at + timedelta(minutes=61))], again=False)
    assert world.value("SELECT opened FROM record_heat WHERE id = $1", id_) == 4
    warm(world, id_, [("opened", at + timedelta(minutes=60))] * 2)
    assert world.value("SELECT opened FROM record_heat WHERE id = $1", id_) == 6


def test_a_machine_does_not_warm(world: World) -> None:
    id_ = record(world)
    warm(world, id_, [("sync", datetime.now(UTC)), ("import", datetime.now(UTC))])
    assert world.rows("SELECT FROM record_heat WHERE id = $1", id_) == []
    assert world.rows("SELECT FROM heat_parts WHERE id = $1", id_) == []


def test_another_half_life_makes_nothing_warmer_or_colder_now(world: World) -> None:
    id_, now = record(world), datetime.now(UTC)
    warm(world, id_, [("opened", now - 10 * DAY), ("edited", now - 40 * DAY)])
    before = heat(world, id_, now)[0]
    types = dict(map(tuple, world.rows("SELECT type, half_life FROM heat_types")))
    tell = "SELECT set_half_lives($1, $2)"
    try:
        world.value(tell, list(types), list({**types, "note": 90.0}.values()))
        assert heat(world, id_, now)[0] == pytest.approx(before, abs=1e-6)
        assert heat(world, id_, now + 90 * DAY)[1] == pytest.approx(heat(world, id_, now)[1] - 0.6931, abs=1e-3)
        (part,) = world.column("SELECT max(level) FROM heat_parts WHERE id = $1", id_)
        assert world.value("SELECT warmth($1, 90, $2)", part, now) < heat(world, id_, now)[1]
    finally:
        world.value(tell, list(types), list(types.values()))
    assert heat(world, id_, now)[0] == pytest.approx(before, abs=1e-6)
