"""From one model to the next: both are searchable while the new one fills, then it takes over, and one call goes back.

A switch is a row of `user_models` and what waits in the queue: whoever fills goes on with it, after any interruption.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from asyncpg.exceptions import UniqueViolationError

from graph.database import Connection, Database
from graph.embedding import models, nearest
from graph.embedding.embedders.base import Identity
from graph.embedding.embedding import Embeddings
from graph.embedding.models import Model
from graph.errors import LifeloomError

ORIGIN = "embedding"
ROWS_A_STEP = 20_000


class SwitchUnderWay(LifeloomError):
    """A switch to {model} is under way: let it end, or give it up with `lifeloom embed rollback`."""

    code = "SWITCH_UNDER_WAY"


class ModelInUse(LifeloomError):
    """{model} is the model that searches go by already."""

    code = "MODEL_IN_USE"


class NoWayBack(LifeloomError):
    """There is no other model with vectors to go back to."""

    code = "NO_WAY_BACK"


class ModelGone(LifeloomError):
    """One cannot go back to {model}: {reason}"""

    code = "MODEL_GONE"


class ModelNeeded(LifeloomError):
    """The vectors of {model} are needed: it is {state}."""

    code = "MODEL_NEEDED"


class UnknownModel(LifeloomError):
    """There are no vectors of a model {model}: `lifeloom embed status` shows those there are."""

    code = "UNKNOWN_MODEL"


@dataclass(frozen=True, slots=True)
class Progress:
    """A user's model and how far it is filled."""

    model: Model
    state: str
    done: int
    total: int
    parked: int
    queueing: bool
    eta: datetime | None
    problem: str | None
    started_at: datetime
    finished_at: datetime | None
    activated_at: datetime | None

    @property
    def caught_up(self) -> bool:
        return self.done >= self.total and not self.queueing


_MODELS = """
SELECT u.model_id, u.state, u.done, u.total, u.queued_to IS NOT NULL AS queueing, u.eta, u.problem, u.started_at,
       u.finished_at, u.activated_at, (SELECT count(*) FROM parked_texts p
                                       WHERE p.user_id = u.user_id AND p.model_id = u.model_id) AS parked
FROM user_models u WHERE u.user_id = $1
ORDER BY CASE u.state WHEN 'active' THEN 0 WHEN 'filling' THEN 1 ELSE 2 END, u.activated_at DESC NULLS LAST, u.model_id
"""
_STATES = "SELECT model_id, state FROM user_models WHERE user_id = $1 ORDER BY model_id FOR UPDATE"
_BEGIN = """
INSERT INTO user_models (user_id, model_id, state, queued_to, activated_at)
VALUES ($1, $2, $3, '00000000-0000-0000-0000-000000000000', CASE $3 WHEN 'active' THEN now() END)
ON CONFLICT (user_id, model_id) DO UPDATE SET state = excluded.state, queued_to = excluded.queued_to, done = 0,
    total = 0, eta = NULL, problem = NULL, started_at = excluded.started_at, finished_at = NULL,
    updated_at = excluded.updated_at, activated_at = coalesce(excluded.activated_at, user_models.activated_at)
"""
_RETIRE = """
UPDATE user_models SET state = 'retired', queued_to = NULL, eta = NULL, problem = NULL, updated_at = now()
WHERE user_id = $1 AND model_id = $2
"""
_NOT_WAITING = "DELETE FROM embedding_queue WHERE user_id = $1 AND model_id = $2"
_NOT_PARKED = "DELETE FROM parked_texts WHERE user_id = $1 AND model_id = $2"
_DROP_SOME = """
DELETE FROM embeddings e USING (
    SELECT record_id, chunk_no FROM embeddings WHERE user_id = $1 AND model_id = $2 LIMIT $3) part
WHERE e.user_id = $1 AND e.model_id = $2 AND e.record_id = part.record_id AND e.chunk_no = part.chunk_no
"""
_DROP = "DELETE FROM user_models WHERE user_id = $1 AND model_id = $2 AND state = 'retired'"


async def progress(database: Database, user: UUID) -> list[Progress]:
    """The models of a user: the one that is searched, the one that fills, those one may go back to."""
    async with database.acting_as(user) as connection:
        rows = await connection.fetch(_MODELS, user)
        known = {row["model_id"]: await models.find(connection, row["model_id"]) for row in rows}
    found = []
    for row in rows:
        values = dict(row)
        model = known[values.pop("model_id")]
        assert model is not None
        found.append(Progress(model, **values))
    return found


async def switch_to(database: Database, embeddings: Embeddings, user: UUID, spec: str) -> Model:
    """Begin to fill the model of this spec, after a look whether its embedder is there at all.

    Raises BadArgument, EmbedderUnavailable, EmbedderWrong, SwitchUnderWay and ModelInUse.
    """
    return await begin(database, user, await embeddings.identify(spec))


async def begin(database: Database, user: UUID, identity: Identity) -> Model:
    """Begin to fill this model; when it is full, searches go by it. A user's first one is searched at once.

    The identity is that of an embedder which has just answered. Raises SwitchUnderWay and ModelInUse.
    """

    async def work(connection: Connection) -> Model:
        model = await models.register(connection, identity)
        states = await _states(connection, user)
        await _refuse(connection, states, model)
        await connection.execute(_NOT_PARKED, user, model.id)
        await connection.execute(_BEGIN, user, model.id, "filling" if "active" in states.values() else "active")
        return model

    try:
        return await database.write(user, work, origin=ORIGIN)
    except UniqueViolationError:
        raise SwitchUnderWay(model="another model") from None


async def roll_back(database: Database, embeddings: Embeddings, user: UUID) -> Model:
    """Give up the switch that is under way; else search by the model before, and catch up with what changed since.

    Returns the model that is searched now. Raises NoWayBack and ModelGone.
    """
    found = await progress(database, user)
    back = None if any(one.state == "filling" for one in found) else await _way_back(embeddings, found)

    async def work(connection: Connection) -> UUID:
        states = await _states(connection, user)
        active, filling = _of(states, "active"), _of(states, "filling")
        if active is not None and filling is not None:
            await _retire(connection, user, filling)
            return active
        if active is None or back is None or states.get(back) != "retired":
            raise NoWayBack
        await _retire(connection, user, active)
        await connection.execute(_NOT_PARKED, user, back)
        await connection.execute(_BEGIN, user, back, "active")
        return back

    id_ = await database.write(user, work, origin=ORIGIN)
    return next(one.model for one in await progress(database, user) if one.model.id == id_)


async def drop(database: Database, user: UUID, name: str) -> Progress:
    """Delete the vectors of a model that is in use no more, by its spec, its name or its id.

    Raises UnknownModel and ModelNeeded.
    """
    found = [one for one in await progress(database, user) if name in names_of(one.model)]
    retired = [one for one in found if one.state == "retired"]
    if not found:
        raise UnknownModel(model=name)
    if not retired:
        raise ModelNeeded(model=name, state=found[0].state)
    for one in retired:
        await nearest.drop(database, user, one.model.id)
        async with database.acting_as(user) as connection:
            while await connection.execute(_DROP_SOME, user, one.model.id, ROWS_A_STEP) != "DELETE 0":
                pass
            await connection.execute(_NOT_WAITING, user, one.model.id)
            await connection.execute(_NOT_PARKED, user, one.model.id)
            await connection.execute(_DROP, user, one.model.id)
    return retired[0]


def names_of(model: Model) -> Sequence[str]:
    """By what a person may call a model."""
    return (model.identity.spec, model.identity.name, str(model.id))


async def _states(connection: Connection, user: UUID) -> dict[UUID, str]:
    return {row["model_id"]: row["state"] for row in await connection.fetch(_STATES, user)}


def _of(states: dict[UUID, str], state: str) -> UUID | None:
    return next((id_ for id_, its in states.items() if its == state), None)


async def _refuse(connection: Connection, states: dict[UUID, str], model: Model) -> None:
    filling = _of(states, "filling")
    if filling is not None:
        under_way = await models.find(connection, filling)
        raise SwitchUnderWay(model=under_way.identity.spec if under_way else filling)
    if states.get(model.id) == "active":
        raise ModelInUse(model=model.identity.spec)


async def _retire(connection: Connection, user: UUID, model: UUID) -> None:
    await connection.execute(_RETIRE, user, model)
    await connection.execute(_NOT_WAITING, user, model)


async def _way_back(embeddings: Embeddings, found: Sequence[Progress]) -> UUID:
    """The model that was searched before, whose embedder is there still. Raises NoWayBack and ModelGone."""
    model = next((one.model for one in found if one.state == "retired" and one.activated_at), None)
    if model is None:
        raise NoWayBack
    try:
        identity = await embeddings.identify(model.identity.spec)
    except LifeloomError as error:
        raise ModelGone(model=model.identity.spec, reason=error) from error
    if identity != model.identity:
        raise ModelGone(model=model.identity.spec, reason="it is another one by now than what made the vectors.")
    return model.id
