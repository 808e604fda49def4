"""Keep the files of every rulebook that decides, so that it can decide again."""

import json
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from sqlalchemy import Connection, Text, insert, select, type_coerce

from lifecycle.plugins import plugins
from lifecycle.rulebook import (
    Layer,
    Rulebook,
    digest_of,
    digest_with,
    load_rulebook,
    versions_of,
    write_layers,
)
from partners.ledger.findings import Row
from partners.store import rulebook as kept

__all__ = ["KEPT", "KeptRulebooks", "genuine", "keep_rulebook"]


def keep_rulebook(connection: Connection, rulebook: Rulebook) -> None:
    """Store the files of a rulebook, unless they are there already.

    One that was not read from files cannot be kept: nobody can decide again by it.
    """
    known = select(kept.c.digest).where(kept.c.digest == rulebook.digest)
    if rulebook.sources and connection.execute(known).first() is None:
        values = {
            "digest": rulebook.digest,
            "layers": list(rulebook.sources),
            "plugins": list(versions_of(rulebook.plugins)),
        }
        connection.execute(insert(kept).values(values))


class Files(NamedTuple):
    """The files of a rulebook, and the plug-ins that it relies on, each with its version."""

    layers: Sequence[Layer]
    plugins: Sequence[str]


KEPT = select(
    kept.c.digest, *(type_coerce(column, Text) for column in (kept.c.layers, kept.c.plugins))
).order_by(kept.c.digest)
"""Every rulebook that is kept, its files as they lie there."""


def genuine(row: Row) -> Files | None:
    """Return the files of a rulebook; None where they are not those of its digest."""
    try:
        files = Files(json.loads(row.layers), json.loads(row.plugins))
        same = digest_with(digest_of(files.layers), files.plugins) == row.digest
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None
    return files if same else None


class KeptRulebooks:
    """Loads rulebooks from the store, each once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._loaded: dict[str | None, Rulebook | None] = {}

    def find(self, digest: str | None) -> Rulebook | None:
        """Return the rulebook of a digest; None when its files are not kept as they were, or when
        it relies on a plug-in that is not installed in the same version.

        Raises RulebookError when this version of the library cannot read them.
        """
        if digest not in self._loaded:
            row = self._connection.execute(KEPT.where(kept.c.digest == digest)).first()
            files = None if row is None else genuine(row)
            here = files is not None and {*files.plugins} <= {*versions_of(plugins())}
            self._loaded[digest] = _loaded(files.layers) if files and here else None
        return self._loaded[digest]


def _loaded(layers: Sequence[Layer]) -> Rulebook:
    with TemporaryDirectory() as folder:
        base, *overlays = write_layers(layers, Path(folder))
        return load_rulebook(base, overlays)
