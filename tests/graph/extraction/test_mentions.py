"""What a Markdown text refers to, example by example, and against a CommonMark parser; hostile texts cost no more."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from graph.extraction.mentions import LONGEST_TARGET, Mention, mentions

FRAGMENTS = st.sampled_from(
    [
        *(
            "[",
            "]",
            "[[",
            "]]",
            "![[",
            "](",
            ")",
            "(",
            "|",
            "\\|",
            "\\",
            "#",
            "#tag",
            "^",
            "`",
            "``",
            "```",
            "~~~",
            "$",
            "$$",
        ),
        *(
            "<!--",
            "-->",
            "<a b='",
            "<div>",
            ">",
            "- ",
            "1. ",
            "    ",
            "\t",
            "\n",
            "\n\n",
            "\r\n",
            " ",
            "a",
            "b.md",
            "é",
            "%20",
        ),
        *(
            "[[a]]",
            "[[b/c#d|e]]",
            "![[f.png]]",
            "[x](y.md#z)",
            "![i](j.png)",
            "[r]: s.md",
            "http://x/#y",
            "*",
            "%%",
            '"',
            "'",
        ),
    ]
)
TEXTS = st.lists(FRAGMENTS, max_size=40).map("".join)
LINES = st.sampled_from(
    [
        "text",
        "```",
        "~~~~",
        "> q",
        "> ```",
        "",
        "<div>",
        "<!--",
        "-->",
        "# h",
        "- i",
        "1. n",
        "  two",
        "`a",
        "b`",
        "> ",
        "<b>",
        "<pre>",
        "</pre>",
    ]
)


def only(text: str) -> Mention:
    (mention,) = mentions(text)
    assert mention.text == text[slice(*mention.span)]
    return mention


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[[Note]]", ("wikilink", "Note", None, None)),
        ("see [[Note|the note]].", ("wikilink", "Note", None, "the note")),
        ("[[Note#Heading]]", ("wikilink", "Note", "Heading", None)),
        ("[[Note#A#B|c]]", ("wikilink", "Note", "A#B", "c")),
        ("[[Note#^block]]", ("wikilink", "Note", "^block", None)),
        ("[[#Here]]", ("wikilink", "", "Here", None)),
        ("[[folder/Note.md]]", ("wikilink", "folder/Note.md", None, None)),
        ("| [[a\\|b]] | c |", ("wikilink", "a", None, "b")),
        ("[[[Note]]]", ("wikilink", "Note", None, None)),
        ("[[Law [1] of]]", ("wikilink", "Law [1] of", None, None)),
        ("![[photo.png|300]]", ("embed", "photo.png", None, "300")),
        ("\\![[Note]]", ("wikilink", "Note", None, None)),
        ("[text](a%20b/C.md#h%20i)", ("link", "a b/C.md", "h i", "text")),
        ('[t](<a b.md> "title")', ("link", "a b.md", None, "t")),
        ("[t](a(1).md)", ("link", "a(1).md", None, "t")),
        ("[t](/top/a.md)", ("link", "/top/a.md", None, "t")),
        ("[t](../a&amp;b.md)", ("link", "../a&b.md", None, "t")),
        ("[t](#here)", ("link", "", "here", "t")),
        ("![alt](image.png)", ("embed", "image.png", None, "alt")),
        ("![alt](my image.png)", ("embed", "my image.png", None, "alt")),
        ("[Docs]([[Handbook]])", ("wikilink", "Handbook", None, None)),
        ("[label]: notes/a.md 'title'", ("link", "notes/a.md", None, "label")),
        ("#tag", ("tag", "tag", None, None)),
        ("- a **#nested/tag**", ("tag", "nested/tag", None, None)),
        ("#2024-goals.", ("tag", "2024-goals", None, None)),
        ("> #日本語/", ("tag", "日本語", None, None)),
        ("$5 for [[Note]] and $6", ("wikilink", "Note", None, None)),
        ("%% [[Note]] %%", ("wikilink", "Note", None, None)),
        ("`open [[Note]]", ("wikilink", "Note", None, None)),
        ("- a\n\n    [[Note]]", ("wikilink", "Note", None, None)),
        ("```\ncode\n```\n[[Note]]", ("wikilink", "Note", None, None)),
        ("> ```\n> code\n[[Note]]", ("wikilink", "Note", None, None)),
        ("<div>\nhtml\n\n[[Note]]", ("wikilink", "Note", None, None)),
        ("never closed <!-- [[Note]]", ("wikilink", "Note", None, None)),
    ],
)
def test_is_a_mention(text: str, expected: tuple[str, str, str | None, str | None]) -> None:
    mention = only(text)
    assert (mention.kind, mention.target, mention.heading, mention.alias) == expected


@pytest.mark.parametrize(
    "text",
    [
        "`[[code]] #code`",
        "``[[co`de]]``",
        "```\n[[code]]\n```",
        "~~~ py\n[[code]]\n```\n#code",
        "- item\n  ```\n  [[code]]\n  ```",
        "text\n\n    [[code]]",
        "<!-- [[hidden]]\n\n#hidden -->",
        "a <!-- [[hidden]] --> b",
        "<div>[[html]]</div>",
        "<pre>\n\n[[html]]</pre>",
        '<a href="[[html]]">',
        "$[[a]]$ and $$[[b]]$$",
        "$$\n[[a]]\n\n[[b]]\n$$",
        "\\[[escaped]]",
        "\\#escaped",
        "[[ ]] [[]] [[|alias]]",
        "[[two\nlines]]",
        "[web](https://example.com/a.md) <https://example.com/#a> https://example.com/#a",
        "[mail](mailto:a@b.c) [app](obsidian://open?x=[[y]]) [net](//host/a.md)",
        "[not](a link) f(x)[i](j k)",
        "# Heading",
        "#1984 (#braced) a#b /#c &#39; ##d #",
        "[^1]: a footnote",
        "[[" + "a" * (LONGEST_TARGET + 1) + "]]",
    ],
)
def test_is_no_mention(text: str) -> None:
    assert mentions(text) == []


def test_a_picture_that_is_a_link_is_both() -> None:
    outer, inner = mentions("[![alt](a.png)](b.md)")
    assert (outer.kind, outer.target, inner.kind, inner.target) == ("link", "b.md", "embed", "a.png")


@given(TEXTS)
def test_spans_are_the_surfaces_in_order(text: str) -> None:
    found = mentions(text)
    assert all(text[slice(*mention.span)] == mention.text for mention in found)
    assert [mention.span for mention in found] == sorted({mention.span for mention in found})
    assert all(mention.target or mention.heading for mention in found)


@given(TEXTS)
def test_a_paragraph_before_a_text_changes_nothing(text: str) -> None:
    before = "Before.\n\n"
    shifted = [(m.kind, m.target, m.span[0] - len(before)) for m in mentions(before + text)]
    assert shifted == [(m.kind, m.target, m.span[0]) for m in mentions(text)]


@settings(max_examples=300)
@given(st.lists(st.tuples(LINES, st.booleans()), max_size=8))
def test_text_is_where_commonmark_has_text(lines: list[tuple[str, bool]]) -> None:
    text = "\n".join(f"{line} [[n{number}]]" if link else line for number, (line, link) in enumerate(lines))
    tokens = (child for token in MarkdownIt().parse(text) for child in token.children or ())
    expected = [
        name for token in tokens if token.type == "text" for name in re.findall(r"\[\[(n\d)\]\]", token.content)
    ]
    assert [mention.target for mention in mentions(text)] == expected


@given(st.text(alphabet="ab/ é#|%()", min_size=1, max_size=12))
def test_a_written_wikilink_is_found_again(name: str) -> None:
    target = name.split("|")[0].split("#")[0].strip()
    found = mentions(f"before [[{name}]] after")
    assert [mention.target for mention in found] == ([target] if target or mentions(f"[[{name}]]") else [])


@pytest.mark.parametrize(
    "unit",
    [
        *(
            "[",
            "[[",
            "![[",
            "[[a",
            "[[a[",
            "[a](",
            "[](a",
            '[](a "',
            "[](<a",
            "[x]: ",
            "[a](a.b#",
            "![a](b ",
            "[a]((((",
            "#",
            "#a ",
        ),
        *(
            "` ",
            "`` ` ",
            "$a ",
            "$$",
            "<!--",
            '<a "',
            "\\",
            "](",
            "- ",
            "> ",
            "```\n",
            "<div\n",
            "$$\n",
            "<!-- \n",
            "\t- a\n",
        ),
    ],
)
def test_hostile_texts_take_linear_time(unit: str) -> None:
    def seconds(size: int) -> float:
        text = "[[a]] " + unit * (size // len(unit))
        start = time.process_time()
        mentions(text)
        return time.process_time() - start

    assert seconds(120_000) < 0.5 + 8 * seconds(30_000)


def test_three_hundred_thousand_links_in_one_text() -> None:
    text = "".join(f"[[note {number}]] " for number in range(300_000))
    found = mentions(text)
    assert len(found) == 300_000
    assert found[-1].target == "note 299999"
