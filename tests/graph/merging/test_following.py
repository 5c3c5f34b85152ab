"""What follows a merge beyond the rows: texts that name the absorbed record, and its history.

Goals have no column of other names, so that nothing but the merge says who is meant.
"""

from tests.graph.household import Household
from tests.graph.merging.people import create, merge, split
from tests.world import World

HISTORY = "query($id: ID!) { node(id: $id) { history(first: 50) { totalCount nodes { recordId operation } } } }"


async def test_texts_that_name_the_absorbed_mean_the_survivor(house: Household) -> None:
    bob, robert = await house.create("goals", title="Bob"), await house.create("goals", title="Robert")
    text = await house.create("notes", title="Day", content="Met [[Bob]] and [[Robert]].")
    await house.follow()
    merged = await house.service.merging.merge(house.user, [bob], robert)
    for content in (None, "Met [[Bob]].", "Met [[Robert]].", "Saw [[Bob]] and [[Robert]] again."):
        if content:
            await house.change("notes", text, content=content)
        await house.follow()
        assert await house.edges() == {("Day", "LINKS_TO", "Robert")}
    await house.service.merging.split(house.user, merged.merge.id)
    await house.follow()
    await house.change("notes", text, content="Saw [[Bob]] and [[Robert]].")
    await house.follow()
    assert await house.edges() == {("Day", "LINKS_TO", "Bob"), ("Day", "LINKS_TO", "Robert")}


async def test_one_restored_by_hand_is_meant_again(house: Household) -> None:
    bob, robert = await house.create("goals", title="Bob"), await house.create("goals", title="Robert")
    await house.service.merging.merge(house.user, [bob], robert)
    await house.restore(bob)
    await house.create("notes", title="Day", content="Met [[Bob]].")
    await house.follow()
    assert await house.edges() == {("Day", "LINKS_TO", "Bob")}


def test_history_follows_through_merges_of_merges(world: World) -> None:
    a, b, c = (create(world, "Contact", fn=name) for name in ("A", "B", "C"))
    first, second = merge(world, b, a)["merge"]["id"], merge(world, c, b)["merge"]["id"]

    def told(id_: str) -> set[str]:
        history = world.ask(HISTORY, id=id_)["node"]["history"]
        assert history["totalCount"] == len(history["nodes"])
        return {line["recordId"] for line in history["nodes"]}

    assert (told(c), told(b), told(a)) == ({a, b, c}, {b}, {a})
    split(world, second)
    assert (told(c), told(b)) == ({c}, {a, b})
    split(world, first)
    assert told(b) == {b}
