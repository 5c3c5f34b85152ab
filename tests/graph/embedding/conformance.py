"""What every embedder has to do. A class of tests for one embedder says how it is made, and inherits the rest."""

import asyncio

import numpy

from graph.embedding.embedders.base import Embedder

TEXTS = ["El agua de la playa estaba perfecta", "The dentist moved my appointment to Friday", "x"]
ODD = ["", " ", "\0", "\ud800", "🏖️", "שלום", "#" * 5000, "a\nb\tc", "语" * 3000]


class EmbedderConformance:
    """`make` is overridden; `near` is how equal the vectors of one text in different company must be."""

    near = 0.999
    languages = True

    async def make(self) -> Embedder:
        raise NotImplementedError

    async def test_vectors_of_length_one_in_the_order_of_the_texts(self) -> None:
        embedder = await self.make()
        try:
            identity = await embedder.identify()
            together = await embedder.embed(TEXTS, "document")
            assert together.shape == (3, identity.dimensions)
            assert together.dtype == numpy.float32
            assert numpy.allclose(numpy.linalg.norm(together, axis=1), 1, atol=1e-5)
            alone = [(await embedder.embed([text], "document"))[0] for text in TEXTS]
            assert all(one @ other > self.near for one, other in zip(together, alone, strict=True))
        finally:
            await embedder.close()

    async def test_no_text_is_too_odd_and_none_is_no_work(self) -> None:
        embedder = await self.make()
        try:
            assert (await embedder.embed([], "document")).shape == (0, (await embedder.identify()).dimensions)
            vectors = await embedder.embed(ODD, "query")
            assert len(vectors) == len(ODD)
            assert numpy.isfinite(vectors).all()
        finally:
            await embedder.close()

    async def test_the_nearer_text_is_the_one_that_is_meant(self) -> None:
        embedder = await self.make()
        try:
            documents = await embedder.embed(TEXTS[:2], "document")
            asked = await embedder.embed(["the water at the beach", "when do I see the dentist"], "query")
            nearness = asked @ documents.T
            assert nearness[1].argmax() == 1
            assert nearness[0].argmax() == 0 or not self.languages
        finally:
            await embedder.close()

    async def test_it_is_the_same_each_time_it_is_made(self) -> None:
        one, other = await self.make(), await self.make()
        try:
            assert await one.identify() == await other.identify()
            both = await asyncio.gather(one.embed(TEXTS[:1], "query"), other.embed(TEXTS[:1], "query"))
            assert both[0][0] @ both[1][0] > self.near
        finally:
            await asyncio.gather(one.close(), other.close())

    async def test_many_ask_at_once(self) -> None:
        embedder = await self.make()
        try:
            answers = await asyncio.gather(*(embedder.embed([text], "document") for text in TEXTS * 2))
            assert all(answers[n][0] @ answers[n + 3][0] > self.near for n in range(3))
        finally:
            await embedder.close()
