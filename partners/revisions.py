"""Folders as they were at a revision in git."""

import io
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from partner_lifecycle import PartnerLifecycleError

__all__ = ["GIT", "RevisionUnknown", "folders_at"]

GIT = "git:"
"""What the name of a revision begins with."""


class RevisionUnknown(PartnerLifecycleError):
    """There is no such revision of the folder."""


@contextmanager
def folders_at(
    revision: str, base: Path, overlays: Sequence[Path]
) -> Iterator[tuple[Path, list[Path]]]:
    """Give a folder and its overlays as they were at a revision.

    What git does not keep, such as an installed package, is given as it is; an overlay that was not
    there yet is left out. Raises RevisionUnknown when git does not know the revision of anything,
    or is not there.
    """
    folders = [base, *overlays]
    kept = [folder for folder in folders if _is_kept(folder, revision)]
    if not kept:
        raise _unknown(revision, base)
    with tempfile.TemporaryDirectory(prefix="partners-") as scratch:
        found: list[Path] = []
        for number, folder in enumerate(folders):
            if folder not in kept:
                found.append(folder)
            elif archive := _archive(folder, revision):
                found.append(Path(scratch) / str(number) / folder.resolve().name)
                _unpack(archive, found[-1])
            elif folder == base:
                raise _unknown(revision, base)
        yield found[0], found[1:]


def _is_kept(folder: Path, revision: str) -> bool:
    """Return whether the folder is in a repository that does not ignore it."""
    return _git(folder, revision, "check-ignore", "--quiet", ".").returncode == 1


def _archive(folder: Path, revision: str) -> bytes | None:
    """Return the folder's files as they were then; None when it was not there."""
    options = ("rev-parse", "--verify", "--quiet", "--end-of-options")
    commit = _git(folder, revision, *options, f"{revision}^{{commit}}")
    if commit.returncode:
        raise _unknown(revision, folder)
    name = commit.stdout.decode().strip()
    if _git(folder, revision, *options, f"{name}:./").returncode:
        return None
    return _git(folder, revision, "archive", "--format=tar", name, ".").stdout


def _git(folder: Path, revision: str, *command: str) -> "subprocess.CompletedProcess[bytes]":
    try:
        return subprocess.run(  # noqa: S603 - no shell; a revision never stands as an option
            ["git", "-C", str(folder), *command],  # noqa: S607 - git is where the user has it
            capture_output=True,
            check=False,
        )
    except OSError as error:
        raise _unknown(revision, folder) from error


def _unknown(revision: str, folder: Path) -> RevisionUnknown:
    return RevisionUnknown(
        f"The revision {revision} cannot be read.",
        where=str(folder),
        remedy="name a commit, branch or tag of the repository that the folder is in",
    )


def _unpack(archive: bytes, folder: Path) -> None:
    """Write the YAML files of an archive; nothing else in it is of use here."""
    folder.mkdir(parents=True)
    with tarfile.open(fileobj=io.BytesIO(archive)) as packed:
        for member in packed.getmembers():
            content = packed.extractfile(member) if member.isfile() else None
            if content is not None and member.name.endswith(".yaml"):
                file = folder / member.name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content.read())
