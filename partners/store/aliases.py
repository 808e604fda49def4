"""Partners merged in the CRM: nothing is re-keyed, an old id is resolved when it is read."""

from collections.abc import Mapping

import polars as pl
from sqlalchemy import Connection, select

from partners.store.tables import partner_alias

__all__ = ["read_aliases", "resolved"]

_MERGED = "merged"


def read_aliases(connection: Connection) -> dict[str, str]:
    """Return every merged partner's id with the id of the last partner in its chain of merges.

    Those merged directly come first, those merged into these after them, and so on.
    """
    columns = select(partner_alias.c.old_id, partner_alias.c.id)
    rows = connection.execute(columns.order_by(partner_alias.c.old_id))
    direct = {row.old_id: row.id for row in rows}
    chains = sorted((_chain(old, direct) for old in direct), key=len)
    return {chain[0]: chain[-1] for chain in chains}


def resolved(view: str, frame: pl.DataFrame, aliases: Mapping[str, str]) -> pl.DataFrame:
    """Return the frame with merged partners' rows given to the partner they live on as."""
    if not aliases:
        return frame
    if view == "partner_alias":
        return frame.with_columns(pl.col("id").replace(aliases))
    if view == "partner":
        living = frame.filter(~pl.col("id").is_in(list(aliases)))
        return living.with_columns(pl.col("parent_id").replace(aliases))
    if view == "standing":
        return _one_standing_each(frame, aliases)
    return frame.with_columns(pl.col("partner_id").replace(aliases))


def _one_standing_each(frame: pl.DataFrame, aliases: Mapping[str, str]) -> pl.DataFrame:
    """Keep a partner's own standing; only where it has none, that of the nearest merged into it.

    A standing that is taken over shows no outcome: the next run decides anew and stores its own.
    """
    places = {old: place for place, old in enumerate(aliases, 1)}
    nearest = frame.sort(pl.col("partner_id").replace_strict(places, default=0))
    taken_over = pl.col("partner_id").is_in(list(aliases))
    outcome = pl.when(taken_over).then(pl.lit(_MERGED)).otherwise("outcome_hash")
    owned = nearest.with_columns(
        pl.col("partner_id").replace(aliases), outcome.alias("outcome_hash")
    )
    return owned.unique("partner_id", keep="first", maintain_order=True)


def _chain(old: str, direct: Mapping[str, str]) -> list[str]:
    """Return who lives on as whom; a circle, which no CRM makes, ends where it closes."""
    seen = [old]
    while (following := direct.get(seen[-1])) is not None and following not in seen:
        seen.append(following)
    return seen
