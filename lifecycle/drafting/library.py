"""All letters, ready to be filled in."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from lifecycle.drafting.compiling import Compiler, Letter
from lifecycle.drafting.draft import Draft
from lifecycle.drafting.errors import TemplateProblems, UnknownTemplate
from lifecycle.drafting.filling import Filling, Slot
from lifecycle.drafting.folder import ANYONE, AUDIENCES, PUBLIC, Folder, read_folder
from lifecycle.drafting.forms import Forms
from lifecycle.drafting.house import ENGLISH, House
from lifecycle.drafting.language import Language
from lifecycle.drafting.names import did_you_mean
from lifecycle.drafting.policy import Policy
from lifecycle.drafting.template import Template
from lifecycle.drafting.wording import check_required, check_words
from partner_lifecycle.errors import Problem
from partner_lifecycle.views import ColumnType

__all__ = ["Library", "load_templates"]

_SUBJECT = 160  # characters at most, values filled in


class Library:
    """Letters by purpose, audience and language. Made by `load_templates`."""

    def __init__(
        self,
        templates: Mapping[tuple[str, str, str], Template],
        slots: tuple[Slot, ...],
        folder: Folder,
    ) -> None:
        self.folder = folder
        self._templates = templates
        self.slots = slots
        self._forms = Forms(slots)
        self.purposes = tuple(sorted({purpose for purpose, _audience, _language in templates}))

    @property
    def policy(self) -> Policy:
        """What no letter may say, and what some must."""
        return self.folder.policy

    @property
    def templates(self) -> tuple[Template, ...]:
        """Every letter there is: one for each purpose, audience and language."""
        return tuple(self._templates.values())

    def find(self, purpose: str, audience: str | None, language: str | None) -> Template:
        """Return the letter; in English, with `fell_back`, if nobody wrote it in the language.

        An audience that is unknown gets the public's letter. Raises UnknownTemplate.
        """
        known = audience if audience in AUDIENCES else PUBLIC
        found = self._templates.get((purpose, known, language or ""))
        if found is not None:
            return found
        if purpose not in self.purposes:
            hint = did_you_mean(purpose, list(self.purposes)) or None
            raise UnknownTemplate(f"Nobody has written a letter for {purpose}.", remedy=hint)
        return replace(self._templates[purpose, known, ENGLISH], fell_back=True)

    def draft(
        self,
        purpose: str,
        *,
        audience: str | None,
        language: str | None,
        values: Mapping[str, object],
        house: House,
    ) -> Draft:
        """Fill in a letter; `values` are the partner's facts and, as `row.…`, the row's columns.

        Raises DraftRefused if the letter needs a value that is missing, UnknownTemplate.
        """
        template = self.find(purpose, audience, language)
        filling = Filling(self.slots, values, house)
        subject, html, text = template.compiled.render(filling)
        return Draft(
            purpose=purpose,
            audience=template.audience,
            language=template.language,
            kind=template.kind,
            fell_back=template.fell_back,
            subject=subject[:_SUBJECT],
            html=html,
            text=text,
            provenance=tuple(filling.provenance),
            fields=template.fields,
            form=self._forms.of(template, filling) if template.audience == PUBLIC else None,
        )


def load_templates(folder: Path, fields: Mapping[str, ColumnType]) -> Library:
    """Read, check and compile templates/: `fields` are the names that letters may use.

    `folder` holds emails/, parts/, layout.html and layout.txt. Raises TemplateProblems with every
    mistake in it.
    """
    problems: list[Problem] = []
    compiler = Compiler(read_folder(folder, problems), fields, problems)
    for code in sorted(compiler.folder.languages):
        compiler.read_shared(Language(code))
    letters = _read_letters(compiler)
    problems.extend(check_words(compiler.folder, {each.file for each in problems}))
    if problems:
        raise TemplateProblems(problems)
    templates = {key: _template(compiler, key, letter) for key, letter in letters.items()}
    policy = compiler.folder.policy
    for template in templates.values():
        problems.extend(check_required(policy, template))
    if problems:
        raise TemplateProblems(problems)
    return Library(templates, tuple(compiler.hiding.slots), compiler.folder)


def _read_letters(compiler: Compiler) -> dict[tuple[str, str, str], Letter]:
    letters = {}
    for purpose, voices in compiler.folder.purposes.items():
        read = {}
        for (audience, code), source in voices.files.items():
            letter = compiler.letter(source, Language(code))
            if letter is not None:
                read[audience, code] = letter
        _check_agreement(list(read.values()), compiler.problems)
        for code in sorted(voices.languages, key=lambda code: (code != ENGLISH, code)):
            for audience in AUDIENCES:
                letter = read.get((audience, code)) or read.get((ANYONE, code))
                if letter is not None:
                    letters[purpose, audience, code] = letter
    return letters


def _check_agreement(letters: list[Letter], problems: list[Problem]) -> None:
    """The voices of one purpose must say the same about what kind of letter it is."""
    for letter in letters[1:]:
        first, head = letters[0].head, letter.head
        if (first.kind, first.row) != (head.kind, head.row):
            what = f"kind and needs_row differ from {letters[0].source.file}"
            problems.append(letter.source.problem(0, what, "make them the same for the purpose"))


def _template(compiler: Compiler, key: tuple[str, str, str], letter: Letter) -> Template:
    purpose, audience, code = key
    return Template(
        purpose=purpose,
        audience=audience,
        language=code,
        file=letter.source.file,
        kind=letter.head.kind,
        cite=letter.head.cite,
        row=letter.head.row,
        subject=letter.head.subject,
        preheader=letter.head.preheader,
        compiled=compiler.assemble(letter, audience, Language(code)),
    )
