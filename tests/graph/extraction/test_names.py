"""Names and what they mean: one key for all spellings, Obsidian's choice among files, no matter their order."""

from uuid import NAMESPACE_URL, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.extraction.names import Candidate, name_key, resolve

PATHS = ("Note.md", "a/Note.md", "a/b/Note.md", "long folder/Note.md", "c/Other.md", "c/note.png", "b/Note.md")


def candidate(path: str, name: str | None = None) -> Candidate:
    return Candidate(uuid5(NAMESPACE_URL, path + str(name)), path, name or path.rpartition("/")[2].removesuffix(".md"))


def meant(target: str, source: str, paths: tuple[str, ...]) -> str | None:
    found = resolve(target, source, [candidate(path) for path in paths])
    return found.path if found else None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Note", "note.md"),
        ("STRASSE", "straße"),
        ("Cafe\u0301", "café"),
        ("a\u00a0b", "a   b"),
        (" a\tb ", "A B"),
        ("ﬁle", "FILE"),
    ],
)
def test_spellings_of_one_name(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


def test_accents_count() -> None:
    assert name_key("resume") != name_key("résumé")


@given(st.text(max_size=20))
def test_a_key_is_its_own_key(name: str) -> None:
    key = name_key(name)
    assert key.endswith(".md") or "/" in key or name_key(key) == key


@pytest.mark.parametrize(
    ("target", "source", "expected"),
    [
        ("Note", "a/Source.md", "Note.md"),
        ("a/Note", "x/Source.md", "a/Note.md"),
        ("b/Note", "x/Source.md", "b/Note.md"),
        ("./Note.md", "a/Source.md", "a/Note.md"),
        ("../Note", "a/b/Source.md", "a/Note.md"),
        ("../../../Note", "a/Source.md", None),
        ("/Note", "a/Source.md", "Note.md"),
        ("/b/Other", "a/Source.md", None),
        ("other", "a/Source.md", "c/Other.md"),
        ("note.png", "a/Source.md", "c/note.png"),
        ("x/Note", "a/Source.md", None),
        ("", "a/Source.md", None),
        ("ote", "a/Source.md", None),
    ],
)
def test_which_file_a_target_means(target: str, source: str, expected: str | None) -> None:
    assert meant(target, source, PATHS) == expected


def test_without_an_exact_path_the_folder_of_the_source_comes_first_then_the_shortest() -> None:
    paths = ("z/Note.md", "folder/deep/Note.md", "yy/Note.md")
    assert meant("Note", "folder/Source.md", paths) == "folder/deep/Note.md"
    assert meant("Note", "other/Source.md", paths) == "z/Note.md"


def test_a_name_without_a_path_is_found_after_the_files() -> None:
    ana, file = candidate("", "Ana Horvat"), candidate("people/Ana Horvat.md")
    assert resolve("ana horvat", "Source.md", [ana]) == ana
    assert resolve("ana horvat", "", [ana, file]) == file


@given(
    st.permutations(PATHS),
    st.sampled_from(("Note", "b/Note", "note.png")),
    st.sampled_from(("Source.md", "a/S.md", "a/b/S.md")),
)
def test_the_order_of_candidates_is_no_matter(paths: list[str], target: str, source: str) -> None:
    assert meant(target, source, tuple(paths)) == meant(target, source, PATHS)


def test_a_path_is_looked_up_by_its_last_part() -> None:
    assert name_key("Folder/Note.md") == name_key("../NOTE") == name_key("note") == "note"
    book = candidate("", "Either/Or")
    assert name_key(book.name) == name_key("either/or")
    assert resolve("either/or", "", [book]) == book
    assert resolve("or", "", [book]) is None
