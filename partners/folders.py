"""Folders that a user names to write to: when they cannot be written, it is told as a mistake."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from partners.errors import SettingsError

__all__ = ["writing_to"]


@contextmanager
def writing_to(folder: Path) -> Iterator[None]:
    """Raise SettingsError when the folder cannot be made, or a file in it cannot be written."""
    try:
        yield
    except OSError as error:
        raise SettingsError(
            f"The folder cannot be written: {error.strerror or error}.",
            where=str(error.filename or folder),
            remedy="name a folder that you may write, or one that does not exist yet",
        ) from error
