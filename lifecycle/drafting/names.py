"""The names a letter may use, and what each of them holds."""

from collections.abc import Mapping
from dataclasses import dataclass

from lifecycle.drafting.errors import Mistake
from lifecycle.drafting.house import House
from partner_lifecycle.names import did_you_mean as names_like
from partner_lifecycle.views import VIEWS, Column, ColumnType

__all__ = ["HOUSE", "LINKS", "Names", "did_you_mean"]

HOUSE: Mapping[str, ColumnType] = {f"house.{name}": ColumnType.TEXT for name in House.model_fields}
# Only the organisation's own addresses may become links.
LINKS = frozenset(
    f"house.{name}" for name in House.model_fields if name.endswith(("_url", "website"))
)
_ROW = "row."


def did_you_mean(wrong: str, known: list[str]) -> str:
    """Return `did you mean x?` for the closest known name, or the known names if they are few."""
    few = f"known: {', '.join(sorted(known))}" if 0 < len(known) <= 12 else ""
    return names_like(wrong, known, few)


@dataclass(frozen=True)
class Names:
    """Fields by dotted name; `row` is the view whose row the letter is about, if any."""

    fields: Mapping[str, ColumnType]
    row: str | None = None

    def type_of(self, name: str) -> ColumnType:
        """Return what a name holds; raise Mistake if a letter may not use it."""
        if name in HOUSE:
            return HOUSE[name]
        if name.startswith(_ROW):
            self._check_row(name)
        if name not in self.fields:
            known = [*self.fields, *HOUSE]
            raise Mistake(f"unknown name {name}", did_you_mean(name, known), at=name)
        return self.fields[name]

    def codes(self, name: str) -> tuple[str, ...]:
        """Return the values that an enumerated field may hold, none if it is free text."""
        group, _, column = name.rpartition(".")
        view = VIEWS.get(self.row or "" if group == "row" else group)
        known: Column | None = view.columns.get(column) if view else None
        return known.values if known else ()

    def _check_row(self, name: str) -> None:
        if self.row is None:
            raise Mistake(
                f"{name}: this letter is about no row",
                "write needs_row: gift (or another view) in the head",
                at=name,
            )
        column = name.removeprefix(_ROW)
        own = VIEWS[self.row].columns
        if column not in own and any(column in view.columns for view in VIEWS.values()):
            hint = did_you_mean(column, list(own))
            raise Mistake(f"unknown name {name}: a {self.row} has no {column}", hint, at=name)
