"""The shipped folders are found in a checkout, and missed with a reason."""

from pathlib import Path

import pytest

from partner_lifecycle import PartnerLifecycleError, resources


def test_a_checkout_has_its_folders_at_the_root() -> None:
    root = Path(__file__).resolve().parents[2]
    assert resources.rules_folder() == root / "rules"
    assert resources.templates_folder() == root / "templates"
    assert resources.metadata_folder() == root / "salesforce"


def test_an_installed_package_prefers_its_own_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "package" / "data" / "rules").mkdir(parents=True)
    (tmp_path / "rules").mkdir()
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path / "package")
    assert resources.rules_folder() == tmp_path / "package" / "data" / "rules"


def test_a_missing_folder_is_named_with_both_places(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path / "package")
    with pytest.raises(PartnerLifecycleError) as caught:
        resources.templates_folder()
    for part in (
        "'templates'",
        str(tmp_path / "templates"),
        str(tmp_path / "package" / "data" / "templates"),
        "install partner-lifecycle again",
    ):
        assert part in str(caught.value)
