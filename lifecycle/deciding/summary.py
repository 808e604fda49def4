"""What staff read beside a partner: why it stands where it does, what is next, what is missing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from lifecycle.deciding.decision import Decision, Move
from lifecycle.deciding.review import review_day
from lifecycle.rulebook import OUT_OF_POLICY, Rule, Rulebook, Task

__all__ = ["Summary", "summarise"]


@dataclass(frozen=True)
class Summary:
    """Texts for the partner's record; empty where there is nothing to say.

    They name what is needed and not what was seen, so that they change only when an outcome does.
    `out_of_policy`: a person set the stage against policy.
    `review_on` is the next day on which something runs out or falls due.
    """

    reason: str
    suspended_because: str
    next_step: str
    missing: str
    flags: tuple[str, ...]
    out_of_policy: bool
    review_on: date | None = None


def summarise(decision: Decision, rulebook: Rulebook) -> Summary:
    """Return the texts that a decision puts on the partner's record."""
    return Summary(
        reason=_moved_because(decision.moves[-1], rulebook) if decision.moves else "",
        suspended_because=_suspended_because(decision, rulebook),
        next_step=_next_step(decision, rulebook),
        missing=_missing(decision),
        flags=(*_withheld(decision, rulebook), *_flags(decision, rulebook)),
        out_of_policy=any(
            (rulebook.by_id[name].then.set or {}).get(OUT_OF_POLICY) is True
            for name in decision.reasons
        ),
        review_on=review_day(decision.facts, decision.day),
    )


def _flags(decision: Decision, rulebook: Rulebook) -> Iterator[str]:
    for rule in map(rulebook.by_id.__getitem__, decision.reasons):
        if rule.then.flag:
            yield f"{rule.then.flag} ({', '.join(rule.cite)})"


def _withheld(decision: Decision, rulebook: Rulebook) -> Iterator[str]:
    if decision.withheld is not None:
        rule = rulebook.by_id[decision.withheld]
        told = f"{rule.because} ({', '.join(rule.cite)})"
        yield f"A person set this stage; by the rules it would be {rule.then.move_to}: {told}"


def _moved_because(move: Move, rulebook: Rulebook) -> str:
    if move.rule_id is None:
        return f"Set to {move.stage_to} in the CRM by {move.by}."
    rule = rulebook.by_id[move.rule_id]
    return f"{rule.because} ({', '.join(rule.cite)})"


def _suspended_because(decision: Decision, rulebook: Rulebook) -> str:
    if not decision.suspended:
        return ""
    rules = [rulebook.by_id[name] for name in decision.reasons]
    return " ".join(
        f"{rule.because} ({', '.join(rule.cite)})" for rule in rules if rule.then.suspend
    )


def _next_step(decision: Decision, rulebook: Rulebook) -> str:
    rules = [rulebook.by_id[name] for name in decision.reasons]
    asked = [(rule, rule.then.task) for rule in rules if rule.then.task]
    if asked:
        return min(asked, key=lambda each: _urgency(*each))[1].subject
    return next((f"Towards {why.stage_to}" for why in decision.why_not), "")


def _urgency(rule: Rule, task: Task) -> tuple[bool, bool, int]:
    """Order tasks: what ends a suspension first, then what is of high priority, then by days."""
    return (not rule.then.suspend, task.priority != "High", task.due_in_days)


def _missing(decision: Decision) -> str:
    if not decision.why_not:
        return ""
    way_on = decision.why_not[0]
    lines = [f"- {seen.about}: {seen.needed}" for seen in way_on.missing]
    return "\n".join([f"For {way_on.stage_to}:", *lines])
