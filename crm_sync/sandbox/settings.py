"""How to log in to a local org and what it allows."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

__all__ = ["OrgSettings", "read_seed"]


@cache
def read_seed() -> dict[str, Any]:
    """Return what a new org holds, as `seed.yaml` says it."""
    seed: dict[str, Any] = yaml.safe_load(files(__package__).joinpath("seed.yaml").read_text())
    return seed


def _default(name: str) -> str:
    return str(read_seed()["access"][name])


@dataclass(frozen=True)
class OrgSettings:
    """The credentials of an org (every user has the same password) and its limits.

    The defaults open a local org only; `seed.yaml` lists them. `public_key` is the PEM key or
    certificate that signs JWT assertions; without one their claims are checked, not the signature.
    `username` is the integration user, as whom a client without a user of its own works; the
    refresh token is that user's.

    `session_seconds` and `session_calls` end a session that is older or has made more calls (None:
    never). getUpdated and getDeleted refuse a start more than `replication_days` ago and more than
    `replication_ids` ids; deletions are told for `deleted_days`.
    """

    username: str = _default("username")
    password: str = _default("password")
    security_token: str = _default("security_token")
    client_id: str = _default("client_id")
    client_secret: str = _default("client_secret")
    refresh_token: str = _default("refresh_token")
    public_key: str | None = None
    daily_api_requests: int = 100_000
    session_seconds: int | None = None
    session_calls: int | None = None
    replication_days: int = 30
    deleted_days: int = 15
    replication_ids: int = 600_000
