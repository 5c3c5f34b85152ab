"""One server process of the bench: `python -m tests.bench.serve KIND PORT USER OWNER_DSN SERVICE_DSN`.

KIND is `hand` (the limit), `compiled` or `loaders`.
"""

import sys
from pathlib import Path
from uuid import UUID

import uvicorn

from graph.accounts import Authenticator
from graph.database import Database
from graph.service import compose
from graph.settings import Settings
from resolvers.app import DoorSettings, create_app
from resolvers.auth import StartKeys
from resolvers.execution import Engine
from resolvers.schema import build_schema
from schema_sql.migrate import declared
from tests.bench.by_hand import ByHand


def application(kind: str, user: UUID, owner: str, service: str) -> ByHand | object:
    """The ASGI application of this kind."""
    if kind == "hand":
        return ByHand(service, user)
    catalog = declared(None)
    database = Database.open(owner, service, 8)
    rooms = compose(Settings(data_dir=Path()), catalog, database)
    engine = Engine(build_schema(catalog), rooms, compiled=kind == "compiled", opened=rooms.heat.opened)
    return create_app(engine, Authenticator(database), StartKeys(), DoorSettings(), _well)


async def _well() -> None:
    return None


if __name__ == "__main__":
    kind, port, user, owner, service = sys.argv[1:]
    app = application(kind, UUID(user), owner, service)
    uvicorn.run(app, host="127.0.0.1", port=int(port), log_config=None, access_log=False, ws="none", lifespan="off")  # type: ignore[arg-type]
