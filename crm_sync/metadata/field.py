"""One field of an object, in the terms in which an org describes it."""

from dataclasses import dataclass

__all__ = ["Field"]

_LONG_TEXT = 255
_COMPOUND = frozenset({"address", "location"})


@dataclass(frozen=True)
class Field:
    """One field. `type` is describe's type name; `length` counts characters.

    `relationship_name` is the name used in dotted paths (Account, Partner__r) and
    `child_relationship` the name of the child list on the parent (Contacts, Due_Diligences__r).
    """

    name: str
    type: str
    label: str = ""
    length: int = 0
    precision: int = 0
    scale: int = 0
    nillable: bool = True
    createable: bool = True
    updateable: bool = True
    calculated: bool = False
    unique: bool = False
    external_id: bool = False
    reference_to: tuple[str, ...] = ()
    relationship_name: str | None = None
    child_relationship: str | None = None
    picklist: tuple[str, ...] = ()
    restricted: bool = False
    default: str | bool | float | None = None
    compound: str | None = None
    auto_number: str | None = None
    track_history: bool = False
    cascade: bool = False
    help: str = ""

    @property
    def custom(self) -> bool:
        """Whether somebody added the field to the org (its name ends with `__c`)."""
        return self.name.endswith("__c")

    @property
    def filterable(self) -> bool:
        """Whether WHERE may name it: not long text, not files, not an address as a whole."""
        if self.type == "base64" or self.type in _COMPOUND:
            return False
        return not (self.type == "textarea" and self.length > _LONG_TEXT)

    @property
    def sortable(self) -> bool:
        """Whether ORDER BY may name it."""
        return self.filterable and self.type != "multipicklist"

    @property
    def groupable(self) -> bool:
        """Whether GROUP BY may name it."""
        if self.type in {"double", "currency", "percent", "datetime", "time"}:
            return False
        return self.sortable and not self.calculated and not self.auto_number
