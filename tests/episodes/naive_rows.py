"""Rows as dictionaries: what the plain loops over them share."""

from datetime import date

__all__ = ["days", "latest", "shown"]


def days(later, earlier):
    """Return the days from one day to another; none where one of them is missing."""
    return (later - earlier).days if later and earlier else None


def latest(rows, *names):
    """Sort with the latest first; what has no day comes last."""
    last = date.min
    return sorted(rows, key=lambda row: [row.get(n) or last for n in names], reverse=True)


def shown(family, row, names):
    """Return columns of a row as facts of a family; none where there is no row."""
    return {f"{family}.{name}": row.get(name) for name in names.split()}
