"""What rules have already acted on, read from the store."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import polars as pl
from sqlalchemy import Connection, func, select

from lifecycle.rulebook import Rulebook
from partners.store import episode, read_aliases

__all__ = ["read_acted", "read_past"]

_ACTED = {"rule_id": pl.String, "partner_id": pl.String, "anchor": pl.String}


def read_acted(connection: Connection, rulebook: Rulebook) -> pl.DataFrame:
    """Return rule_id, partner_id and anchor: what rules that move `once_per` last acted on.

    A merged partner's episodes count for the one it lives on as, a renamed rule's for the rule.
    """
    once = [rule for rule in rulebook.rules if rule.then.move_to and rule.once_per]
    rule_ids = [name for rule in once for name in (rule.id, *rule.aliases)]
    latest = (
        select(func.max(episode.c.id))
        .where(episode.c.rule_id.in_(rule_ids), episode.c.subject == episode.c.partner_id)
        .group_by(episode.c.rule_id, episode.c.partner_id)
    )
    rows = connection.execute(
        select(episode.c.rule_id, episode.c.partner_id, episode.c.anchor)
        .where(episode.c.id.in_(latest))
        .order_by(episode.c.id)
    )
    frame = pl.DataFrame([tuple(row) for row in rows], schema=_ACTED, orient="row")
    living = frame.with_columns(
        pl.col("partner_id").replace(read_aliases(connection)),
        pl.col("rule_id").replace(dict(rulebook.renamed)),
    )
    return living.unique(["rule_id", "partner_id"], keep="last", maintain_order=True)


def read_past(
    connection: Connection, partner_ids: Sequence[str], renamed: Mapping[str, str]
) -> dict[tuple[str, str], list[str]]:
    """Return the anchors that each rule acted on for each subject of some partners, oldest first.

    The episodes of partners merged into these are theirs too; `renamed` gives the present id of
    rules that had another.
    """
    aliases = read_aliases(connection)
    wanted = set(partner_ids)
    ids = [*partner_ids, *(old for old, new in aliases.items() if new in wanted)]
    rows = connection.execute(
        select(episode.c.rule_id, episode.c.subject, episode.c.anchor)
        .where(episode.c.partner_id.in_(ids))
        .order_by(episode.c.id)
    )
    past: dict[tuple[str, str], list[str]] = defaultdict(list)
    for rule_id, subject, anchor in rows:
        past[renamed.get(rule_id, rule_id), aliases.get(subject, subject)].append(anchor)
    return past
