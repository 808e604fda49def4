"""A rulebook says by its digest on which plug-ins it relies, and shows them to whoever reads it."""

from dataclasses import replace

import pytest

from lifecycle.authoring import check_rulebook, template_fields, write_handbook
from lifecycle.drafting import load_templates
from lifecycle.plugins import PluginError, adding
from lifecycle.rulebook import RulebookError, load_rulebook
from partner_lifecycle.resources import rules_folder, templates_folder
from partners.plugins import rules_at
from partners.testing import TODAY


@pytest.fixture
def named(plugin):
    return replace(plugin, package="partners-donor-care", version="1.0.0")


def test_the_digest_has_the_version_of_a_plugin_that_rules_ask(named):
    with adding([named]):
        book = load_rulebook(rules_folder(), [named.rules])
        shipped = load_rulebook(rules_folder())
    with adding([replace(named, version="1.0.1")]):
        newer = load_rulebook(rules_folder(), [named.rules])
    assert book.digest != newer.digest
    assert [str(each) for each in newer.plugins] == []
    with adding([named]):
        assert [str(each) for each in book.plugins] == ["donor_care (partners-donor-care 1.0.0)"]
        assert shipped.plugins == ()
    assert shipped.digest == load_rulebook(rules_folder()).digest


def test_rules_of_a_plugin_that_is_not_installed_say_what_they_miss(plugin):
    with pytest.raises(RulebookError) as caught:
        load_rulebook(rules_folder(), [plugin.rules])
    assert "there is no fact donor_care.largest_usd" in str(caught.value)
    assert "is a plug-in not installed?" in str(caught.value)


def test_a_folder_of_rules_is_found_by_the_plugin_s_name(plugin, tmp_path):
    assert rules_at(tmp_path) == tmp_path
    with pytest.raises(PluginError, match="No installed plug-in donor_care"):
        rules_at("plugin:donor_care")
    with adding([plugin]):
        assert rules_at("plugin:donor_care") == plugin.rules
        with pytest.raises(PluginError) as caught:
            rules_at("plugin:donor_car")
    assert caught.value.remedy == "did you mean plugin:donor_care?"


def test_a_plugin_s_counts_do_not_say_that_its_other_facts_are_counted(book, extra):
    # One table of the plug-in counts touches, the other looks at gifts: neither implies the other.
    rule = """
- id: AA01
  name: a.rule
  cite: [C1]
  because: Because.
  when: extra.count == 0 and extra.largest > 5
  then: {flag: Seen}
"""
    library = load_templates(templates_folder(), template_fields())
    with adding([extra]):
        found = check_rulebook(book(active=rule), library, TODAY)
    assert "never-holds" not in {each.kind for each in found}


def test_the_handbook_names_plugins_with_their_facts_and_functions(named, tmp_path):
    with adding([named]):
        library = load_templates(templates_folder(), template_fields())
        book = load_rulebook(rules_folder(), [named.rules])
        page = write_handbook(book, library, TODAY, tmp_path, "Rules").read_text("utf-8")
    assert "with the plug-in donor_care (partners-donor-care 1.0.0)" in page
    assert "Added by the plug-in donor_care" in page
    assert "donor_care.ends_with(text, text)" in page
    assert "name as the CRM shows it ends with “ Foundation”" in page
