"""Labelled sets in the layout of BEIR: corpus.jsonl, queries.jsonl and qrels/NAME.tsv.

Of ours the metadata of a record say its type, language and date, and those of a question its language and whether only
records in other languages answer it (`across`). Other sets have none: their records are English notes.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

LONGEST = 1000
"""Characters of a question: what `search` takes."""


@dataclass(frozen=True, slots=True)
class Record:
    """What is searched."""

    id: str
    title: str
    text: str
    type: str
    language: str
    day: date | None


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and the grades of the records that answer it; all others answer nothing."""

    id: str
    text: str
    language: str
    across: bool
    judged: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """A corpus and the questions that somebody judged."""

    name: str
    records: tuple[Record, ...]
    questions: tuple[Question, ...]


def load(path: Path, qrels: str = "test") -> LabelledSet:
    """The set in a directory. Questions without an answer are left out."""
    judged: dict[str, dict[str, int]] = {}
    for line in (path / "qrels" / f"{qrels}.tsv").read_text("utf-8").splitlines()[1:]:
        question, record, grade = line.split("\t")
        if int(grade) > 0:
            judged.setdefault(question, {})[record] = int(grade)
    records = tuple(_record(row) for row in _rows(path / "corpus.jsonl"))
    rows = [row for row in _rows(path / "queries.jsonl") if row["_id"] in judged]
    return LabelledSet(path.name, records, tuple(_question(row, judged[row["_id"]]) for row in rows))


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text("utf-8").split("\n"):
        if line.strip():
            yield json.loads(line)


def _record(row: Mapping[str, Any]) -> Record:
    about = row.get("metadata") or {}
    day = date.fromisoformat(about["date"]) if "date" in about else None
    return Record(
        row["_id"], row.get("title") or "", row["text"], about.get("type", "note"), about.get("language", "en"), day
    )


def _question(row: Mapping[str, Any], judged: Mapping[str, int]) -> Question:
    about = row.get("metadata") or {}
    return Question(row["_id"], plain(row["text"]), about.get("language", "en"), about.get("across", False), judged)


def plain(text: str) -> str:
    """The words of a question, without what `search` takes for an operator, and no more of them than it takes."""
    words = [word.lstrip("-") for word in text.replace('"', " ").split()]
    kept = " ".join(word for word in words if word and word.lower() != "or")
    return kept if len(kept) <= LONGEST else kept[:LONGEST].rpartition(" ")[0]
