"""What stands in the files of a rulebook, as people write it. Unknown keys are refused."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from lifecycle.conditions import LARGEST
from lifecycle.facts import RowKind
from partner_lifecycle.validating import spelled, wrong

__all__ = [
    "Accepted",
    "ClauseText",
    "Dotted",
    "OverlayText",
    "ParameterText",
    "RateText",
    "Replaceable",
    "Retired",
    "RuleFile",
    "RuleText",
    "Stage",
    "Task",
    "Then",
]

Stage = Literal["prospect", "diligence", "agreement", "active", "renewal", "closed"]
Citations = Annotated[tuple[str, ...], Field(min_length=1)]
Sentence = Annotated[str, Field(min_length=1)]
Dotted = Annotated[
    str,
    spelled(
        r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*",
        "name",
        "write small letters, digits and _, with dots between: active.ends_soon",
    ),
]
_Note = Annotated[
    str, spelled(r"note\.[a-z][a-z0-9_]*", "conclusion", "write note. and a word: note.close")
]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Replaceable(_Strict):
    """What has an id. `replaces: true` says that it stands instead of that id in a layer below."""

    replaces: Literal[True] | None = None

    @property
    def said(self) -> str:
        """Return in one line what it is about."""
        return ""


def _noted(value: object) -> object:
    if not isinstance(value, bool | int | str) or (type(value) is int and abs(value) > LARGEST):
        raise wrong("no conclusion", "write true, false, a text, or a whole number up to 2^53")
    return value


def _as_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


_NOTED = BeforeValidator(_noted)
Accepted = Literal[
    "never-holds",
    "shadowed",
    "conflict",
    "circle",
    "negated-missing",
    "upper-time-bound",
    "missing-anchor",
    "missing-translation",
]
"""Warnings of `partners rules check` that a rule may accept."""
RuleId = Annotated[
    str, spelled("[A-Z]{2}[0-9]{2}", "id of a rule", "write two capitals and two digits: PR05")
]


class Task(_Strict):
    """A task for the partner's owner in the CRM; `due_in_days` counts from the day decided."""

    subject: Sentence
    due_in_days: Annotated[int, Field(ge=0, le=3660)]
    priority: Literal["High", "Normal", "Low"] = "Normal"


class Then(_Strict):
    """What a rule does: move, suspend or resume; and a task, a draft, a flag, a suppression.

    `set` draws conclusions (`note.name: value`) that later rules may read as facts.
    """

    move_to: Stage | None = None
    suspend: Literal[True] | None = None
    resume: Literal[True] | None = None
    task: Task | None = None
    draft: Dotted | None = None
    flag: Sentence | None = None
    suppress: Literal["drafts"] | None = None
    set: dict[_Note, Annotated[bool | int | str, _NOTED]] | None = None


class RuleText(Replaceable):
    """One rule as written; its condition is still text.

    `aliases` are ids that the rule had before: what it did under them counts as done. More than
    `max_actions` new actions in one run stop the rule until a person allows it. `accept` names
    warnings that are known and meant. `override` names the levels of approval that may set the rule
    aside for a partner: none, unless it is written.
    """

    id: RuleId
    name: Dotted
    cite: Annotated[Citations, BeforeValidator(_as_tuple)]
    because: Sentence
    when: Sentence
    then: Then
    once_per: str | None = None
    for_each: RowKind | None = None
    priority: Annotated[int, Field(ge=-LARGEST, le=LARGEST)] = 0
    max_actions: Annotated[int, Field(ge=1, le=LARGEST)] | None = None
    aliases: Annotated[tuple[RuleId, ...], BeforeValidator(_as_tuple)] = ()
    accept: Annotated[tuple[Accepted, ...], BeforeValidator(_as_tuple)] = ()
    override: Annotated[tuple[Sentence, ...], BeforeValidator(_as_tuple)] = ()

    @property
    def said(self) -> str:
        """Return why the rule is there."""
        return self.because


class RuleFile(_Strict):
    """A file of rules that apply to partners at one stage, or at any; each is read by itself."""

    stage: Literal[Stage, "any"]
    rules: list[Any]


class ParameterText(Replaceable):
    """A parameter: its values by the day from which they hold, one or one by audience."""

    meaning: Sentence
    unit: str = ""
    type: Literal["integer", "text", "boolean", "date"]
    cite: Annotated[Citations, BeforeValidator(_as_tuple)]
    values: Annotated[dict[date, object], Field(min_length=1)]

    @property
    def said(self) -> str:
        """Return what the parameter means."""
        return self.meaning


class ClauseText(Replaceable):
    """A clause of the policy: its gist in our words, and where it stands.

    `not_carried` says why nothing cites it: what it is for, if not for rules, letters or reports.
    With `no_override` nobody may set aside a rule that cites it.
    """

    gist: Sentence
    document: Sentence
    place: str = ""
    not_carried: Sentence | None = None
    no_override: Literal[True] | None = None

    @property
    def said(self) -> str:
        """Return the clause's gist."""
        return self.gist


class RateText(Replaceable):
    """The rates of a currency: US$ for one unit, by the day from which they hold."""

    by_day: Mapping[date, Decimal]


class Retired(_Strict):
    """What an overlay takes out of the layers below it, each with the reason."""

    rules: dict[RuleId, Sentence] = {}
    parameters: dict[str, Sentence] = {}
    cases: dict[str, Sentence] = {}


class OverlayText(_Strict):
    """The head of an overlay: its name, why it exists, and what it retires."""

    name: Annotated[
        str,
        spelled("[a-z][a-z0-9_-]*", "name", "write small letters: east_africa"),
    ]
    because: Sentence
    retires: Retired = Retired()
