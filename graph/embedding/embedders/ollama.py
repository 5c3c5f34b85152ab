"""Ollama, by its own protocol: it says which weights it has, and cuts what is too long."""

from collections.abc import Sequence
from typing import Any, ClassVar

from graph.embedding.embedders.base import EmbedderUnavailable, EmbedderWrong
from graph.embedding.embedders.remote import Remote


class Ollama(Remote):
    """`ollama:nomic-embed-text@http://localhost:11434`."""

    provider: ClassVar[str] = "ollama"

    async def version(self) -> str:
        answer = await self._get("/api/tags")
        try:
            digests = {model["name"]: model["digest"] for model in answer["models"]}
        except (KeyError, TypeError) as error:
            raise EmbedderWrong(name=self._name, reason="a list of models that cannot be read") from error
        digest = digests.get(self._name) or digests.get(f"{self._name}:latest")
        if digest is None:
            raise EmbedderUnavailable(name=self._name, reason=f"fetch it first: ollama pull {self._name}")
        return str(digest).removeprefix("sha256:")[:16]

    async def ask(self, texts: Sequence[str]) -> Any:
        answer = await self._post("/api/embed", {"model": self._name, "input": list(texts), "truncate": True})
        return answer.get("embeddings") if isinstance(answer, dict) else None
