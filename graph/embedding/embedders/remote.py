"""Embedders behind HTTP. They wait for so long and no longer, follow nobody elsewhere, and believe no answer unseen."""

import abc
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import httpx
import numpy

from graph.embedding.embedders.base import EmbedderUnavailable, EmbedderWrong, Identity, Role, Vectors, checked
from graph.embedding.embedders.prefixes import prefixes_of

PROBE = "Lifeloom"
"""The only text that is sent without a user's: it asks for the dimensions."""

CONNECT, ANSWER = 3.0, 60.0
"""Seconds to reach a server, and for its answer to a batch."""

_BUSY = frozenset((401, 403, 404, 408, 425, 429))
"""Refusals that say nothing about the text: a key, a model that is not there yet, too much at once."""


class Remote(abc.ABC):
    """A model on a server. A subclass says how its protocol puts the question and reads the answer."""

    provider: ClassVar[str]

    def __init__(self, name: str, address: str, api_key: str | None = None) -> None:
        self._name = name
        self._address = address.rstrip("/")
        self._identity: Identity | None = None
        headers = {"authorization": f"Bearer {api_key}"} if api_key else {}
        timeout = httpx.Timeout(ANSWER, connect=CONNECT)
        self._client = httpx.AsyncClient(headers=headers, timeout=timeout, trust_env=False, follow_redirects=False)

    @abc.abstractmethod
    async def version(self) -> str:
        """Which weights its server has under the name; "" where it does not say."""

    @abc.abstractmethod
    async def ask(self, texts: Sequence[str]) -> Any:
        """The vectors as the server gives them, one for each text."""

    async def identify(self) -> Identity:
        if self._identity is None:
            version = await self.version()
            dimensions = checked(self._name, await self.ask([PROBE]), 1).shape[1]
            document, query = prefixes_of(self._name)
            self._identity = Identity(self.provider, self._name, version, dimensions, self._address, document, query)
        return self._identity

    async def embed(self, texts: Sequence[str], role: Role) -> Vectors:
        identity = await self.identify()
        if not texts:
            return numpy.empty((0, identity.dimensions), numpy.float32)
        answer = await self.ask([identity.prefixed(text, role) for text in texts])
        return checked(self._name, answer, len(texts), identity.dimensions)

    async def close(self) -> None:
        await self._client.aclose()

    async def _post(self, path: str, body: Mapping[str, Any]) -> Any:
        return await self._json("POST", path, body)

    async def _get(self, path: str) -> Any:
        return await self._json("GET", path, None)

    async def _json(self, method: str, path: str, body: Mapping[str, Any] | None) -> Any:
        """Raises EmbedderUnavailable and EmbedderWrong. No text of ours stands in their messages."""
        try:
            response = await self._client.request(method, self._address + path, json=body)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            reason = f"{self._address} does not answer ({type(error).__name__})."
            raise EmbedderUnavailable(name=self._name, reason=reason) from error
        if response.status_code in _BUSY or response.status_code >= 500 or response.is_redirect:
            raise EmbedderUnavailable(name=self._name, reason=f"{self._address} answers {response.status_code}.")
        if not response.is_success:
            raise EmbedderWrong(name=self._name, reason=f"{self._address} answers {response.status_code}.")
        try:
            return response.json()
        except ValueError as error:
            raise EmbedderWrong(name=self._name, reason="no JSON") from error
