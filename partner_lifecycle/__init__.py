"""What the rooms of the house share: the version, the root error and the contract of views."""

from partner_lifecycle.errors import PartnerLifecycleError, Problem, Problems, SettingsError

__version__ = "0.1.0"

__all__ = ["PartnerLifecycleError", "Problem", "Problems", "SettingsError", "__version__"]
