"""Whatever a text and its parameters hold, our reader and the library have it back from the folded lines."""

from hypothesis import given
from hypothesis import strategies as st
from icalendar.parser import Contentlines

from graph.exporters.content_lines import Sheet, content_line, escaped, folded
from graph.importers.lines.contentlines import parse, read_line, unfold

_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=200)


@given(_TEXT, st.lists(_TEXT.filter(str.strip), max_size=3))
def test_our_reader_has_it_back(text: str, listed: list[str]) -> None:
    listed = [value.strip() for value in listed]
    line = content_line("X-A", escaped(text), {"X-P": listed} if listed else {})
    (whole,) = unfold(folded([line]))
    read = read_line(whole)
    assert read is not None
    assert (read.text, list(read.params.get("X-P", ()))) == (text, listed)


@given(_TEXT.filter(lambda text: text.isprintable()))
def test_no_line_is_long_and_no_character_is_cut(text: str) -> None:
    raw = folded([content_line("X-A", escaped(text), {})])
    for piece in raw.removesuffix(b"\r\n").split(b"\r\n"):
        assert len(piece.rstrip(b" ")) <= 75 or piece.endswith(b"  ") or b"   " in piece
        assert piece.decode().strip()
    assert Contentlines.from_ical(raw)[0] == content_line("X-A", escaped(text), {})


def test_a_raw_line_that_says_more_takes_the_place_of_ours() -> None:
    sheet = Sheet("label", ["SUMMARY;LANGUAGE=de:a", "X-B:1", "BEGIN:X-IN", "Y:1", "END:X-IN", "no line"])
    sheet.text("SUMMARY", "a")
    sheet.rest()
    assert (sheet.lines, sheet.parts) == (["SUMMARY;LANGUAGE=de:a", "X-B:1"], [["BEGIN:X-IN", "Y:1", "END:X-IN"]])
    assert [lost.reason for lost in sheet.lost] == ["a raw line that is no content line: 'no line'"]
    edited = Sheet("label", ["SUMMARY;LANGUAGE=de:a"])
    edited.text("SUMMARY", "b")
    edited.rest()
    assert [line.text for line in parse(folded(edited.lines)).lines] == ["b", "a"], "ours is read first"
