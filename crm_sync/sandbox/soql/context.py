"""What every part of a statement's compilation needs to know."""

from dataclasses import dataclass
from datetime import date

from crm_sync.sandbox.schema import Schema, SObject
from crm_sync.sandbox.soql.resolve import Scope

__all__ = ["Context"]


@dataclass(frozen=True)
class Context:
    """The org and the circumstances; `with_deleted` includes rows in the recycle bin."""

    text: str
    schema: Schema
    today: date
    with_deleted: bool
    api_version: float

    def hidden(self, scope: Scope) -> list[str]:
        """Return the SQL, if any, that leaves out rows in the recycle bin."""
        sobject: SObject = scope.root.objects[0]
        if self.with_deleted or sobject.field("IsDeleted") is None:
            return []
        return [f'{scope.root.alias}."IsDeleted" = 0']
