"""What the head of a letter to the public says, so that it can be stopped with one click."""

from collections.abc import Mapping

from lifecycle.drafting.house import House

__all__ = ["unsubscribe_headers"]

_MARKETING = ("stewardship", "appeal")


def unsubscribe_headers(
    audience: str, kind: str | None, house: House, letter: str
) -> Mapping[str, str]:
    """Return the headers of RFC 8058 for a letter, by its id; {} where it needs none.

    Members of the public may stop such letters, except letters about something that goes on
    anyway. The address names the letter, as whoever answers the click has nothing else to go by.
    """
    if audience != "public" or kind not in _MARKETING:
        return {}
    joined = "&" if "?" in house.unsubscribe_url else "?"
    return {
        "List-Unsubscribe": f"<{house.unsubscribe_url}{joined}letter={letter}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
