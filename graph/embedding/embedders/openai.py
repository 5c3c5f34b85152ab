"""Any server that speaks OpenAI's `/v1/embeddings`."""

from collections.abc import Sequence
from typing import Any, ClassVar

from graph.embedding.embedders.base import EmbedderWrong
from graph.embedding.embedders.remote import Remote


class OpenAI(Remote):
    """`openai:text-embedding-3-small@https://api.openai.com/v1`. It does not say which weights it has."""

    provider: ClassVar[str] = "openai"

    async def version(self) -> str:
        return ""

    async def ask(self, texts: Sequence[str]) -> Any:
        body = {"model": self._name, "input": list(texts), "encoding_format": "float"}
        answer = await self._post("/embeddings", body)
        try:
            found = {item["index"]: item["embedding"] for item in answer["data"]}
            return [found[place] for place in range(len(texts))]
        except (KeyError, TypeError) as error:
            raise EmbedderWrong(name=self._name, reason=f"not one vector for each of {len(texts)} texts") from error
