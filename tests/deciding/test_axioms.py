"""What the prover takes for true of facts is true, whatever rows the CRM has."""

from datetime import UTC, date, datetime, time, timedelta
from random import Random

import pytest
from population import TODAY, random_rows

from lifecycle.conditions import parse, read_native
from lifecycle.facts import STAGES, build_matrix, build_rows, fact_schema, row_schema
from lifecycle.facts.axioms import axioms, row_axioms

KINDS = ("gift", "agreement", "obligation", "contact")


def _own_tables(seed, ids):
    """Return standings and drafts, which no CRM has."""
    random = Random(seed)

    def day():
        return TODAY - timedelta(days=random.randint(-3, 200))

    standing = [
        {
            "partner_id": partner,
            "stage": random.choice(STAGES),
            "since": day(),
            "visit": random.randint(0, 4),
            "suspended": random.random() < 0.5,
            "crm_stage_seen": random.choice(STAGES),
        }
        for partner in ids
        if random.random() < 0.7
    ]
    for each in standing:
        if each["visit"] and random.random() < 0.5:
            each["set_from"] = random.choice([stage for stage in STAGES if stage != each["stage"]])
    draft = [
        {
            "id": f"D{number}",
            "partner_id": random.choice(ids),
            "status": random.choice(["released", "drafted"]),
            "changed_at": datetime.combine(day(), time(9), UTC),
        }
        for number in range(len(ids))
    ]
    return {"standing": standing, "draft": draft}


def _broken(axiom, schema, rows):
    tree, mistakes = parse(axiom.text, schema, {})
    assert not mistakes, (axiom.text, [mistake.what for mistake in mistakes])
    holds = read_native(tree, {})
    return [row for row in rows if not holds(row)]


@pytest.mark.parametrize("seed", range(4))
def test_every_axiom_holds_for_every_partner_and_row(frames, seed):
    rows = random_rows(seed, 300)
    ids = [row["id"] for row in rows["partner"]]
    given = frames(**rows, **_own_tables(seed, ids))
    facts = build_matrix(given, TODAY).to_dicts()
    for axiom in axioms():
        assert not _broken(axiom, fact_schema(), facts), axiom
    by_id = {row["partner.id"]: row for row in facts}
    for kind in KINDS:
        beside = [
            {**by_id[row["partner.id"]], **row}
            for row in build_rows(kind, given, TODAY).to_dicts()
            if row["partner.id"] in by_id
        ]
        schema = {**fact_schema(), **row_schema(kind)}
        for axiom in row_axioms(kind):
            assert not _broken(axiom, schema, beside), axiom


def test_every_axiom_has_a_name_of_its_own_and_a_reason():
    found = [*axioms(), *(axiom for kind in KINDS for axiom in row_axioms(kind))]
    assert len({axiom.name for axiom in found}) == len(found)
    assert all(axiom.reason for axiom in found)


def test_the_axioms_can_tell_an_impossible_partner(facts_of):
    facts = {**facts_of(), "gift.count": 0, "gift.last_date": date(2026, 1, 1)}
    assert any(_broken(axiom, fact_schema(), [facts]) for axiom in axioms())
