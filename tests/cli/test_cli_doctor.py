"""`partners doctor`: how it ends, and that it asks for everything that runs write."""

import json

from sqlalchemy import create_engine, select

from crm_sync.profiles import Appears
from crm_sync.sandbox import LocalOrg, load_schema
from partner_lifecycle.resources import metadata_folder
from partners.doctor.needed import needed
from partners.store import outbox


def _crm(local: LocalOrg) -> dict[str, object]:
    return {**local.login, "retries": 0}


def test_the_command_ends_as_what_it_found_says(cli, settings_file):
    with LocalOrg.start(load_schema(metadata_folder())) as local:
        settings_file(crm=_crm(local), profile={"name": "npsp"})
        ended = cli("doctor")
        assert (ended.code, "All is there" in ended.out) == (0, True)
        local.org.admin.set_access("Account", "Lifecycle_Reason__c", "read")
        ended = cli("doctor")
        assert ended.code == 1
        assert "Lifecycle_Reason__c" in ended.out and "cannot be edited by our user" in ended.out
        (found,) = json.loads(cli("doctor", "--json").out)["findings"]
        assert found["place"] == "Account.Lifecycle_Reason__c"
    assert cli("doctor").code == 3


def test_many_fields_of_an_object_are_told_in_one_row(cli, settings_file):
    with LocalOrg.start(load_schema()) as bare:
        settings_file(crm=_crm(bare), profile={"name": "npsp"})
        told = cli("doctor").out
        assert "1. Deploy our metadata: cd " in told
        assert told.count("is not there, or our user may not see it") < 15
        for command in ("run", "sync"):
            ended = cli(command)
            assert ended.code == 2
            assert "sf project deploy start --source-dir force-app" in ended.err


def test_every_field_that_a_run_writes_is_asked_for(left):
    """What the demo's runs wrote: a field that nobody asks for would fail row by row."""
    engine = create_engine(f"sqlite:///{left / 'partners.db'}")
    query = select(outbox.c.object, outbox.c.operation, outbox.c.fields)
    with engine.connect() as connection:
        rows = list(connection.execute(query))
    engine.dispose()
    asked = needed(Appears())
    # Whether the org takes e-mail drafts is found out apart.
    assert {row.object for row in rows} - {"EmailMessage"} == asked.keys()
    for row in rows:
        if row.object in asked:
            of = asked[row.object]
            wanted = of.created if row.operation == "create" else of.updated
            assert set(row.fields) <= wanted, row.object
