"""A local org that speaks Salesforce's APIs over HTTP: for the demo, tests and any client.

    with LocalOrg.start(load_schema(Path("salesforce"))) as local:
        local.org.insert("Account", {"Name": "Acme"})
        ...  # point a client at local.url

Importing the package is cheap; the server and its libraries come with the first name used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crm_sync.sandbox.catalogue import load_schema
    from crm_sync.sandbox.errors import OrgError, SandboxError
    from crm_sync.sandbox.faults import Fault, FaultPlan, read_faults
    from crm_sync.sandbox.filling import fill
    from crm_sync.sandbox.loading import LoadReport, load_file
    from crm_sync.sandbox.org import Org
    from crm_sync.sandbox.server import LocalOrg, serve
    from crm_sync.sandbox.settings import OrgSettings

__all__ = [
    "Fault",
    "FaultPlan",
    "LoadReport",
    "LocalOrg",
    "Org",
    "OrgError",
    "OrgSettings",
    "SandboxError",
    "fill",
    "load_file",
    "load_schema",
    "read_faults",
    "serve",
]

_PLACES = {
    "Fault": "faults",
    "FaultPlan": "faults",
    "LoadReport": "loading",
    "LocalOrg": "server",
    "Org": "org",
    "OrgError": "errors",
    "OrgSettings": "settings",
    "SandboxError": "errors",
    "fill": "filling",
    "load_file": "loading",
    "load_schema": "catalogue",
    "read_faults": "faults",
    "serve": "server",
}


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
