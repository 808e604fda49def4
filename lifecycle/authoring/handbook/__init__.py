"""The rulebook as a handbook: one HTML page to read, search and print, with nothing to load."""

from lifecycle.authoring.handbook.writing import write_handbook

__all__ = ["write_handbook"]
