"""Language models behind HTTP: so long and no longer, so much and no more, and to nobody else."""

import abc
import asyncio
from collections.abc import Mapping
from typing import Any, ClassVar

import httpx
import orjson

from graph.embedding.embedders import complete
from graph.errors import LifeloomError
from graph.extraction.reading.answers import QUESTION, SCHEMA, Mention, mentions_in
from graph.settings import EMBEDDER, Settings

CONNECT, ANSWER = 3.0, 180.0
"""Seconds to reach a server, and for its whole answer: a model on an ordinary machine is slow."""

LARGEST = 1_000_000
"""Bytes of an answer that are read."""

_TOKENS = 4_096
"""That an answer may have; question and text have no more."""

_OF_THE_TEXT = frozenset((400, 413, 422))
"""Refusals that concern the text. Others below 500 concern a key, a model that is not there, or too much at once."""


class ReaderUnavailable(LifeloomError):
    """The reader {name} cannot be asked: {reason}"""

    code = "READER_UNAVAILABLE"


class ReaderFails(ReaderUnavailable):
    """The reader {name} fails: {reason}"""

    code = "READER_FAILS"


class ReaderWrong(LifeloomError):
    """The reader {name} gave a wrong answer: {reason}"""

    code = "READER_WRONG"


class Chat(abc.ABC):
    """A model on a server. A subclass says how its protocol puts the question and reads the answer."""

    provider: ClassVar[str]

    def __init__(self, model: str, address: str, api_key: str | None = None) -> None:
        self.model = model
        self.address = address.rstrip("/")
        headers = {"authorization": f"Bearer {api_key}"} if api_key else {}
        timeout = httpx.Timeout(ANSWER, connect=CONNECT)
        self._client = httpx.AsyncClient(headers=headers, timeout=timeout, trust_env=False, follow_redirects=False)

    @abc.abstractmethod
    async def version(self) -> str:
        """Which weights its server has under the name; "" where it does not say."""

    @abc.abstractmethod
    async def answer(self, text: str) -> Any:
        """What the model says to the question and this text, as its protocol gives it."""

    async def identify(self) -> str:
        """All that decides what it says. Raises ReaderUnavailable and ReaderWrong."""
        return f"{self.provider}:{self.model}@{self.address} {await self.version()}".strip()

    async def mentions(self, text: str) -> list[Mention]:
        """Whom and what a text mentions. Raises ReaderUnavailable and ReaderWrong."""
        answer = await self.answer(text)
        found = mentions_in(answer, text) if isinstance(answer, str) else None
        if found is None:
            raise ReaderWrong(name=self.model, reason="not the JSON that it was asked for")
        return found

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()

    async def _json(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """No text of ours stands in the messages of what it raises."""
        try:
            async with asyncio.timeout(ANSWER):
                content = await self._content(method, path, body)
        except TimeoutError:
            raise ReaderFails(name=self.model, reason=f"it takes more than {ANSWER:.0f} seconds.") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            reason = f"{self.address} does not answer ({type(error).__name__})."
            raise ReaderFails(name=self.model, reason=reason) from error
        try:
            return orjson.loads(content)
        except orjson.JSONDecodeError:
            raise ReaderWrong(name=self.model, reason="no JSON") from None

    async def _content(self, method: str, path: str, body: Mapping[str, Any] | None) -> bytes:
        async with self._client.stream(method, self.address + path, json=body) as response:
            if not response.is_success:
                raise _refusal(response.status_code)(
                    name=self.model, reason=f"{self.address} answers {response.status_code}."
                )
            content = bytearray()
            async for some in response.aiter_bytes():
                content += some
                if len(content) > LARGEST:
                    raise ReaderWrong(name=self.model, reason=f"more than {LARGEST:,} bytes")
            return bytes(content)

    def _question(self, text: str) -> dict[str, Any]:
        messages = [{"role": "system", "content": QUESTION}, {"role": "user", "content": text}]
        return {"model": self.model, "messages": messages, "stream": False}


def _refusal(status: int) -> type[ReaderUnavailable | ReaderWrong]:
    if status in _OF_THE_TEXT:
        return ReaderWrong
    return ReaderFails if status >= 500 else ReaderUnavailable


class Ollama(Chat):
    """`ollama:llama3.2@http://localhost:11434`."""

    provider: ClassVar[str] = "ollama"

    async def version(self) -> str:
        answer = await self._json("GET", "/api/tags")
        try:
            digests = {model["name"]: model["digest"] for model in answer["models"]}
        except (KeyError, TypeError) as error:
            raise ReaderWrong(name=self.model, reason="a list of models that cannot be read") from error
        digest = digests.get(self.model) or digests.get(f"{self.model}:latest")
        if digest is None:
            raise ReaderUnavailable(name=self.model, reason=f"fetch it first: ollama pull {self.model}")
        return str(digest).removeprefix("sha256:")[:16]

    async def answer(self, text: str) -> Any:
        options = {"temperature": 0, "num_predict": _TOKENS, "num_ctx": 2 * _TOKENS}
        answer = await self._json("POST", "/api/chat", {**self._question(text), "format": SCHEMA, "options": options})
        try:
            return answer["message"]["content"]
        except (KeyError, TypeError):
            return None


class OpenAI(Chat):
    """`openai:gpt-4o-mini@https://api.openai.com/v1`, or any server that speaks so. It does not tell its weights."""

    provider: ClassVar[str] = "openai"

    async def version(self) -> str:
        return ""

    async def answer(self, text: str) -> Any:
        options = {"temperature": 0, "max_tokens": _TOKENS, "response_format": {"type": "json_object"}}
        answer = await self._json("POST", "/chat/completions", {**self._question(text), **options})
        try:
            return answer["choices"][0]["message"]["content"]
        except (KeyError, TypeError, IndexError):
            return None


def open_chat(settings: Settings) -> Chat | None:
    """The model that the settings name, if any; without an address it is where the embedder of that kind is."""
    match = EMBEDDER.fullmatch(settings.reader or "none")
    if match is None or match["provider"] is None:
        return None
    specs = [one for one in settings.embedders if one.startswith(f"{match['provider']}:")]
    address = match["address"] or complete((specs or [match[0]])[0]).partition("@")[2]
    kind = Ollama if match["provider"] == Ollama.provider else OpenAI
    return kind(match["model"], address, settings.embedder_api_key)
