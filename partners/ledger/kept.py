"""A decision as the ledger keeps it; what somebody wrote over it is told."""

from datetime import datetime
from typing import Annotated

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Json,
    ValidationError,
)

from lifecycle.facts import STAGES, RowKind
from partners.errors import LedgerBroken
from partners.ledger.findings import Row

__all__ = ["Kept", "Plain", "Unreadable", "read_kept"]


class Unreadable(LedgerBroken):
    """A row of the ledger is not as the library writes it: it cannot be decided again."""


def _instant(told: object) -> datetime:
    return datetime.fromisoformat(str(told))


def _flag(told: object) -> object:
    return {0: False, 1: True}.get(told, told) if isinstance(told, int) else told


def _stage(told: str) -> str:
    if told not in STAGES:
        raise ValueError("this is no stage")
    return told


def _text(told: str) -> str:
    if told.encode(errors="ignore").decode() != told:
        raise ValueError("this is no UTF-8")
    return told


_Text = Annotated[str, AfterValidator(_text)]
_Stage = Annotated[str, AfterValidator(_stage)]
Plain = str | int | bool | None
"""What a fact may be in JSON."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class _Seen(_Strict):
    about: str
    seen: str
    needed: str
    holds: bool


class _Fired(_Strict):
    rule: str
    subject: str
    anchor: str
    n: int | None = None


class _Why(_Strict):
    rule_id: str
    because: str
    cite: list[str]
    conditions: list[_Seen]


class _WhyNot(_Strict):
    rule_id: str
    stage_to: str
    missing: list[_Seen]


class _Private(_Strict):
    facts: dict[str, Plain]
    rows: dict[RowKind, list[dict[str, Plain]]] = {}
    acted: dict[str, list[str]] = {}
    moved_from: _Stage | None = None
    by: str | None = None
    still: bool = False
    overrides: list[dict[str, Plain]] = []
    left_out: list[str] = []


class Kept(BaseModel):
    """A decision by rules as the ledger keeps it: what everybody may read, and what it was made of.

    `stands` is the partner where its standing was made by this decision; the last four are then
    the texts for staff beside it.
    """

    model_config = ConfigDict(frozen=True, strict=True, from_attributes=True)

    id: int
    partner_id: _Text
    decided_at: Annotated[AwareDatetime, BeforeValidator(_instant)]
    by: _Text
    rulebook_hash: _Text
    stage_from: _Stage
    stage_to: _Stage
    suspended: Annotated[bool, BeforeValidator(_flag)]
    fired: Json[list[_Fired]]
    why: Json[list[_Why]]
    why_not: Json[list[_WhyNot]]
    facts: Json[dict[str, Plain]]
    recorded: Json[_Private]
    stands: str | None
    reason: _Text | None
    suspended_why: _Text | None
    next_step: _Text | None
    missing: _Text | None


def read_kept(row: Row) -> Kept:
    """Return a decision from its row as it lies; raise Unreadable where it was written over."""
    try:
        return Kept.model_validate(row)
    except ValidationError as error:
        wrong = error.errors(include_input=False, include_url=False)[0]
        how = "no JSON" if wrong["type"] == "json_invalid" else "nothing that the library writes"
        raise Unreadable(f"{wrong['loc'][0]} holds {how}") from None
