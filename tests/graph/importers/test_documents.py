"""Text, PDF and Office files: their text, what they say of themselves, and what cannot be read."""

from datetime import date
from pathlib import Path
from typing import Any, ClassVar

import pytest

from graph.importers.base import Importer
from graph.importers.papers import packages
from graph.importers.papers.documents import Documents
from graph.importers.papers.reading import LARGEST_TEXT
from tests.graph.household import Household, write
from tests.graph.importers.bringing import told
from tests.graph.importers.conformance import Conformance, items, run, values
from tests.graph.importers.memory import little_memory
from tests.graph.importers.packed import docx, odt, pdf, pptx, xlsx, zipped

OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
BOMB = '<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><w:document xmlns:w="urn:w"><w:t>&b;</w:t></w:document>'


class TestDocuments(Conformance):
    importer: ClassVar[Importer] = Documents()
    samples: ClassVar[dict[str, str | bytes]] = {
        "letter.txt": "Dear Bo,\n\nthanks.\n",
        "western.txt": "Größe".encode("cp1252"),
        "wide.txt": "Größe".encode("utf-16"),
        "lease.docx": docx(),
        "costs.xlsx": xlsx(),
        "talk.pptx": pptx(),
        "letter.odt": odt(),
        "invoice.pdf": pdf("First", "Second"),
        "shut.pdf": pdf("First", password="x"),
        "old.doc": OLD,
        "locked.docx": OLD,
        "odd.docx": b"no zip",
    }


def read(path: Path, data: bytes) -> tuple[dict[str, Any], dict[str, Any], tuple[str, ...]]:
    found = run(Documents(), path, data)
    (item,) = items(found).values()
    return values(found, "documents"), values(found, "files"), item.warnings


@pytest.mark.parametrize(
    ("name", "data", "text"),
    [
        ("a.docx", docx(), "First\tline\nnew"),
        ("a.odt", odt(), "Title\nOne  two\tthree\na\tb"),
        ("a.xlsx", xlsx(), "Costs\nRent\t1.5\t\nRich\tin"),
        ("a.pptx", pptx(), "Slide 1\n\nSlide 2\n\nSlide 10"),
        ("a.pdf", pdf("First", "Second"), "First\n\nSecond"),
        ("a.txt", "Größe".encode("cp1252"), "Größe"),
    ],
)
def test_texts(tmp_path: Path, name: str, data: bytes, text: str) -> None:
    _, file, _ = read(tmp_path / name, data)
    assert file["text_content"] == text


def test_what_documents_say_of_themselves(tmp_path: Path) -> None:
    document, file, _ = read(tmp_path / "a.docx", docx())
    assert (document["title"], document["description"], document["issued"]) == ("Lease", "Flat 4", date(2020, 5, 6))
    assert (file["creator"], document["custom_fields"]) == ("Ana", {"keywords": ["rent", "home"]})
    document, file, _ = read(tmp_path / "a.odt", odt())
    assert (document["issued"], file["creator"], file["language"], file["page_count"]) == (
        date(2021, 1, 2),
        "Bo",
        "de-AT",
        3,
    )
    document, file, _ = read(tmp_path / "a.pdf", pdf("x", "y"))
    assert (document["title"], document["issued"], file["page_count"]) == ("Invoice 7", date(2022, 3, 4), 2)
    assert document["custom_fields"] == {"keywords": ["a", "b"]}


@pytest.mark.parametrize(
    ("name", "data", "warning"),
    [
        ("a.pdf", pdf("x", password="secret"), "kept without its text: protected by a password"),
        ("a.pdf", pdf(""), "there is no text in it, only pictures of pages"),
        ("a.pdf", b"%PDF-1.4 nothing", "kept without its text: broken"),
        ("a.docx", OLD, "kept without its text: protected by a password"),
        ("a.doc", OLD, "kept without its text: a format of Office before 2007"),
        ("a.rtf", b"{\\rtf1 x}", "kept without its text: nothing here reads this format"),
        ("a.docx", docx()[:-30], "kept without its text: broken"),
        ("a.docx", zipped({"x": "y"}), "kept without its text: no document of a known kind is in it"),
        (
            "a.docx",
            docx(**{"word/footnotes.xml": BOMB}),
            "kept without its text: it declares a document type of its own",
        ),
    ],
)
def test_without_text_it_is_a_document_all_the_same(tmp_path: Path, name: str, data: bytes, warning: str) -> None:
    document, file, warnings = read(tmp_path / name, data)
    assert document["file_id"]
    assert "text_content" not in file
    assert len(warnings) == 1
    assert warnings[0].startswith(warning)


def test_what_unpacks_for_ever_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "LARGEST_PART", 1_000_000)
    _, _, warnings = read(tmp_path / "a.docx", docx(**{"word/footnotes.xml": "<a>" + "x" * 1_000_000 + "</a>"}))
    assert warnings == ("kept without its text: word/footnotes.xml unpacks to more than 0 MB",)


def test_a_long_text_is_cut_and_stays_on_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    with path.open("wb") as file:
        for number in range(1_000_000):
            file.write(b"line %06d of a very long text that nobody will ever read to its end\n" % number)
    with little_memory(200_000_000):
        (found,) = Documents().extract(path)
    text = values([found], "files")["text_content"]
    assert LARGEST_TEXT - 100 < len(text) <= LARGEST_TEXT
    assert "only the first" in items([found])["document:long.txt"].warnings[0]


async def test_an_edited_document_is_one_update_and_its_text_is_found(house: Household, tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"a.txt": "zebracorn", "sub/a.txt": "other", "b.pdf": pdf("quagga")}
    report = await house.bring(write(tmp_path, files))
    assert report.problems == []
    assert told(report) == {"document": {"created": 3}, "file": {"created": 3}}
    assert (await house.bring(tmp_path)).changes == 0
    report = await house.bring(write(tmp_path, {"a.txt": "zebracorn and more"}))
    assert told(report)["file"] == {"updated": 1, "unchanged": 2}
    assert report.gone == []
    for word, name in (("zebracorn", "a.txt"), ("quagga", "b.pdf")):
        sql = "SELECT f.name FROM search_lexical($1, NULL, NULL, NULL, 1, 9) s JOIN files f ON f.id = s.id"
        assert await house.column(sql, word) == [name]
