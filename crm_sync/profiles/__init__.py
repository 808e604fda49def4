"""Profiles: which objects and fields an org has, and how they fill the views. Data, not code."""

from crm_sync.profiles.document import Appears
from crm_sync.profiles.loading import load_profile
from crm_sync.profiles.profile import Profile

__all__ = ["Appears", "Profile", "load_profile"]
