"""Salesforce's error codes that a plan may name alone: each with its status and usual words."""

from dataclasses import dataclass

__all__ = ["KNOWN", "KnownError"]


@dataclass(frozen=True)
class KnownError:
    """An error as a real org words it; a bulk job or a row shows the same without the status."""

    status: int
    message: str


KNOWN = {
    "API_DISABLED_FOR_ORG": KnownError(403, "The REST API is not enabled for this Organization."),
    "DUPLICATE_VALUE": KnownError(400, "duplicate value found: unknown duplicates value on record"),
    "ENTITY_IS_DELETED": KnownError(404, "entity is deleted"),
    "EXCEEDED_ID_LIMIT": KnownError(400, "record limit reached. cannot submit more ids"),
    "FIELD_CUSTOM_VALIDATION_EXCEPTION": KnownError(400, "A validation rule of the org says no"),
    "INSUFFICIENT_ACCESS_OR_READONLY": KnownError(400, "insufficient access rights on object id"),
    "INVALID_FIELD": KnownError(400, "No such column on entity"),
    "INVALID_QUERY_LOCATOR": KnownError(400, "invalid query locator"),
    "INVALID_REPLICATION_DATE": KnownError(400, "startDate before org replication enabled date"),
    "INVALID_SESSION_ID": KnownError(401, "Session expired or invalid"),
    "MALFORMED_QUERY": KnownError(400, "unexpected token"),
    "NOT_FOUND": KnownError(404, "The requested resource does not exist"),
    "QUERY_TIMEOUT": KnownError(400, "Your query request was running for too long."),
    "REQUEST_LIMIT_EXCEEDED": KnownError(403, "TotalRequests Limit exceeded."),
    "REQUEST_RUNNING_TOO_LONG": KnownError(400, "Your request was running for too long."),
    "SERVER_UNAVAILABLE": KnownError(503, "Server is unavailable, please try again later"),
    "STORAGE_LIMIT_EXCEEDED": KnownError(400, "storage limit exceeded"),
    "STRING_TOO_LONG": KnownError(400, "data value too large"),
    "UNABLE_TO_LOCK_ROW": KnownError(
        400, "unable to obtain exclusive access to this record or 1 records"
    ),
    "UNKNOWN_EXCEPTION": KnownError(500, "An unexpected error occurred."),
}
