"""The ground's doorway: the embedded server, the pool, and the only way to get a connection."""

from graph.database.connecting import Connection
from graph.database.database import Database, savepoint
from graph.database.server import Server

__all__ = ["Connection", "Database", "Server", "savepoint"]
