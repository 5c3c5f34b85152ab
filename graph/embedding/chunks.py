"""A text in pieces of about 120 to 200 words, cut at headings, paragraphs, sentences, and only then anywhere. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from graph.embedding.embedders.base import LONGEST

MOST = 2000
"""Pieces of one record. A text of many megabytes is found by its words to the end, by its meaning up to here."""

FULL, ENOUGH, SCRAP = 1200, 720, 240
"""Bytes of a full piece (200 words; bytes measure scripts without spaces too), of one that may end before a heading,
and of one that is too little to stand alone."""

READ = 2 * MOST * FULL
"""Characters of a text that are looked at."""

_VERSION = b"1"
_BREAK = re.compile(r"\n[ \t]*\n\s*|\n(?=#{1,6} )")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？])|\n")
_HEADING = re.compile(r"#{1,6} ")


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece: what is shown, what is embedded (its record's label before it), and the hash of that.

    `more` is true for the last one where the text goes on beyond the cap.
    """

    no: int
    text: str
    embedded: str
    sha256: bytes
    more: bool = False


def chunks_of(label: str, text: str) -> list[Chunk]:
    """The pieces of a record's text; one of the label alone where there is no text."""
    pieces: list[str] = []
    more = len(text) > READ
    for piece in _packed(text[:READ]):
        if len(pieces) == MOST:
            more = True
            break
        pieces.append(piece)
    last = len(pieces) - 1
    return [_chunk(label, piece, no, more and no == last) for no, piece in enumerate(pieces or [""])]


def _chunk(label: str, piece: str, no: int, more: bool) -> Chunk:
    embedded = (piece if piece.startswith(label) else f"{label}\n{piece}").strip()[: LONGEST["document"]]
    return Chunk(no, piece or label, embedded, sha256(_VERSION + _bytes(embedded)).digest(), more)


def _packed(text: str) -> Iterator[str]:
    """Blocks put together up to a full piece. A scrap at the end goes with the piece before it."""
    held, size, waiting = "", 0, ""
    for gap, block in _blocks(text):
        weight = _weight(block)
        if held and (size + weight > FULL or (size >= ENOUGH and _HEADING.match(block))):
            if waiting:
                yield waiting
            waiting, held, size = held, "", 0
        held = f"{held}{gap}{block}" if held else block
        size += weight
    if waiting and held and size < SCRAP:
        waiting, held = f"{waiting}\n\n{held}", ""
    yield from filter(None, (waiting, held))


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    """Paragraphs, and those that are too long in sentences; each with what joins it to the one before it."""
    for paragraph in _split(_BREAK, text):
        gap = "\n\n"
        for block in [paragraph] if _weight(paragraph) <= FULL else _sentences(paragraph):
            yield gap, block
            gap = " "


def _sentences(paragraph: str) -> Iterator[str]:
    for sentence in _split(_SENTENCE, paragraph):
        yield from [sentence] if _weight(sentence) <= FULL else _cut(sentence)


def _cut(sentence: str) -> Iterator[str]:
    """A sentence without end, between words where it has any."""
    step = max(1, FULL * len(sentence) // max(1, _weight(sentence)))
    while len(sentence) > step:
        place = sentence.rfind(" ", step // 2, step)
        place = place if place > 0 else step
        yield sentence[:place].strip()
        sentence = sentence[place:].strip()
    if sentence:
        yield sentence


def _split(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    start = 0
    for match in pattern.finditer(text):
        if part := text[start : match.start()].strip():
            yield part
        start = match.end()
    if part := text[start:].strip():
        yield part


def _weight(text: str) -> int:
    return len(_bytes(text))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", errors="replace")
