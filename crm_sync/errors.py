"""What can go wrong between us and the CRM: one class for each thing a person would do about it."""

from typing import ClassVar

from partner_lifecycle import PartnerLifecycleError

__all__ = [
    "CrmBusy",
    "CrmError",
    "CrmLimitReached",
    "CrmLoginFailed",
    "CrmRefused",
    "CrmUnreachable",
    "CrmUnreadable",
    "MetadataError",
    "ProfileError",
    "StagingFailed",
    "WrongOrg",
]

# Codes with which Salesforce says "not now"; the same call may succeed in a moment.
_PASSING_CODES = frozenset(
    {"UNABLE_TO_LOCK_ROW", "SERVER_UNAVAILABLE", "QUERY_TIMEOUT", "REQUEST_RUNNING_TOO_LONG"}
)


class ProfileError(PartnerLifecycleError):
    """A profile asks for something that the org does not have."""


class MetadataError(PartnerLifecycleError):
    """A file of the metadata in salesforce/ cannot be read; says which, and what to do."""


class CrmError(PartnerLifecycleError):
    """The CRM could not be used. `retryable`: the same call may succeed a little later."""

    exit_code: ClassVar[int] = 3
    retryable: bool = False


class CrmUnreachable(CrmError):
    """No answer: the name is unknown, the connection refused, time ran out, or HTTP 5xx."""

    retryable = True


class CrmUnreadable(CrmError):
    """An answer, but not one that Salesforce gives: a web page, nothing at all, a foreign shape."""


class CrmLoginFailed(CrmError):
    """The CRM does not accept the credentials, or the session has ended and cannot be renewed."""


class CrmRefused(CrmError):
    """Salesforce refused a call. `code` is its error code (`INVALID_FIELD`, ...)."""

    def __init__(
        self, what: str, *, code: str, where: str | None = None, remedy: str | None = None
    ) -> None:
        super().__init__(what, where=where, remedy=remedy)
        self.code = code
        self.retryable = self.retryable or is_passing(code)


class CrmLimitReached(CrmRefused):
    """The org's allowance of API calls for 24 hours is used up; waiting a moment does not help.

    Code RESERVE_REACHED: it is down to what the settings keep for people.
    """


class CrmBusy(CrmRefused):
    """The org has too many calls running at once (not too many a day): in a moment it has not."""

    retryable = True


def is_passing(code: str) -> bool:
    """Tell whether a Salesforce error code means "not now" rather than "no"."""
    return code in _PASSING_CODES


class WrongOrg(PartnerLifecycleError):
    """The store mirrors another org than the one that the settings name."""


class StagingFailed(PartnerLifecycleError):
    """A page of records could not be handed to the store; nothing of it was stored."""

    exit_code: ClassVar[int] = 3
