"""What appears in the CRM of a decision: the partner's standing, and a task for its owner.

The names are those of our metadata (salesforce/) and of Salesforce's own objects.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from crm_sync.outbox import Write
from crm_sync.profiles import Appears
from lifecycle.conditions import Value
from lifecycle.deciding import Decision, Episode, Summary
from lifecycle.rulebook import Rule

__all__ = [
    "DRAFTS_FIELD",
    "KEY_FIELD",
    "REVIEW_FIELD",
    "STAGE_FIELD",
    "closed_task",
    "reopened_task",
    "review_of",
    "standing_of",
    "task_key",
    "task_of",
    "written",
]

KEY_FIELD = "Lifecycle_Key__c"
STAGE_FIELD = "Lifecycle_Stage__c"
DRAFTS_FIELD = "Lifecycle_Drafts__c"
REVIEW_FIELD = "Lifecycle_Review_On__c"
_SHORT, _LONG = 255, 32_000
_FIELDS = {
    "since": "Lifecycle_Since__c",
    "suspended": "Lifecycle_Suspended__c",
    "out_of_policy": "Lifecycle_Out_Of_Policy__c",
    "drafts": DRAFTS_FIELD,
    "reason": "Lifecycle_Reason__c",
    "next_step": "Lifecycle_Next_Step__c",
    "missing": "Lifecycle_Missing__c",
    "review_on": REVIEW_FIELD,
}
_ATTENTION = "Attention: "
_OPEN, _DONE = "Not Started", "Completed"
_NO_REASON = "Closed by itself: the reason for this task has gone."


def written(appears: Appears) -> dict[str, frozenset[str]]:
    """Return the fields of our metadata that we write, by object; e-mails are asked for apart."""
    standing = frozenset({STAGE_FIELD, *(_FIELDS[each] for each in appears.partner)})
    files = {"html", "eml"} & set(appears.drafts)
    return {
        "Account": standing,
        "Contact": standing,
        **({"Task": frozenset({KEY_FIELD})} if appears.tasks else {}),
        **({"ContentVersion": frozenset({KEY_FIELD})} if files else {}),
    }


@dataclass(frozen=True)
class Addressee:
    """The record of a partner, and the person at the partner, where there is one."""

    id: str
    object: str
    owner_id: str | None
    contact_id: str | None

    @classmethod
    def of(cls, facts: Mapping[str, Value]) -> "Addressee":
        """Return the addressee that a decision's facts name."""
        return cls(
            str(facts["partner.id"]),
            str(facts.get("partner.crm_object") or "Account"),
            _text(facts.get("partner.owner_id")),
            _text(facts.get("contact.id")),
        )

    @property
    def links(self) -> dict[str, str]:
        """Return the lookups by which a task hangs on the partner."""
        if self.object == "Contact":
            return {"WhoId": self.id}
        return {"WhatId": self.id, **({"WhoId": self.contact_id} if self.contact_id else {})}


def standing_of(
    decision: Decision, summary: Summary, number: int, shown: Collection[str] = tuple(_FIELDS)
) -> Write:
    """Return the update of the partner's record; `number` is the decision's in the store.

    `shown` names what appears beside the stage.
    """
    to = Addressee.of(decision.facts)
    flags = "\n".join(_ATTENTION + flag for flag in summary.flags)
    reason = " ".join(part for part in (summary.suspended_because, summary.reason) if part)
    values: dict[str, object] = {
        "since": decision.since.isoformat(),
        "suspended": decision.suspended,
        "out_of_policy": summary.out_of_policy,
        "reason": reason[:_LONG] or None,
        "next_step": summary.next_step[:_SHORT] or None,
        "missing": "\n".join(filter(None, [flags, summary.missing]))[:_LONG] or None,
        "review_on": summary.review_on.isoformat() if summary.review_on else None,
    }
    fields = {_FIELDS[name]: value for name, value in values.items() if name in shown}
    key = f"standing/{to.id}/{number}"
    return Write(key, to.object, "update", to.id, None, {STAGE_FIELD: decision.stage, **fields})


def review_of(partner_id: str, name: str, on: str | None) -> Write:
    """Return the update of the day on which a partner is to be looked at again, and no more."""
    key = f"review/{partner_id}/{uuid4().hex}"
    return Write(key, name, "update", partner_id, None, {REVIEW_FIELD: on})


def task_key(episode: Episode) -> str:
    """Return the key of the task that belongs to an episode: the same episode, the same key."""
    return "PL-" + hashlib.sha256(f"task/{episode.key}".encode()).hexdigest()[:16]


def task_of(decision: Decision, episode: Episode, rule: Rule) -> Write | None:
    """Return the task that an episode asks for; None when its rule asks for none."""
    task = rule.then.task
    if task is None:
        return None
    to = Addressee.of(decision.facts)
    key = task_key(episode)
    fields: dict[str, object] = {
        KEY_FIELD: key,
        "Subject": task.subject[:_SHORT],
        "ActivityDate": (decision.day + timedelta(days=task.due_in_days)).isoformat(),
        "Priority": task.priority,
        "Status": _OPEN,
        "Description": f"{rule.because}\n\nRule {rule.id} ({', '.join(rule.cite)})",
        **to.links,
        **({"OwnerId": to.owner_id} if to.owner_id else {}),
    }
    return Write(key, "Task", "create", None, KEY_FIELD, fields)


def closed_task(key: str, record_id: str, written: Mapping[str, Any]) -> Write:
    """Return the update that closes a task of ours whose reason has gone."""
    told = "\n\n".join(filter(None, [written.get("Description"), _NO_REASON]))
    return _task_update(key, record_id, {"Status": _DONE, "Description": told})


def reopened_task(key: str, record_id: str, written: Mapping[str, Any]) -> Write:
    """Return the update that opens a task again, as it was written."""
    fields = {name: written[name] for name in ("Description", "ActivityDate") if name in written}
    return _task_update(key, record_id, {"Status": _OPEN, **fields})


def _task_update(key: str, record_id: str, fields: Mapping[str, Any]) -> Write:
    # It may be closed and opened many times; the record, not the key, is what counts.
    return Write(f"{key}/{uuid4().hex}", "Task", "update", record_id, None, fields)


def _text(value: Value) -> str | None:
    return None if value is None else str(value)
