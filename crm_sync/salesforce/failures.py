"""Turns what simple-salesforce and requests raise into CrmError: what, where, what to do."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from xml.parsers.expat import ExpatError

import requests
from simple_salesforce.exceptions import SalesforceAuthenticationFailed, SalesforceError

from crm_sync.errors import (
    CrmBusy,
    CrmError,
    CrmLimitReached,
    CrmLoginFailed,
    CrmRefused,
    CrmUnreachable,
    CrmUnreadable,
)

__all__ = ["translated_errors"]

_NOT_SALESFORCE = "Check that crm.login_url is a Salesforce org and no proxy answers in its place."
_REMEDIES = {
    "INVALID_SESSION_ID": "Log in again; check the connected app's session policy.",
    "INVALID_FIELD": "Deploy the metadata in salesforce/ or let our user see the field.",
    "INVALID_TYPE": "Deploy the metadata in salesforce/ or let our user see the object.",
    "INSUFFICIENT_ACCESS_OR_READONLY": "Give our user the permission set of salesforce/.",
    "API_DISABLED_FOR_ORG": "API access needs an edition with it and the user's permission.",
}
_LONGEST = 300
_TOO_MANY = 429


@contextmanager
def translated_errors(where: str) -> Iterator[None]:
    """Raise CrmError for anything that a call to the CRM may raise. `where`: what was called."""
    try:
        yield
    except SalesforceAuthenticationFailed as error:
        raise _login_failed(error, where) from error
    except SalesforceError as error:
        raise _refused(error, where) from error
    except (requests.JSONDecodeError, ExpatError, KeyError, TypeError, AttributeError) as error:
        # The last three are what simple-salesforce raises on JSON of a foreign shape.
        raise _unreadable(where) from error
    except requests.Timeout as error:
        raise _unreachable("did not answer in time", where) from error
    except requests.RequestException as error:
        raise _unreachable("cannot be reached", where) from error


def _unreachable(how: str, where: str) -> CrmUnreachable:
    return CrmUnreachable(
        f"The CRM {how}.", where=where, remedy="Check crm.login_url and the network; try again."
    )


def _unreadable(where: str) -> CrmUnreadable:
    return CrmUnreadable(
        "The CRM answered with something that is not Salesforce's (a web page, or nothing).",
        where=where,
        remedy=_NOT_SALESFORCE,
    )


def _login_failed(error: SalesforceAuthenticationFailed, where: str) -> CrmError:
    code = error.code
    if isinstance(code, int):  # the HTTP status of a body that could not be read
        return (
            _unreachable(f"failed with HTTP {code}", where) if code >= 500 else _unreadable(where)
        )
    message = _short(error.auth_message)
    return CrmLoginFailed(
        f"The CRM does not let us in ({code}): {message}",
        where=where,
        remedy="Check crm.auth, the user name, the secrets and the connected app's policies.",
    )


def _refused(error: SalesforceError, where: str) -> CrmError:
    status: int = error.status
    code, message = _first_error(error.content)
    if status >= 500 or status == _TOO_MANY:
        return _unreachable(f"failed with HTTP {status}{f' ({code})' if code else ''}", where)
    if code is None:
        return CrmRefused(
            f"The CRM refused the call with HTTP {status} and no reason.",
            code=f"HTTP_{status}",
            where=where,
            remedy=_NOT_SALESFORCE,
        )
    if code == "REQUEST_LIMIT_EXCEEDED" and "concurrent" in message.lower():
        return CrmBusy(
            f"The org answers too many long calls at once: {message}",
            code=code,
            where=where,
            remedy="Try again when other programs have ended theirs.",
        )
    if code == "REQUEST_LIMIT_EXCEEDED":
        return CrmLimitReached(
            f"The org's API calls are used up: {message}",
            code=code,
            where=where,
            remedy="Wait until calls are free again (24 hours roll on) or ask for more.",
        )
    return CrmRefused(
        f"The CRM refused the call ({code}): {message}",
        code=code,
        where=where,
        remedy=_REMEDIES.get(code),
    )


def _first_error(content: Any) -> tuple[str | None, str]:
    if isinstance(content, list) and content and isinstance(content[0], dict):
        code = content[0].get("errorCode")
        return (str(code) if code else None), _short(str(content[0].get("message", "")))
    return None, ""


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
