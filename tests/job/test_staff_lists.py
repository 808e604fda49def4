"""What staff's lists filter by is true in the org: letters that wait, stages against policy."""

from collections import Counter

import pytest
from sqlalchemy import select

from partners.store import draft


def _in_org(demo, field):
    found = {}
    for name in ("Account", "Contact"):
        rows = demo.org.query(f"SELECT Id, {field} FROM {name}")
        found |= {row["Id"]: row[field] for row in rows if row[field]}
    return found


def test_the_org_tells_whose_letters_wait_and_how_many(demo):
    with demo.store.reading() as connection:
        waiting = select(draft.c.partner_id).where(draft.c.status.in_(("drafted", "edited")))
        counted = Counter(connection.execute(waiting).scalars())
    assert counted and _in_org(demo, "Lifecycle_Drafts__c") == dict(counted)


@pytest.mark.thorough
def test_the_org_tells_whose_stage_is_against_policy(workplace):
    workplace.run()
    prospects = "SELECT Id FROM Account WHERE Lifecycle_Stage__c = 'prospect' ORDER BY Id LIMIT 1"
    (partner,) = [row["Id"] for row in workplace.org.query(prospects)]
    who = "claire@local.example"
    for stage, against in (("active", True), ("prospect", False)):
        workplace.org.update("Account", partner, {"Lifecycle_Stage__c": stage}, user=who)
        workplace.run()
        listed = "SELECT Id FROM Account WHERE Lifecycle_Out_Of_Policy__c = true"
        assert [row["Id"] for row in workplace.org.query(listed)] == [partner][:against]
