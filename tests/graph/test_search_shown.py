"""The passages that lexical search shows: safe HTML, the words marked, the right place."""

from html import unescape
from html.parser import HTMLParser

import pytest

from tests.graph.finding import FILLER, purge, search, write
from tests.world import World


class Tags(HTMLParser):
    """What a browser makes of a passage."""

    def __init__(self, passage: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.text = ""
        self.feed(passage)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag + "".join(f" {name}" for name, _ in attrs))

    def handle_data(self, data: str) -> None:
        self.text += data


HOSTILE = [
    "needle <script>alert(1)</script>", "<img src=x onerror=alert(1)> needle", "needle <mark onclick=x>no</mark>",
    "&lt;b&gt; needle &amp;amp; &#60;i&#62;", "needle \x01\x02\x03\x02b\x03", "<needle>", "<needle onload=x",
    "</mark>needle<mark>", "<!-- needle --> <![CDATA[ needle ]]>", "needle='\"><svg/onload=x>", "<\x01script>needle",
    "𝐧needle \u202eneedle\u202c",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_a_passage_is_html_with_no_tag_but_marks(world: World, text: str) -> None:
    id_ = write(world, "Hostile", text)
    (edge,) = search(world, "needle", t=["NOTE"])["edges"]
    shown = Tags(edge["snippet"])
    assert set(shown.tags) == {"mark"}
    plain = " ".join("".join(c for c in text if c not in "\x01\x02\x03").split())
    assert shown.text in plain
    assert unescape(edge["snippet"].replace("<mark>", "").replace("</mark>", "")) == shown.text
    purge(world, id_)


@pytest.mark.parametrize(
    ("query", "passage"),
    [
        ("bathroom", "<mark>bathroom</mark> by 2024-05-12"),
        ("2024-05", "by <mark>2024</mark>-<mark>05</mark>-12"),
        ("Ecole", "the <mark>École</mark>"),
        ("repai", "<mark>Repaint</mark> the"),
        ("東京", "in <mark>東京</mark>"),
        ('"the kitchen"', "<mark>the</mark> <mark>kitchen</mark>"),
        ("repaint or nothing", "<mark>Repaint</mark> the"),
    ],
)
def test_the_words_that_were_found_are_marked(world: World, query: str, passage: str) -> None:
    if not search(world, "passagen", world.carol)["totalCount"]:
        write(world, "Passagen", "Repaint the kitchen/bathroom by 2024-05-12\n\nnear the École, in 東京都", world.carol)
    (edge,) = search(world, query, world.carol, t=["NOTE"])["edges"]
    assert passage in edge["snippet"]


def test_the_passage_is_where_the_words_are(world: World) -> None:
    id_ = write(world, "Passage", f"{FILLER} the hidden Zaunkönig sings {FILLER}")
    (edge,) = search(world, "zaunkonig")["edges"]
    assert "the hidden <mark>Zaunkönig</mark> sings" in edge["snippet"]
    assert len(edge["snippet"]) < 500
    (edge,) = search(world, "zaunkonig passage")["edges"]
    assert "Zaunkönig" in edge["snippet"] or edge["snippet"].startswith("lorem")
    purge(world, id_)
