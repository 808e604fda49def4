"""Files and folders that a user names: when they cannot be used, it is told as a mistake."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from partners.errors import SettingsError

__all__ = ["reading_from", "writing_to"]


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


@contextmanager
def reading_from(file: Path) -> Iterator[None]:
    """Raise SettingsError when the file cannot be read, or is not UTF-8."""
    try:
        yield
    except (OSError, UnicodeDecodeError) as error:
        told = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise SettingsError(
            f"The file cannot be read: {told}.", where=str(file), remedy="name a text file"
        ) from error
