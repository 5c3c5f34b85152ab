"""Everything in one file, and back: the database with the bytes of files, whole or refused."""

from graph.backup.seal import Backup, read
from graph.backup.whole import backup, restore

__all__ = ["Backup", "backup", "read", "restore"]
