"""Which way rows are read: REST page by page, or a bulk job; what costs less, as far as we know."""

from dataclasses import dataclass
from enum import Enum
from math import ceil
from urllib.parse import quote_plus

from crm_sync.salesforce import BULK_PAGE_ROWS

__all__ = ["Pace", "Way", "fits_a_request"]

# A request line may have 16,384 bytes, address and all.
_MOST_BYTES = 16_000
# What a call is worth in seconds of waiting: calls are shared with people and other programs.
_CALL_S = 0.5
# Begin, ask twice how it stands, clear away; and what came and went meanwhile, by REST.
_CALLS_OF_A_JOB = 6
_NEWEST = 0.3


class Way(Enum):
    """How rows are read."""

    REST = "rest"
    BULK = "bulk"


@dataclass
class Pace:
    """Seconds that each way takes: at first what is usual in an org, then what was seen of this.

    `rest_rows`: rows in a page of REST.
    """

    rest_rows: int
    rest_page_s: float = 1.0
    bulk_page_s: float = 4.0
    bulk_wait_s: float = 20.0

    def way(self, rows: int, soql: str, calls_left: int | None = None) -> Way:
        """Return the cheaper way for so many rows; REST only where the query fits a request."""
        pages = ceil(rows / self.rest_rows)
        if not fits_a_request(soql) or (calls_left is not None and pages > calls_left):
            return Way.BULK
        rest = pages * (self.rest_page_s + _CALL_S)
        return Way.REST if rest <= self._bulk(rows) else Way.BULK

    def calls(self, rows: int, way: Way) -> int:
        """Return how many calls it will take."""
        if way is Way.REST:
            return max(ceil(rows / self.rest_rows), 1)
        return _CALLS_OF_A_JOB + ceil(rows / BULK_PAGE_ROWS)

    def _bulk(self, rows: int) -> float:
        pages = ceil(rows / BULK_PAGE_ROWS)
        return self.bulk_wait_s + pages * self.bulk_page_s + self.calls(rows, Way.BULK) * _CALL_S

    def saw_rest_page(self, seconds: float) -> None:
        """Learn from a page of REST."""
        self.rest_page_s = _learned(self.rest_page_s, seconds)

    def saw_bulk_page(self, seconds: float) -> None:
        """Learn from a page of a bulk job."""
        self.bulk_page_s = _learned(self.bulk_page_s, seconds)

    def saw_bulk_wait(self, seconds: float) -> None:
        """Learn from how long a job took before its results were there."""
        self.bulk_wait_s = _learned(self.bulk_wait_s, seconds)


def fits_a_request(soql: str) -> bool:
    """Tell whether a query may be sent in an address."""
    return len(quote_plus(soql)) <= _MOST_BYTES


def _learned(known: float, seen: float) -> float:
    return known + _NEWEST * (seen - known)
