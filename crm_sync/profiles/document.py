"""The shape of a profile's file: the whole vocabulary, in pydantic models."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Discriminator, Field, StrictStr, Tag
from pydantic.types import StrictBool, StrictInt

from crm_sync.profiles.conditions import Where, references
from crm_sync.profiles.names import ApiName, Reference

__all__ = [
    "Appears",
    "Coalesce",
    "Constant",
    "Currency",
    "Document",
    "Expression",
    "Follow",
    "Map",
    "Newest",
    "Object",
    "Ratio",
    "Source",
    "Test",
    "Usd",
    "UsdAmount",
    "When",
    "expressions",
    "keywords",
]

Value = StrictBool | StrictInt | StrictStr


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False)


class Constant(_Strict):
    """The same value in every row."""

    constant: Value


class Map(_Strict):
    """The CRM's words to ours; a value not listed gives `else`, or nothing."""

    map: "Expression"
    values: dict[Value, Value] = Field(min_length=1)
    otherwise: Value | None = Field(None, alias="else")


class Coalesce(_Strict):
    """The first of several that is known."""

    coalesce: list["Expression"] = Field(min_length=1)


class Test(_Strict):
    """Yes where the condition holds, else no."""

    test: Where


class When(_Strict):
    """An expression where the condition holds, else nothing."""

    when: Where
    then: "Expression"


class Ratio(_Strict):
    """The first divided by the second; nothing where the second is missing or zero."""

    ratio: tuple["Expression", "Expression"]


class Currency(_Strict):
    """The ISO code in the field, or the profile's own currency in orgs that have only one."""

    currency: Reference


class UsdAmount(_Strict):
    """What `usd` takes: amount, the field with its currency, and the day whose rate counts."""

    amount: "Expression"
    currency: Reference | None = None
    on: "Expression | None" = None


class Usd(_Strict):
    """An amount in US$ cents, at the newest rate not after the day (no day: the newest)."""

    usd: UsdAmount


_OPERATIONS: dict[str, type[_Strict]] = {
    "constant": Constant,
    "map": Map,
    "coalesce": Coalesce,
    "test": Test,
    "when": When,
    "ratio": Ratio,
    "currency": Currency,
    "usd": Usd,
}


def _tag(raw: Any) -> str | None:
    if isinstance(raw, str):
        return "field"
    if isinstance(raw, dict):
        return next((name for name in _OPERATIONS if name in raw), None)
    return next((name for name, kind in _OPERATIONS.items() if isinstance(raw, kind)), None)


Expression = Annotated[
    Annotated[Reference, Tag("field")]
    | Annotated[Constant, Tag("constant")]
    | Annotated[Map, Tag("map")]
    | Annotated[Coalesce, Tag("coalesce")]
    | Annotated[Test, Tag("test")]
    | Annotated[When, Tag("when")]
    | Annotated[Ratio, Tag("ratio")]
    | Annotated[Currency, Tag("currency")]
    | Annotated[Usd, Tag("usd")],
    Discriminator(
        _tag,
        custom_error_type="expression",
        custom_error_message="write a field, or one of " + ", ".join(_OPERATIONS),
    ),
]


class Follow(_Strict):
    """The record that a lookup field points to. `required`: without it the row does not count."""

    follow: Reference
    to: ApiName
    required: StrictBool = False


class Newest(_Strict):
    """The newest of the records that point back to this one through `by`."""

    newest: ApiName
    by: ApiName
    at: ApiName
    where: Where | None = None


class Source(_Strict):
    """Rows of a view: one for each record of `from` that `where` lets through.

    `as` gives the record itself a name, so that shared parts of a profile can refer to it.
    """

    object: ApiName = Field(alias="from")
    name: StrictStr | None = Field(None, alias="as", pattern=r"^[a-z][a-z0-9_]*$")
    join: dict[Annotated[StrictStr, Field(pattern=r"^[a-z][a-z0-9_]*$")], Follow | Newest] = {}
    where: Where | None = None
    columns: dict[StrictStr, Expression]


class Object(_Strict):
    """One object. `optional: true`: an org may lack it; a list: fields that an org may lack."""

    optional: StrictBool | list[ApiName] = False


OnPartner = Literal[
    "since",
    "suspended",
    "out_of_policy",
    "reason",
    "next_step",
    "missing",
    "review_on",
    "drafts",
]
"""What stands on a partner beside its stage; `drafts`: how many letters wait for a person."""


class Appears(_Strict):
    """What staff find in the CRM: what stands on a partner beside its stage, tasks, drafts.

    `drafts` names the forms of a letter: a page and a message as files on the record, and an e-mail
    in the CRM itself, where the org takes one.
    """

    partner: tuple[OnPartner, ...] = get_args(OnPartner)
    tasks: StrictBool = True
    drafts: tuple[Literal["html", "eml", "email"], ...] = ("html", "eml", "email")


class Document(_Strict):
    """A whole profile."""

    about: StrictStr
    currency: Annotated[StrictStr, Field(pattern=r"^[A-Z]{3}$")] = "USD"
    namespaces: list[ApiName] = []
    appears: Appears = Appears()
    objects: dict[ApiName, Object]
    views: dict[StrictStr, list[Source]]


for _model in (Map, Coalesce, When, Ratio, UsdAmount, Usd, Source, Document):
    _model.model_rebuild()


def keywords() -> set[str]:
    """Return every word of the vocabulary."""
    models = _Strict.__subclasses__()
    return {field.alias or name for each in models for name, field in each.model_fields.items()}


def expressions(expression: Any) -> Iterator[str]:
    """Return the fields that an expression reads."""
    match expression:
        case str():
            yield expression
        case Map(map=inner):
            yield from expressions(inner)
        case Coalesce(coalesce=parts) | Ratio(ratio=parts):
            for part in parts:
                yield from expressions(part)
        case Test(test=condition):
            yield from references(condition)
        case When(when=condition, then=inner):
            yield from references(condition)
            yield from expressions(inner)
        case Currency(currency=field):
            yield field
        case Usd(usd=given):
            yield from expressions(given.amount)
            yield from expressions(given.currency)
            yield from expressions(given.on)
