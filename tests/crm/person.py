"""Somebody who edits an org's accounts, at a time of which some instants see several edits."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from crm_sync.sandbox import LocalOrg


class Person:
    """Edits accounts; `pause` is called while a transaction is open that commits late."""

    def __init__(self, local: LocalOrg, pause: Callable[[], None] = lambda: None) -> None:
        self.local, self.pause = local, pause
        self.org = local.org
        self.time = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
        self.org.clock = lambda: self.time
        self.living: list[str] = []
        self.deleted: list[str] = []

    def act(self, what: str, value: Any) -> None:
        match what:
            case "insert":
                self.living.append(self.org.insert("Account", {"Name": value.strip()}))
            case "wait":
                self.time += timedelta(milliseconds=value)
            case "undelete" if self.deleted:
                back = self.deleted.pop(value % len(self.deleted))
                self.org.undelete("Account", back)
                self.living.append(back)
            case "delete" if self.living:
                gone = self.living.pop(value % len(self.living))
                self.org.delete("Account", gone)
                self.deleted.append(gone)
            case "purge" if self.living:
                self.org.hard_delete("Account", self.living.pop(value % len(self.living)))
            case "empty the bin":
                self.org.admin.empty_bin("Account")
                self.deleted.clear()
            case "merge" if len(self.living) > 1:
                gone = self.living.pop(value % len(self.living))
                self.org.merge("Account", self.living[value % len(self.living)], gone)
                self.deleted.append(gone)
            case "rename" if self.living:
                change = {"Name": f"Name {value}", "Giving_Capacity__c": value / 4}
                self.org.update("Account", self.living[value % len(self.living)], change)
            case "empty" if self.living:
                change = {"Giving_Capacity__c": None, "Industry": None}
                self.org.update("Account", self.living[value % len(self.living)], change)
            case "late" if self.living:
                with self.org.late():
                    self.time += timedelta(seconds=value % 200)
                    self.pause()
                    self.act("insert", f"Late {value}")
                    self.act("rename", value)
