"""What some records name, found by rules and by what a model said of them, and all that follows from both together."""

import asyncio
from collections.abc import Mapping, Sequence
from uuid import UUID

from graph.database import Connection
from graph.extraction.reading.answers import Mention
from graph.extraction.reading.queries import ACCEPTED, READINGS
from graph.extraction.reading.sightings import Accepted, Readings, accepted_sightings, read_sightings
from graph.extraction.recognise import recognise
from graph.extraction.recognise_keep import Keeper
from graph.extraction.recognise_verdict import Seen
from graph.extraction.sources import Passage, Sources
from graph.lexicon.lexicon import Lexicon


async def recognise_in(
    connection: Connection, user: UUID, sources: Sources, ids: Sequence[UUID], lexicon: Lexicon
) -> None:
    """Bring the links and suggestions of these records to what their texts say now."""
    texts = await sources.read(connection, user, ids)
    readings: dict[UUID, dict[bytes, list[Mention]]] = {}
    for row in await connection.fetch(READINGS, user, list(texts)):
        said = [Mention(quote, name) for quote, name in row["mentions"]]
        readings.setdefault(row["record_id"], {})[row["content_sha256"]] = said
    accepted: dict[UUID, list[Accepted]] = {}
    for row in await connection.fetch(ACCEPTED, user, list(texts)):
        agreed = Accepted(row["target_id"], row["in_column"], row["quote"])
        accepted.setdefault(row["source_id"], []).append(agreed)
    seen = await asyncio.to_thread(_seen, texts, readings, accepted, lexicon)
    await Keeper(connection, user).keep(seen)


def _seen(
    texts: Mapping[UUID, Sequence[Passage]],
    readings: Mapping[UUID, Readings],
    accepted: Mapping[UUID, Sequence[Accepted]],
    lexicon: Lexicon,
) -> dict[UUID, list[Seen]]:
    found: dict[UUID, list[Seen]] = {}
    for source, passages in texts.items():
        found[source] = [
            Seen(passage.column, passage.text, sighting)
            for passage in passages
            for sighting in recognise(passage.text, lexicon, markdown=passage.markdown)
        ]
        found[source] += read_sightings(passages, readings.get(source, {}), lexicon, found[source])
        found[source] += list(accepted_sightings(passages, accepted.get(source, ()), found[source]))
    return found
