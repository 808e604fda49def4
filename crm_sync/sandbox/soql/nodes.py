"""A record that a statement reads: a row of one table, or one that may be of several objects."""

from dataclasses import dataclass

from crm_sync.sandbox.schema import Field, SObject

__all__ = ["Node"]

# What can be asked of a record whose object is not known: Salesforce's entity "Name".
_NAME_FIELDS = frozenset(
    {"alias", "email", "firstname", "id", "isactive", "lastname", "name", "phone", "profileid"}
    | {"recordtypeid", "title", "username", "userroleid"}
)
_TYPE = Field("Type", "string")
# Objects without a Name show what stands for one.
_NAME = Field("Name", "string")
_STAND_INS = ("CaseNumber", "ContractNumber", "OrderNumber", "Subject", "Title")
_ADDRESS_PARTS = {
    "city": "City",
    "country": "Country",
    "countryCode": "CountryCode",
    "geocodeAccuracy": "GeocodeAccuracy",
    "latitude": "Latitude",
    "longitude": "Longitude",
    "postalCode": "PostalCode",
    "state": "State",
    "stateCode": "StateCode",
    "street": "Street",
}


@dataclass(frozen=True)
class Node:
    """A record: `id` is the SQL of its id and `path` the way to it in the schema's spelling.

    `alias` is its table in the SQL; without one its object is known only by the id's first
    characters, and each value is looked up by them.
    """

    objects: tuple[SObject, ...]
    id: str
    alias: str | None
    path: tuple[str, ...]

    @property
    def entity(self) -> str:
        """Return the name by which messages and attributes call it."""
        return "Name" if self.alias is None else self.objects[0].name

    def field(self, name: str) -> Field | None:
        """Return its field of that name in any case, or None."""
        if self.alias is not None:
            return self.objects[0].field(name)
        if name.lower() == "type":
            return _TYPE
        if name.lower() not in _NAME_FIELDS:
            return None
        found = (each.field(name) for each in self.objects)
        return next((each for each in found if each), _NAME if name.lower() == "name" else None)

    def reference(self, relationship: str) -> Field | None:
        """Return the field that refers to the record of that relationship, or None."""
        wanted = relationship.lower()
        for field in (field for each in self.objects for field in each.fields.values()):
            if (field.relationship_name or "").lower() == wanted and self.field(field.name):
                return field
        return None

    def sql(self, field: Field) -> str:
        """Return the SQL of a field's value; an address is JSON."""
        if self.alias is None:
            return self._by_object(field)
        if field.type == "address":
            return self._address(field)
        if field.type == "location":  # only its parts are kept
            return "NULL"
        return f'{self.alias}."{field.name}"'

    def _by_object(self, field: Field) -> str:
        if field.name == "Id":
            return self.id
        branches = [(each.key_prefix, self._value(each, field)) for each in self.objects]
        cases = " ".join(f"WHEN '{prefix}' THEN {sql}" for prefix, sql in branches if sql)
        return f"CASE substr({self.id}, 1, 3) {cases} END"

    def _value(self, sobject: SObject, field: Field) -> str | None:
        if field is _TYPE:
            return f"'{sobject.name}'"
        names = (field.name, *_STAND_INS) if field.name == "Name" else (field.name,)
        own = next(filter(None, map(sobject.field, names)), None)
        if own is None:
            return None
        return f'(SELECT p."{own.name}" FROM "{sobject.name}" AS p WHERE p."Id" = {self.id})'

    def _address(self, field: Field) -> str:
        prefix = field.name.removesuffix("Address")
        owned = {key: self.objects[0].field(prefix + part) for key, part in _ADDRESS_PARTS.items()}
        parts = [f"'{key}', {self.alias}.\"{own.name}\"" for key, own in owned.items() if own]
        return f"json_object({', '.join(parts)})"
