"""What every embedder is: texts in, vectors of length one out, in the order of the texts, or an error."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol
from urllib.parse import urlsplit

import numpy
from numpy.typing import NDArray

from graph.errors import LifeloomError

Role = Literal["document", "query"]
Vectors = NDArray[numpy.float32]
"""One row for each text."""

LONGEST = {"document": 4000, "query": 500}
"""Characters of a text that an embedder reads: models end at 512 tokens, and for a question somebody waits."""


class EmbedderUnavailable(LifeloomError):
    """The embedder {name} cannot be asked: {reason}"""

    code = "EMBEDDER_UNAVAILABLE"


class EmbedderWrong(LifeloomError):
    """The embedder {name} gave a wrong answer: {reason}"""

    code = "EMBEDDER_WRONG"


@dataclass(frozen=True, slots=True)
class Identity:
    """All that decides what the vectors are. `address` is "" where this process computes."""

    provider: str
    name: str
    version: str
    dimensions: int
    address: str = ""
    document_prefix: str = ""
    query_prefix: str = ""
    weight: float = 1.0

    @property
    def spec(self) -> str:
        """What `load_embedder` takes."""
        return f"{self.provider}:{self.name}@{self.address}" if self.address else self.provider

    @property
    def is_local(self) -> bool:
        """Whether texts stay on this machine."""
        return is_local(self.address)

    def prefixed(self, text: str, role: Role) -> str:
        prefix = self.query_prefix if role == "query" else self.document_prefix
        clean = text.replace("\0", " ").encode("utf-8", errors="replace").decode()
        return prefix + clean[: LONGEST[role]]


class Embedder(Protocol):
    """`identify` before `embed`. Safe to use from many tasks at once; `close` when nobody uses it any more."""

    async def identify(self) -> Identity:
        """Who it is. Loads or asks what it must, once. Raises EmbedderUnavailable and EmbedderWrong."""

    async def embed(self, texts: Sequence[str], role: Role) -> Vectors:
        """Raises EmbedderUnavailable (the same may go well later) and EmbedderWrong. Prefixes are its own matter."""

    async def close(self) -> None:
        """Free what it holds."""


def is_local(address: str) -> bool:
    """Whether an address is this machine's own; none at all is."""
    if not address:
        return True
    host = urlsplit(address).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def checked(name: str, answer: Any, count: int, dimensions: int | None = None) -> Vectors:
    """An embedder's answer as vectors of length one. Raises EmbedderWrong."""
    try:
        with numpy.errstate(over="ignore"):
            vectors: Vectors = numpy.asarray(answer, dtype=numpy.float32)
    except (TypeError, ValueError) as error:
        raise EmbedderWrong(name=name, reason=f"no vectors ({error})") from None
    if vectors.ndim != 2 or len(vectors) != count:
        raise EmbedderWrong(name=name, reason=f"vectors of the form {vectors.shape} for {count} texts")
    if not vectors.shape[1] or vectors.shape[1] != (dimensions or vectors.shape[1]):
        raise EmbedderWrong(name=name, reason=f"{vectors.shape[1]} dimensions instead of {dimensions}")
    if not numpy.isfinite(vectors).all():
        raise EmbedderWrong(name=name, reason="a vector that is not finite")
    lengths = numpy.linalg.norm(vectors.astype(numpy.float64), axis=1, keepdims=True)
    if not lengths.all():
        raise EmbedderWrong(name=name, reason="a vector of length zero")
    unit: Vectors = (vectors / lengths).astype(numpy.float32)
    return unit


def as_text(vector: Vectors) -> str:
    """One vector, as pgvector reads it."""
    return "[" + ",".join(f"{value:.8g}" for value in vector.tolist()) + "]"
