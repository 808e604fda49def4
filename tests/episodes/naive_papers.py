"""Facts about what was agreed and what was cleared, by plain loops over rows."""

from datetime import date

from naive_rows import days, latest, shown

__all__ = ["agreement", "conditions", "diligence", "next_agreement", "verdict"]

_PARTS = ("has_roles", "has_activities", "has_governance", "has_accountability")
_PREFERENCES = ("exclusive", "endorses", "bars_tenders")
_CRITERIA = "human_rights labour environment anti_corruption un_obligations undue_risk"
_ADVERSE = ("refused", "remediation")


def agreement(rows, today):
    """Return the facts of the agreement that runs, else is sent, else drafted, else the latest."""

    def rank(row):
        running = row["status"] == "signed" and (row.get("end_date") or date.max) >= today
        last = row.get("end_date") or (date.max if running else date.min)
        return running, row["status"] == "sent", row["status"] == "draft", last, row["id"]

    first = max(rows, key=rank, default={})
    end, start = first.get("end_date"), first.get("start_date")
    names = "id status partnership_types start_date end_date signed_at ended_on exclusive endorses"
    names += " bars_tenders"
    names += " value_usd countries previous_id publications replicating_offices people_helped"
    in_force = [
        r for r in rows if r["status"] == "signed" and (r.get("end_date") or today) >= today
    ]
    return shown("agreement", first, f"{names} projects") | {
        "agreement.count": len(rows),
        "agreement.concluded_count": sum(map(_concluded, rows)),
        "agreement.preference_count": sum(any(map(r.get, _PREFERENCES)) for r in in_force),
        "agreement.incomplete_count": sum(not all(map(r.get, _PARTS)) for r in in_force),
        "agreement.days_left": days(end, today),
        "agreement.term_days": days(end, start),
        "agreement.anniversary": _anniversary(start, today),
        "agreement.complete": all(first.get(part) for part in _PARTS) if first else None,
    }


def _concluded(row):
    if row["status"] == "cancelled":
        return row.get("signed_at") is not None
    return row["status"] in ("signed", "ended")


def _anniversary(start, today):
    if start is None or start > today:
        return None
    this_year = start.replace(year=today.year)
    return this_year if this_year <= today else start.replace(year=today.year - 1)


def next_agreement(rows):
    """Return the facts of the agreement that waits for a signature."""
    unsigned = [row for row in rows if row["status"] in ("sent", "draft")]
    sent = [row for row in unsigned if row["status"] == "sent"]
    first = next(iter(latest(sent or unsigned, "start_date", "id")), {})
    names = "id status partnership_types start_date exclusive endorses bars_tenders value_usd"
    return shown("next_agreement", first, names) | {
        "next_agreement.count": len(unsigned),
        "next_agreement.complete": all(first.get(part) for part in _PARTS) if first else None,
    }


def diligence(rows, today):
    """Return the facts of the due diligence at work, else of the one that stands."""
    undecided = [row for row in rows if row.get("status") != "decided"]
    first = _standing(undecided or rows, today)
    decided = [row for row in rows if row.get("status") == "decided"]
    said = [row for row in decided if row.get("outcome") and _passed(row, today)]
    names = "id status depth risk outcome evidence_count conditions_due conditions_met_at"
    names += f" assessed_by approved_by decided_at valid_until {_CRITERIA}"
    return shown("diligence", first, names) | {
        "diligence.count": len(rows),
        "diligence.open_count": len(undecided),
        "diligence.incident_count": sum(r.get("opened_for") == "incident" for r in undecided),
        "diligence.unfinished_count": len(decided) - len(said),
        "diligence.days_valid": days(first.get("valid_until"), today),
        "diligence.criteria_met": _all(first, "met"),
        "diligence.four_eyes": _four_eyes(first),
    }


def verdict(rows, today):
    """Return the facts of the decision that stands, whatever is at work meanwhile."""
    decided = [row for row in rows if row.get("status") == "decided" and row.get("outcome")]
    first = _standing(decided, today)
    names = "id depth risk un_obligations outcome conditions_due conditions_met_at assessed_by"
    names += " approved_by approval_level restricted_percent decided_at valid_until"
    names += " evidence_count"
    return shown("verdict", first, names) | {
        "verdict.count": len(decided),
        "verdict.days_valid": days(first.get("valid_until"), today),
        "verdict.criteria_met": _all(first, "met"),
        "verdict.criteria_open": _all(first, "met", "unclear"),
        "verdict.four_eyes": _four_eyes(first),
    }


def conditions(obligations, diligences, today):
    """Return the facts of the conditions of the decision that stands."""
    standing = verdict(diligences, today)["verdict.id"]
    listed = [row for row in obligations if row["kind"] == "condition"]
    ours = [row for row in listed if standing and row.get("diligence_id") == standing]
    unmet = [row for row in ours if row.get("done_at") is None or row["done_at"] > today]
    late = [row["due_date"] for row in unmet if row.get("due_date") and row["due_date"] < today]
    return {
        "condition.count": len(ours),
        "condition.open_count": len(unmet),
        "condition.overdue_count": len(late),
        "condition.undated_count": sum(row.get("due_date") is None for row in unmet),
        "condition.overdue_since": min(late, default=None),
    }


def _passed(row, today):
    return row.get("decided_at") is not None and row["decided_at"] <= today


def _standing(rows, today):
    """Return the latest decision; an adverse one without a day that has passed comes before it."""

    def rank(row):
        passed, adverse = _passed(row, today), row.get("outcome") in _ADVERSE
        day = row["decided_at"] if passed else date.min
        return adverse and not passed, day, adverse, row["id"]

    return max(rows, key=rank, default={})


def _all(row, *values):
    return all(row.get(name) in values for name in _CRITERIA.split()) if row else None


def _four_eyes(row):
    two = {row.get("assessed_by"), row.get("approved_by")}
    return len(two) == 2 and None not in two if row else None
