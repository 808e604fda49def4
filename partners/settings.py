"""Settings from `partners.toml` and from PARTNERS_* variables; a variable wins over the file."""

import os
import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from pydantic_settings import SettingsError as SourceError

from crm_sync.salesforce import CrmSettings
from lifecycle.drafting import House
from partner_lifecycle.resources import rules_folder, templates_folder
from partners.anchoring import anchored
from partners.errors import SettingsError
from partners.mistakes import explain, unknown_variables

__all__ = [
    "AuditSettings",
    "LogSettings",
    "MirrorSettings",
    "OutboxSettings",
    "ProfileSettings",
    "RulesSettings",
    "Settings",
    "StoreSettings",
    "TemplatesSettings",
    "load_settings",
    "shown",
]

DEFAULT_FILE = Path("partners.toml")
CONFIG_VARIABLE = "PARTNERS_CONFIG"
PREFIX = "PARTNERS_"
DELIMITER = "__"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StoreSettings(_Section):
    """Where the store is. The address may hold a password, so it is never shown whole."""

    url: str = Field("sqlite:///partners.db", repr=False)


class ProfileSettings(_Section):
    """How the org is laid out: the name of a profile, or the path of one; NPSP's namespaces."""

    name: str = "standard"
    namespaced: bool = True


class MirrorSettings(_Section):
    """When all Ids are compared with the org's, and fields that change without a stamp read again.

    `way`: `auto` chooses by cost between REST and bulk jobs, the others allow only one.
    """

    way: Literal["auto", "rest", "bulk"] = "auto"
    compare_days: float = Field(7.0, gt=0)
    refresh_hours: float = Field(24.0, gt=0)


class RulesSettings(_Section):
    """Folder of rules; none: the rules that are shipped. Overlays lie on it in their order."""

    folder: Path | None = None
    overlays: tuple[str, ...] = ()


class TemplatesSettings(_Section):
    """Folder of templates; none: the templates that are shipped."""

    folder: Path | None = None


class OutboxSettings(_Section):
    """How old the mirror may be, in hours, for anything to be written back to the CRM."""

    mirror_hours: float = Field(24.0, gt=0)


class AuditSettings(_Section):
    """A secret that the ledger's chains and roots are made with; it must not lie in the store."""

    key: SecretStr | None = Field(None, min_length=16)


class LogSettings(_Section):
    """What is logged to standard error, and whether for people or for machines."""

    level: Literal["debug", "info", "warning", "error"] = "warning"
    format: Literal["console", "json"] = "console"


class Settings(BaseSettings):
    """Everything a user can set.

    `crm` is None when no CRM is named, `house` when nobody is named to write letters: demo and
    rules need neither.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter=DELIMITER, extra="forbid", frozen=True
    )

    store: StoreSettings = StoreSettings()
    crm: CrmSettings | None = None
    profile: ProfileSettings = ProfileSettings()
    mirror: MirrorSettings = MirrorSettings()
    rules: RulesSettings = RulesSettings()
    templates: TemplatesSettings = TemplatesSettings()
    house: House | None = None
    outbox: OutboxSettings = OutboxSettings()
    audit: AuditSettings = AuditSettings()
    log: LogSettings = LogSettings()
    engine: Literal["auto", "durable", "native"] = "auto"
    language: str = Field("en", pattern=r"^[a-z]{2}$")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment win over what `load_settings` read from the file."""
        return env_settings, init_settings

    @property
    def rules_folder(self) -> Path:
        """The folder to read rules from."""
        return self.rules.folder or rules_folder()

    @property
    def templates_folder(self) -> Path:
        """The folder to read templates from."""
        return self.templates.folder or templates_folder()


def load_settings(path: Path | None = None) -> Settings:
    """Read the settings: from `path`, else PARTNERS_CONFIG's, else ./partners.toml if it is there.

    Relative paths in a file are relative to it. Raises SettingsError with every mistake found.
    """
    file = _file_to_read(path)
    source = "" if file is None else _text_of(file)
    document = {} if file is None else anchored(_parsed(source, file), file.absolute().parent)
    try:
        unknown_variables(Settings, os.environ)
        return Settings(**document)
    except ValidationError as error:
        raise explain(error, Settings, file, source, os.environ) from None
    except SourceError as error:
        raise SettingsError(
            f"A variable cannot be read: {error}",
            where="the environment",
            remedy=f"write lists and tables as JSON, or one value each as {PREFIX}STORE__URL",
        ) from None


def shown(settings: Settings) -> dict[str, Any]:
    """Return the settings as plain data to show, with every secret masked."""
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    data = settings.model_dump(mode="json")
    try:
        data["store"]["url"] = make_url(settings.store.url).render_as_string(hide_password=True)
    except ArgumentError:
        data["store"]["url"] = "not a database URL"
    return data


def _file_to_read(path: Path | None) -> Path | None:
    if path is None and (named := os.environ.get(CONFIG_VARIABLE)):
        path = Path(named)
    if path is None:
        return DEFAULT_FILE if DEFAULT_FILE.exists() else None
    return path


def _text_of(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text in UTF-8"
        raise SettingsError(
            f"The settings cannot be read: {reason}.",
            where=str(file),
            remedy=f"name another file with --config or {CONFIG_VARIABLE}",
        ) from None


def _parsed(source: str, file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            f"The settings are not valid TOML: {error}.",
            where=str(file),
            remedy='write sections as [store] and values as url = "sqlite:///partners.db"',
        ) from None
