"""One question asked of the three servers: first that they agree to the byte, then in turns how fast each is."""

import dataclasses
import http.client
import json
import statistics
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from graph.database.cluster import program
from tests.bench.clients import Load, Result
from tests.bench.house import KINDS, House, Running
from tests.bench.questions import Question, Variables

CLIENTS = 8
_DIFFERENT_REQUESTS = 500
_CREATIONS_A_SECOND = 12_000


@dataclasses.dataclass(frozen=True, slots=True)
class Figures:
    """What was measured of one kind of server: requests a second of each round, latency, and the processor time of its
    Python process, all in milliseconds."""

    rates: tuple[float, ...]
    p50: float
    p99: float
    cpu: float

    @property
    def rate(self) -> float:
        return statistics.median(self.rates)


Measured = dict[str, Figures]


@dataclasses.dataclass(frozen=True, slots=True)
class Bench:
    """How long each server is asked in one round, and in how many rounds."""

    house: House
    servers: dict[str, Running]
    seconds: float
    rounds: int

    def measure(self, question: Question) -> Measured:
        """The figures of each kind of server. Raises AssertionError where the answers are not equal to the byte."""
        self.compare(question)
        rounds: dict[str, list[tuple[Result, float]]] = {kind: [] for kind in KINDS}
        for number in range(self.rounds):
            for kind in KINDS if number == 0 else ("hand", "compiled"):
                rounds[kind].append(self._ask(question, self.servers[kind]))
        return {kind: _figures(results) for kind, results in rounds.items()}

    def compare(self, question: Question) -> None:
        """All servers are asked the same, twice, so that statements are prepared as well."""
        for variables in [question.variables(self.house.life) for _ in range(1 if question.writes else 8)]:
            answers = {}
            for kind in KINDS:
                answers[kind] = self._once(question, kind, variables)
                self._undo(question, variables)
            hand, compiled, loaders = (answers[kind] for kind in KINDS)
            assert hand == compiled, f"{question.name}: {hand!r}\n{compiled!r}"
            assert json.loads(hand) == json.loads(loaders), f"{question.name}: the loaders differ"

    def _undo(self, question: Question, variables: Variables) -> None:
        if question.writes:
            statement = f"DELETE FROM notes WHERE id = '{variables['input']['id']}'"
            psql = [program("psql"), "-qd", self.house.server.owner_dsn, "-c", statement]
            subprocess.run(psql, check=True)

    def _once(self, question: Question, kind: str, variables: Variables) -> bytes:
        connection = http.client.HTTPConnection("127.0.0.1", self.servers[kind].port, timeout=60)
        connection.request("POST", *self._request(question, kind, variables))
        with connection.getresponse() as response:
            return response.read()

    def _request(self, question: Question, kind: str, variables: Variables) -> tuple[str, bytes, dict[str, str]]:
        """Path, body and headers."""
        headers = {"content-type": "application/json"}
        if kind == "hand":
            return f"/{question.name}", json.dumps(variables).encode(), headers
        body: dict[str, Any] = {"query": question.graphql, "variables": variables}
        return "/graphql", json.dumps(body).encode(), {**headers, "authorization": f"Bearer {self.house.token}"}

    def _ask(self, question: Question, server: Running) -> tuple[Result, float]:
        """One round of one server: what its clients saw, and its processor time a request in milliseconds."""
        count = int(_CREATIONS_A_SECOND * self.seconds) if question.writes else _DIFFERENT_REQUESTS
        variables = [question.variables(self.house.life) for _ in range(count)]
        requests = [_whole(server.port, *self._request(question, server.kind, one)) for one in variables]
        load = Load(server.port, CLIENTS, self.seconds, requests)
        before = server.cpu()
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.clients"],
            input=json.dumps(dataclasses.asdict(load)).encode(),
            stdout=subprocess.PIPE,
            check=True,
        )
        result = Result(**json.loads(done.stdout))
        assert not result.failures, f"{question.name} of {server.kind}: {result.failures} answers are errors"
        return result, (server.cpu() - before) / result.answers * 1000


def _whole(port: int, path: str, body: bytes, headers: dict[str, str]) -> str:
    lines = [f"POST {path} HTTP/1.1", f"host: 127.0.0.1:{port}", f"content-length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", body.decode()])


def _figures(rounds: Sequence[tuple[Result, float]]) -> Figures:
    results = [result for result, _ in rounds]
    return Figures(
        tuple(result.answers / result.seconds for result in results),
        statistics.median(result.p50 for result in results),
        statistics.median(result.p99 for result in results),
        statistics.median(cpu for _, cpu in rounds),
    )


def share(measured: Measured, of: str = "hand") -> float:
    """The throughput of the compiled path by that of another: the median of the rounds, in pairs if both have them."""
    compiled, other = measured["compiled"].rates, measured[of].rates
    if len(other) < len(compiled):
        return measured["compiled"].rate / measured[of].rate
    return statistics.median(one / two for one, two in zip(compiled, other, strict=True))
