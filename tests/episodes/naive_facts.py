"""Facts by plain loops over rows, as dictionaries: slow, obvious, and nothing of ours in it."""

import unicodedata
from datetime import date, timedelta

from naive_papers import agreement, conditions, diligence, next_agreement, verdict
from naive_rows import days, latest, shown

__all__ = ["facts_of", "rows_of"]


def facts_of(world, partner, today, letters):
    """Return what rules may ask about a partner, but for where it stands."""
    record = world["partner"][partner]
    mine = {view: _mine(world, view, partner) for view in world if view != "partner"}
    facts = {f"partner.{name}": record.get(name) for name in _PARTNER.split()}
    facts |= {f"partner.{name}": _plain(record.get(of)) for name, of in _TYPED.items()}
    facts |= _group(world, partner, today) | {"today": today}
    facts |= _contact(mine["contact"]) | _gift(mine["gift"], today)
    facts |= _credit(world, mine["gift_credit"]) | agreement(mine["agreement"], today)
    facts |= next_agreement(mine["agreement"]) | diligence(mine["diligence"], today)
    facts |= conditions(mine["obligation"], mine["diligence"], today)
    facts |= verdict(mine["diligence"], today) | _touch(mine["touch"], today)
    facts |= _obligation(world, mine["obligation"], today) | _hit(mine["screening_hit"])
    released = [each["changed"] for each in letters if each["status"] == "released"]
    facts["draft.last_released_date"] = max(released, default=None)
    facts["draft.released_90d"] = sum(day >= today - timedelta(days=90) for day in released)
    return facts | {"override.rule_ids": None}


def rows_of(world, partner, kind, today):
    """Return a partner's rows as rules with `for_each` see them."""
    rows = []
    for row in sorted(_mine(world, kind, partner), key=lambda each: each["id"]):
        seen = {f"row.{name}": value for name, value in row.items() if name != "partner_id"}
        end = {"agreement": "row.end_date", "obligation": "row.due_date"}.get(kind)
        if end:
            left = seen["row.days_left"] = seen["row.days_until"] = days(seen.get(end), today)
            done = kind == "obligation" and seen.get("row.done_at")
            seen["row.overdue"] = left is not None and left < 0 and not done
        rows.append(seen)
    return rows


_TYPED = {"kind": "subtype", "place": "region", "trade": "sector"}


def _plain(text):
    letters = [c for c in unicodedata.normalize("NFKD", text or "") if not unicodedata.combining(c)]
    return " ".join("".join(c.lower() if c.isalnum() else " " for c in letters).split()) or None


_PARTNER = "id audience subtype country region sector capacity_usd created_at crm_stage"


def _above(world, partner):
    """Return the records above a partner, the nearest first; a group may go in a circle."""
    above, found = world["partner"][partner].get("parent_id"), []
    while above in world["partner"] and above not in found:
        found.append(above)
        above = world["partner"][above].get("parent_id")
    return [world["partner"][each] for each in found if each != partner]


def _group(world, partner, today):
    """Return the worst of what is known of all who stand above a partner."""
    above = _above(world, partner)
    verdicts = [verdict(_mine(world, "diligence", each["id"]), today) for each in above]
    hits = [_hit(_mine(world, "screening_hit", each["id"])) for each in above]
    refused = [v["verdict.decided_at"] for v in verdicts if v["verdict.outcome"] in _OUTCOMES[:2]]
    sectors = sorted({each["sector"] for each in above if each.get("sector")})
    return {
        "group.sectors": "; ".join(sectors) or None,
        "group.trades": "; ".join(sorted(set(map(_plain, sectors)))) or None,
        "group.outcome": _worst([each["verdict.outcome"] for each in verdicts], _OUTCOMES),
        "group.refused_at": max(filter(None, refused), default=None),
        "group.risk": _worst([each["verdict.risk"] for each in verdicts], _RISKS),
        "group.open_hits": sum(each["hit.open_count"] for each in hits),
    }


_OUTCOMES = ("refused", "remediation", "conditions", "cleared")
_RISKS = ("high", "substantial", "moderate", "low")


def _worst(known, order):
    return next((value for value in order if value in known), None)


def _mine(world, view, partner):
    return [row for row in world[view].values() if row["partner_id"] == partner]


def _contact(rows):
    def reachable(row):
        refused = ("email_opt_out", "do_not_contact", "deceased", "bounced_at")
        return bool(row.get("email")) and not any(row.get(name) for name in refused)

    ordered = sorted(rows, key=lambda r: (not reachable(r), not r.get("is_primary"), r["id"]))
    facts = {"contact.count": len(rows), "contact.reachable_count": sum(map(reachable, rows))}
    first = ordered[0] if ordered else {}
    names = "id name email email_opt_out do_not_contact deceased"
    known = {"contact.bounced": first.get("bounced_at") is not None} if first else {}
    known |= {"contact.reachable": reachable(first)} if first else {}
    return facts | shown("contact", first, names) | known


def _gift(rows, today):
    received = latest([row for row in rows if row["status"] == "received"], "date", "id")
    pledged = [row for row in rows if row["status"] == "pledged"]
    last = max((row["date"] for row in received if row.get("date")), default=None)
    return {
        "gift.count": len(received),
        "gift.total_usd": sum(row.get("amount_usd") or 0 for row in received),
        "gift.pledged_count": len(pledged),
        "gift.overdue_count": sum(row["date"] < today for row in pledged),
        "gift.last_date": last,
        "gift.days_since_last": days(today, last),
        "gift.unvalued_count": sum(row.get("amount_usd") is None for row in received),
        "gift.pledged_usd": sum(row.get("amount_usd") or 0 for row in pledged),
        "gift.last_id": received[0]["id"] if received else None,
        "gift.last_kind": received[0].get("kind") if received else None,
        "gift.matching_count": sum(row.get("kind") == "matching" for row in received),
    }


def _credit(world, rows):
    gifts = [world["gift"][g] for g in {row["gift_id"] for row in rows} if g in world["gift"]]
    received = [gift for gift in gifts if gift["status"] == "received"]
    last = max((gift["date"] for gift in received if gift.get("date")), default=None)
    return {"gift.credited_count": len(received), "gift.credited_last_date": last}


def _touch(rows, today):
    past = latest([row for row in rows if row["at"] <= today], "at", "id")
    first = past[0] if past else {}
    inbound = [row["at"] for row in past if row["direction"] == "inbound"]
    outbound = [row["at"] for row in past if row["direction"] == "outbound"]
    answered = max(outbound, default=date.min)
    answer = next((r for r in past if r["outcome"] in ("interested", "declined")), {})
    since = today - timedelta(days=90)
    ours = {r["office"] for r in past if r["direction"] == "outbound" and r["at"] >= since}
    visits = [row["at"] for row in past if row["kind"] == "visit"]
    meetings = [row["at"] for row in past if row["kind"] in ("meeting", "visit")]
    return {
        "touch.count": len(past),
        "touch.last_date": first.get("at"),
        "touch.days_since_last": days(today, first.get("at")),
        "touch.last_inbound_date": max(inbound, default=None),
        "touch.last_outbound_date": max(outbound, default=None),
        "touch.waiting_since": min((day for day in inbound if day > answered), default=None),
        "touch.last_visit_date": max(visits, default=None),
        "touch.last_meeting_date": max(meetings, default=None),
        "touch.last_outcome": first.get("outcome"),
        "touch.last_answer": answer.get("outcome"),
        "touch.last_answer_date": answer.get("at"),
        "touch.offices_90d": len(ours - {None}),
    }


def _obligation(world, rows, today):
    rows = [row for row in rows if row["kind"] != "condition"]
    running = [row for row in rows if _runs(world["agreement"].get(row.get("agreement_id")), today)]
    late = [row for row in rows if not row.get("done_at") and row["due_date"] < today]
    kinds = ("report", "recognition", "consultation", "payment")
    return {
        **{f"obligation.{kind}_count": sum(r["kind"] == kind for r in running) for kind in kinds},
        "obligation.count": len(rows),
        "obligation.running_count": len(running),
        "obligation.open_count": sum(not row.get("done_at") for row in rows),
        "obligation.overdue_by_us": sum(row["owed_by"] == "us" for row in late),
        "obligation.overdue_by_partner": sum(row["owed_by"] == "partner" for row in late),
    }


def _runs(agreement, today):
    if agreement is None:
        return True
    return agreement["status"] == "signed" and (agreement.get("end_date") or today) >= today


def _hit(rows):
    opened = [row["opened_at"] for row in rows if row["status"] == "open"]
    return {"hit.open_count": len(opened), "hit.open_since": min(opened, default=None)}
