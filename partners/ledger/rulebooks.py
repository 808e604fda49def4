"""Keep the files of every rulebook that decides, so that it can decide again."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, insert, select

from lifecycle.plugins import plugins
from lifecycle.rulebook import Layer, Rulebook, load_rulebook, versions_of, write_layers
from partners.store import rulebook as kept

__all__ = ["KeptRulebooks", "keep_rulebook"]


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


class KeptRulebooks:
    """Loads rulebooks from the store, each once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._loaded: dict[str | None, Rulebook | None] = {}

    def find(self, digest: str | None) -> Rulebook | None:
        """Return the rulebook of a digest; None when its files are not kept, or when it relies on a
        plug-in that is not installed in the same version.

        Raises RulebookError when this version of the library cannot read them.
        """
        if digest not in self._loaded:
            query = select(kept.c.layers, kept.c.plugins).where(kept.c.digest == digest)
            row = self._connection.execute(query).first()
            here = row is not None and {*row.plugins} <= {*versions_of(plugins())}
            self._loaded[digest] = _loaded(row.layers) if row and here else None
        return self._loaded[digest]


def _loaded(layers: Sequence[Layer]) -> Rulebook:
    with TemporaryDirectory() as folder:
        base, *overlays = write_layers(layers, Path(folder))
        return load_rulebook(base, overlays)
