"""The partner's record tells how many letters wait, and whether its stage is against policy."""

from collections.abc import Iterator

import pytest
from sqlalchemy import delete, insert, select, update
from still import NOW

from partners.job.waiting_letters import tell_waiting_letters
from partners.store import Store, draft, open_store, outbox, standing

DRAFTS = "Lifecycle_Drafts__c"


@pytest.fixture
def store(any_database: str) -> Iterator[Store]:
    with open_store(any_database) as opened:
        with opened.transaction() as connection:
            connection.exec_driver_sql("CREATE TABLE partner (id TEXT, crm_object TEXT)")
            for partner, name in (("001A", "Account"), ("003B", "Contact")):
                made = f"INSERT INTO partner VALUES ('{partner}', '{name}')"
                connection.exec_driver_sql(made)
                stands = {"partner_id": partner, "stage": "active", "since": NOW.date()}
                stands |= {"visit": 1, "suspended": False, "outcome_hash": "x", "updated_at": NOW}
                connection.execute(insert(standing), stands)
        yield opened


def _letter(store: Store, partner: str, name: str, status: str = "drafted") -> None:
    row = {"id": name, "partner_id": partner, "purpose": "welcome", "status": status}
    with store.transaction() as connection:
        connection.execute(insert(draft), {**row, "created_at": NOW, "changed_at": NOW})


def _told(store: Store) -> dict[str, dict]:
    """Tell, and return what is queued for each record."""
    with store.transaction() as connection:
        tell_waiting_letters(connection, NOW)
        found = {row.record_id: dict(row.fields) for row in connection.execute(select(outbox))}
        connection.execute(delete(outbox))
    return found


def test_a_number_is_told_when_it_changes_and_not_again(store: Store) -> None:
    _letter(store, "001A", "one")
    _letter(store, "001A", "two", "edited")
    _letter(store, "003B", "three", "suppressed")
    assert _told(store) == {"001A": {DRAFTS: 2}}
    assert _told(store) == {}
    with store.transaction() as connection:
        connection.execute(update(draft).values(status="released"))
    assert _told(store) == {"001A": {DRAFTS: 0}}
    assert _told(store) == {}


def test_it_goes_with_the_standing_that_waits(store: Store) -> None:
    _letter(store, "003B", "one")
    row = {"key": "standing/003B/7", "partner_id": "003B", "object": "Contact"}
    row |= {"operation": "update", "record_id": "003B", "state": "pending", "created_at": NOW}
    with store.transaction() as connection:
        connection.execute(insert(outbox), {**row, "fields": {"Lifecycle_Stage__c": "active"}})
    assert _told(store) == {"003B": {"Lifecycle_Stage__c": "active", DRAFTS: 1}}
    assert _told(store) == {}


def test_a_partner_that_has_gone_is_not_written_to(store: Store) -> None:
    _letter(store, "001A", "one")
    with store.transaction() as connection:
        connection.exec_driver_sql("DELETE FROM partner")
    assert _told(store) == {}
