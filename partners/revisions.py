"""Folders as they are, or as they were: `git:REVISION` is a folder at a revision in git."""

import io
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from partner_lifecycle import PartnerLifecycleError

__all__ = ["RevisionUnknown", "folder_at"]

_GIT = "git:"


class RevisionUnknown(PartnerLifecycleError):
    """There is no such revision of the folder."""


@contextmanager
def folder_at(name: str, usual: Path) -> Iterator[Path]:
    """Give the folder `name`, or for `git:REVISION` the folder `usual` as it was then.

    Raises RevisionUnknown when git does not know the revision or is not there.
    """
    if not name.startswith(_GIT):
        yield Path(name)
        return
    archive = _archive(usual, name.removeprefix(_GIT))
    with tempfile.TemporaryDirectory(prefix="partners-") as scratch:
        folder = Path(scratch) / usual.resolve().name
        folder.mkdir()
        _unpack(archive, folder)
        yield folder


def _archive(folder: Path, revision: str) -> bytes:
    options = ("--verify", "--quiet", "--end-of-options")
    commit = (
        _git(folder, revision, "rev-parse", *options, f"{revision}^{{commit}}").decode().strip()
    )
    return _git(folder, revision, "archive", "--format=tar", commit, ".")


def _git(folder: Path, revision: str, *command: str) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 - no shell; a revision never stands as an option
            ["git", "-C", str(folder), *command],  # noqa: S607 - git is where the user has it
            capture_output=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError) as error:
        raise RevisionUnknown(
            f"The revision {revision} cannot be read.",
            where=str(folder),
            remedy="name a commit, branch or tag of the repository that the folder is in",
        ) from error
    return done.stdout


def _unpack(archive: bytes, folder: Path) -> None:
    """Write the YAML files of an archive; nothing else in it is of use here."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as packed:
        for member in packed.getmembers():
            content = packed.extractfile(member) if member.isfile() else None
            if content is not None and member.name.endswith(".yaml"):
                file = folder / member.name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content.read())
