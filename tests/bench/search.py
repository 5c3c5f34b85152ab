"""How long a search takes, by 20,000 and 200,000 records of one user: in all, and what each of its parts takes alone."""

import json
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from uuid import UUID

import numpy

from graph.accounts import create_user
from graph.database import Connection, Database
from graph.embedding import models, nearest
from graph.embedding.embedders import load_embedder
from graph.embedding.embedders.base import EmbedderUnavailable, Vectors
from graph.embedding.embedding import Embeddings, Wanted
from graph.service import compose
from graph.settings import Settings
from resolvers.execution import Engine
from resolvers.protocol import GraphQLRequest
from resolvers.schema import build_schema
from schema_sql.migrate import declared
from tests.bench.house import inhabit, started
from tests.bench.search_life import IDENTITY, Filled, Guessing, Meanings, Words, fill

KINDS = {"3 common words": (10, 60, 3), "ordinary words": (2_000, 10_000, 3), "rare words": (30_000, 60_000, 2)}
"""From and to which rank of the vocabulary the words are, and how many."""

ASKED = 60
LIMITS = {"3 common words": (None, 40.0), "ordinary words": (15.0, None)}
"""Milliseconds in the middle and at 95 % that a hybrid search of 200,000 records may take."""

RECALL = 0.97
NEAR = 50
"""How many a hybrid search takes from the list by meaning; from the one by words it takes 100."""
SEARCH = """query ($query: String!) { search(query: $query, first: 10) {
  edges { score snippet node { id } explanation { rank } } } }"""
_LEXICAL = "SELECT id, score FROM search_lexical($1, NULL, NULL, NULL, 1, 100)"
_SEMANTIC = "SELECT id, similarity FROM search_semantic($1, $2::text::vector, $3, NULL, NULL, $4)"

Seconds = list[float]


async def searching(quick: bool) -> bool:
    """Prints a table; True where the limits hold."""
    await _embedding()
    return all([await _house(count) for count in ((20_000,) if quick else (20_000, 200_000))])


async def _house(count: int) -> bool:
    """One size: a user of so many records, and another with 200, whom the big one must not disturb."""
    words, meanings, catalog = Words.make(1), Meanings(1), declared(None)
    begun = time.perf_counter()
    with started() as server:
        async with Database.open(server.owner_dsn, server.service_dsn, 4) as database:
            big, small = await inhabit(database), (await create_user(database, "small")).id
            async with database.owner() as owner:
                lives = [await fill(owner, *who, words, meanings) for who in ((big, count), (small, 200))]
            await _settle(database, lives)
            service = compose(Settings(data_dir=Path()), catalog, database)
            service.embedding._embedders[IDENTITY.spec] = Guessing(meanings)
            engine = Engine(build_schema(catalog), service)
            print(f"{count:,} records in {time.perf_counter() - begun:.0f} s; milliseconds, p50 and p95", flush=True)
            fast = await _times(database, engine, service.embedding, words, lives[0])
            near = [await _recall(database, life, meanings) for life in lives]
            return (fast or count < 200_000) and min(near) >= RECALL


async def _settle(database: Database, lives: Sequence[Filled]) -> None:
    """What happens beside a server: words are counted, indexes of neighbours made."""
    for life in lives:
        async with database.acting_as(life.user) as connection:
            await connection.execute("SELECT count_terms()")
            model = await models.find(connection, life.model)
        assert model is not None
        await nearest.settle(database, life.user, model)
    async with database.owner() as owner:
        await owner.execute("VACUUM ANALYZE")


async def _times(database: Database, engine: Engine, embedding: Embeddings, words: Words, life: Filled) -> bool:
    """A line for each kind of question; True where the limits hold."""
    print(f"{'':16} {'lexical':>14} {'semantic':>14} {'hybrid':>14}   hybrid / its slower part")
    good = True
    for kind, ranks in KINDS.items():
        queries = [words.asked(*ranks) for _ in range(ASKED)]
        vectors = [await _vector(embedding, life.user, query) for query in queries]
        async with database.acting_as(life.user) as connection:
            lexical = await _timed([_rows(connection, _LEXICAL, query) for query in queries])
            semantic = await _timed(
                [_rows(connection, _SEMANTIC, life.model, vector, None, NEAR) for vector in vectors]
            )
        hybrid = await _timed([_asked(engine, life.user, query) for query in queries])
        ratio = statistics.median(hybrid) / max(statistics.median(lexical), statistics.median(semantic))
        print(f"{kind:16} {_shown(lexical)} {_shown(semantic)} {_shown(hybrid)}   {ratio:8.2f}", flush=True)
        middle, most = LIMITS.get(kind, (None, None))
        good &= statistics.median(hybrid) <= (middle or 1e9) and _p95(hybrid) <= (most or 1e9)
    return good


async def _recall(database: Database, life: Filled, meanings: Meanings) -> float:
    """The share of the exact ten nearest that the search finds: among all records, and among tasks only."""
    worst = 1.0
    for types in (None, ["task"]):
        mine = [place for place, type_ in enumerate(life.types) if types is None or type_ in types]
        ids, vectors = [life.ids[place] for place in mine], life.vectors[mine]
        shares = []
        async with database.acting_as(life.user) as connection:
            for wanted in meanings.some(ASKED):
                exact = {ids[place] for place in numpy.argsort(-(vectors @ wanted))[:10]}
                rows = await connection.fetch(_SEMANTIC, life.model, _text(wanted), types, 10)
                shares.append(len(exact & {row[0] for row in rows}) / 10)
        share = statistics.mean(shares)
        print(
            f"recall@10 of {len(life.ids):,} records, {types or 'all types'}: {share:.3f} (limit {RECALL})", flush=True
        )
        worst = min(worst, share)
    return worst


async def _embedding() -> None:
    """What the default embedder takes for a question that nobody asked before."""
    embedder = load_embedder("auto", Settings(data_dir=Path()))
    try:
        name = (await embedder.identify()).name
    except EmbedderUnavailable as error:
        print(error)
        return
    words = Words.make(2)
    questions = [words.asked(0, 5_000, 4) for _ in range(ASKED)]
    taken = await _timed([lambda asked=asked: embedder.embed([asked], "query") for asked in questions])
    print(f"a question's vector by {name}: {_shown(taken)} ms, p50 and p95")
    await embedder.close()


def _rows(connection: Connection, sql: str, *arguments: object) -> Callable[[], Awaitable[object]]:
    return lambda: connection.fetch(sql, *arguments)


def _asked(engine: Engine, user: UUID, query: str) -> Callable[[], Awaitable[object]]:
    async def ask() -> None:
        answer = await engine.execute(GraphQLRequest(SEARCH, {"query": query}), user)
        assert b'"errors"' not in answer.body, answer.body[:500]

    return ask


async def _vector(embedding: Embeddings, user: UUID, query: str) -> str:
    """The vector of a question, which `search` remembers from then on."""
    wanted = await embedding.embed_query(user, query)
    assert isinstance(wanted, Wanted), wanted
    return wanted.vector


async def _timed(works: Sequence[Callable[[], Awaitable[object]]]) -> Seconds:
    """The milliseconds of each, after some that only warm up."""
    for work in works[:10]:
        await work()
    taken = []
    for work in works:
        begun = time.perf_counter()
        await work()
        taken.append((time.perf_counter() - begun) * 1000)
    return taken


def _text(vector: Vectors) -> str:
    return json.dumps([float(value) for value in vector])


def _shown(taken: Seconds) -> str:
    return f"{statistics.median(taken):6.1f} {_p95(taken):7.1f}"


def _p95(taken: Seconds) -> float:
    return statistics.quantiles(taken, n=20)[-1]
