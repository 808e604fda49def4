"""Who signs the letters: asked for before one is drawn up, never made up."""

from lifecycle.drafting import House
from partners.errors import SettingsError
from partners.mistakes import pasted
from partners.settings import Settings

__all__ = ["letterhead"]


def letterhead(settings: Settings) -> House:
    """Return the organisation that writes; raise SettingsError, with what to paste, if none is."""
    if settings.house is not None:
        return settings.house
    needed = {name: field for name, field in House.model_fields.items() if field.is_required()}
    lines = [pasted(name, field) for name, field in needed.items()]
    raise SettingsError(
        f"Letters need to say who writes, and the settings do not: {', '.join(needed)}.",
        where="the section [house] of partners.toml",
        remedy="paste this and put your own words in:\n\n"
        + "\n".join(f"    {line}" for line in ["[house]", *lines]),
    )
