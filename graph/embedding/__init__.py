"""Texts as vectors: who makes them (`embedders`), of what (`sources`, `chunks`), where they wait and rest (`waiting`),
how they are found (`nearest`), which model is whose (`models`), what may leave the machine (`gate`).

Every text that is embedded goes through `Embeddings.embed`, and with it through the gate.
"""

from graph.embedding.chunks import Chunk, chunks_of
from graph.embedding.embedders import load_embedder
from graph.embedding.embedding import Embeddings, Piece, Unavailable, Wanted
from graph.embedding.models import Model

__all__ = ["Chunk", "Embeddings", "Model", "Piece", "Unavailable", "Wanted", "chunks_of", "load_embedder"]
