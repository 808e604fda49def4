"""Whoever appends at the same time, each chain stays one chain."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import delete, select
from still import NOW

from partners.errors import LedgerBroken
from partners.ledger import Entry, append, seal_ledger, verify
from partners.store import JsonText, decision, ledger_head

NONE = JsonText("[]")
TOLD = (False, None, None, "rules", "rules", None, "closed", NONE, NONE, NONE, JsonText("{}"), None)


def entry(partner):
    return Entry(None, partner, NOW, *TOLD, JsonText('{"facts":{}}'))


def test_several_may_append_at_once(any_store):
    def some(number: int) -> None:
        for turn in range(5):
            with any_store.transaction() as connection:
                append(connection, [entry(f"{number}/{turn}/{each}") for each in range(7)], None)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(some, range(4)))
    with any_store.transaction() as connection:
        root = seal_ledger(connection, None, NOW, None)
    verified = verify(any_store, None, root)
    assert (verified.decisions, verified.since_seal) == (140, 0)
    assert {each.table for each in verified.findings} == {"standing"}


def test_a_transaction_that_fails_appends_nothing(any_store):
    with pytest.raises(ZeroDivisionError), any_store.transaction() as connection:
        append(connection, [entry("001A")], None)
        raise ZeroDivisionError
    with any_store.transaction() as connection:
        append(connection, [entry("001A")], None)
    with any_store.reading() as connection:
        assert connection.execute(select(decision.c.place)).scalars().all() == [1]


def test_nothing_is_appended_to_a_ledger_without_its_ends(any_store):
    with any_store.transaction() as connection:
        connection.execute(delete(ledger_head).where(ledger_head.c.partition == 3))
    with pytest.raises(LedgerBroken, match="lost the ends"), any_store.transaction() as connection:
        append(connection, [entry("001A")], None)
    assert [each.table for each in verify(any_store, None).findings] == ["ledger_head"]


def test_the_same_case_is_not_told_by_its_digest(any_store):
    """Each digest is salted: two partners of whom the same is known cannot be told to be alike."""
    with any_store.transaction() as connection:
        append(connection, [entry("001A"), entry("001A")], None)
    with any_store.reading() as connection:
        assert len(set(connection.execute(select(decision.c.sealed)).scalars())) == 2


def test_the_character_that_ends_values_is_refused(store):
    with pytest.raises(ValueError, match=r"U\+001F"), store.transaction() as connection:
        append(connection, [entry("001A\x1f")], None)
