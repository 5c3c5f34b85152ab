"""Brings the recognised links and the open suggestions of some sources to what their texts say now."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from graph.database import Connection
from graph.extraction import recognise_queries as queries
from graph.extraction.recognise_verdict import Finding, Seen, Standing, verdict

T = TypeVar("T")
Pair = tuple[UUID, UUID]

ROWS_AT_ONCE = 5_000


class Keeper:
    """What is to be written about some sources, gathered source by source."""

    def __init__(self, connection: Connection, user: UUID) -> None:
        self._connection = connection
        self._user = user
        self._links: dict[Pair, Finding] = {}
        self._open: dict[Pair, Finding] = {}

    async def keep(self, seen: Mapping[UUID, Sequence[Seen]]) -> None:
        """Make everything follow from what these sources say. Doing it again changes nothing."""
        edges = await self._connection.fetch(queries.STANDING, self._user, list(seen))
        asked = await self._connection.fetch(queries.ASKED, self._user, list(seen))
        standings = _standings(edges, asked)
        for source, some in seen.items():
            links, open_ = verdict(source, some, standings.get(source, Standing()))
            self._links |= {(source, target): finding for target, finding in links.items()}
            self._open |= {(source, target): finding for target, finding in open_.items()}
        await self._keep_links({_pair(row): row for row in edges if row["own"]})
        await self._keep_questions({_pair(row): row for row in asked if row["state"] == "open"})

    async def _keep_links(self, existing: Mapping[Pair, Any]) -> None:
        stale = (row["id"] for pair, row in existing.items() if pair not in self._links)
        await self._write(queries.UNLINK, stale)
        await self._write(queries.RELINK, _changed(existing, self._links))
        await self._write(queries.LINK, _new(existing, self._links))

    async def _keep_questions(self, existing: Mapping[Pair, Any]) -> None:
        stale = (row["id"] for pair, row in existing.items() if pair not in self._open)
        await self._write(queries.TAKE_BACK, stale)
        await self._write(queries.ASK_AGAIN, _changed(existing, self._open))
        await self._write(queries.ASK, _new(existing, self._open))

    async def _write(self, statement: str, rows: Iterable[Any]) -> None:
        for some in _chunks(rows):
            await self._connection.execute(statement, self._user, some)


def _standings(edges: Iterable[Any], asked: Iterable[Any]) -> dict[UUID, Standing]:
    standings: dict[UUID, Standing] = {}
    for row in edges:
        standing = standings.setdefault(row["source_id"], Standing())
        if row["untied"]:
            standing.refused.add(row["target_id"])
        elif not row["own"]:
            standing.linked.add(row["target_id"])
    for row in asked:
        standing = standings.setdefault(row["source_id"], Standing())
        if row["state"] != "open":
            (standing.accepted if row["state"] == "accepted" else standing.refused).add(row["target_id"])
    return standings


def evidence_of(finding: Finding) -> dict[str, Any]:
    """What a link or a suggestion shows for itself."""
    return {"rule": "names", "reason": finding.reason, "spans": finding.spans, "passage": finding.passage}


def _changed(existing: Mapping[Pair, Any], wanted: Mapping[Pair, Finding]) -> Iterator[dict[str, Any]]:
    for pair, row in existing.items():
        finding = wanted.get(pair)
        if finding and (row["confidence"], row["evidence"]) != (finding.confidence, evidence_of(finding)):
            yield {"id": row["id"], "confidence": finding.confidence, "evidence": evidence_of(finding)}


def _new(existing: Mapping[Pair, Any], wanted: Mapping[Pair, Finding]) -> Iterator[dict[str, Any]]:
    for pair, finding in wanted.items():
        if pair not in existing:
            ends = {"source": pair[0], "target": pair[1]}
            yield {**ends, "confidence": finding.confidence, "evidence": evidence_of(finding)}


def _pair(row: Any) -> Pair:
    return row["source_id"], row["target_id"]


def _chunks(values: Iterable[T]) -> Iterator[list[T]]:
    source = iter(values)
    while some := list(islice(source, ROWS_AT_ONCE)):
        yield some
