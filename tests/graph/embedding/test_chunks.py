"""Pieces of texts: nothing is lost or said twice, no piece is too large, and the cap is told."""

from time import monotonic

from hypothesis import given
from hypothesis import strategies as st

from graph.embedding.chunks import FULL, MOST, chunks_of

PARAGRAPH = (
    "We walked along the old mole and talked of boats, of the price of paint, and of who would come in June. " * 4
)


def words(text: str) -> list[str]:
    return text.split()


@given(st.lists(st.text(alphabet="ab é語.!?#\n \t", max_size=400), max_size=12).map("\n\n".join))
def test_all_of_a_text_is_in_its_pieces_in_order(text: str) -> None:
    chunks = chunks_of("Label", text)
    assert "".join("".join(chunk.text.split()) for chunk in chunks if text.strip()) == "".join(text.split())
    assert [chunk.no for chunk in chunks] == list(range(len(chunks)))
    assert all(len(chunk.text.encode()) <= 1.3 * FULL for chunk in chunks)
    assert not any(chunk.more for chunk in chunks)


def test_pieces_end_at_headings_and_have_a_good_size() -> None:
    text = "\n\n".join(f"# Part {n}\n{PARAGRAPH}\n\n{PARAGRAPH}" for n in range(6))
    chunks = chunks_of("Logbook", text)
    assert all(chunk.text.startswith("# Part") for chunk in chunks)
    assert all(100 <= len(words(chunk.text)) <= 200 for chunk in chunks)
    assert all(chunk.embedded.startswith("Logbook\n# Part") for chunk in chunks)


def test_small_paragraphs_are_merged_and_a_scrap_stays_with_what_it_follows() -> None:
    chunks = chunks_of("L", "\n\n".join(["A line of a few words."] * 30))
    assert len(chunks) == 1
    chunks = chunks_of("L", "\n\n".join([PARAGRAPH] * 4) + "\n\nEnd.")
    assert chunks[-1].text.endswith("End.")
    assert all(len(words(chunk.text)) > 40 for chunk in chunks)


def test_a_record_without_text_is_its_label() -> None:
    (chunk,) = chunks_of("Ana Horvat", "")
    assert (chunk.text, chunk.embedded) == ("Ana Horvat", "Ana Horvat")


def test_a_label_that_the_text_begins_with_is_not_said_twice() -> None:
    assert chunks_of("Qué calor", "Qué calor en Valencia")[0].embedded == "Qué calor en Valencia"


def test_the_hash_is_that_of_what_is_embedded() -> None:
    one, same, other = (chunks_of(label, "text")[0].sha256 for label in ("a", "a", "b"))
    assert one == same != other
    first = chunks_of("L", f"{PARAGRAPH * 3}\n\n{PARAGRAPH * 3}")
    edited = chunks_of("L", f"{PARAGRAPH * 3}\n\nnew {PARAGRAPH * 3}")
    assert first[0].sha256 == edited[0].sha256
    assert first[-1].sha256 != edited[-1].sha256


def test_fifty_megabytes_give_the_first_pieces_quickly_and_say_so() -> None:
    text = "Lorem ipsum dolor sit amet, a word without an end. " * 1_000_000
    before = monotonic()
    chunks = chunks_of("Big", text)
    assert monotonic() - before < 10
    assert (len(chunks), chunks[-1].more) == (MOST, True)
    assert not chunks[0].more
    assert len(chunks_of("One", "x" * 5_000_000)) == MOST
