"""Several operations in one transaction, with a result for each."""

from collections.abc import Callable, Iterable, Sequence

from crm_sync.sandbox.errors import OrgError, ParserError
from crm_sync.sandbox.records import Result, Transaction
from crm_sync.sandbox.refusing import refuse_record

__all__ = ["Operation", "save_all"]

_ROLLED_BACK = (
    "Record rolled back because not all records were valid and the request was using AllOrNone "
    "header"
)

Operation = Callable[[Transaction], Result]


def save_all(
    transaction: Transaction, operations: Iterable[Operation], *, all_or_none: bool
) -> Sequence[Result]:
    """Run operations, each undone alone when it is refused, or all of them when `all_or_none`."""
    connection = transaction.connection
    connection.execute("SAVEPOINT everything")
    results = [_attempt(transaction, operation) for operation in operations]
    if all_or_none and not all(each.success for each in results):
        connection.execute("ROLLBACK TO everything")
        undone = OrgError("ALL_OR_NONE_OPERATION_ROLLED_BACK", _ROLLED_BACK)
        results = [Result(None, errors=(undone,)) if each.success else each for each in results]
    connection.execute("RELEASE everything")
    return results


def _attempt(transaction: Transaction, operation: Operation) -> Result:
    connection = transaction.connection
    connection.execute("SAVEPOINT record")
    try:
        refuse_record()
        return operation(transaction)
    except ParserError:
        raise  # JSON that cannot be read fails the whole request, not one record of it
    except OrgError as error:
        connection.execute("ROLLBACK TO record")
        return Result(None, errors=(error,))
    finally:
        connection.execute("RELEASE record")
