"""Where and during what a photo or a film was taken follows from its position and its time; a page kept and brought by a feed is one."""

import pytest

from tests.graph.watching import do, make
from tests.world import World

NOON = "2026-05-04T12:00:00Z"
LINKS = """query($id: ID!, $r: [String!]) { node(id: $id) { links(relations: $r) { edges { kind node { id } } } } }"""


def tied(world: World, id_: str, relation: str) -> set[str]:
    edges = world.ask(LINKS, id=id_, r=[relation])["node"]["links"]["edges"]
    assert {edge["kind"] for edge in edges} <= {"STRUCTURAL"}
    return {edge["node"]["id"] for edge in edges}


def change(world: World, type_: str, id_: str, **values: object) -> None:
    query = f"mutation($id: ID!, $i: Update{type_}Input!) {{ update{type_}(id: $id, input: $i) {{ id }} }}"
    world.ask(query, id=id_, i=values)


def test_a_photo_is_taken_at_the_places_around_it(world: World) -> None:
    early = make(world, "Photo", lat=48.2083, lon=16.3731)
    cathedral = make(world, "Place", name="Cathedral", lat=48.2085, lon=16.3735, radiusM=60)
    late = make(world, "Photo", lat=48.2086, lon=16.3737)
    town = make(world, "Place", name="Town", lat=48.2, lon=16.37, radiusM=12_000)
    make(world, "Place", name="Country", lat=48.2, lon=16.37, radiusM=500_000)
    make(world, "Place", name="Point", lat=48.2083, lon=16.3731)
    make(world, "Place", name="Nowhere", radiusM=1000)
    make(world, "Place", name="As far north", lat=48.2083, lon=18.0, radiusM=50_000)
    assert tied(world, early, "TAKEN_AT") == tied(world, late, "TAKEN_AT") == {cathedral, town}
    change(world, "Photo", late, lat=48.19, lon=16.37)
    assert tied(world, late, "TAKEN_AT") == {town}
    change(world, "Place", cathedral, lat=48.19, lon=16.3701)
    assert (tied(world, early, "TAKEN_AT"), tied(world, late, "TAKEN_AT")) == ({town}, {cathedral, town})
    change(world, "Place", cathedral, radiusM=None)
    do(world, "delete(id: $id) { id }", town)
    assert tied(world, late, "TAKEN_AT") == set()
    do(world, "restore(id: $id) { id }", town)
    change(world, "Photo", late, placeId=town)
    change(world, "Photo", late, lat=None, lon=None)
    assert tied(world, late, "TAKEN_AT") == {town}, "said by hand"
    change(world, "Photo", late, placeId=None)
    assert tied(world, late, "TAKEN_AT") == set()


def test_the_earth_is_round(world: World) -> None:
    island = make(world, "Place", name="Island", lat=-16.8, lon=179.999, radiusM=1000)
    assert tied(world, make(world, "Photo", lat=-16.8, lon=-179.999), "TAKEN_AT") == {island}
    pole = make(world, "Place", name="Pole", lat=90, lon=0, radiusM=5000)
    assert tied(world, make(world, "Photo", lat=89.98, lon=170), "TAKEN_AT") == {pole}


def test_a_photo_is_taken_during_what_lasts_then(world: World) -> None:
    place, other = make(world, "Place", name="There"), make(world, "Photo", takenAt="2026-06-01T12:00:00Z")
    photo = make(world, "Photo", takenAt=NOON)
    trip = make(world, "Trip", name="Lisbon", startDate="2026-05-04", endDate="2026-05-05")
    visit = make(world, "Visit", placeId=place, arrivedAt="2026-05-04T11:00:00Z", departedAt="2026-05-04T12:30:00Z")
    event = make(world, "Event", summary="Lunch", dtstart="2026-05-04T11:30:00Z", dtend="2026-05-04T12:30:00Z")
    make(world, "Event", summary="Star wars day", startDate="2026-05-04")
    make(world, "Event", summary="Daily", dtstart="2026-05-04T11:30:00Z", dtend="2026-05-04T12:30:00Z", rrule="FREQ=DAILY")  # fmt: skip
    make(world, "Trip", name="Called off", startDate="2026-05-04", status="cancelled")
    make(world, "Visit", placeId=place, arrivedAt="2026-01-01T00:00:00Z", departedAt="2027-01-01T00:00:00Z")
    assert tied(world, photo, "TAKEN_DURING") == {trip, visit, event}
    assert tied(world, other, "TAKEN_DURING") == set()
    change(world, "Photo", other, takenAt="2026-05-05T22:30:00Z")
    assert tied(world, other, "TAKEN_DURING") == {trip}
    change(world, "Photo", other, tzOffset="PT2H")
    assert tied(world, other, "TAKEN_DURING") == set(), "it was the day after, there"
    change(world, "Trip", trip, endDate="2026-05-06")
    assert tied(world, other, "TAKEN_DURING") == {trip}
    change(world, "Visit", visit, arrivedAt="2026-05-04T12:10:00Z")
    change(world, "Event", event, dtend="2026-05-04T11:40:00Z")
    assert tied(world, photo, "TAKEN_DURING") == {trip}


def test_a_film_is_taken_where_and_while_it_began(world: World) -> None:
    video = make(world, "Video", lat=30.2083, lon=16.3731, takenAt="2031-05-04T12:00:00Z")
    cathedral = make(world, "Place", name="Cathedral", lat=30.2085, lon=16.3735, radiusM=60)
    make(world, "Place", name="Country", lat=30.2, lon=16.37, radiusM=500_000)
    trip = make(world, "Trip", name="Lisbon", startDate="2031-05-04")
    visit = make(world, "Visit", placeId=cathedral, arrivedAt="2031-05-04T11:00:00Z", departedAt="2031-05-04T12:30:00Z")
    event = make(world, "Event", summary="Lunch", dtstart="2031-05-04T11:30:00Z", dtend="2031-05-04T12:30:00Z")
    make(world, "Event", summary="Star wars day", startDate="2031-05-04")
    assert tied(world, video, "TAKEN_AT") == {cathedral}
    assert tied(world, video, "TAKEN_DURING") == {trip, visit, event}
    change(world, "Place", cathedral, radiusM=5)
    assert tied(world, video, "TAKEN_AT") == set()
    change(world, "Video", video, placeId=cathedral, takenAt="2031-05-04T23:00:00Z")
    assert (tied(world, video, "TAKEN_AT"), tied(world, video, "TAKEN_DURING")) == ({cathedral}, {trip})
    change(world, "Video", video, tzOffset="PT2H")
    assert tied(world, video, "TAKEN_DURING") == set(), "it was the day after, there"
    do(world, "delete(id: $id) { id }", cathedral)
    assert tied(world, video, "TAKEN_AT") == set()


def test_a_photo_is_part_of_its_albums(world: World) -> None:
    photo, album = make(world, "Photo", title="boat"), make(world, "Album", title="Boats")
    item = make(world, "AlbumItem", photoId=photo, albumId=album)
    assert tied(world, photo, "PART_OF") == {album}
    do(world, "delete(id: $id) { id }", item)
    assert tied(world, photo, "PART_OF") == set()


def test_a_page_kept_and_brought_by_a_feed_is_one(world: World) -> None:
    feed = make(world, "Feed", xmlUrl="https://example.org/feed.xml")
    kept = make(world, "Bookmark", url="https://www.Example.org/post/1/?utm_source=x#part")
    article = make(world, "FeedArticle", feedId=feed, guid="1", url="http://example.org/post/1")
    make(world, "FeedArticle", feedId=feed, guid="2", url="http://example.org/post/2")
    assert tied(world, kept, "SAME_AS") == {article}
    change(world, "Bookmark", kept, url="https://example.org/post/3")
    assert tied(world, kept, "SAME_AS") == set()
    change(world, "FeedArticle", article, url="https://example.org/post/3?")
    assert tied(world, article, "SAME_AS") == {kept}


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.example.org", "example.org"),
        ("HTTP://user:pw@Example.org:80/A/", "example.org/A"),
        ("https://example.org:8443/a?b=1&utm_medium=m&c=2#d", "example.org:8443/a?b=1&c=2"),
        ("https://example.org/?utm_source=a&id=5", "example.org?id=5"),
        ("https://example.org/go/?to=https://other.org/", "example.org/go?to=https://other.org/"),
        ("mailto:ana@example.org", None),
        ("", None),
        ("http://", None),
    ],
)
def test_addresses_of_one_page_have_one_key(world: World, url: str, key: str | None) -> None:
    assert world.value("SELECT url_key($1)", url) == key


def test_the_longest_address_has_a_key(world: World) -> None:
    long = "https://example.org/" + "é" * 100_000
    assert world.value("SELECT url_key($1)", long) == world.value("SELECT url_key($1)", f"{long}/#x")
    assert make(world, "Bookmark", url=long)
