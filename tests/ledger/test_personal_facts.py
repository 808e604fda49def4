"""A plug-in's texts may name persons too, as long as it is in force."""

from datetime import date

import polars as pl

from lifecycle.extending import ColumnType, Plugin, Table
from lifecycle.plugins import adding
from partners.ledger.personal import personal_facts


def _advisor(_today: date) -> pl.Expr:
    return pl.col("by").last()


def test_a_plugin_s_texts_are_personal_while_it_is_in_force():
    touches = Table("extra", "touch", "touch")
    touches.fact(ColumnType.TEXT, "who spoke to them last")(_advisor)
    before = personal_facts()
    assert "partner.name" in before
    with adding([Plugin("extra", facts=(touches,))]):
        assert personal_facts() == before | {"extra.advisor"}
    assert personal_facts() == before
