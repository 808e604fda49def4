"""Every resource, in the order in which paths are tried."""

from collections.abc import Iterator

from crm_sync.sandbox.http import (
    collections,
    composite,
    describes,
    identity,
    ingest_jobs,
    oauth,
    queries,
    query_jobs,
    replication,
    resources,
    single,
    soap,
)
from crm_sync.sandbox.http.router import Route, Router

__all__ = ["ROUTER"]

_NOT_OFFERED = (
    "/analytics{rest...}",
    "/chatter{rest...}",
    "/composite/(?:graph|tree){rest...}",
    "/parameterizedSearch",
    "/search{rest...}",
    "/tooling{rest...}",
)
_NOT_OFFERED_OF_OBJECTS = "(?:describe/.+|listviews|quickActions)"


def _unversioned() -> Iterator[Route]:
    yield Route("POST", "/services/oauth2/token", oauth.token, open=True)
    yield Route("POST", "/services/oauth2/introspect", identity.introspect, open=True)
    for method in ("GET", "POST"):
        yield Route(method, "/services/oauth2/revoke", identity.revoke, open=True)
        yield Route(method, "/services/oauth2/userinfo", identity.user_info, open=True)
        yield Route(method, "/id/{org}/{user}", identity.identity, open=True)
    for kind in ("u", "c"):
        yield Route("POST", f"/services/Soap/{kind}/{{rest...}}", soap.answer, open=True)
    yield Route("GET", "/services/data", resources.versions, open=True)


def _versioned() -> Iterator[Route]:
    yield Route("GET", "", resources.listing)
    yield Route("GET", "/limits", resources.limits)
    yield Route("GET", "/recent", resources.recent)
    yield Route("GET", "/query", queries.query)
    yield Route("GET", "/queryAll", queries.query_all)
    for name in ("query", "queryAll", "queryMore"):
        yield Route("GET", f"/{name}/{{locator}}", queries.more)
    yield Route("POST", "/composite", composite.composite)
    yield Route("POST", "/composite/batch", composite.batch)
    yield from _jobs()
    yield from _collections()
    yield from _unsupported(f"/sobjects/{{name}}/{_NOT_OFFERED_OF_OBJECTS}")
    yield from _records()
    for template in _NOT_OFFERED:
        yield from _unsupported(template)


def _unsupported(template: str) -> Iterator[Route]:
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        yield Route(method, template, resources.unsupported)


def _jobs() -> Iterator[Route]:
    yield Route("POST", "/jobs/query", query_jobs.create)
    yield Route("GET", "/jobs/query", query_jobs.jobs)
    yield Route("GET", "/jobs/query/{id}/results", query_jobs.results)
    yield Route("POST", "/jobs/ingest", ingest_jobs.create)
    yield Route("GET", "/jobs/ingest", ingest_jobs.jobs)
    yield Route("PUT", "/jobs/ingest/{id}/batches", ingest_jobs.upload)
    yield Route("GET", "/jobs/ingest/{id}/successfulResults", ingest_jobs.successful)
    yield Route("GET", "/jobs/ingest/{id}/failedResults", ingest_jobs.failed)
    yield Route("GET", "/jobs/ingest/{id}/unprocessed[rR]ecords", ingest_jobs.unprocessed)
    for kind, jobs in (("query", query_jobs), ("ingest", ingest_jobs)):
        yield Route("GET", f"/jobs/{kind}/{{id}}", jobs.status)
        yield Route("PATCH", f"/jobs/{kind}/{{id}}", jobs.state)
        yield Route("DELETE", f"/jobs/{kind}/{{id}}", jobs.delete)


def _collections() -> Iterator[Route]:
    yield Route("POST", "/composite/sobjects", collections.create)
    yield Route("PATCH", "/composite/sobjects", collections.update)
    yield Route("DELETE", "/composite/sobjects", collections.delete)
    yield Route("GET", "/composite/sobjects/{name}", collections.retrieve)
    yield Route("POST", "/composite/sobjects/{name}", collections.retrieve)
    yield Route("PATCH", "/composite/sobjects/{name}/{key}", collections.upsert)


def _records() -> Iterator[Route]:
    yield Route("GET", "/sobjects", describes.global_describe)
    yield Route("GET", "/sobjects/{name}", describes.basic)
    yield Route("POST", "/sobjects/{name}", single.create)
    yield Route("GET", "/sobjects/{name}/describe", describes.describe)
    yield Route("GET", "/sobjects/{name}/updated", replication.updated)
    yield Route("GET", "/sobjects/{name}/deleted", replication.deleted)
    yield Route("POST", "/sobjects/{name}/Id", single.create)
    yield Route("GET", "/sobjects/{name}/{id}", single.retrieve)
    yield Route("PATCH", "/sobjects/{name}/{id}", single.update)
    yield Route("DELETE", "/sobjects/{name}/{id}", single.delete)
    yield Route("GET", "/sobjects/{name}/{id}/VersionData", single.version_data)
    yield Route("GET", "/sobjects/{name}/{key}/{value}", single.retrieve_by_key)
    yield Route("PATCH", "/sobjects/{name}/{key}/{value}", single.upsert)
    yield Route("DELETE", "/sobjects/{name}/{key}/{value}", single.delete_by_key)


def _all() -> Iterator[Route]:
    yield from _unversioned()
    for route in _versioned():
        template = f"/services/data/v{{version}}{route.template}"
        yield Route(route.method, template, route.handler)


ROUTER = Router(_all())
