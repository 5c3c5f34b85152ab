"""What the house is held against: BM25 by a library (bm25s, stemmed by Snowball), and exact nearest neighbours by numpy."""

import re
import unicodedata
from collections.abc import Sequence

import bm25s
import numpy
import Stemmer
from numpy.typing import NDArray

from tests.quality.beir import Question, Record

Vectors = NDArray[numpy.float32]

K1, B = 1.2, 0.75
_LANGUAGES = {"en": "english", "es": "spanish", "de": "german", "fr": "french", "pt": "portuguese", "it": "italian"}


class BM25:
    """Title and text as one text, no stop words, accents folded, each text stemmed in its own language."""

    def __init__(self, records: Sequence[Record]) -> None:
        self._ids = [record.id for record in records]
        self._index = bm25s.BM25(k1=K1, b=B, method="lucene")
        texts = [tokens(f"{record.title} {record.text}", record.language) for record in records]
        self._index.index(texts, show_progress=False)

    def ask(self, question: Question, depth: int) -> list[str]:
        """The ids of the best, best first; what shares no word with the question is not found."""
        known = [word for word in tokens(question.text, question.language) if word in self._index.vocab_dict]
        if not known:
            return []
        scores = self._index.get_scores(known)
        return [self._ids[place] for place in numpy.argsort(-scores, kind="stable")[:depth] if scores[place] > 0]


def tokens(text: str, language: str) -> list[str]:
    """The stems of a text's words."""
    parts = unicodedata.normalize("NFKD", text.lower())
    words = re.findall(r"\w+", "".join(letter for letter in parts if not unicodedata.combining(letter)))
    stems: list[str] = Stemmer.Stemmer(_LANGUAGES.get(language, "english")).stemWords(words)
    return stems


def nearest(owners: Sequence[str], vectors: Vectors, wanted: Vectors, depth: int) -> list[str]:
    """The records whose best vector is nearest, by comparing with all of them."""
    order = numpy.argsort(-(vectors @ wanted), kind="stable")
    return list(dict.fromkeys(owners[place] for place in order))[:depth]
