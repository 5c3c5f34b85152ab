"""Embedders out of a wheel that compute no text twice: what the model says is kept in a file for the next run.

It stands between the embedder and its model, so that what the embedder itself does with vectors is always done anew.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy

from graph.embedding.embedders.base import Embedder
from graph.embedding.embedders.local import Local
from tests.quality.textbook import Vectors

BULK = 32
"""Texts at once: nobody waits for a question meanwhile, and the models are faster in bulk."""


class Remembering:
    """A model whose answers are in a file."""

    def __init__(self, model: Any, file: Path) -> None:
        self._model = model
        self._file = file
        self._known: dict[str, Vectors] = dict(numpy.load(file)) if file.exists() else {}
        self._new = 0

    def encode(self, texts: Sequence[str], **how: Any) -> Vectors:
        keys = [hashlib.sha256(f"{how}\n{text}".encode()).hexdigest() for text in texts]
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        if missing:
            self._known |= zip(missing, self._model.encode(list(missing.values()), **how), strict=True)
            self._new += len(missing)
        return numpy.stack([self._known[key] for key in keys])

    def keep(self) -> None:
        """Write the file, where there is something new."""
        if self._new:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            numpy.savez(self._file, **self._known)  # type: ignore[arg-type]
            self._new = 0


def remember(embedder: Embedder, directory: Path) -> list[Remembering]:
    """Let an embedder of this process remember; returns the models that it loads from now on. Servers are asked anew."""
    models: list[Remembering] = []
    if isinstance(embedder, Local):
        load = embedder.load

        def remembering() -> Remembering:
            models.append(Remembering(load(), directory / f"{embedder.package}.npz"))
            return models[-1]

        embedder.load = remembering  # type: ignore[method-assign]
        embedder.at_once = BULK  # type: ignore[misc]
    return models
