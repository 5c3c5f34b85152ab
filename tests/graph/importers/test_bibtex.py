"""BibTeX and BibLaTeX: strings, parents, TeX's letters, names, dates; every work once and nothing left out."""

from datetime import date
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.importers.base import Importer
from graph.importers.library.bibtex import BibTex
from graph.importers.library.bibtex_fields import Strings, pieces
from graph.importers.library.latex import plain_text, verbatim
from graph.importers.library.names import bibtex_names, name_text
from tests.graph.household import Household, write
from tests.graph.importers.bringing import told
from tests.graph.importers.conformance import Conformance, filled, items, problems, run

KNUTH = r"""This is a comment.
@string{ cj = "The Computer Journal" }
@string(acm = {ACM } # "Press")
@preamble{"\newcommand{\noop}[1]{}"}
@article{knuth1984literate,
  author = "Donald E. Knuth and {\'E}tienne van der M{\"u}ller and {Simon and Schuster} and others",
  title = {Literate {P}rogramming: {$E=mc^2$}},
  journal = cj, year = 1984, month = may # "~3", volume = {27}, number = 2, pages = "97--111",
  doi = {https://doi.org/10.1093/COMJNL/27.2.97}, url = {http://example.org/a\_b%20c},
  keywords = {programs, books; TeX}, note = {Read \emph{twice}}, abstract = "One.

Two.", file = {:a.pdf:PDF}
}
@InProceedings{child, author={Ana Example}, title={Small}, crossref={Parent}, pages={1-2}}
@Proceedings{parent, title={Big Things}, year={2001}, editor={Ed Itor}, publisher=acm, isbn={0-201-13447-0}}
@comment{jabref-meta: databaseType:bibtex;}
"""
BIBLATEX = r"""@thesis{geer, author = {de Geer, Ingrid and King, Jr, Martin Luther}, title = {Earl}, subtitle = {Skald},
 type = {phdthesis}, institution = {Uppsala}, date = {1985-03/1986}, langid = {british}, urldate = {2006-10-01}}
@online{wasneeh, author = {{CTAN Team}}, title = {CTAN}, eprint = {1001.0001}, eprinttype = {arxiv}, year = {in press}}
@set{all, entryset = {geer,wasneeh}}
@book{1, title={Counted}, author={Ana Example}, year={n.d.}}
"""
TWINS = "@book{a, title={One}}\n@book{a, title={Two}}\n@book{a, title={One}}\n@book{b, title={B}, title={C}}\n"
BROKEN = "@article{cut, title = {no end\n@book{whole, title={Whole}}\n@misc{x y z}\n"


class TestConformance(Conformance):
    importer: ClassVar[Importer] = BibTex()
    samples: ClassVar[dict[str, str]] = {"k.bib": KNUTH, "l.bib": BIBLATEX, "twins.bib": TWINS, "broken.bib": BROKEN}


def test_an_article(tmp_path: Path) -> None:
    knuth, _, _ = filled(run(BibTex(), tmp_path / "k.bib", KNUTH), "bibliography_items")
    csl = knuth.pop("csl")
    assert knuth == {
        "citation_key": "knuth1984literate",
        "csl_type": "article-journal",
        "title": "Literate Programming: $E=mc^2$",
        "authors": ["Knuth, Donald E.", "van der Müller, Étienne", "Simon and Schuster", "others"],
        "container_title": "The Computer Journal",
        **{"issued": date(1984, 5, 3), "volume": "27", "issue": "2", "pages": "97-111"},
        "doi": "10.1093/comjnl/27.2.97",
        "url": "http://example.org/a_b%20c",
        "keywords": ["programs", "books", "TeX"],
        "note": "Read twice",
        "abstract": "One.\n\nTwo.",
        "custom_fields": {"bibtex": {"file": ":a.pdf:PDF"}},
        "source": "bibtex",
    }
    assert (csl["id"], csl["issued"]) == ("knuth1984literate", {"date-parts": [[1984, 5, 3]]})


def test_what_a_child_takes_from_its_parent(tmp_path: Path) -> None:
    found = run(BibTex(), tmp_path / "k.bib", KNUTH)
    _, child, parent = filled(found, "bibliography_items")
    assert (child["title"], child["container_title"], child["pages"]) == ("Small", "Big Things", "1-2")
    assert (child["publisher"], child["issued"], child["editors"]) == ("ACM Press", date(2001, 1, 1), ["Itor, Ed"])
    assert child["custom_fields"]["bibtex"] == {"crossref": "Parent"}
    assert (parent["csl_type"], parent["isbn"]) == ("book", "0-201-13447-0")
    assert items(found)["work:child"].raw == (
        b"@InProceedings{child, author={Ana Example}, title={Small}, crossref={Parent}, pages={1-2}}"
    )


def test_biblatex(tmp_path: Path) -> None:
    found = run(BibTex(), tmp_path / "l.bib", BIBLATEX)
    geer, ctan, _, counted = filled(found, "bibliography_items")
    assert (geer["title"], geer["publisher"], geer["language"]) == ("Earl: Skald", "Uppsala", "en-GB")
    assert geer["authors"] == ["de Geer, Ingrid", "King, Martin Luther, Jr"]
    assert (geer["csl"]["genre"], geer["csl"]["issued"]) == ("PhD thesis", {"date-parts": [[1985, 3], [1986]]})
    assert geer["csl"]["accessed"] == {"date-parts": [[2006, 10, 1]]}
    assert (ctan["authors"], ctan["url"]) == (["CTAN Team"], "https://arxiv.org/abs/1001.0001")
    assert ("issued" in ctan, ctan["csl"]["issued"]) == (False, {"raw": "in press"})
    assert counted["citation_key"] == "1"
    assert list(items(found))[-1] != "work:1"


def test_twins_and_what_is_broken(tmp_path: Path) -> None:
    found = run(BibTex(), tmp_path / "t.bib", TWINS)
    assert [row["title"] for row in filled(found, "bibliography_items")] == ["One", "Two", "B; C"]
    assert [one.warnings for one in items(found).values()] == [(), ("another work has the same key: a",), ()]
    found = run(BibTex(), tmp_path / "b.bib", BROKEN)
    assert [row.get("title") for row in filled(found, "bibliography_items")] == ["Whole", None]
    assert problems(found) == ["no valid entry of BibTeX: @article{cut, title = {no end"]


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (r"{\"o}ffentlich {\aa} {\ss} \o{} \c{c} \v{s} \L{}\'od\'z", "öffentlich å ß ø ç š Łódź"),
        (r"A \texttt{b} \emph{c} \LaTeX{} 50\% & 7 % x~y ``z''", "A b c LaTeX 50% & 7 % x y “z”"),
        (r"{{T}he} {NASA} $\alpha_1$ -- a", "The NASA $\\alpha_1$ – a"),
    ],
)
def test_tex(written: str, text: str) -> None:
    assert plain_text(written) == text


def test_values() -> None:
    strings = Strings({"a": '"x" # b', "b": "{y}", "loop": "loop"})
    assert (strings.resolve('a # " {z}" # 5'), strings.resolve("loop"), strings.resolve("nobody")) == (
        "xy {z}5",
        "loop",
        "nobody",
    )
    assert verbatim(r"\url{http://a/b\_c}") == "http://a/b_c"


@given(st.text('ab{}"\\#, \n', max_size=40))
def test_any_value_is_cut_into_pieces(value: str) -> None:
    assert all(piece in value for piece in pieces(value))
    Strings({"a": value}).resolve(value)


@given(st.text("Ab{}\\~, \nand$", max_size=60))
def test_any_name_is_a_name(written: str) -> None:
    assert all(isinstance(name_text(name), str) for name in bibtex_names(written))


async def test_the_same_again_and_an_edit(house: Household, tmp_path: Path) -> None:
    path = write(tmp_path, {"k.bib": KNUTH}) / "k.bib"
    assert told(await house.bring(path)) == {"bibliography_item": {"created": 3}}
    assert (await house.bring(path)).changes == 0
    write(tmp_path, {"k.bib": KNUTH.replace("Big Things", "Bigger Things").replace("crossref={Parent}, ", "")})
    assert told(await house.bring(path)) == {"bibliography_item": {"updated": 2, "unchanged": 1}}
