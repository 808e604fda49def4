"""A plug-in that is wrong is refused before any rule asks it: who, what, and what to do."""

import json
from datetime import date, timedelta

import polars as pl
import pytest

from lifecycle.conditions import FactType, ValueType, parse, read_native
from lifecycle.extending import ColumnType, Function, Plugin, PluginError, Table, check_plugin
from lifecycle.plugins import adding, plugins
from partners.__main__ import main
from partners.plugins import find_plugins, plugged_in
from partners.store import SCHEMAS

PLUGIN = "from lifecycle.extending import *\nPLUGIN = Plugin('extra')\n"


@pytest.fixture
def refused(monkeypatch, capsys):
    """Return a function that runs a command and returns what it says as it is refused."""

    def run(*command):
        monkeypatch.setattr("sys.argv", ["partners", *command])
        with pytest.raises(SystemExit) as end:
            main()
        said = capsys.readouterr().err
        assert (end.value.code, "Traceback" in said) == (2, False)
        return said

    return run


@pytest.mark.parametrize(
    ("code", "what"),
    [
        ("import nothing_of_this_name", "cannot be imported: ModuleNotFoundError"),
        ("1 / 0", "cannot be imported: ZeroDivisionError: division by zero"),
        ("x = 1", "cannot be imported: AttributeError"),
        ("def PLUGIN(): ...", "is a function, and no Plugin of lifecycle.extending"),
        (PLUGIN.replace("extra", "other"), "calls itself other"),
        (
            f"{PLUGIN}G = Table('extra', 'gift', 'gift')\n"
            "@G.fact(ColumnType.CENTS, 'largest')\n"
            "def largest(today): return __import__('polars').col('amont').max()\n"
            "PLUGIN = Plugin('extra', facts=(G,))",
            "the fact extra.largest cannot be computed: ColumnNotFoundError",
        ),
    ],
)
def test_a_wrong_plugin_is_named_with_package_version_and_entry_point(
    installed, refused, code, what
):
    installed(code)
    said = refused("rules", "list")
    assert "The plug-in extra" in said
    assert what in said
    assert "where: partners-extra 1.2.3, entry point extra = partners_extra:PLUGIN" in said
    assert "pip uninstall partners-extra" in said
    assert plugins() == ()


def test_two_packages_cannot_add_under_one_name(installed, refused):
    installed(PLUGIN)
    installed(PLUGIN, package="partners-second")
    said = refused("rules", "list")
    assert "2 plug-ins are named extra" in said
    assert "partners-extra 1.2.3" in said
    assert "partners-second 1.2.3" in said


def test_a_plugin_is_in_force_for_one_command(installed):
    installed(PLUGIN)
    with plugged_in():
        (found,) = plugins()
        assert str(found) == "extra (partners-extra 1.2.3)"
    assert plugins() == ()


def test_without_plugins_nothing_is_found_and_the_list_says_where_to_read_on(monkeypatch, capsys):
    assert find_plugins() == ()
    monkeypatch.setattr("sys.argv", ["partners", "rules", "plugins"])
    with pytest.raises(SystemExit):
        main()
    assert "docs/extending.md" in capsys.readouterr().out
    monkeypatch.setattr("sys.argv", ["partners", "rules", "plugins", "--json"])
    with pytest.raises(SystemExit):
        main()
    assert json.loads(capsys.readouterr().out) == []


@pytest.mark.parametrize("name", ["gift", "partner", "stage", "row", "note", "year", "fired", "in"])
def test_a_plugin_cannot_take_a_name_of_the_language(name):
    with pytest.raises(PluginError, match=name):
        check_plugin(Plugin(name), SCHEMAS)


def _fact(expression, kind=ColumnType.INTEGER, view="gift", family="extra", **more):
    table = Table(family, view, "gift")
    table.fact(kind, more.pop("meaning", "a meaning"), **more)(expression)
    return Plugin("extra", facts=(table,))


def size(_today):
    return pl.col("amount_usd").max()


def rough(_today):
    return pl.col("amount_usd").mean()


def every(_today):
    return pl.col("amount_usd")


@pytest.mark.parametrize(
    ("plugin", "what"),
    [
        (_fact(size, family="gift"), 'write Table("extra", "gift"'),
        (_fact(size, view="gifts"), "ask the view gifts: there are agreement, contact"),
        (_fact(size, view="partner"), "ask the view partner"),
        (_fact(size, meaning=" "), "says nothing of its meaning"),
        (_fact(size, default="0"), "its default '0' is not"),
        (_fact(size, default=True), "its default True is not"),
        (_fact(size, ColumnType.TEXT), "is declared a text, and its expression gives Int64"),
        (_fact(rough), "is declared a number, and its expression gives Float64"),
        (_fact(every), "its expression gives List(Int64)"),
        (Plugin("extra", facts=(*_fact(size).facts, *_fact(size).facts)), "declared twice"),
        (Plugin("extra", facts=("gift",)), "its facts are tables"),
        (Plugin("extra", functions={"f": len}), "its function f is a builtin_function"),
        (Plugin("extra", axioms={"gift.cuont >= 0": "so"}), "there is no fact gift.cuont"),
        (Plugin("extra", axioms={"gift.count >= 0": "so"}), "speaks of none of its own facts"),
        (Plugin("Extra"), "'Extra' cannot stand before a dot"),
    ],
)
def test_what_is_declared_wrongly_is_told(plugin, what):
    with pytest.raises(PluginError) as caught:
        check_plugin(plugin, SCHEMAS)
    assert what in str(caught.value)
    assert "pip uninstall" in str(caught.value)


def _function(**changes):
    from dataclasses import replace

    from lifecycle.conditions import FUNCTIONS

    return Plugin(
        "extra",
        functions={
            "F" if "F" in changes else "f": replace(
                FUNCTIONS["month"], **{name: each for name, each in changes.items() if name != "F"}
            )
        },
    )


@pytest.mark.parametrize(
    ("plugin", "what"),
    [
        (_function(F=1), "the function extra.F() needs a name of small letters"),
        (_function(meaning=""), "says nothing of its meaning"),
        (_function(takes=()), "takes nothing"),
        (_function(columns=lambda day: day.dt.month()), "gives Int8 in columns: add .cast("),
        (_function(columns=lambda day: day.no_such()), "cannot be computed in columns: Attribute"),
        (
            _function(native=lambda day: day.month / 1),
            "native says 2.0, which is no whole number up to 2^53",
        ),
        (_function(native=lambda day: str(day)), "which is no whole number up to 2^53"),
        (_function(native=lambda day: 2**60), "which is no whole number up to 2^53"),
        (_function(native=lambda day: day.month > 1), "True, which is no whole number"),
        (
            _function(native=lambda day: (day - timedelta(days=1)).month),
            "extra.f(datetime.date(1, 1, 1)): native fails: OverflowError",
        ),
        (_function(native=lambda day: day.month + 1), "native says 3, columns say 2"),
        (
            _function(
                takes=(ValueType.TEXT,),
                native=lambda text: ord(text[0]),
                columns=lambda text: text.str.len_chars().cast(pl.Int64),
            ),
            "extra.f(''): native fails: IndexError: string index out of range",
        ),
        (
            _function(columns=lambda day: (day.cast(pl.String) + "x").cast(pl.Int64)),
            "extra.f() fails in columns: InvalidOperationError",
        ),
    ],
)
def test_a_function_that_is_declared_wrongly_is_told(plugin, what):
    assert isinstance(next(iter(plugin.functions.values())), Function)
    with pytest.raises(PluginError) as caught:
        check_plugin(plugin, SCHEMAS)
    assert what in str(caught.value)


def test_all_mistakes_are_told_at_once(tmp_path):
    twice = Plugin("extra", facts=(*_fact(rough).facts, *_fact(every).facts), rules=tmp_path)
    with pytest.raises(PluginError) as caught:
        check_plugin(twice, SCHEMAS)
    assert "has 3 mistakes" in str(caught.value)
    assert "has no rule files" in str(caught.value)


@pytest.mark.parametrize(
    ("native", "how"),
    [(lambda day: 1 // (day.year - 2025), "ZeroDivisionError"), (lambda day: 0.5, "gave a float")],
)
def test_a_function_that_fails_in_a_run_is_named_with_its_plugin(native, how):
    plugin = _function(native=native)
    with adding([plugin]):
        tree, _ = parse("extra.f(day) == 1", {"day": FactType(ValueType.DATE)}, {})
        holds = read_native(tree, {})
        with pytest.raises(
            PluginError, match=r"The function extra\.f\(\) of the plug-in extra"
        ) as told:
            holds({"day": date(2025, 5, 1)})
    assert how in told.value.what
    assert "pip uninstall extra" in str(told.value.remedy)
