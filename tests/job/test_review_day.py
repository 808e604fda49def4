"""The day of the next review on the partner: written with a decision, and when it alone moves."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from still import NOW

from crm_sync.sandbox import OrgError
from partners.store import outbox, standing

pytestmark = pytest.mark.slow
REVIEW = "Lifecycle_Review_On__c"
TOMORROW = NOW.date() + timedelta(days=1)
_RULES = """\
stage: prospect
rules:
- id: PR01
  name: begin
  cite: [C1]
  because: Everybody is assessed.
  when: partner.audience != "public"
  then: {move_to: diligence}
"""


@pytest.fixture
def ruled(workplace, ruled_by):
    """The workplace with one rule, which no day changes."""
    workplace.job = replace(workplace.job, rulebook=ruled_by(prospect=_RULES))
    return workplace


def _cleared(workplace):
    """Return a partner, and the due diligence whose end is the day of its review."""
    with workplace.store.reading() as connection:
        query = select(standing.c.partner_id, standing.c.review_on)
        days = {row.partner_id: row.review_on for row in connection.execute(query)}
    fields = "Id, Partner__c, Valid_Until__c"
    asked = f"SELECT {fields} FROM Due_Diligence__c WHERE Partner__c != null ORDER BY Id"
    for row in workplace.org.query(asked):
        if days.get(row["Partner__c"]) and str(days[row["Partner__c"]]) == row["Valid_Until__c"]:
            return row["Partner__c"], row["Id"]
    raise AssertionError("no partner of the demo waits for the end of its clearance")


def _on_record(workplace, partner):
    (row,) = workplace.org.query(f"SELECT {REVIEW} FROM Account WHERE Id = '{partner}'")
    return row[REVIEW]


def _queued(workplace, partner):
    with workplace.store.reading() as connection:
        query = select(outbox).where(outbox.c.record_id == partner).order_by(outbox.c.id)
        return list(connection.execute(query))


def test_a_day_that_moves_is_written_alone(ruled) -> None:
    ruled.run()
    partner, diligence = _cleared(ruled)
    assert _on_record(ruled, partner) > TOMORROW.isoformat()
    ruled.org.update("Due_Diligence__c", diligence, {"Valid_Until__c": TOMORROW.isoformat()})
    report = ruled.run()
    assert report.decided.changed == [] and report.written == {"Account": 1}
    assert _on_record(ruled, partner) == TOMORROW.isoformat()
    assert _queued(ruled, partner)[-1].fields == {REVIEW: TOMORROW.isoformat()}
    assert ruled.run().written == {}


def test_a_write_that_still_waits_takes_the_day_along(ruled) -> None:
    def locked(before, after):
        if REVIEW in after:
            raise OrgError("ENTITY_IS_LOCKED", "The record is in an approval.")

    ruled.org.admin.add_trigger("Account", locked)
    ruled.run()
    partner, diligence = _cleared(ruled)
    (waits,) = _queued(ruled, partner)
    assert waits.state == "pending"
    ruled.org.update("Due_Diligence__c", diligence, {"Valid_Until__c": TOMORROW.isoformat()})
    ruled.run()
    (row,) = _queued(ruled, partner)
    assert row.fields == {**waits.fields, REVIEW: TOMORROW.isoformat()}
