"""Reports as people read them: short tables, the important first."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

from partners.console import counted, table
from partners.report_mirror import print_mirrored

if TYPE_CHECKING:
    from crm_sync.sandbox import LoadReport
    from lifecycle.deciding import Decision, Seen
    from partners.demo.running import DemoReport
    from partners.job.report import DecidedReport, RunReport
    from partners.job.showing import Shown

__all__ = [
    "print_decided",
    "print_demo",
    "print_draft",
    "print_loaded",
    "print_partner",
    "print_report",
    "print_sweep",
]


_MOST_WRITES = 20
_ASIDE = ("id", "rule_id", "by", "role", "reason", "until")


def print_report(console: Console, report: "RunReport") -> None:
    """Print a whole run: mirrored, decided, written."""
    print_mirrored(console, report.mirrored, report.warnings)
    print_decided(console, report.decided)
    print_written(console, report)


def print_decided(console: Console, report: "DecidedReport") -> None:
    """Print who was decided anew, which rules moved whom, who is held back, and the drafts."""
    rules = " with ".join([report.rulebook[:12], *report.plugins])
    console.print(
        f"Decided anew: {len(report.changed)} of {report.partners} partners "
        f"({report.engine} engine, rules {rules}); {report.tasks} tasks.\n"
    )
    for flood in report.stopped:
        console.print(
            f"  ! {flood.rule} would act {flood.actions} times and may {flood.max_actions} times: "
            f"stopped. If that is right: partners run --allow {flood.rule}\n"
        )
    moves = [
        [f"{each.stage_from} → {each.stage_to}", each.partners, each.rule, _cited(each)]
        for each in report.moves
    ]
    if moves:
        console.print(table("Moved", ("edge", "partners", "rule", "because"), moves))
    blocked = [[each.why, each.partners, each.example] for each in report.blocked]
    if blocked:
        title = "Held back, or for a person to look at"
        console.print(table(title, ("why", "partners", "for example"), blocked))
    drafts = [
        [each.purpose, each.language, each.drafted, each.suppressed, each.refused]
        for each in report.drafts
    ]
    if drafts:
        columns = ("purpose", "language", "drafted", "withheld", "refused")
        console.print(table("Drafts (nothing is sent)", columns, drafts))
    if report.root:
        console.print(f"Root of the ledger: {report.root}\n", soft_wrap=True)


def _cited(move: Any) -> str:
    return f"{move.because} ({', '.join(move.cite)})" if move.cite else str(move.because)


def print_written(console: Console, report: "RunReport") -> None:
    """Print what reached the CRM, and what did not."""
    rows = [[name, count] for name, count in report.written.items()]
    if rows:
        console.print(table("Written to the CRM", ("object", "records"), rows))
    else:
        console.print("Written to the CRM: nothing; all of it was there already.\n")
    if report.stopped:
        console.print(Text(f"  ! Stopped: {report.stopped}"))
    if report.waiting:
        console.print(f"  ! {counted(report.waiting, 'write')} wait for a later run")
    if report.closed:
        console.print(
            f"  {counted(report.closed, 'write')} closed: see partners outbox list --state closed"
        )
    _print_writes(console, "Withheld or overwritten: what people set", report.conflicts)
    _print_writes(console, "Refused by the CRM, for a person to look at", report.set_aside)


def _print_writes(console: Console, title: str, writes: Sequence[Mapping[str, Any]]) -> None:
    shown = list(_alike(writes))
    if shown:
        columns = ("id", "partner", "object", "code", "why", "what to do")
        console.print(table(title, columns, shown[:_MOST_WRITES]))
    if len(shown) > _MOST_WRITES:
        more = len(shown) - _MOST_WRITES
        console.print(f"  … and {more} more: partners outbox list")


def _alike(writes: Sequence[Mapping[str, Any]]) -> Iterator[list[object]]:
    """Yield a row for each reason: many writes that were refused alike are told once."""
    told = ("object", "error_code", "error", "remedy")
    by_reason: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for each in writes:
        by_reason.setdefault(tuple(each[name] for name in told), []).append(each)
    for reason, (first, *others) in by_reason.items():
        whose = f"{first['partner']} and {len(others)} more" if others else first["partner"]
        yield [first["id"], whose, *reason]


def print_sweep(console: Console, changes: Sequence[Mapping[str, Any]]) -> None:
    """Print who would be decided anew."""
    columns = ("id", "name", "from", "to", "suspended")
    rows = [[change[name] for name in columns] for change in changes]
    console.print(table(f"{len(rows)} partners would be decided anew", columns, rows))


def print_loaded(console: Console, report: "LoadReport") -> None:
    """Print how many records were loaded, and what was skipped or left empty, and why."""
    rows = [[name, count] for name, count in report.rows.items()]
    console.print(table("Loaded", ("object", "records"), rows))
    for what, why in report.skipped.items():
        console.print(Text(f"  ! {what} was skipped: {why}"), soft_wrap=True)
    for what, count in report.dangling.items():
        why = "records that the file does not hold: left empty"
        console.print(Text(f"  ! {what}: {count} references to {why}"), soft_wrap=True)


def print_draft(console: Console, draft: Mapping[str, Any]) -> None:
    """Print one draft as a person reads it, and where its words came from."""
    from partners.job.final import final

    console.print(Text(f"{draft['purpose']} · {draft['language']} · {draft['status']}", "dim"))
    if draft["reason"]:
        console.print(Text(str(draft["reason"])))
    if draft["text"] is None:
        return
    words = final(draft).words
    console.print(Text(f"\n{words.subject}", "bold"))
    console.print(Text(f"\n{words.text}"))
    if draft["edit"]:
        _print_edit(console, draft)
    sources = [list(each) for each in draft["provenance"] or ()]
    read = f", read {draft['read_at']:%Y-%m-%d %H:%M} UTC" if draft["read_at"] else ""
    console.print(table(f"Where it came from{read}", ("field", "shown as", "record"), sources))


def _print_edit(console: Console, draft: Mapping[str, Any]) -> None:
    """Print who changed what in a draft, and where new figures come from."""
    from lifecycle.drafting import Words, shown_difference

    edit, drawn = draft["edit"], Words(draft["subject"], draft["text"])
    source = f" (figures from: {edit['source']})" if edit["source"] else ""
    console.print(Text(f"Edited by {edit['by']}{source}:", "bold"))
    console.print(Text(f"{shown_difference(drawn, edit['changes'])}\n"))


def print_partner(console: Console, shown: "Shown") -> None:
    """Print where a partner stands, why, why not, its facts and its history."""
    decision = shown.decision
    console.print(Text(f"{shown.name}", "bold"), Text(f"({shown.id})", "dim"))
    suspended = ", suspended" if decision.suspended else ""
    console.print(f"Stage: {decision.stage}{suspended}, since {decision.since}\n")
    _print_reasons(console, decision)
    _print_why_not(console, decision)
    aside = [[each.get(name) for name in _ASIDE] for each in shown.overrides]
    if aside:
        console.print(table("Set aside for this partner", _ASIDE, aside))
    console.print(table("Facts", ("fact", "value", "meaning"), _facts(shown)))
    history = [
        [f"{row['decided_at']:%Y-%m-%d %H:%M}", row["by"], row["stage_from"], row["stage_to"]]
        for row in shown.history
    ]
    if history:
        console.print(table("Last decisions", ("when", "by", "from", "to"), history))


def _facts(shown: "Shown") -> list[list[str]]:
    from lifecycle.deciding import shown as as_words
    from lifecycle.facts import fact_specs

    specs = fact_specs()
    return [
        [name, as_words(value, specs[name]), specs[name].meaning]
        for name, value in shown.known_facts.items()
    ]


def _print_reasons(console: Console, decision: "Decision") -> None:
    rows = [
        [name, f"{reason.because} ({', '.join(reason.cite)})", _lines(reason.conditions)]
        for name, reason in decision.reasons.items()
    ]
    if rows:
        console.print(table("Why: rules that hold", ("rule", "because", "seen"), rows))


def _print_why_not(console: Console, decision: "Decision") -> None:
    rows = [
        [why.rule_id, why.stage_to, _lines(why.missing, needed=True)] for why in decision.why_not
    ]
    if rows:
        console.print(table("Why not further", ("rule", "towards", "what is missing"), rows))


def _lines(conditions: "Sequence[Seen]", *, needed: bool = False) -> str:
    return "\n".join(
        f"{each.about}: {each.seen}" + (f" (needed: {each.needed})" if needed else "")
        for each in conditions
    )


def print_demo(console: Console, report: "DemoReport") -> None:
    """Print both runs of the demo, and what people did between them."""
    console.rule("First run: everything is new")
    print_report(console, report.first)
    console.rule("Then people work in the CRM")
    edits = [[edit["who"], edit["what"]] for edit in report.edits]
    console.print(table(f"{len(edits)} changes", ("office", "what"), edits))
    console.rule("Second run: only what changed")
    print_report(console, report.second)
    console.rule("To look at")
    console.print(Text(f"store   {report.store}"))
    console.print(Text(f"drafts  {len(report.drafts)} in all, nothing was sent; a few to open:"))
    for file in report.some_drafts:
        console.print(Text(f"        {file}"), soft_wrap=True)
