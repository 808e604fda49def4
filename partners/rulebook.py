"""The rules that everything goes by: the folder and the overlays that the settings name."""

from collections.abc import Sequence
from pathlib import Path

from lifecycle.rulebook import BASE, Rulebook, load_rulebook
from partners.plugins import rules_at
from partners.revisions import GIT, folders_at
from partners.settings import Settings

__all__ = ["load_rules", "load_rules_as"]


def load_rules(
    settings: Settings, folder: Path | None = None, overlays: Sequence[str] | None = None
) -> Rulebook:
    """Load the rules of the settings, or those that are named instead.

    Another `folder` is taken without the settings' overlays. Raises RulebookError with every
    mistake in them.
    """
    if overlays is None:
        overlays = () if folder else settings.rules.overlays
    base = rules_at(folder) if folder else settings.rules_folder
    return load_rulebook(base, [rules_at(each) for each in overlays])


def load_rules_as(settings: Settings, named: str | None) -> Rulebook:
    """Load the rules that are named: by None those of the settings, by `base` the same without
    overlays, by `git:REVISION` the same as they were then, else those of a folder.

    Raises RulebookError and RevisionUnknown.
    """
    if named is None:
        return load_rules(settings)
    if named == BASE:
        return load_rules(settings, overlays=())
    if not named.startswith(GIT):
        return load_rules(settings, Path(named))
    overlays = [rules_at(each) for each in settings.rules.overlays]
    with folders_at(named.removeprefix(GIT), settings.rules_folder, overlays) as (base, others):
        return load_rulebook(base, others)
