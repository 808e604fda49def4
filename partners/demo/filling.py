"""Put invented records into the local org, and change some of them as its users would."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from crm_sync.salesforce import CrmSettings, Session, connect
from crm_sync.sandbox import LocalOrg
from partners.demo.edits import Edit, edits
from partners.demo.population import population
from partners.demo.records import Record

__all__ = ["DemoOrg"]


class DemoOrg:
    """The local org with its invented partners; `ids` maps `Object:local id` to the org's ids."""

    def __init__(self, local: LocalOrg, today: date, partners: int) -> None:
        self.local = local
        self.records = population(today, partners=partners)
        self._today = today
        self._users = {
            row["Department"]: row
            for row in reversed(
                local.org.query(
                    "SELECT Id, Username, Department FROM User "
                    "WHERE Department != null ORDER BY Username"
                )
            )
        }
        users = {f"User:{office}": str(row["Id"]) for office, row in self._users.items()}
        resolved = {name: self._resolved(rows, users) for name, rows in self.records.items()}
        self.ids = {**users, **local.org.load(resolved)}

    @staticmethod
    def _resolved(rows: Sequence[Record], users: Mapping[str, str]) -> list[dict[str, Any]]:
        """Point references to users, who are in the org already, at their ids."""
        return [
            {
                name: users.get(value["_ref"], value) if isinstance(value, dict) else value
                for name, value in row.items()
            }
            for row in rows
        ]

    def session(self, office: str | None = None) -> Session:
        """Log in over HTTP, as the integration user or as the user of an office."""
        access = self.local.org.settings
        name = access.username if office is None else str(self._users[office]["Username"])
        return connect(
            CrmSettings.model_validate(
                {
                    "login_url": self.local.url,
                    "auth": "password",
                    "username": name,
                    "password": access.password,
                    "consumer_key": access.client_id,
                    "consumer_secret": access.client_secret,
                }
            )
        )

    def change(self) -> list[tuple[Edit, str]]:
        """Make the demo's edits over HTTP as the people who would; return them with the partner."""
        made = []
        for edit in edits(self._today, self.records):
            self._make(edit)
            made.append((edit, self._partner(edit.about)))
        return made

    def _make(self, edit: Edit) -> None:
        fields = {name: self._value(value) for name, value in edit.fields.items()}
        session = self.session(edit.who)
        if edit.key is None:
            (result,) = session.insert(edit.object, [fields])
        else:
            record = {"Id": self.ids[f"{edit.object}:{edit.key}"], **fields}
            (result,) = session.update(edit.object, [record])
        if not result.ok:
            raise RuntimeError(f"the demo's edit was refused: {edit.what} {result.message}")

    def _value(self, value: Any) -> Any:
        return self.ids[value["_ref"]] if isinstance(value, dict) else value

    def _partner(self, about: str) -> str:
        person = f"Contact:{about}"
        is_person = any(
            row["_id"] == about and "Partner_Audience__c" in row for row in self.records["Contact"]
        )
        return self.ids[person if is_person else f"Account:{about}"]
