"""What appears in the CRM: the partner's standing, a task for its owner, a draft as a file.

The names are those of our metadata (salesforce/) and of Salesforce's own objects.
"""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from crm_sync.outbox import Write
from lifecycle.conditions import Value
from lifecycle.deciding import Decision, Episode, Summary
from lifecycle.rulebook import Rule
from partners.job.letters import Letter

__all__ = [
    "DRAFTS_FIELD",
    "KEY_FIELD",
    "STAGE_FIELD",
    "WRITTEN",
    "closed_task",
    "file_of",
    "relabelled",
    "reopened_task",
    "standing_of",
    "task_key",
    "task_of",
    "titled",
]

KEY_FIELD = "Lifecycle_Key__c"
STAGE_FIELD = "Lifecycle_Stage__c"
DRAFTS_FIELD = "Lifecycle_Drafts__c"
_SHORT, _LONG = 255, 32_000
_STANDING = frozenset(
    {
        STAGE_FIELD,
        "Lifecycle_Since__c",
        "Lifecycle_Suspended__c",
        "Lifecycle_Out_Of_Policy__c",
        DRAFTS_FIELD,
        "Lifecycle_Reason__c",
        "Lifecycle_Next_Step__c",
        "Lifecycle_Missing__c",
    }
)
WRITTEN = {
    "Account": _STANDING,
    "Contact": _STANDING,
    "Task": frozenset({KEY_FIELD}),
    "ContentVersion": frozenset({KEY_FIELD}),
}
"""Fields of our metadata that we write, by object."""
_ATTENTION = "Attention: "
_OPEN, _DONE = "Not Started", "Completed"
_NO_REASON = "Closed by itself: the reason for this task has gone."


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


def standing_of(decision: Decision, summary: Summary, number: int) -> Write:
    """Return the update of the partner's record; `number` is the decision's in the store."""
    to = Addressee.of(decision.facts)
    flags = "\n".join(_ATTENTION + flag for flag in summary.flags)
    reason = " ".join(part for part in (summary.suspended_because, summary.reason) if part)
    fields: dict[str, object] = {
        STAGE_FIELD: decision.stage,
        "Lifecycle_Since__c": decision.since.isoformat(),
        "Lifecycle_Suspended__c": decision.suspended,
        "Lifecycle_Out_Of_Policy__c": summary.out_of_policy,
        "Lifecycle_Reason__c": reason[:_LONG] or None,
        "Lifecycle_Next_Step__c": summary.next_step[:_SHORT] or None,
        "Lifecycle_Missing__c": "\n".join(filter(None, [flags, summary.missing]))[:_LONG] or None,
    }
    return Write(f"standing/{to.id}/{number}", to.object, "update", to.id, None, fields)


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


def file_of(letter: Letter) -> Write | None:
    """Return the file that carries a letter onto the partner's record; None if none was drawn."""
    if letter.html is None or letter.subject is None:
        return None
    fields: dict[str, object] = {
        KEY_FIELD: letter.id,
        "Title": f"Draft: {letter.subject}"[:_SHORT],
        "PathOnClient": f"{letter.purpose}.{letter.language}.html",
        "VersionData": base64.b64encode(letter.html.encode()).decode(),
        "FirstPublishLocationId": letter.partner_id,
        "Description": f"Draft for release, not sent. Rule {letter.rule_id}.",
    }
    return Write(letter.id, "ContentVersion", "create", None, KEY_FIELD, fields)


def relabelled(letter_id: str, record_id: str, subject: str | None, reason: str | None) -> Write:
    """Return the update that says on a letter's file that it was withdrawn, or that it is back."""
    title = f"Withdrawn: {subject}" if reason else f"Draft: {subject}"
    told = f"Withdrawn: {reason}" if reason else "Draft for release, not sent."
    fields = titled(title, told)
    # A letter may be withdrawn and come back many times; the record, not the key, is what counts.
    return Write(f"{letter_id}/{uuid4().hex}", "ContentVersion", "update", record_id, None, fields)


def titled(title: str, told: str) -> dict[str, object]:
    """Return what a file is called and what is said of it, as long as the CRM takes it."""
    return {"Title": title[:_SHORT], "Description": told[:_SHORT]}


def _text(value: Value) -> str | None:
    return None if value is None else str(value)
