"""What rules have already acted on, read from the store."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

import polars as pl
from sqlalchemy import Connection, func, select

from lifecycle.deciding import Decision
from lifecycle.rulebook import Rulebook
from partners.job.chunks import in_chunks
from partners.store import episode, read_aliases

__all__ = ["read_acted", "read_past"]

Past = Mapping[tuple[str, str], Sequence[str]]
_AT_ONCE = 10_000
_ACTED = {"rule_id": pl.String, "partner_id": pl.String, "anchor": pl.String}


def read_acted(
    connection: Connection, rulebook: Rulebook, partner_ids: Sequence[str] | None = None
) -> pl.DataFrame:
    """Return rule_id, partner_id and anchor: what rules that move `once_per` last acted on.

    A merged partner's episodes count for the one it lives on as, a renamed rule's for the rule.
    `partner_ids` limits it to some partners.
    """
    once = [rule for rule in rulebook.rules if rule.then.move_to and rule.once_per]
    rule_ids = [name for rule in once for name in (rule.id, *rule.aliases)]
    latest = (
        select(func.max(episode.c.id))
        .where(episode.c.rule_id.in_(rule_ids), episode.c.subject == episode.c.partner_id)
        .group_by(episode.c.rule_id, episode.c.partner_id)
    )
    aliases = read_aliases(connection)
    if partner_ids is not None:
        latest = latest.where(episode.c.partner_id.in_(_with_merged(partner_ids, aliases)))
    rows = connection.execute(
        select(episode.c.rule_id, episode.c.partner_id, episode.c.anchor)
        .where(episode.c.id.in_(latest))
        .order_by(episode.c.id)
    )
    frame = pl.DataFrame([tuple(row) for row in rows], schema=_ACTED, orient="row")
    living = frame.with_columns(
        pl.col("partner_id").replace(aliases),
        pl.col("rule_id").replace(dict(rulebook.renamed)),
    )
    return living.unique(["rule_id", "partner_id"], keep="last", maintain_order=True)


def read_past(
    connection: Connection, decisions: Sequence[Decision], renamed: Mapping[str, str]
) -> Past:
    """Return the anchors that each rule acted on for each subject of some decisions, oldest first.

    A gift that moved to another partner keeps what was done for it: subjects are looked up by
    their own ids. The episodes of partners merged into these are theirs too, but older than their
    own. `renamed` gives the present id of rules that had another.
    """
    aliases = read_aliases(connection)
    wanted = {firing.subject for decision in decisions for firing in decision.firings}
    subjects = _with_merged(wanted, aliases)
    past: dict[tuple[str, str], list[str]] = defaultdict(list)
    for some in in_chunks(subjects, _AT_ONCE):
        rows = connection.execute(
            select(episode.c.rule_id, episode.c.subject, episode.c.anchor)
            .where(episode.c.subject.in_(some))
            .order_by(episode.c.subject.in_(list(aliases)).desc(), episode.c.id)
        )
        for rule_id, subject, anchor in rows:
            past[renamed.get(rule_id, rule_id), aliases.get(subject, subject)].append(anchor)
    return past


def _with_merged(ids: Collection[str], aliases: Mapping[str, str]) -> list[str]:
    """Return the ids, and those that were merged into them."""
    wanted = set(ids)
    return [*ids, *(old for old, new in aliases.items() if new in wanted)]
