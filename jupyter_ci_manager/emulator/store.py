"""State on disk: every acknowledged change survives a kill at any moment.

The emulator answers from memory; changed documents are collected here and written to SQLite in one
transaction before the answer is sent, so that what belongs together is kept or lost together.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

_SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (kind, key)
) WITHOUT ROWID
"""
FORMAT = 1


class Store:
    """Documents by kind and key."""

    def __init__(self, path: Path) -> None:
        """Open or make the database.

        Args:
            path: The database file.

        Raises:
            RuntimeError: The file was written by a version that this one cannot read.
        """
        self._db = sqlite3.connect(path, isolation_level=None)
        path.chmod(0o600)
        # With a write-ahead log a killed process loses nothing that was committed.
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        found = self._db.execute("PRAGMA user_version").fetchone()[0]
        if found not in (0, FORMAT):
            raise RuntimeError(
                f"{path} has format {found}, this emulator reads format {FORMAT}: "
                "choose another --state-dir or remove this one."
            )
        self._db.execute(_SCHEMA)
        self._db.execute(f"PRAGMA user_version={FORMAT}")
        self._pending: dict[tuple[str, str], bytes | None] = {}

    def load(self, kind: str) -> Iterator[tuple[str, Any]]:
        """Give every stored document of a kind with its key."""
        rows = self._db.execute("SELECT key, body FROM documents WHERE kind = ?", (kind,))
        for key, body in rows:
            yield key, msgspec.json.decode(body)

    def get(self, kind: str, key: str) -> Any:
        """Give one stored document, or None."""
        row = self._db.execute(
            "SELECT body FROM documents WHERE kind = ? AND key = ?", (kind, key)
        ).fetchone()
        return None if row is None else msgspec.json.decode(row[0])

    def put(self, kind: str, key: str, document: Any) -> None:
        """Note that a document is new or changed; ``commit`` writes it."""
        self._pending[kind, key] = msgspec.json.encode(document)

    def delete(self, kind: str, key: str) -> None:
        """Note that a document is gone; ``commit`` removes it."""
        self._pending[kind, key] = None

    @property
    def dirty(self) -> bool:
        """Whether something waits for ``commit``."""
        return bool(self._pending)

    def commit(self) -> None:
        """Write all that was noted, in one transaction."""
        if not self._pending:
            return
        kept = [
            (kind, key, body) for (kind, key), body in self._pending.items() if body is not None
        ]
        gone = [where for where, body in self._pending.items() if body is None]
        self._db.execute("BEGIN IMMEDIATE")
        try:
            self._db.executemany("INSERT OR REPLACE INTO documents VALUES (?, ?, ?)", kept)
            self._db.executemany("DELETE FROM documents WHERE kind = ? AND key = ?", gone)
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")
        self._pending.clear()

    def close(self) -> None:
        """Write what is left and close the database."""
        self.commit()
        self._db.close()
