"""A shelf of notes whose meaning is told, not computed: each has a vector of its own, and so has each question."""

import dataclasses
import json
import math
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from graph.search.readings import Readings
from graph.service import Service
from resolvers.execution import Engine
from tests.world import World

SEARCH = """query($q: String!, $mode: SearchMode, $heat: Float, $first: Int, $after: String, $last: Int, $before: String,
                  $types: [RecordType!], $tags: [String!], $linked: [ID!], $since: DateTime, $until: DateTime) {
  search(query: $q, mode: $mode, heatWeight: $heat, first: $first, after: $after, last: $last, before: $before,
         types: $types, tags: $tags, linkedTo: $linked, since: $since, until: $until) {
    totalCount notices
    pageInfo { hasNextPage hasPreviousPage endCursor startCursor }
    edges { cursor score snippet node { id label }
      explanation { rank rankWithoutHeat lexicalRank lexicalScore lexicalShare semanticRank similarity semanticShare
                    graphRank graphScore graphShare heat heatFactor } }
    pushedOut { score node { label } explanation { rank rankWithoutHeat } }
  } }"""

MODEL = """
WITH m AS (INSERT INTO embedding_models (provider, name, version, dimensions) VALUES ('told', 'told', $1, 3) RETURNING id)
INSERT INTO user_models (user_id, model_id, state) SELECT u, m.id, 'active' FROM m, unnest($2::uuid[]) u RETURNING model_id
"""
VECTOR = """
INSERT INTO embeddings (user_id, model_id, record_id, chunk_no, content_sha256, embedding, text)
VALUES ($1, $2, $3, 0, '', l2_normalize($4::text::vector), $5)
"""


class Shelf:
    """`questions` says what a text means; a question that is not there means nothing that could be found out."""

    def __init__(self, world: World, questions: Mapping[str, str]) -> None:
        self.world = world
        self.model: UUID = world.value(MODEL, str(UUID(int=0)), [world.alice, world.bob])
        self.questions = questions
        readings = Readings(world.database, self._meaning)
        service: Service = dataclasses.replace(world.service, readings=readings)
        self.engines = Engine(world.built, service), Engine(world.built, service, compiled=False)

    async def _meaning(self, user: UUID, text: str) -> Mapping[str, Any]:
        if text not in self.questions:
            return {"notices": ["Found by words only: nobody told what this means."]}
        vector = [float(part) for part in json.loads(self.questions[text])]
        unit = [part / math.hypot(*vector) for part in vector]
        return {"model": self.model, "vector": json.dumps(unit), "weight": 1.0, "notices": []}

    def write(self, title: str, content: str, vector: str = "", user: UUID | None = None) -> str:
        user = user or self.world.alice
        create = "mutation($n: CreateNoteInput!) { createNote(input: $n) { id } }"
        id_: str = self.world.ask(create, user, n={"title": title, "content": content})["createNote"]["id"]
        if vector:
            self.world.rows(VECTOR, user, self.model, UUID(id_), vector, content)
        return id_

    def heat(self, id_: str, times: int = 1, user: UUID | None = None) -> None:
        for _ in range(times):
            self.world.as_service(user or self.world.alice, "SELECT touch_record($1, 'opened')", UUID(id_))

    def search(self, query: str, user: UUID | None = None, **arguments: Any) -> dict[str, Any]:
        """What a search gives, by both paths of execution."""
        given = {"q": query, **arguments}
        ways = [self.world.body(SEARCH, given, user=user, engine=engine, debug=True) for engine in self.engines]
        compiled, loaded = (_data(way) for way in ways)
        assert (compiled["path"], loaded["path"]) == ("compiled", "loaders"), ways[0]
        assert compiled["found"] == loaded["found"]
        found: dict[str, Any] = compiled["found"]
        return found

    def labels(self, query: str, user: UUID | None = None, **arguments: Any) -> list[str]:
        return labels(self.search(query, user, **arguments)["edges"])


def labels(edges: Sequence[Any]) -> list[str]:
    return [edge["node"]["label"] for edge in edges]


def _data(body: bytes) -> dict[str, Any]:
    answer = json.loads(body)
    assert "errors" not in answer, answer["errors"]
    return {"found": answer["data"]["search"], "path": answer["extensions"]["lifeloom"]["path"]}
