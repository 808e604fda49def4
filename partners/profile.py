"""Load the profile that the settings name."""

from crm_sync.profiles import Profile, load_profile
from partners.settings import Settings

__all__ = ["profile_of"]


def profile_of(settings: Settings) -> Profile:
    """Return the profile in force. Raises ProfileError."""
    return load_profile(settings.profile.name, namespaced=settings.profile.namespaced)
