"""Small files that would keep an import busy for ever, or end it: each of them is read or refused at once."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from graph.importers.base import Item, Problem
from graph.importers.detection import discover
from graph.importers.formats import IMPORTERS
from graph.importers.mail.html_text import plain_text
from tests.graph.household import Household, write
from tests.graph.importers.bringing import event

_SECONDS = 10
_GPX = '<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">'
_BOOKMARKS = '<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<DL><p>\n<DT><A HREF="https://a.example">A</A>\n'
_FEED = '{"version": "https://jsonfeed.org/version/1.1", "title": "F", "items": [{"id": "1", "_x": %s}]}'
_SHAPE = '{"type": "Feature", "geometry": {"type": "Polygon", "coordinates": %s}, "properties": {}}'
_BOMB = '<!DOCTYPE opml [<!ENTITY a "' + "A" * 10_000 + '">]><opml><head/><body><outline text="' + "&a;" * 1000 + '"/></body></opml>'  # fmt: skip


def deep(levels: int) -> str:
    return "[" * levels + "1" + "]" * levels


def nested(tag: str, levels: int) -> str:
    return f"<{tag}>" * levels + f"</{tag}>" * levels


FILES = {
    "deep.gpx": f'{_GPX}<wpt lat="1" lon="2"><extensions>{nested("x", 5000)}</extensions></wpt></gpx>',
    "types.gpx": _GPX + "<!DOCTYPE[" * 20_000,
    "health.xml": f"<HealthData>{nested('Workout', 5000)}</HealthData>",
    "deep.ofx": "OFXHEADER:100\n\n<OFX>" + "<A>" * 50_000,
    "bomb.opml": _BOMB,
    "tag.html": _BOOKMARKS + "<a " + "\n" * 200_000,
    "comment.html": _BOOKMARKS + "<!--" * 50_000,
    "feed.json": _FEED % deep(900),
    "shape.geojson": '{"type": "FeatureCollection", "features": [%s]}' % (_SHAPE % deep(300)),
}


@contextmanager
def soon() -> Iterator[None]:
    """What takes longer than any machine needs is stopped."""

    def stop(*_: object) -> None:
        pytest.fail(f"it took more than {_SECONDS} seconds")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(_SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("name", FILES)
def test_every_file_ends_in_items_or_problems(tmp_path: Path, name: str) -> None:
    with soon():
        (found,) = discover(write(tmp_path, {name: FILES[name]}) / name, IMPORTERS)
        assert not isinstance(found, Problem)
        told = list(found.extract())
    assert told
    assert sum(len(str(one.rows)) for one in told if isinstance(one, Item)) < 1_000_000


async def test_what_no_importer_foresaw_ends_its_file_alone(
    house: Household, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RecursionError("a \0 too many")

    monkeypatch.setattr("graph.importers.web.opml.document", fail)
    write(tmp_path, {"a.opml": "<opml><body/></opml>", "z.ics": f"BEGIN:VCALENDAR\n{event('u', 'E')}END:VCALENDAR\n"})
    report = await house.bring(tmp_path)
    assert "cannot be read further: RecursionError: a  too many" in [one.reason for one in report.problems]
    assert report.counts["event"].created == 1


@pytest.mark.parametrize("size", [400_000, 1_200_000])
@pytest.mark.parametrize("piece", ["<", "<a ", "<a b='", "<!--", "<!--x>", "<?", "</", "</script ", "<![CDATA["])
def test_html_without_an_end(piece: str, size: int) -> None:
    with soon():
        plain_text("<p>Text</p>" + piece * (size // len(piece)))


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("a < b and 3 > 2", "a < b and 3 > 2"),
        ("I <3 you<br", "I <3 you"),
        ("one<!-- x --> two<!-- three", "one two"),
        ("<script><!-- a </script>text", "text"),
        ("<![if !mso]>shown<![endif]><!-->too", "showntoo"),
        ("<p title='>'>q</p>", "q"),
    ],
)
def test_what_is_cut_was_never_seen(source: str, text: str) -> None:
    assert plain_text(source) == text
