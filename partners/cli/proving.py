"""`partners rules prove`: what no partner can ever meet, or the partner that meets it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import typer

from partners.cli.rule_options import Folder, Overlays, chosen_rules
from partners.console import TO_BE_SEEN, Json, print_json, results, table

if TYPE_CHECKING:
    from lifecycle.proving import Counterexample, Proof

__all__ = ["prove"]


def prove(
    context: typer.Context,
    folder: Folder = None,
    overlay: Overlays = None,
    json: Json = False,
) -> None:
    """Prove the invariants for every partner that may be, on every day; 1 if one is broken."""
    from lifecycle.proving import load_invariants, prove
    from partners.clock import utc_now

    rulebook = chosen_rules(context, folder, overlay)
    proofs = prove(rulebook, load_invariants(rulebook), utc_now().date())
    if json:
        print_json([_as_data(proof) for proof in proofs])
    else:
        _show(proofs, rulebook.layers[-1].label)
    raise typer.Exit(0 if all(proof.verdict == "proved" for proof in proofs) else TO_BE_SEEN)


def _as_data(proof: "Proof") -> dict[str, Any]:
    shown = proof.counterexample
    return {
        "invariant": proof.invariant.name,
        "cite": proof.invariant.cite,
        "because": proof.invariant.because,
        "from": proof.period.first,
        "to": proof.period.last,
        "verdict": proof.verdict,
        "where": proof.where,
        "seconds": round(proof.seconds, 3),
        "counterexample": vars(shown) if shown else None,
    }


def _show(proofs: "Sequence[Proof]", label: str) -> None:
    columns = ("invariant", "from", "verdict", "because")
    rows = [
        [each.invariant.name, each.period.first, each.verdict, each.invariant.because]
        for each in proofs
    ]
    proved = sum(proof.verdict == "proved" for proof in proofs)
    console = results()
    console.print(table(f"{proved} of {len(proofs)} proved", columns, rows))
    for proof in proofs:
        if proof.verdict != "proved":
            lines = "\n".join(_told(proof, label))
            console.print(lines, markup=False, soft_wrap=True)


def _told(proof: "Proof", label: str) -> list[str]:
    invariant = proof.invariant
    where = "".join(f", {name} {value}" for name, value in proof.where.items())
    head = f"{invariant.file}:{invariant.line}: {invariant.name} is {proof.verdict}{where}"
    if proof.counterexample is not None:
        return [head, *_partner(proof.counterexample, label)]
    if proof.verdict == "undecided":
        return [head, "  the prover ran out of time: write the condition more simply"]
    return [head, f"  no partner can make this true: {' '.join(invariant.text.split())}"]


def _partner(shown: "Counterexample", label: str) -> list[str]:
    lines = [f"  on {shown.day} this partner:"]
    lines += [f"    {name}: {value}" for name, value in shown.facts.items()]
    lines += [f"  moves {step}" for step in shown.way] or ["  does not move"]
    lines.append(f"  rules that fire: {', '.join(shown.fired) or 'none'}")
    for rule, case in shown.cases.items():
        lines += [f"  for {label}/examples/{rule}.yaml, if {rule} should not act:", case]
    return lines
