"""What rules have already acted on, read from the store."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from itertools import product

import polars as pl
from sqlalchemy import Connection, func, select

from lifecycle.deciding import Decision, Past
from lifecycle.rulebook import Rulebook
from partners.job.chunks import in_chunks
from partners.store import episode, read_aliases

__all__ = ["living_subject", "read_acted", "read_past"]

_AT_ONCE = 10_000
_JOIN = "/"
"""Between a partner and the person there, where a rule acts for each contact."""
_ACTED = {"rule_id": pl.String, "partner_id": pl.String, "anchor": pl.String}


def read_acted(
    connection: Connection, rulebook: Rulebook, partner_ids: Sequence[str] | None = None
) -> pl.DataFrame:
    """Return rule_id, partner_id and anchor: what rules that move `once_per` last acted on.

    A renamed rule's episodes count for the rule; a merged partner's for the one it lives on as,
    beside that one's own. `partner_ids` limits it to some partners.
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
        latest = latest.where(episode.c.partner_id.in_(list(_names(partner_ids, aliases))))
    rows = connection.execute(
        select(episode.c.rule_id, episode.c.partner_id, episode.c.anchor)
        .where(episode.c.id.in_(latest))
        .order_by(episode.c.id)
    )
    frame = pl.DataFrame([tuple(row) for row in rows], schema=_ACTED, orient="row")
    present = frame.with_columns(pl.col("rule_id").replace(dict(rulebook.renamed)))
    last = present.unique(["rule_id", "partner_id"], keep="last", maintain_order=True)
    return last.with_columns(pl.col("partner_id").replace(aliases))


def read_past(
    connection: Connection, decisions: Sequence[Decision], renamed: Mapping[str, str]
) -> Past:
    """Return the anchors that each rule acted on for each subject of some decisions, oldest first.

    A gift that moved to another partner keeps what was done for it: subjects are looked up by
    their own ids. Of partners merged into these, each history stands by itself. `renamed` gives
    the present id of rules that had another.
    """
    wanted = {firing.subject for decision in decisions for firing in decision.firings}
    living = _names(wanted, read_aliases(connection))
    past: dict[tuple[str, str], dict[str, list[str]]] = defaultdict(dict)
    for some in in_chunks(living, _AT_ONCE):
        rows = connection.execute(
            select(episode.c.rule_id, episode.c.subject, episode.c.anchor)
            .where(episode.c.subject.in_(some))
            .order_by(episode.c.id)
        )
        for rule_id, subject, anchor in rows:
            of_rule = past[renamed.get(rule_id, rule_id), living[subject]]
            of_rule.setdefault(subject, []).append(anchor)
    return {key: list(histories.values()) for key, histories in past.items()}


def living_subject(subject: str, aliases: Mapping[str, str]) -> str:
    """Return what an episode is about under the records that merged ones live on as."""
    return _JOIN.join(aliases.get(part, part) for part in subject.split(_JOIN))


def _names(subjects: Collection[str], aliases: Mapping[str, str]) -> dict[str, str]:
    """Return every name that the subjects have had, with their present one."""
    merged: dict[str, list[str]] = defaultdict(list)
    for old, new in aliases.items():
        merged[new].append(old)
    return {
        _JOIN.join(parts): subject
        for subject in subjects
        for parts in product(*[(part, *merged.get(part, ())) for part in subject.split(_JOIN)])
    }
