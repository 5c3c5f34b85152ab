"""Works to cite go out as BibTeX and come in as the same."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.exporters.base import Exporter
from graph.exporters.bibtex import BibTex
from graph.exporters.bibtex_tex import tex
from graph.importers.library.latex import plain_text
from tests.graph.exporters.round_trip import RoundTrip, contents, out
from tests.graph.household import Household, write

_BIB = r"""
@string{acm = "Journal of the {ACM}"}
@article{odd:2020, author = {Erd{\H o}s, P{\'a}l and {ACME, Inc.} and others}, title = {{The} $x^2$ of \LaTeX},
   journal = acm, year = 2020, month = may, pages = "97--111", mycustom = {a \& b}}
@InProceedings{child, crossref = {parent}, author = "van Gogh, Jr, Vincent", title = {Sun}, pages={1}}
@proceedings{parent, title = {The Book}, year = {1999}, publisher = {Smith and Sons}, date = {1999-02~}}
@phdthesis{T1, title={Unchanged}, school={Somewhere}, year={c. 1850}, zzz = {q}, isbn={1, 2}}
@weird{w-1, title = {Weird}, URL = {http://x.example/a_b%20c}}
"""


class TestBibTex(RoundTrip):
    exporter: ClassVar[Exporter] = BibTex()
    name = "works.bib"
    tables = ("bibliography_items",)
    edits: ClassVar[Mapping[bytes, bytes]] = {
        b"{Sun}": b"{Moon}",
        b"{Changed 50\\% ": b"{Unchanged 50\\% ",
        b"{CHILD}": b"{Child}",
        b"10.1000/x_1": b"10.1000/y_1",
    }

    async def fill(self, house: Household, directory: Path) -> None:
        await house.bring(write(directory / "old", {"old.bib": _BIB}) / "old.bib")
        changed = await house.value("SELECT id FROM bibliography_items WHERE citation_key = 'T1'")
        await house.change(
            "bibliography_items", changed, title="Changed 50% {since} & a_b", authors=["Plato", "de la Cruz, Ana"]
        )
        for number in range(3):
            await house.create(
                "bibliography_items",
                title=f"By hand -- ``{number}''",
                authors=["Núñez, Ana", "Research and Development", "King, Martin Luther, Jr."],
                editors=["Ed and Co, X"],
                issued=date(2020, 5, 3 + number // 2),
                isbn="1234-567X",
                keywords=["a", "b c"],
                doi=f"10.1000/x_{number}",
                csl_type=("article-journal", "book", "thesis")[number],
                container_title="J~ & ^K\\ #1",
                publisher="Salt and Pepper",
                volume="3",
                issue="4",
                abstract="One.\n\nTwo $5.",
                note="N",
                language="en-GB",
                url="https://x.example/?a=1&b=%20_#x",
                pages="12-14",
            )
        await house.create("bibliography_items", title="", csl_type="webpage")
        await house.create("bibliography_items", title="CHILD", citation_key="Grandchild", csl_type="document")


@given(st.text(st.sampled_from("aÑ \\{}$&%#_~^-`'?!\".,"), max_size=12).map(lambda text: " ".join(text.split())))
def test_any_text_comes_back_from_tex(text: str) -> None:
    assert plain_text(tex(text)) == text


async def test_what_is_unchanged_keeps_its_own_words(house: Household, tmp_path: Path) -> None:
    entry = '@ARTICLE { Foo ,\n\ttitle = "{E}rd{\\H o}s"  ,\n year=1999 }'
    await house.bring(write(tmp_path, {"one.bib": entry}) / "one.bib")
    await out(house, BibTex(), tmp_path / "a.bib")
    assert contents(tmp_path / "a.bib")["."].decode() == f"@comment{{Lifeloom}}\n\n{entry}\n"
    await house.change("bibliography_items", await house.value("SELECT id FROM bibliography_items"), volume="7")
    await out(house, BibTex(), tmp_path / "b.bib")
    assert b"title = {Erd\xc5\x91s}" in contents(tmp_path / "b.bib")["."]


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"csl_type": "map"}, "its csl_type as it is"),
        ({"citation_key": "a b"}, "its citation key a b: it became ab"),
        ({"abstract": "two\nlines"}, "its abstract as it is"),
        ({"csl": {"type": "article-journal", "scale": "1:5"}}, "its scale"),
        ({"custom_fields": {"shelf": 3}}, "its field shelf"),
        ({"custom_fields": {"bibtex": {"no name": "x"}}}, "its field no name"),
    ],
)
async def test_what_bibtex_cannot_say_is_told(
    house: Household, tmp_path: Path, values: dict[str, object], reason: str
) -> None:
    await house.create("bibliography_items", **{"title": "T", **values})
    done = await out(house, BibTex(), tmp_path / "out.bib")
    assert (done.records, [(one.label, one.reason) for one in done.lost]) == (1, [("T", reason)])
