"""The letters that rules ask for: written at all, in every language, with the row they speak of."""

from collections import defaultdict
from collections.abc import Iterator

from lifecycle.authoring.findings import Finding, of_rule
from lifecycle.authoring.scope import audiences_of
from lifecycle.drafting import Library
from lifecycle.facts import ROW_KINDS, fact_specs, row_specs
from lifecycle.rulebook import Rule, Rulebook
from partner_lifecycle import Problem, Problems
from partner_lifecycle.names import did_you_mean
from partner_lifecycle.views import ColumnType

__all__ = ["check_letters", "check_purposes", "template_fields"]


def template_fields() -> dict[str, ColumnType]:
    """Return every name that a template may use, with its type."""
    facts = {name: spec.column_type for name, spec in fact_specs().items()}
    rows = (row_specs(kind) for kind in ROW_KINDS)
    return facts | {name: spec.column_type for each in rows for name, spec in each.items()}


def check_purposes(rulebook: Rulebook, library: Library) -> None:
    """Raise Problems for every rule that asks for a draft which no template is written for."""
    problems = [
        Problem(
            rule.file,
            rule.line,
            1,
            f"{rule.id} asks for the draft {rule.then.draft}, which has no template",
            _instead(rule.then.draft, library),
        )
        for rule in rulebook.rules
        if rule.then.draft and rule.then.draft not in library.purposes
    ]
    if problems:
        raise Problems("rules ask for drafts that nobody has written", problems)


def _instead(purpose: str, library: Library) -> str:
    hint = did_you_mean(purpose, library.purposes)
    folder = f"templates/emails/{purpose}/any.en.md"
    return f"{hint} Else write {folder}" if hint else f"write {folder}"


def check_letters(rulebook: Rulebook, library: Library) -> Iterator[Finding]:
    """Find letters not written in a language that all are to be in, without their row or clause."""
    yield from _citations(rulebook, library)
    languages = sorted(library.policy.words.languages)
    for rule in rulebook.rules:
        if rule.then.draft in library.purposes:
            yield from _row(rule, rule.then.draft, library)
            yield from _translations(rule, rule.then.draft, library, languages)


def _citations(rulebook: Rulebook, library: Library) -> Iterator[Finding]:
    cited = {(letter.file, clause) for letter in library.templates for clause in letter.cite}
    cited |= {("policy.yaml", clause) for clause in library.policy.cite}
    for file, clause in sorted(cited):
        if clause not in rulebook.clauses:
            remedy = did_you_mean(clause, rulebook.clauses, "add it to clauses.yaml")
            what = f"the letter cites {clause}, which is not in clauses.yaml"
            yield Finding(Problem(f"templates/{file}", 1, 1, what, remedy), "unknown-clause")


def _row(rule: Rule, purpose: str, library: Library) -> Iterator[Finding]:
    needed = library.find(purpose, None, None).row
    if needed not in (None, rule.for_each):
        what = f"drafts {purpose}, which speaks of one {needed}, and looks at no {needed}"
        yield of_rule(rule, "letter-needs-row", what, f"write `for_each: {needed}`")


def _translations(
    rule: Rule, purpose: str, library: Library, languages: list[str]
) -> Iterator[Finding]:
    lacking: dict[str, list[str]] = defaultdict(list)
    for audience in audiences_of(rule):
        for language in languages:
            if library.find(purpose, audience, language).fell_back:
                lacking[language].append(audience)
    for language, audiences in lacking.items():
        what = f"drafts {purpose}, which nobody has written in {language} ({', '.join(audiences)})"
        remedy = f"write templates/emails/{purpose}/any.{language}.md; until then it is in English"
        yield of_rule(rule, "missing-translation", what, remedy)
