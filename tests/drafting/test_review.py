"""What `drafts check` tells an author about letters that work and could be better."""

from pathlib import Path

import pytest

from lifecycle.drafting import load_templates, review

_HEAD = "subject: {subject}\npreheader: {preheader}\nkind: service\ncite: [S§9]"


@pytest.fixture
def kinds(folder: Path, write, fields):
    """Return a function that writes letters and returns the remarks on them: kind, file, line."""

    def kinds(**bodies):
        for language, (subject, preheader, body) in bodies.items():
            head = _HEAD.format(subject=subject, preheader=preheader)
            write(f"---\n{head}\n---\n{body}\n", f"introduction/any.{language}.md")
        found = review(load_templates(folder, fields))
        return [(each.kind, Path(each.problem.file).name, each.problem.line) for each in found]

    return kinds


_GOOD = {
    "en": ("A word", "A line", "We would like to meet you soon. Which day suits you best?"),
    "fr": ("Un mot", "Une ligne", "Nous voulons vous voir. Quel jour vous va le mieux ?"),
    "es": ("Algo", "Una línea", "Queremos verle pronto. ¿Qué día le va mejor?"),
}


def test_the_letters_that_ship_leave_nothing_to_say(library):
    assert review(library) == []


def test_good_letters_leave_nothing_to_say(kinds):
    assert kinds(**_GOOD) == []


def test_a_language_that_nobody_wrote(kinds):
    found = kinds(en=_GOOD["en"], es=_GOOD["es"])
    assert found == [("missing-language", "any.fr.md", 1)]


def test_a_paragraph_left_in_english(kinds):
    body = f"{_GOOD['fr'][2]}\n\n{_GOOD['en'][2]}"
    assert ("untranslated", "any.fr.md", 9) in kinds(**_GOOD | {"fr": ("Un mot", "Ligne", body)})


def test_lengths_that_inboxes_cut(kinds):
    one, other = "x" * 40, "y" * 50
    branches = f'"{{% if partner.name is present %}}{one}{{% else %}}{other}{{% endif %}}"'
    long = ("x" * 61, "y" * 91, _GOOD["en"][2])
    assert kinds(**_GOOD | {"en": long}) == [
        ("long-subject", "any.en.md", 2),
        ("long-preheader", "any.en.md", 3),
    ]
    assert kinds(**_GOOD | {"en": (branches, "A line", _GOOD["en"][2])}) == []


def test_words_that_are_hard_to_read(kinds):
    hard = (
        "Notwithstanding institutional considerations regarding organisational accountability, "
        "the aforementioned collaborative arrangements necessitate comprehensive documentation."
    )
    assert ("hard-to-read", "any.en.md", 7) in kinds(**_GOOD | {"en": ("A", "B", hard)})
