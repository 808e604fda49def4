"""Read records by id, in the order in which they were asked for."""

from collections.abc import Sequence
from typing import Any

from crm_sync.sandbox.http.call import Call
from crm_sync.sandbox.schema import SObject
from crm_sync.sandbox.soql import run

__all__ = ["retrieve_records"]

_AT_ONCE = 500


def retrieve_records(
    call: Call, sobject: SObject, ids: Sequence[str], fields: Sequence[str]
) -> list[dict[str, Any] | None]:
    """Return each record as REST shows it, None for one that is not there or in the bin."""
    found: dict[str, dict[str, Any]] = {}
    names = ", ".join({name.lower(): name for name in (*fields, "Id")}.values())
    org = call.server.org
    with org.storage.reading() as connection:
        for start in range(0, len(ids), _AT_ONCE):
            wanted = ", ".join(f"'{each}'" for each in ids[start : start + _AT_ONCE])
            text = f"SELECT {names} FROM {sobject.name} WHERE Id IN ({wanted})"
            rows = run(connection, call.schema, text, now=org.clock(), api_version=call.version)
            found |= {str(each["Id"]): each for each in rows.records}
    return [found.get(each) for each in ids]
