"""Mistakes that authors make: each is found when loading, with its place and what to write.

`broken/<mistake>.md` is a letter, `broken/<mistake>.txt` the problems that a person is shown.
"""

from pathlib import Path

import pytest

from lifecycle.drafting import load_templates

BROKEN = Path(__file__).parent / "broken"
MISTAKES = sorted(path.stem for path in BROKEN.glob("*.md"))


@pytest.mark.parametrize("mistake", MISTAKES)
def test_message(write, complaints, mistake):
    folder = write("")
    letter = BROKEN.joinpath(f"{mistake}.md").read_bytes()
    folder.joinpath("emails/introduction/any.en.md").write_bytes(letter)
    expected = BROKEN.joinpath(f"{mistake}.txt").read_text("utf-8")
    assert "\n".join(complaints(folder)) + "\n" == expected


def test_there_is_a_message_for_each_mistake():
    assert len(MISTAKES) > 40
    assert {path.stem for path in BROKEN.glob("*.txt")} == set(MISTAKES)


def test_a_good_letter_loads(write, fields):
    library = load_templates(write("Hello, {{ partner.name }}.\n"), fields)
    assert library.purposes == ("introduction",)


def test_all_mistakes_of_all_files_are_found_at_once(write, complaints):
    write("{{ partner.nam }} and {{ contact.nam }}\n")
    folder = write("<div>x</div>\n", "welcome/any.en.md")
    (folder / "parts" / "closing" / "any.en.md").write_text("{{ today }}\n", "utf-8")
    assert [line.split(": ")[0] for line in complaints(folder)] == [
        "emails/introduction/any.en.md:7:4",
        "emails/introduction/any.en.md:7:26",
        "emails/welcome/any.en.md:7:1",
        "parts/closing/any.en.md:1:4",
    ]


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        (
            "introduction/any.md",
            "emails/introduction/any.md:1:1: the file's name does not say for whom it is\n"
            "    name it <audience>.<language>.md, like any.en.md",
        ),
        (
            "introduction/corporations.en.md",
            "emails/introduction/corporations.en.md:1:1: there is no audience corporations\n"
            "    did you mean corporation?",
        ),
        (
            "introduction/any.xq.md",
            "emails/introduction/any.xq.md:1:1: there is no language xq\n"
            "    name it <audience>.<language>.md, like any.en.md",
        ),
        (
            "introduction/public.fr.md",
            "emails/introduction/any.fr.md:1:1: nothing in fr for corporation, foundation, hnwi\n"
            "    write any.fr.md",
        ),
        (
            "introduction/any.it.md",
            "parts/closing/any.it.md:1:1: nothing in it for corporation, foundation, hnwi, public\n"
            "    write any.it.md",
        ),
        (
            "welcome/hnwi.en.md",
            "emails/welcome/any.en.md:1:1: nothing in en for corporation, foundation, public\n"
            "    write any.en.md",
        ),
    ],
)
def test_file_names(write, complaints, name, problem):
    write("Hello.\n")
    assert problem in complaints(write("Hello.\n", name))


def test_a_folder_without_letters(folder, complaints):
    assert complaints(folder) == ["emails:1:1: there are no letters\n    add <purpose>/any.en.md"]


def test_a_letter_that_is_not_utf8(write, complaints):
    folder = write("Hello.\n")
    folder.joinpath("emails/introduction/any.en.md").write_bytes(b"---\nsubject: Caf\xe9\n---\nx")
    assert "emails/introduction/any.en.md:2:1: the file is not UTF-8\n    save it as UTF-8" in (
        complaints(folder)
    )


def test_a_head_that_is_no_yaml(write, complaints):
    (problem,) = complaints(write("---\nsubject: [a\n---\nHello.\n"))
    assert problem.startswith("emails/introduction/any.en.md:3:1: this is not YAML: ")


def test_voices_of_a_purpose_must_agree(write, complaints):
    write("Hello.\n")
    assert complaints(write("Hello.\n", "introduction/public.en.md", "needs_row: gift\n")) == [
        "emails/introduction/public.en.md:1:1: kind and needs_row differ from "
        "emails/introduction/any.en.md\n    make them the same for the purpose"
    ]


@pytest.mark.parametrize(
    ("addition", "problem"),
    [
        (
            '<link rel="stylesheet" href="https://x.example/a.css">',
            "<link has no place in a letter\n    write the style into <style>",
        ),
        (
            "<script>1</script>",
            "<script has no place in a letter\n    write the style into <style>",
        ),
        ('<img src="x">', 'a picture without words\n    add alt="…"'),
        ("{{ letter.boddy }}", "a letter has no boddy\n    did you mean body?"),
        ("{{ partner.name }}", "unknown name partner.name"),
    ],
)
def test_layout(write, complaints, addition, problem):
    folder = write("Hello.\n")
    layout = folder / "layout.html"
    layout.write_text(layout.read_text("utf-8").replace("</body>", f"{addition}\n</body>"), "utf-8")
    (found,) = complaints(folder)
    assert found.startswith("layout.html:")
    assert problem in found


def test_a_layout_without_the_letter(write, complaints):
    folder = write("Hello.\n")
    (folder / "layout.txt").write_text("{{ letter.greeting }}{{ letter.body }}{{ letter.closing }}")
    assert complaints(folder) == [
        "layout.txt:1:1: the layout leaves out the letter's footer\n    write {{ letter.footer }}"
    ]
