"""What a case is: as people write it, and as it is run."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from lifecycle.conditions import Facts
from lifecycle.facts import RowKind
from lifecycle.rulebook import Rule
from lifecycle.rulebook.model import Stage
from partner_lifecycle.validating import wrong

__all__ = ["Case", "CaseText", "Expected"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def _anchor(value: object) -> object:
    if type(value) not in (str, int, bool, date):
        raise wrong(
            "no anchor", "write the value of `once_per`: a text, number, day, true or false"
        )
    return value


class Expected(_Strict):
    """What a whole case must come to; what is left out is not looked at.

    `moves` are the rules that move the partner, in their order, and no others. `fires` hold on the
    way or in the end, `silent` do not. `why_not` names for a rule that would move the partner on
    the facts of the conditions that are missing, and no others.
    """

    stage: Stage | None = None
    suspended: bool | None = None
    moves: list[str] | None = None
    fires: list[str] = []
    silent: list[str] = []
    why_not: dict[str, list[str]] = {}


class CaseText(_Strict):
    """One case as written; its values are not yet checked against the facts."""

    name: Annotated[str, Field(min_length=1)]
    today: date
    facts: dict[str, Any] = {}
    row: dict[str, Any] | None = None
    rows: dict[RowKind, list[dict[str, Any]]] = {}
    acted: dict[str, Annotated[Any, BeforeValidator(_anchor)]] = {}
    fires: bool | None = None
    expects: Expected | None = None


@dataclass(frozen=True)
class Case:
    """One case: of `rule` when it says whether that holds, else of the whole rulebook.

    `rows` are the partner's rows by kind; `acted` the anchors that rules acted on before.
    """

    name: str
    today: date
    rule: Rule | None
    facts: Facts
    rows: Mapping[RowKind, tuple[Facts, ...]]
    acted: Mapping[str, str]
    fires: bool | None
    expects: Expected | None
    file: str
    line: int
    layer: str

    def speaks_of(self, rule_ids: Collection[str]) -> bool:
        """Return whether the case expects something of one of these rules."""
        named = {self.rule.id} if self.rule else set()
        if self.expects is not None:
            named |= {*(self.expects.moves or ()), *self.expects.fires, *self.expects.silent}
            named |= self.expects.why_not.keys()
        return not named.isdisjoint(rule_ids)
