"""Facts by plain loops over rows, as dictionaries: slow, obvious, and nothing of ours in it."""

from datetime import date, timedelta

__all__ = ["facts_of", "rows_of"]


def facts_of(world, partner, today, letters):
    """Return what rules may ask about a partner, but for where it stands."""
    record = world["partner"][partner]
    mine = {view: _mine(world, view, partner) for view in world if view != "partner"}
    facts = {f"partner.{name}": record.get(name) for name in ("id", "audience", "country")}
    facts |= {f"partner.{name}": record.get(name) for name in ("sector", "capacity_usd")}
    facts |= {"partner.crm_stage": record.get("crm_stage"), "today": today}
    facts |= _contact(mine["contact"]) | _gift(mine["gift"], today)
    facts |= _credit(world, mine["gift_credit"]) | _agreement(mine["agreement"], today)
    facts |= _diligence(mine["diligence"], today) | _touch(mine["touch"], today)
    facts |= _obligation(mine["obligation"], today)
    facts["hit.open_count"] = sum(hit["status"] == "open" for hit in mine["screening_hit"])
    days = [each["changed"] for each in letters if each["status"] == "released"]
    facts["draft.last_released_date"] = max(days, default=None)
    facts["draft.released_90d"] = sum(day >= today - timedelta(days=90) for day in days)
    return facts


def rows_of(world, partner, kind, today):
    """Return a partner's rows as rules with `for_each` see them."""
    rows = []
    for row in sorted(_mine(world, kind, partner), key=lambda each: each["id"]):
        seen = {f"row.{name}": value for name, value in row.items() if name != "partner_id"}
        end = {"agreement": "row.end_date", "obligation": "row.due_date"}.get(kind)
        if end:
            left = seen["row.days_left"] = seen["row.days_until"] = _days(seen.get(end), today)
            done = kind == "obligation" and seen.get("row.done_at")
            seen["row.overdue"] = left is not None and left < 0 and not done
        rows.append(seen)
    return rows


def _mine(world, view, partner):
    return [row for row in world[view].values() if row["partner_id"] == partner]


def _days(later, earlier):
    return (later - earlier).days if later and earlier else None


def _latest(rows, *names):
    """Sort with the latest first; what has no day comes last."""
    last = date.min
    return sorted(rows, key=lambda row: [row.get(n) or last for n in names], reverse=True)


def _shown(family, row, names):
    return {f"{family}.{name}": row.get(name) for name in names.split()}


def _contact(rows):
    def reachable(row):
        refused = ("email_opt_out", "do_not_contact", "deceased", "bounced_at")
        return bool(row.get("email")) and not any(row.get(name) for name in refused)

    ordered = sorted(rows, key=lambda r: (not reachable(r), not r.get("is_primary"), r["id"]))
    facts = {"contact.count": len(rows), "contact.reachable_count": sum(map(reachable, rows))}
    first = ordered[0] if ordered else {}
    shown = "id name email email_opt_out do_not_contact deceased"
    known = {"contact.bounced": first.get("bounced_at") is not None} if first else {}
    known |= {"contact.reachable": reachable(first)} if first else {}
    return facts | _shown("contact", first, shown) | known


def _gift(rows, today):
    received = _latest([row for row in rows if row["status"] == "received"], "date", "id")
    pledged = [row for row in rows if row["status"] == "pledged"]
    days = [row["date"] for row in received if row.get("date")]
    return {
        "gift.count": len(received),
        "gift.total_usd": sum(row.get("amount_usd") or 0 for row in received),
        "gift.pledged_count": len(pledged),
        "gift.overdue_count": sum(row["date"] < today for row in pledged),
        "gift.last_date": max(days, default=None),
        "gift.days_since_last": _days(today, max(days, default=None)),
        "gift.last_id": received[0]["id"] if received else None,
    }


def _credit(world, rows):
    gifts = {row["gift_id"] for row in rows if row["gift_id"] in world["gift"]}
    return {"gift.credited_count": sum(world["gift"][g]["status"] == "received" for g in gifts)}


def _agreement(rows, today):
    def rank(row):
        running = row["status"] == "signed" and (row.get("end_date") or date.max) >= today
        return ([not running, row["status"] != "sent", row["status"] != "draft"],)

    ordered = sorted(_latest(rows, "end_date", "id"), key=rank)
    first = ordered[0] if ordered else {}
    parts = ("has_roles", "has_activities", "has_governance", "has_accountability")
    facts = {"agreement.count": len(rows)}
    facts["agreement.days_left"] = _days(first.get("end_date"), today)
    facts["agreement.complete"] = all(first.get(part) for part in parts) if first else None
    shown = "id status start_date end_date exclusive endorses previous_id"
    return facts | _shown("agreement", first, shown)


_CRITERIA = "human_rights labour environment anti_corruption un_obligations undue_risk"


def _diligence(rows, today):
    ordered = sorted(rows, key=lambda row: (row.get("decided_at") or date.max, row["id"]))
    first = ordered[-1] if ordered else {}
    cleared = [r["valid_until"] for r in rows if r.get("outcome") in ("cleared", "conditions")]
    facts = {
        "diligence.count": len(rows),
        "diligence.days_valid": _days(first.get("valid_until"), today),
        "diligence.cleared_until": max(cleared, default=None),
    }
    if first:
        facts["diligence.criteria_met"] = all(first.get(n) == "met" for n in _CRITERIA.split())
        two = {first.get("assessed_by"), first.get("approved_by")}
        facts["diligence.four_eyes"] = len(two) == 2 and None not in two
    shown = "id status depth outcome evidence_count conditions_due conditions_met_at"
    shown += f" assessed_by approved_by valid_until {_CRITERIA}"
    return facts | _shown("diligence", first, shown)


def _touch(rows, today):
    past = _latest([row for row in rows if row["at"] <= today], "at", "id")
    first = past[0] if past else {}
    inbound = [row["at"] for row in past if row["direction"] == "inbound"]
    since = today - timedelta(days=90)
    ours = {r["office"] for r in past if r["direction"] == "outbound" and r["at"] >= since}
    return {
        "touch.count": len(past),
        "touch.last_date": first.get("at"),
        "touch.days_since_last": _days(today, first.get("at")),
        "touch.last_inbound_date": max(inbound, default=None),
        "touch.last_outcome": first.get("outcome"),
        "touch.offices_90d": len(ours - {None}),
    }


def _obligation(rows, today):
    late = [row for row in rows if not row.get("done_at") and row["due_date"] < today]
    return {
        "obligation.count": len(rows),
        "obligation.overdue_by_us": sum(row["owed_by"] == "us" for row in late),
        "obligation.overdue_by_partner": sum(row["owed_by"] == "partner" for row in late),
    }
