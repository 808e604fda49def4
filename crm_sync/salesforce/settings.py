"""How to reach the CRM and log in."""

from ipaddress import ip_address
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from partner_lifecycle import SettingsError

__all__ = ["CrmSettings", "is_loopback"]

Auth = Literal["password", "soap", "client_credentials", "jwt", "session"]

_NEEDED: dict[str, tuple[str, ...]] = {
    "password": ("username", "password", "consumer_key", "consumer_secret"),
    "soap": ("username", "password", "security_token"),
    "client_credentials": ("consumer_key", "consumer_secret"),
    "jwt": ("username", "consumer_key", "private_key_file"),
    "session": ("session_id",),
}


class CrmSettings(BaseModel):
    """Where the org is and who we are there. Secrets never show in text or logs.

    `login_url` is where to log in; for `session` it is the org's own address. Plain http is
    accepted for an address of this machine only. `timeout` is seconds per call, `retries` how
    often a call that may be repeated is tried again, `page_size` rows per page (200 to 2000).
    `reserve_percent` of the org's daily API calls is left to people and other programs.

    What a login needs may be missing until there is one: most commands talk to no CRM, and run
    where its secrets are not.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    login_url: str = "https://login.salesforce.com"
    auth: Auth = "password"
    username: str | None = None
    password: SecretStr | None = None
    security_token: SecretStr | None = None
    consumer_key: str | None = None
    consumer_secret: SecretStr | None = None
    private_key_file: Path | None = None
    session_id: SecretStr | None = None
    api_version: str = Field("62.0", pattern=r"^\d+\.\d$")
    timeout: float = Field(60.0, gt=0)
    retries: int = Field(5, ge=0)
    page_size: int = Field(2000, ge=200, le=2000)
    reserve_percent: float = Field(10.0, ge=0, lt=100)

    def check_complete(self) -> None:
        """Raise SettingsError, naming every key, when the chosen login needs more."""
        missing = [name for name in _NEEDED[self.auth] if getattr(self, name) is None]
        if missing:
            raise SettingsError(
                f"crm: auth = {self.auth!r} also needs {', '.join(missing)}",
                where="the section [crm] of partners.toml",
                remedy="add what is missing there, or as variables: "
                + ", ".join(f"PARTNERS_CRM__{name.upper()}" for name in missing),
            )

    @model_validator(mode="after")
    def _safe_address(self) -> Self:
        if "@" in self.login_url:
            raise ValueError(
                "login_url must hold no user and no password: write username and password apart"
            )
        parts = urlsplit(self.login_url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError(f"login_url must be an https address, not {self.login_url!r}")
        if parts.scheme == "http" and not is_loopback(parts.hostname):
            raise ValueError(
                f"login_url {self.login_url!r} would send passwords in clear: write https:// "
                "(plain http is for a local org on this machine only)"
            )
        return self

    def secret(self, name: str) -> str | None:
        """Return a secret in clear, to hand to the login and to nothing else."""
        value: SecretStr | None = getattr(self, name)
        return None if value is None else value.get_secret_value()


def is_loopback(host: str) -> bool:
    """Tell whether a host name or address is this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
