"""Settings come from a file and from variables, and mistakes are named with their place."""

import re
from pathlib import Path

import pytest

from partner_lifecycle.resources import rules_folder, templates_folder
from partners.errors import SettingsError
from partners.letterhead import letterhead
from partners.settings import load_settings, shown


@pytest.fixture(autouse=True)
def nothing_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(folder: Path, text: str) -> Path:
    file = folder / "partners.toml"
    file.write_text(text, "utf-8")
    return file


CRM = """
[crm]
auth = "password"
username = "sync@example.org"
password = "geheim"
consumer_key = "key"
consumer_secret = "versteckt"
"""


def test_nothing_set_means_the_defaults() -> None:
    settings = load_settings()
    assert settings.store.url == "sqlite:///partners.db"
    assert settings.crm is None
    assert (settings.engine, settings.language, settings.profile.name) == ("auto", "en", "standard")
    assert settings.rules_folder == rules_folder()
    assert settings.templates_folder == templates_folder()


def test_a_file_is_found_here_by_name_or_by_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, 'language = "fr"')
    other = tmp_path / "other.toml"
    other.write_text('language = "es"')
    assert load_settings().language == "fr"
    assert load_settings(other).language == "es"
    monkeypatch.setenv("PARTNERS_CONFIG", str(other))
    assert load_settings().language == "es"


def test_a_variable_wins_over_the_file_key_by_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, CRM)
    monkeypatch.setenv("PARTNERS_CRM__PASSWORD", "other")
    monkeypatch.setenv("PARTNERS_ENGINE", "native")
    settings = load_settings()
    assert settings.crm is not None
    assert settings.crm.secret("password") == "other"
    assert settings.crm.username == "sync@example.org"
    assert settings.engine == "native"


def test_paths_in_a_file_are_relative_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "etc"
    folder.mkdir()
    text = """
    rules.folder = "rules"
    rules.overlays = ["./ours", "/srv/theirs", "plugin:care"]
    crm.private_key_file = "/etc/key.pem"
    templates.folder = "words"
    profile.name = "ours.yaml"
    store.url = "sqlite:///data.db"
    """
    settings = load_settings(write(folder, text))
    assert settings.rules_folder == folder / "rules"
    assert settings.rules.overlays == (str(folder / "ours"), "/srv/theirs", "plugin:care")
    assert settings.crm is not None
    assert settings.crm.private_key_file == Path("/etc/key.pem")
    assert settings.templates_folder == folder / "words"
    assert settings.profile.name == str(folder / "ours.yaml")
    assert settings.store.url == f"sqlite:///{folder / 'data.db'}"
    named = load_settings(write(folder, '[profile]\nname = "npsp"'))
    assert named.profile.name == "npsp"


def test_overlays_may_be_a_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARTNERS_RULES__OVERLAYS", '["./ours", "theirs"]')
    assert load_settings().rules.overlays == ("./ours", "theirs")


def test_every_mistake_is_named_with_file_line_and_a_suggestion(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        'langauge = "fr"\n[store]\nulr = "x"\n[log]\nlevel = "loud"\n[house]\nname = "Aid"\n',
    )
    with pytest.raises(SettingsError) as caught:
        load_settings(file)
    said = str(caught.value)
    assert caught.value.exit_code == 2
    assert "8 mistakes" in said
    assert f"{file}:1: no such setting 'langauge'; did you mean 'language'?" in said
    assert f"{file}:3: no such setting 'store.ulr'; did you mean 'url'?" in said
    assert f"{file}:5: log.level: Input should be 'debug'" in said
    assert f'{file}:6: house.address is missing; write address = "Street and number, city"' in said
    assert "house.name" not in said


def test_a_mistake_in_a_variable_names_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARTNERS_LOG__LEVEL", "loud")
    monkeypatch.setenv("PARTNERS_STORE__URRL", "x")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert "PARTNERS_LOG__LEVEL: log.level: Input should be" in str(caught.value)
    assert "PARTNERS_STORE__URRL: no such setting 'store.urrl'; did you mean 'url'?" in str(
        caught.value
    )


def test_a_variable_that_names_no_setting_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARTNERS_STROE__URL", "x")
    with pytest.raises(SettingsError, match=r"PARTNERS_STROE__URL: .* mean 'store'"):
        load_settings()


def test_a_variable_that_is_no_json_where_a_table_belongs_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PARTNERS_RULES", "[not json")
    with pytest.raises(SettingsError, match="rules"):
        load_settings()


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="No such file") as missing:
        load_settings(tmp_path / "none.toml")
    assert "none.toml" in str(missing.value)
    (tmp_path / "latin.toml").write_bytes(b'language = "\xe9"')
    with pytest.raises(SettingsError, match="UTF-8"):
        load_settings(tmp_path / "latin.toml")
    with pytest.raises(SettingsError, match="directory"):
        load_settings(tmp_path)
    (tmp_path / "partners.toml").mkdir()
    with pytest.raises(SettingsError, match="directory"):
        load_settings()


def test_secrets_may_be_missing_until_there_is_a_login(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, '[crm]\nauth = "client_credentials"\n'))
    assert settings.crm is not None
    with pytest.raises(SettingsError, match="also needs consumer_key, consumer_secret") as caught:
        settings.crm.check_complete()
    assert "PARTNERS_CRM__CONSUMER_SECRET" in str(caught.value)


def test_letters_need_to_know_who_writes(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        letterhead(load_settings())
    said = str(caught.value)
    pasted = "\n".join(line.strip() for line in said.partition("\n\n")[2].splitlines())
    house = letterhead(load_settings(write(tmp_path, pasted)))
    for name in ("name", "signature_name", "address", "email", "website", "unsubscribe_url"):
        assert f"{name}" in said.splitlines()[0]
        assert getattr(house, name)


def test_broken_toml_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="line 2") as caught:
        load_settings(write(tmp_path, 'language = "fr"\n[store\n'))
    assert "partners.toml" in str(caught.value)


def test_no_secret_is_ever_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARTNERS_STORE__URL", "postgresql://user:pw1234@db/partners")
    settings = load_settings(write(tmp_path, CRM))
    for text in (str(shown(settings)), repr(settings), str(settings)):
        for secret in ("geheim", "versteckt", "pw1234"):
            assert secret not in text
    assert shown(settings)["store"]["url"] == "postgresql://user:***@db/partners"
    file = write(tmp_path, CRM.replace('"geheim"', '["geheim"]').replace("consumer_key", "key"))
    with pytest.raises(SettingsError) as caught:
        load_settings(file)
    assert "geheim" not in str(caught.value)


def test_the_settings_of_the_readme_are_all_that_letters_need(tmp_path: Path) -> None:
    readme = Path(__file__).parents[2] / "README.md"
    (example,) = re.findall(r"```toml\n(.*?)```", readme.read_text("utf-8"), re.DOTALL)
    settings = load_settings(write(tmp_path, example))
    assert letterhead(settings).name == "Your organisation"
    with pytest.raises(SettingsError, match="also needs consumer_secret"):
        assert settings.crm is None or settings.crm.check_complete()
