"""What only SOAP can do to records: merge them, take them out of the bin, empty it."""

from collections.abc import Callable
from xml.etree.ElementTree import Element

from crm_sync.sandbox.errors import OrgError
from crm_sync.sandbox.http.call import Call, Reply
from crm_sync.sandbox.http.soap_xml import all_of, elements, fault, find, reply
from crm_sync.sandbox.records import Result, Transaction

__all__ = ["CALLS"]


def _merge(call: Call, request: Element) -> str:
    return "".join(_merged(call, each) for each in all_of(request, "request"))


def _merged(call: Call, request: Element) -> str:
    master = find(request, "masterRecord")
    if master is None:
        raise OrgError("MISSING_ARGUMENT", "masterRecord is required")
    given = {each.tag.rpartition("}")[2]: each.text for each in master}
    master_id = str(given.pop("Id", ""))
    given.pop("type", None)
    others = [each.text or "" for each in all_of(request, "recordToMergeIds")]
    moved: list[str] = []

    def operation(transaction: Transaction) -> Result:
        name = _object(transaction, master_id)
        moved.extend(transaction.merge(name, master_id, others))
        return transaction.update(name, master_id, given)

    def shown() -> str:
        lists = {"mergedRecordIds": others, "updatedRelatedIds": moved}
        return "".join(elements({name: each}) for name, ids in lists.items() for each in ids)

    return _result(call, operation, shown)


def _undelete(call: Call, request: Element) -> str:
    return _each(call, request, lambda each, name, key: each.undelete(name, key))


def _empty(call: Call, request: Element) -> str:
    return _each(call, request, _buried)


def _buried(transaction: Transaction, name: str, record_id: str) -> Result:
    row = transaction.existing(transaction.sobject(name), record_id, deleted=True)
    if not row["IsDeleted"]:
        raise OrgError("INVALID_OPERATION", "entity is not in the recycle bin")
    return transaction.hard_delete(name, record_id)


def _each(call: Call, request: Element, change: Callable[[Transaction, str, str], Result]) -> str:
    def one(record_id: str) -> str:
        return _result(call, lambda each: change(each, _object(each, record_id), record_id))

    return "".join(one(each.text or "") for each in all_of(request, "ids"))


def _object(transaction: Transaction, record_id: str) -> str:
    found = transaction.schema.by_prefix.get(record_id[:3])
    if found is None:
        raise OrgError("MALFORMED_ID", f"malformed id {record_id}")
    return found.name


def _result(
    call: Call, operation: Callable[[Transaction], Result], more: Callable[[], str] = str
) -> str:
    (result,) = call.server.org.save([operation], user_id=call.user_id)
    if result.success:
        body = elements({"id": result.id}) + more() + elements({"success": "true"})
    else:
        error = result.errors[0]
        told = elements({"message": error.message, "statusCode": error.code})
        body = f"<errors>{told}</errors>" + elements({"success": "false"})
    return f"<result>{body}</result>"


def _answered(make: Callable[[Call, Element], str]) -> Callable[[Call, str, Element], Reply]:
    def answer(call: Call, kind: str, request: Element) -> Reply:
        name = request.tag.rpartition("}")[2]
        if not call.server.usage.count():
            return fault(kind, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
        try:
            return reply(kind, f"<{name}Response>{make(call, request)}</{name}Response>")
        except OrgError as error:
            return fault(kind, error.code, error.message)

    return answer


CALLS = {
    "merge": _answered(_merge),
    "undelete": _answered(_undelete),
    "emptyRecycleBin": _answered(_empty),
}
"""What is asked for by the name of the body's part, and who answers it."""
