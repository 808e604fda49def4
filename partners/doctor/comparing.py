"""The org's objects and fields beside those of our metadata."""

from collections.abc import Iterator, Mapping

from crm_sync.metadata import Field
from crm_sync.salesforce import Detail
from partners.doctor.finding import DEPLOY, Finding

__all__ = ["compare"]

_MISSING = "is not there, or our user may not see it"
_SAME = {"string": {"string", "textarea"}, "double": {"double", "int"}}
"""Types that hold whatever ours holds."""
_TEXTS = frozenset({"string", "textarea"})


def compare(
    wanted: Mapping[str, Mapping[str, Field]], details: Mapping[str, Detail], give_rights: str
) -> Iterator[Finding]:
    """Yield what the org lacks of our fields (by object and name), and what it has otherwise."""
    bring = f"{DEPLOY}\nIf that is done already, our user may not see it. {give_rights}"
    for name, fields in wanted.items():
        detail = details.get(name)
        if detail is None:
            yield Finding(name, _MISSING, bring)
            continue
        for field in fields.values():
            place, found = f"{name}.{field.name}", detail.fields.get(field.name)
            if found is None:
                yield Finding(place, _MISSING, bring)
                continue
            yield from (Finding(place, what, DEPLOY) for what in _differences(field, found))


def _differences(ours: Field, theirs: Field) -> Iterator[str]:
    """Yield how a field of the org falls short of ours; one that holds more does not."""
    if theirs.type not in _SAME.get(ours.type, {ours.type}):
        yield f"is of type {theirs.type}, not {ours.type}"
        return
    if ours.type in _TEXTS and theirs.length < ours.length:
        yield f"takes {theirs.length} characters, not {ours.length}"
    digits = ours.precision - ours.scale
    if ours.precision and theirs.type != "int" and theirs.precision - theirs.scale < digits:
        yield f"takes {theirs.precision - theirs.scale} digits before the point, not {digits}"
    if ours.scale > theirs.scale:
        yield f"takes {theirs.scale} decimals, not {ours.scale}"
    if ours.unique and not theirs.unique:
        yield "is not unique, so that a repeated write may be made twice"
    if ours.external_id and not theirs.external_id:
        yield "is no external id, so that it is slow to look up"
    if lacking := set(ours.picklist) - set(theirs.picklist):
        yield f"lacks the values {', '.join(sorted(lacking))}"
    if ours.reference_to and not set(ours.reference_to) <= set(theirs.reference_to):
        yield f"leads to {', '.join(theirs.reference_to)}, not {', '.join(ours.reference_to)}"
