"""Describe: what objects there are, and everything about one."""

from crm_sync.sandbox.describe import describe_global, describe_object, summary
from crm_sync.sandbox.errors import no_such_object
from crm_sync.sandbox.http.call import Call, Reply, json_reply
from crm_sync.sandbox.schema import SObject

__all__ = ["basic", "describe", "global_describe"]


def global_describe(call: Call) -> Reply:
    """List all objects."""
    return json_reply(describe_global(call.schema, call.root))


def basic(call: Call) -> Reply:
    """Return an object's summary; it has no recent items."""
    return json_reply({"objectDescribe": summary(_object(call), call.root), "recentItems": []})


def describe(call: Call) -> Reply:
    """Return all there is to know about an object."""
    org, sobject = call.server.org, _object(call)
    statement = (
        'SELECT "Id", "Name", "DeveloperName" FROM "RecordType" '
        'WHERE "SobjectType" = ? AND "IsActive" = 1 ORDER BY "Id"'
    )
    with org.storage.reading() as connection:
        types = connection.execute(statement, [sobject.name]).fetchall()
    return json_reply(describe_object(call.schema, sobject, call.root, types))


def _object(call: Call) -> SObject:
    found = call.schema.object(call.parts["name"])
    if found is None:
        raise no_such_object()
    return found
