"""The contract between crm_sync, which fills the views, and lifecycle, which reads them.

Every column has its type, unit and meaning here and nowhere else. In the database a date is an ISO
text (`2026-11-21`), an instant an ISO text in UTC with milliseconds and a `Z`, a boolean 0 or 1;
money is a whole number of cents (hundredths of the unit of its currency).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

__all__ = ["VIEWS", "Column", "ColumnType", "View"]


class ColumnType(StrEnum):
    """What a column holds."""

    TEXT = "text"
    INTEGER = "integer"
    CENTS = "cents"
    SHARE = "share"
    DATE = "date"
    INSTANT = "instant"
    BOOLEAN = "boolean"


@dataclass(frozen=True)
class Column:
    """One column; `values` lists what an enumerated text may hold."""

    name: str
    type: ColumnType
    meaning: str
    unit: str = ""
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class View:
    """One view: a row's meaning and its columns by name, the first being its key."""

    name: str
    meaning: str
    columns: Mapping[str, Column]


def _text(name: str, meaning: str, values: str = "") -> Column:
    return Column(name, ColumnType.TEXT, meaning, values=tuple(values.split()))


def _whole(name: str, meaning: str, unit: str) -> Column:
    return Column(name, ColumnType.INTEGER, meaning, unit)


def _cents(name: str, meaning: str, unit: str = "US$ cents") -> Column:
    return Column(name, ColumnType.CENTS, meaning, unit)


def _date(name: str, meaning: str) -> Column:
    return Column(name, ColumnType.DATE, meaning)


def _instant(name: str, meaning: str) -> Column:
    return Column(name, ColumnType.INSTANT, meaning)


def _yes(name: str, meaning: str) -> Column:
    return Column(name, ColumnType.BOOLEAN, meaning)


def _view(name: str, meaning: str, *columns: Column) -> View:
    return View(name, meaning, MappingProxyType({column.name: column for column in columns}))


_PARTNER_ID = _text("partner_id", "the partner it belongs to")
_STAGES = "prospect diligence agreement active renewal closed"
_TYPES = "advocacy innovation resource implementation"

_ALL = (
    _view(
        "partner",
        "a prospect or partner: an organisation, or a person where people give by themselves",
        _text("id", "the CRM's record id, 18 characters"),
        _text("name", "name as the CRM shows it"),
        _text("audience", "audience", "corporation foundation hnwi public"),
        _text("subtype", "kind within the audience"),
        _text("parent_id", "the organisation directly above it"),
        _text("country", "country"),
        _text("region", "region"),
        _text("sector", "sector"),
        _text("language", "language to write in (two letters)"),
        _text("office", "the office that looks after it"),
        _text("owner_id", "the CRM user who owns the record"),
        _cents("capacity_usd", "liquid assets or giving capacity, where known"),
        _instant("created_at", "when the partner was entered in the CRM"),
        _text("crm_object", "the CRM object the partner is", "Account Contact"),
        _text("crm_stage", "the stage that stands in the CRM", _STAGES),
        _date("crm_since", "day the stage began, as the CRM keeps it"),
        _text("crm_stage_by", "who last changed the stage in the CRM"),
        _instant("crm_stage_at", "when the stage was last changed in the CRM"),
    ),
    _view(
        "contact",
        "a person we may write to on behalf of a partner",
        _text("id", "the CRM's record id"),
        _PARTNER_ID,
        _text("name", "full name"),
        _text("salutation", "form of address (Ms, Dr ...)"),
        _text("last_name", "family name"),
        _text("email", "e-mail address"),
        _text("language", "language to write in (two letters)"),
        _text("role", "role or title"),
        _yes("is_primary", "the partner's first contact"),
        _yes("email_opt_out", "asked for no e-mail"),
        _yes("do_not_contact", "asked not to be contacted at all"),
        _yes("deceased", "has died"),
        _instant("bounced_at", "when e-mail to the address last came back"),
    ),
    _view(
        "gift",
        "a contribution promised or received",
        _text("id", "the CRM's record id"),
        _PARTNER_ID,
        _text("kind", "what is given", "cash in_kind pro_bono matching"),
        _text("status", "status", "pledged received written_off"),
        _cents("amount", "amount or fair value in its own currency", "cents of `currency`"),
        _text("currency", "ISO code of the currency"),
        _cents("amount_usd", "the amount in US$ at the day's rate"),
        _date("date", "day received, or expected"),
        _text("recurring_id", "the regular gift it is part of"),
        _text("partnership_type", "what it serves", _TYPES),
        _text("country", "country it is meant for"),
        _date("acknowledged_at", "day thanks were recorded"),
    ),
    _view(
        "gift_credit",
        "a share of a gift credited to a partner who did not pay it (soft credit, matching)",
        _text("id", "the CRM's record id"),
        _text("gift_id", "the gift"),
        _PARTNER_ID,
        Column("share", ColumnType.SHARE, "share credited", "1 = all of it"),
    ),
    _view(
        "agreement",
        "a written agreement",
        _text("id", "the CRM's record id"),
        _PARTNER_ID,
        _text("status", "status", "draft sent signed ended cancelled"),
        _text("partnership_types", "types of partnership it covers, separated by ;"),
        _date("start_date", "first day"),
        _date("end_date", "last day"),
        _date("signed_at", "day the partner signed"),
        _date("ended_on", "day it was ended or called off, where that was before its last day"),
        _yes("has_roles", "roles and responsibilities are written down"),
        _yes("has_activities", "planned activities are written down"),
        _yes("has_governance", "each party's management structure is written down"),
        _yes("has_accountability", "accountability is written down"),
        _yes("exclusive", "contains an exclusivity clause"),
        _yes("endorses", "contains an endorsement or preference"),
        _yes("bars_tenders", "bars the partner from competitive tenders"),
        _cents("value_usd", "value agreed"),
        _text("countries", "countries it covers, separated by ;"),
        _text("previous_id", "the agreement it renews"),
        _whole("publications", "studies and publications produced together so far", "pieces"),
        _whole("replicating_offices", "other offices that took its solution over", "offices"),
        _whole("people_helped", "people helped under it so far", "people"),
        _whole("projects", "projects carried out under it so far", "projects"),
    ),
    _view(
        "diligence",
        "a due diligence of a partner",
        _text("id", "the CRM's record id"),
        _PARTNER_ID,
        _text("status", "status", "open waiting assessed escalated decided"),
        _text("opened_for", "what it was opened for", "first reassessment incident"),
        _text("depth", "depth", "basic standard enhanced"),
        _text("risk", "risk", "low moderate substantial high"),
        _text("human_rights", "human rights", "met not_met unclear"),
        _text("labour", "labour", "met not_met unclear"),
        _text("environment", "environment", "met not_met unclear"),
        _text("anti_corruption", "anti-corruption", "met not_met unclear"),
        _text("un_obligations", "obligations set by the UN", "met not_met unclear"),
        _text("undue_risk", "no undue risk for the organisation", "met not_met unclear"),
        _text("outcome", "outcome", "cleared conditions remediation refused"),
        _date("conditions_due", "day by which conditions must be met"),
        _date("conditions_met_at", "day conditions were met"),
        _text("assessed_by", "who assessed"),
        _text("approved_by", "who approved"),
        _text("approval_level", "at which level it was approved", "unit division executive"),
        _whole(
            "restricted_percent", "share of revenue from alcohol, tobacco or gambling", "percent"
        ),
        _date("decided_at", "day it was decided"),
        _date("valid_until", "last day it holds"),
        _whole("evidence_count", "pieces of evidence on file", "pieces"),
    ),
    _view(
        "obligation",
        "something one side owes the other under an agreement, or a condition of a clearance",
        _text("id", "the CRM's record id"),
        _PARTNER_ID,
        _text("agreement_id", "the agreement it comes from"),
        _text("diligence_id", "the due diligence whose condition it is"),
        _text("kind", "what is owed", "report recognition visit consultation payment condition"),
        _text("owed_by", "who owes it", "us partner"),
        _date("due_date", "day it is due"),
        _date("done_at", "day it was done"),
    ),
    _view(
        "touch",
        "a contact between people of both sides",
        _text("id", "the CRM's record id"),
        _PARTNER_ID,
        _text("contact_id", "the person on the partner's side"),
        _text("kind", "how", "email call meeting visit"),
        _text("direction", "who reached out", "inbound outbound"),
        _instant("at", "when"),
        _text("by", "the CRM user on our side"),
        _text("office", "that user's office"),
        _text("outcome", "outcome", "interested neutral declined none"),
    ),
)

VIEWS: Mapping[str, View] = MappingProxyType({view.name: view for view in _ALL})
