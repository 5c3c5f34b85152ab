"""One batch of what waits: what its records say now, which pieces of that lack vectors, and who fails by itself."""

import asyncio
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from uuid import UUID

from graph.embedding.chunks import MOST, Chunk, chunks_of
from graph.embedding.embedders.base import EmbedderUnavailable, EmbedderWrong, as_text
from graph.embedding.embedding import Embeddings, Piece
from graph.embedding.models import Model
from graph.embedding.sources import Source
from graph.embedding.waiting import Kept, Queue, Waiting

logger = logging.getLogger(__name__)

AT_ONCE = 32
"""Pieces that are embedded, and records that are looked at, in one batch: what a killed process repeats."""

READ_AT_ONCE = 8
"""Records whose texts are in memory together; each may be of megabytes."""

ATTEMPTS = 5
LATER = 5.0
"""Seconds until a text that failed is tried again; twice as long after each further time."""

_SOON = 20_000
"""Characters of a text that are cut into pieces before anybody notices."""

_FAILURES = (EmbedderUnavailable, EmbedderWrong, TimeoutError)
_PROBE = Source(UUID(int=0), "probe", "", "Lifeloom", 0)


class EmbedderFails(Exception):
    """It is not the text: the embedder can do nothing now. The message says why."""


@dataclass(slots=True)
class _Work:
    """One record of the batch: its pieces, and those of them that lack vectors or have them at another place."""

    waiting: Waiting
    source: Source
    chunks: list[Chunk]
    missing: list[Chunk] = field(default_factory=list)
    moved: list[Chunk] = field(default_factory=list)
    hopeless: list[Chunk] = field(default_factory=list)
    failed: bool = False


class Batches:
    """Embeds what waits in queues, one batch a call."""

    def __init__(self, embeddings: Embeddings) -> None:
        self._embeddings = embeddings
        self._hopeless: dict[tuple[UUID, bytes], str] = {}
        self._pace: dict[UUID, float] = {}

    async def embed(self, queue: Queue, model: Model, waiting: Sequence[Waiting]) -> None:
        """Embed the first of these. Raises EmbedderFails."""
        started = monotonic()
        done: dict[Waiting, int] = {}
        works: list[_Work] = []
        for some in _portions(waiting):
            found, without = await self._read(queue, model, some)
            works += found
            done |= dict.fromkeys(without, 0)
            if sum(len(work.missing) for work in works) >= AT_ONCE:
                break
        try:
            await self._embed(queue, model, works)
        finally:
            for work in works:
                if not work.missing and not work.failed:
                    done[work.waiting] = len(work.chunks)
                    await self._tell(queue, model, work)
            if done:
                await queue.settle(done, self._measured(model, started, len(done)))

    async def _read(self, queue: Queue, model: Model, waiting: Sequence[Waiting]) -> tuple[list[_Work], list[Waiting]]:
        """What is to be done for these; and those that have nothing to embed, or must not give it away."""
        sources = await queue.sources(waiting)
        known = await queue.known(list(sources))
        works, without = [], []
        for one in waiting:
            source = sources.get(one.record)
            if source is None:
                without.append(one)
            elif not self._embeddings.may_leave(model, source.sensitivity):
                reason = "Its sensitivity is above LIFELOOM_SHARE_UP_TO, and the embedder is another machine."
                await queue.park(one, reason, withheld=True)
                without.append(one)
            else:
                work = _Work(one, source, await _chunks(source))
                self._sort(work, model, known.get(one.record, {}))
                works.append(work)
        return works, without

    def _sort(self, work: _Work, model: Model, held: Mapping[int, bytes]) -> None:
        hashes = frozenset(held.values())
        for chunk in work.chunks:
            if held.get(chunk.no) == chunk.sha256:
                continue
            if chunk.sha256 in hashes:
                work.moved.append(chunk)
            elif work.waiting.attempts >= ATTEMPTS and (model.id, chunk.sha256) in self._hopeless:
                work.hopeless.append(chunk)
            else:
                work.missing.append(chunk)

    async def _embed(self, queue: Queue, model: Model, works: Sequence[_Work]) -> None:
        moved = [Kept.of(work.waiting, chunk) for work in works for chunk in work.moved]
        if moved:
            await queue.keep(moved)
        wanted = [(work, chunk) for work in works for chunk in work.missing][:AT_ONCE]
        if wanted:
            await self._embed_some(queue, model, wanted)

    async def _embed_some(self, queue: Queue, model: Model, wanted: Sequence[tuple[_Work, Chunk]]) -> None:
        """All at once; where that fails one by one, and the one that fails alone waits or is parked."""
        pieces = [Piece(work.source, chunk) for work, chunk in wanted]
        try:
            vectors = await self._embeddings.embed(queue.user, model, pieces)
        except _FAILURES as error:
            await self._probe(queue, model, error)
            if len(wanted) > 1:
                for one in wanted:
                    await self._embed_some(queue, model, [one])
            else:
                await self._fail(queue, model, *wanted[0], error)
            return
        made = zip(wanted, vectors, strict=True)
        await queue.keep([Kept.of(work.waiting, chunk, as_text(vector)) for (work, chunk), vector in made])
        for work, chunk in wanted:
            work.missing.remove(chunk)

    async def _probe(self, queue: Queue, model: Model, error: Exception) -> None:
        """Whether the embedder can do anything at all. Raises EmbedderFails."""
        try:
            await self._embeddings.embed(queue.user, model, [Piece(_PROBE, chunks_of("", _PROBE.text)[0])])
        except _FAILURES:
            raise EmbedderFails(str(error) or type(error).__name__) from error

    async def _fail(self, queue: Queue, model: Model, work: _Work, chunk: Chunk, error: Exception) -> None:
        """The text itself cannot be embedded: later again, and in the end without it."""
        last = work.waiting.attempts + 1 >= ATTEMPTS
        if last:
            reason = f"No vector for piece {chunk.no + 1} of {len(work.chunks)}: {error}"
            logger.warning("record %s: %s", work.source.record, reason)
            self._hopeless[model.id, chunk.sha256] = reason
        if not work.failed:
            work.failed = True
            await queue.postpone(work.waiting, 0 if last else LATER * 2**work.waiting.attempts)

    async def _tell(self, queue: Queue, model: Model, work: _Work) -> None:
        """Park what has no vectors for good, and say so where a text is too long to have them all."""
        reasons = [self._hopeless[model.id, chunk.sha256] for chunk in work.hopeless[:3]]
        if work.chunks and work.chunks[-1].more:
            reasons.append(f"Only the first {MOST:,} pieces have vectors: the text is longer than that.")
        if reasons:
            await queue.park(work.waiting, " ".join(reasons))

    def _measured(self, model: Model, started: float, records: int) -> float:
        """Seconds a record takes, as it goes lately."""
        now = (monotonic() - started) / max(1, records)
        self._pace[model.id] = 0.9 * self._pace.get(model.id, now) + 0.1 * now
        return self._pace[model.id]


def _portions(waiting: Sequence[Waiting]) -> Iterator[Sequence[Waiting]]:
    for first in range(0, len(waiting), READ_AT_ONCE):
        yield waiting[first : first + READ_AT_ONCE]


async def _chunks(source: Source) -> list[Chunk]:
    if len(source.text) < _SOON:
        return chunks_of(source.label, source.text)
    return await asyncio.to_thread(chunks_of, source.label, source.text)
