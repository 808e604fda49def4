"""getUpdated and getDeleted over REST."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from crm_sync.sandbox import replication
from crm_sync.sandbox.errors import OrgError, no_such_object
from crm_sync.sandbox.http.call import Call, Reply, json_reply
from crm_sync.sandbox.org import Org
from crm_sync.sandbox.schema import SObject

__all__ = ["deleted", "updated"]

_Ask = Callable[[Org, SObject, datetime, datetime], dict[str, Any]]


def updated(call: Call) -> Reply:
    """List the records that were written between `start` and `end`."""
    return _asked(call, replication.updated)


def deleted(call: Call) -> Reply:
    """List the records that were deleted between `start` and `end`."""
    return _asked(call, replication.deleted)


def _asked(call: Call, ask: _Ask) -> Reply:
    org = call.server.org
    sobject = org.schema.object(call.parts["name"])
    if sobject is None:
        raise no_such_object()
    return json_reply(ask(org, sobject, _moment(call, "start"), _moment(call, "end")))


def _moment(call: Call, name: str) -> datetime:
    """Return a time in the query; an unescaped + before the offset has become a space."""
    text = call.query.get(name)
    if not text:
        raise OrgError("MISSING_ARGUMENT", f"The parameter {name} is required")
    try:
        moment = datetime.fromisoformat(text.strip().replace(" ", "+"))
    except ValueError as error:
        message = f"{name}: value not of required type: {text}"
        raise OrgError("INVALID_FIELD", message) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
