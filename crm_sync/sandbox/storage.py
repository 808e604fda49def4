"""The SQLite file under an org: one table for each object, a writer, and readers with snapshots.

Columns carry API names. A file opened with a newer schema gets the tables and columns it lacks.
"""

import queue
import sqlite3
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

from crm_sync.sandbox.errors import SandboxError
from crm_sync.sandbox.schema import SObject
from crm_sync.sandbox.tables import OWN_TABLES, statements

__all__ = ["Storage"]

# What begins a transaction, what keeps it, and what undoes it.
_OUTER = ("BEGIN IMMEDIATE", "COMMIT", "ROLLBACK")
_NESTED = ("SAVEPOINT part", "RELEASE part", "ROLLBACK TO part", "RELEASE part")


class Storage:
    """One SQLite file; without a path a temporary one that `close` removes."""

    def __init__(self, path: Path | None = None) -> None:
        self._folder = None if path else tempfile.TemporaryDirectory(prefix="local-org-")
        self._path = path or Path(str(self._folder and self._folder.name)) / "org.db"
        self._readers: queue.LifoQueue[sqlite3.Connection] = queue.LifoQueue()
        self._lock = threading.RLock()
        self._depth = 0
        try:
            _refuse_foreign(self._path)
            self._writer = self._connect()
        except sqlite3.Error as error:
            raise self.unusable(error) from error
        try:
            with self.writing() as connection:
                for statement in OWN_TABLES:
                    connection.execute(statement)
        except sqlite3.Error as error:
            self._writer.close()
            raise self.unusable(error) from error

    @property
    def folder(self) -> Path:
        """Return the folder beside the file for what is too large for it; it may not exist yet."""
        return self._path.with_name(f"{self._path.name}-files")

    def unusable(self, error: sqlite3.Error) -> SandboxError:
        """Return the error for a file that SQLite cannot work with."""
        return SandboxError(
            f"The org's data cannot be opened: {error}.",
            where=str(self._path),
            remedy="Name a file that this program wrote, or one that does not exist yet.",
        )

    def prepare(self, objects: Iterable[SObject]) -> None:
        """Make the tables of objects, or the columns and indexes that they lack."""
        with self.writing() as connection:
            for each in objects:
                for statement in statements(connection, each):
                    connection.execute(statement)

    def alone(self) -> AbstractContextManager[object]:
        """Keep every other thread from writing for the length of a block."""
        return self._lock

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Hold the only writer in one transaction: committed at the end, undone by any error.

        Within another one of the same thread it is a part of that: undone alone, saved with it.
        """
        with self._lock:
            begin, keep, *undo = _NESTED if self._depth else _OUTER
            self._writer.execute(begin)
            self._depth += 1
            try:
                yield self._writer
            except BaseException:
                for statement in undo:
                    self._writer.execute(statement)
                raise
            else:
                self._writer.execute(keep)
            finally:
                self._depth -= 1

    def take_reader(self) -> sqlite3.Connection:
        """Return a connection that sees the org as it is now until it is given back."""
        try:
            reader = self._readers.get_nowait()
        except queue.Empty:
            reader = self._connect()
            reader.execute("PRAGMA query_only=ON")
        reader.execute("BEGIN")
        return reader

    def give_back(self, reader: sqlite3.Connection) -> None:
        """End what the reader sees and keep the connection for the next one."""
        reader.rollback()
        self._readers.put(reader)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Lend a reader for the length of a block; within `writing` it sees what was written."""
        if self._is_writing():
            yield self._writer
            return
        reader = self.take_reader()
        try:
            yield reader
        finally:
            self.give_back(reader)

    def _is_writing(self) -> bool:
        """Say whether this thread holds the writer."""
        if not self._lock.acquire(blocking=False):
            return False
        try:
            return self._depth > 0
        finally:
            self._lock.release()

    def close(self) -> None:
        """Close every connection; a temporary file is removed."""
        while not self._readers.empty():
            self._readers.get_nowait().close()
        self._writer.close()
        if self._folder:
            self._folder.cleanup()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, check_same_thread=False, isolation_level=None)
        try:
            for pragma in ("journal_mode=WAL", "synchronous=OFF", "busy_timeout=10000"):
                connection.execute(f"PRAGMA {pragma}")
        except sqlite3.Error:
            connection.close()
            raise
        return connection


def _refuse_foreign(path: Path) -> None:
    """Raise SandboxError for a database of something else, before a byte of it is changed."""
    if not path.is_file():
        return
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT name FROM sqlite_master ORDER BY name").fetchall()
    names = [name for (name,) in found if not name.startswith("sqlite_")]
    if names and not {"_sequence", "_file"} <= set(names):
        raise SandboxError(
            f"The file holds tables of something else ({', '.join(names[:5])}). "
            "Nothing was changed.",
            where=str(path),
            remedy="Name a file that this program wrote, or one that does not exist yet.",
        )
