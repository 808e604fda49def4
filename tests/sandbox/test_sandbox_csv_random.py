"""Whatever an org holds, a bulk result says the same as REST does."""

import csv
import io
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from crm_sync.sandbox import Org
from crm_sync.sandbox.schema import Schema
from crm_sync.sandbox.soql.export import compile_export

QUERY = "SELECT Name, Description, AnnualRevenue, NumberOfEmployees FROM Account"
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
RECORDS = st.fixed_dictionaries(
    {
        "Name": TEXTS.map(lambda text: f"n{text}n"),
        "Description": st.none() | TEXTS,
        "AnnualRevenue": st.none() | st.decimals(-(10**15), 10**15, places=0).map(float),
        "NumberOfEmployees": st.none() | st.integers(0, 10**6),
    }
)


@given(st.lists(RECORDS, min_size=1, max_size=5), st.sampled_from(",;|\t^`"))
def test_bulk_and_rest_agree(schema: Schema, records: list[dict[str, object]], sign: str) -> None:
    with Org(schema) as org:
        org.load({"Account": records})
        export = compile_export(schema, QUERY, now=datetime.now(UTC), delimiter=sign)
        with org.storage.reading() as connection:
            text = b"".join(line for lines in export.lines(connection) for line in lines)
        rows = list(csv.reader(io.StringIO(text.decode(), newline=""), delimiter=sign))
        found = org.query(QUERY)
    assert len(rows) == len(found)
    for row, record in zip(rows, found, strict=True):
        name, description, revenue, people = row
        assert (name, description or None) == (record["Name"], record["Description"])
        assert (float(revenue) if revenue else None) == record["AnnualRevenue"]
        assert (int(people) if people else None) == record["NumberOfEmployees"]
