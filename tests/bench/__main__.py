"""`python -m tests.bench`: how fast the house is, as shares of what hand-written SQL reaches, in one run.

python -m tests.bench                 100,000 records, 500,000 links: under four minutes
python -m tests.bench --quick         a tenth of that: under one
python -m tests.bench --only links    one question (or several: list,one,keys,links,hops,page,counts,create)
python -m tests.bench --loading       what the triggers cost 100,000 notes by COPY and 50,000 by createNotes
python -m tests.bench --soon          how soon what was written is found by its words and by its meaning
python -m tests.bench --archive       how long a life takes to go out and to come in
python -m tests.bench --search        words, meaning and both at 20,000 and 200,000 records of one user
"""

import argparse
import asyncio
import sys
import time

from tests.bench.archive import archive
from tests.bench.house import built, serving
from tests.bench.loading import loading
from tests.bench.measure import Bench, Measured, share
from tests.bench.questions import QUESTIONS, Question
from tests.bench.search import searching
from tests.bench.soon import soon

HEAD = f"{'':8} {'hand-written SQL':>28} {'compiled':>28} {'loaders':>28}   of the limit  wanted   x loaders  wanted"
LINE = f"{'':8}" + f"{'req/s   p50   p99  cpu ms':>29}" * 3


async def questions(quick: bool, only: list[str]) -> bool:
    """Prints a line for each question; True where all limits are reached."""
    records, links = (10_000, 50_000) if quick else (100_000, 500_000)
    seconds, rounds = (0.7, 2) if quick else (1.2, 4)
    started = time.perf_counter()
    async with built(records, links) as house:
        print(f"{records:,} records and {links:,} links loaded in {time.perf_counter() - started:.0f} s")
        with serving(house) as servers:
            bench = Bench(house, servers, seconds, rounds)
            print(HEAD, LINE, sep="\n", flush=True)
            asked = [question for question in QUESTIONS if not only or question.name in only]
            return all([_shown(question, bench.measure(question)) for question in asked])  # noqa: C419  all are shown


def _shown(question: Question, measured: Measured) -> bool:
    columns = [f"{f.rate:9,.0f} {f.p50:6.2f} {f.p99:6.2f} {f.cpu:4.2f}" for f in measured.values()]
    reached, ahead = share(measured), share(measured, "loaders")
    wanted = f"{question.ahead:6.0f} x" if question.ahead else ""
    shares = f"{reached:11.0%} {question.share:7.0%} {ahead:9.1f} x {wanted}"
    print(f"{question.name:8} {'  '.join(columns)}   {shares}", flush=True)
    return reached >= question.share and ahead >= question.ahead


def main() -> int:
    """The exit status: 0 where every limit is reached."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--loading", action="store_true")
    parser.add_argument("--archive", action="store_true")
    parser.add_argument("--search", action="store_true")
    parser.add_argument("--soon", action="store_true")
    options = parser.parse_args()
    if options.soon:
        return 0 if soon() else 1
    only = options.only.split(",") if options.only else []
    if options.loading:
        work = loading(options.quick)
    elif options.archive:
        work = archive(options.quick)
    elif options.search:
        work = searching(options.quick)
    else:
        work = questions(options.quick, only)
    return 0 if asyncio.run(work) else 1


if __name__ == "__main__":
    sys.exit(main())
