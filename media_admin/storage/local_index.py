"""The index of the local store in SQLite: which object is in which file."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
  key TEXT PRIMARY KEY, file TEXT NOT NULL, size INTEGER NOT NULL, content_type TEXT NOT NULL,
  etag TEXT NOT NULL, modified REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS uploads (
  id TEXT PRIMARY KEY, key TEXT NOT NULL, content_type TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS parts (
  upload_id TEXT NOT NULL REFERENCES uploads (id) ON DELETE CASCADE, number INTEGER NOT NULL,
  file TEXT NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL, PRIMARY KEY (upload_id, number)
) WITHOUT ROWID;
"""


class LocalIndex:
    """Opens short transactions; several threads and processes may use it at the same time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self.transaction() as connection:
            connection.executescript(_SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Yield a connection; commit at the end, roll back on an error."""
        with closing(sqlite3.connect(self._path, timeout=20)) as connection:
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA foreign_keys=ON")
            with connection:
                yield connection
