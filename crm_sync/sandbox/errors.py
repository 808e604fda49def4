"""What goes wrong in an org, with Salesforce's own codes and words."""

from collections.abc import Sequence
from typing import Any

from partner_lifecycle import PartnerLifecycleError

__all__ = ["OrgError", "ParserError", "SandboxError", "no_such_column", "no_such_object"]

_STATUS = {
    "NOT_FOUND": 404,
    "ENTITY_IS_DELETED": 404,
    "INVALID_SESSION_ID": 401,
    "METHOD_NOT_ALLOWED": 405,
    "REQUEST_LIMIT_EXCEEDED": 403,
    "UNSUPPORTED_MEDIA_TYPE": 415,
}


class SandboxError(PartnerLifecycleError):
    """The local org cannot start or read what it was given; says which file and what to do."""


class OrgError(Exception):
    """An answer that is an error: `code` and `message` as Salesforce gives them, `fields` named.

    `status` is the HTTP status when the whole request fails for it.
    """

    def __init__(self, code: str, message: str, fields: Sequence[str] = ()) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.fields = tuple(fields)

    @property
    def status(self) -> int:
        """Return the HTTP status that goes with the code."""
        return _STATUS.get(self.code, 400)

    def body(self) -> dict[str, Any]:
        """Return the error as REST shows it; `fields` only where a field is to blame."""
        shown: dict[str, Any] = {"message": self.message, "errorCode": self.code}
        return shown | ({"fields": list(self.fields)} if self.fields else {})

    def row(self) -> dict[str, Any]:
        """Return the error as a collection's row shows it."""
        return {"statusCode": self.code, "message": self.message, "fields": list(self.fields)}


class ParserError(OrgError):
    """The JSON cannot be read as the record it claims to be: the whole request fails."""

    def __init__(self, message: str) -> None:
        super().__init__("JSON_PARSER_ERROR", message)


def no_such_column(field: str, sobject: str) -> OrgError:
    """Return the error for a field that the object does not have."""
    return OrgError("INVALID_FIELD", f"No such column '{field}' on sobject of type {sobject}")


def no_such_object() -> OrgError:
    """Return the error for an object that the org does not have."""
    return OrgError("NOT_FOUND", "The requested resource does not exist")
