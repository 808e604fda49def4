"""Parts of a day for the prover, which counts days from 1 January of the year 1. Needs z3."""

from collections.abc import Mapping

import z3

__all__ = ["day_of", "month_of", "year_of"]


def year_of(day: z3.ArithRef) -> z3.ArithRef:
    """Return the year of a day."""
    return _parts(day)["year"]


def month_of(day: z3.ArithRef) -> z3.ArithRef:
    """Return the month of a day, 1 to 12."""
    return _parts(day)["month"]


def day_of(day: z3.ArithRef) -> z3.ArithRef:
    """Return the day of the month, 1 to 31."""
    return _parts(day)["day"]


def _parts(day: z3.ArithRef) -> Mapping[str, z3.ArithRef]:
    """Take a day apart by integer arithmetic, in years that begin on 1 March.

    400 years have 146,097 days; the five months from March on have 153, and so have the next five.
    """
    since = day + 305
    era, of_era = since / 146_097, since % 146_097
    year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365
    of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100)
    from_march = (5 * of_year + 2) / 153
    month = z3.If(from_march < 10, from_march + 3, from_march - 9)
    return {
        "year": era * 400 + year_of_era + z3.If(month <= 2, 1, 0),
        "month": month,
        "day": of_year - (153 * from_march + 2) / 5 + 1,
    }
