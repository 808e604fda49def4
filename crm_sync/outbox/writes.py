"""What is to be written, what became of it, and which writes may go in one call."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

__all__ = ["Delivery", "Operation", "Write", "waves"]

Operation = Literal["update", "upsert", "create"]


@dataclass(frozen=True)
class Write:
    """One row for the CRM. `key` is ours and comes back in the delivery.

    `update` changes the record `record_id`. `upsert` creates or changes the row whose
    `external_id_field` holds what `fields` says for it (else `key`). `create` creates the row only
    when none with its external id is there: what a person made of it since is left alone.
    """

    key: str
    object: str
    operation: Operation
    record_id: str | None
    external_id_field: str | None
    fields: Mapping[str, Any]

    def __post_init__(self) -> None:
        """Refuse a write that names no record."""
        if self.operation == "update" and not self.record_id:
            raise ValueError(f"the update {self.key!r} needs a record_id")
        if self.operation != "update" and not self.external_id_field:
            raise ValueError(f"the {self.operation} {self.key!r} needs an external_id_field")

    @property
    def external_id(self) -> str:
        """Return what the row's external id field holds."""
        return str(self.fields.get(self.external_id_field or "", self.key))

    @property
    def row(self) -> dict[str, Any]:
        """Return the row as it is sent."""
        if self.operation == "update":
            return {"id": self.record_id, **self.fields}
        return {**self.fields, str(self.external_id_field): self.external_id}

    @property
    def target(self) -> tuple[str, str]:
        """Return what identifies the record in the CRM."""
        return self.object, self.record_id or self.external_id


@dataclass(frozen=True)
class Delivery:
    """What became of a write. `retryable`: the reason passes, the same write may succeed later."""

    key: str
    ok: bool
    record_id: str | None = None
    created: bool = False
    error_code: str | None = None
    message: str | None = None
    retryable: bool = False


def waves(writes: Iterable[Write]) -> Iterator[list[Write]]:
    """Return groups of writes of one object and operation, in which no record stands twice.

    Several writes to one record keep their order: each is in a later group than the one before.
    """
    rounds: list[dict[tuple[str, str, str | None], list[Write]]] = []
    seen: dict[tuple[str, str], int] = {}
    for write in writes:
        turn = seen.get(write.target, 0)
        seen[write.target] = turn + 1
        if turn == len(rounds):
            rounds.append({})
        kind = (write.object, write.operation, write.external_id_field)
        rounds[turn].setdefault(kind, []).append(write)
    for groups in rounds:
        yield from groups.values()
