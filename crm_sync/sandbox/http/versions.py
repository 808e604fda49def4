"""The versions of the API; all of them behave alike here."""

__all__ = ["LATEST", "VERSIONS", "label"]

_FIRST, _LAST = 31, 68
_WINTER_24 = 59
_SEASONS = ("Winter", "Spring", "Summer")

VERSIONS = tuple(f"{number}.0" for number in range(_FIRST, _LAST + 1))
LATEST = VERSIONS[-1]


def label(version: str) -> str:
    """Return the name of the release that brought a version, e.g. Winter '25 for 62.0."""
    years, season = divmod(int(float(version)) - _WINTER_24, len(_SEASONS))
    return f"{_SEASONS[season]} '{24 + years}"
