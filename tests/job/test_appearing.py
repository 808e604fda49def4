"""How drafts appear in the CRM: as files and as an e-mail not yet sent; and what is flagged."""

import base64
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from sqlalchemy import insert, select, update
from still import NOW, quiet

from crm_sync.profiles import Appears
from crm_sync.sandbox import LocalOrg, load_schema
from partner_lifecycle.resources import metadata_folder
from partners.demo.filling import DemoOrg
from partners.demo.house import EXAMPLE_HOUSE
from partners.job.copies import take_back, withdrawn
from partners.job.desk import discard_draft, edit_draft
from partners.job.drafts import read_draft
from partners.job.final import final
from partners.job.letters import Letters
from partners.job.outbox import drop_write, list_writes
from partners.job.queueing import queue
from partners.job.releasing import Releasing
from partners.store import draft, org_trait, outbox

pytestmark = pytest.mark.slow
CLAIRE = "claire@local.example"
_RULES = """\
stage: any
rules:
- id: AN01
  name: thank
  cite: [C1]
  because: A gift has arrived.
  for_each: gift
  when: row.status == "received" and row.acknowledged_at is None and row.date >= today - 30
  then: {draft: gift_thanks, task: {subject: Thank, due_in_days: 2}}
"""


@pytest.fixture(scope="module")
def thanking(loaded, ruled_by):
    """The job with one rule: thanks for every gift."""
    return replace(loaded, rulebook=ruled_by(any=_RULES))


@pytest.fixture
def thankful(workplace, thanking):
    """The workplace with that rule alone."""
    workplace.job = replace(workplace.job, rulebook=thanking.rulebook)
    return workplace


@pytest.fixture(scope="module")
def after_thanks(snapshot, thanking, tmp_path_factory):
    """What its first run leaves; the fixture `thanked` opens a copy."""
    return snapshot(tmp_path_factory.mktemp("after_thanks"), thanking)


def _showing(workplace, **appears):
    """Let a workplace's profile say that other things appear."""
    profile = workplace.job.profile
    document = profile.document.model_copy(update={"appears": Appears(**appears)})
    workplace.job = replace(workplace.job, profile=replace(profile, document=document))


def _letter(workplace):
    with workplace.store.reading() as connection:
        query = select(draft).where(draft.c.status == "drafted").order_by(draft.c.id)
        rows = [dict(row._mapping) for row in connection.execute(query)]
    return next(r for r in rows if r["language"] == "en" and r["partner_id"][:3] == "003")


def _desk(workplace, days=0):
    job = workplace.job
    forms = ("html", "eml", "email")
    letters = Letters(job.library, EXAMPLE_HOUSE, job.rulebook, "en", forms)
    return Releasing(workplace.store, letters, "native", NOW + timedelta(days=days))


def _mail(workplace, letter):
    fields = "Id, Subject, HtmlBody, TextBody, Status"
    key = f"Lifecycle_Key__c = '{letter['id']}.email'"
    (found,) = workplace.org.query(f"SELECT {fields} FROM EmailMessage WHERE {key}")
    return found


def test_a_message_opens_as_not_sent_to_the_contact_with_text_and_page(thanked):
    letter = _letter(thanked)
    query = (
        f"SELECT Id, PathOnClient FROM ContentVersion WHERE Lifecycle_Key__c = '{letter['id']}.eml'"
    )
    (file,) = thanked.org.query(query)
    assert file["PathOnClient"] == "gift_thanks.en.eml"
    with thanked.store.reading() as connection:
        row = connection.execute(
            select(outbox.c.fields).where(outbox.c.key == f"{letter['id']}.eml")
        ).scalar_one()
    message = message_from_bytes(base64.b64decode(row["VersionData"]), policy=policy.default)
    (contact,) = thanked.org.query(f"SELECT Email FROM Contact WHERE Id = '{letter['contact_id']}'")
    assert message["X-Unsent"] == "1" and message["Subject"] == letter["subject"]
    assert message["To"] == contact["Email"]
    text, page = message.get_body(("plain",)), message.get_body(("html",))
    assert text.get_content().splitlines() == letter["text"].splitlines()
    assert "<html" in page.get_content()


def test_an_org_without_enhanced_email_is_asked_once_and_gets_files_only(tmp_path, thankful):
    schema = load_schema(metadata_folder(), enhanced_email=False)
    with LocalOrg.start(schema, path=tmp_path / "plain.db") as local:
        thankful.demo = DemoOrg(local, NOW.date(), 230)
        report = thankful.run()
        assert report.written["ContentVersion"] and "EmailMessage" not in report.written
        assert report.set_aside == [], "what an org does not have is no mistake"
        asked = []
        session = thankful.demo.session()
        describe = session.describe
        session.describe = lambda name: asked.append(name) or describe(name)
        thankful.job.run(thankful.store, session, NOW, quiet)
    assert "EmailMessage" not in asked
    with thankful.store.reading() as connection:
        (row,) = connection.execute(select(org_trait).where(org_trait.c.name == "email_drafts"))
    assert row.value["taken"] is False and "no e-mail messages" in row.value["why"]


def test_a_profile_says_what_appears(thankful):
    _showing(thankful, partner=["reason"], tasks=False, drafts=["eml"])
    written = thankful.run().written
    assert written.keys() == {"Account", "Contact", "ContentVersion"}
    names = thankful.org.query("SELECT PathOnClient FROM ContentVersion")
    assert {each["PathOnClient"][-4:] for each in names} == {".eml"}
    with thankful.store.reading() as connection:
        fields = connection.execute(select(outbox.c.fields).where(outbox.c.object == "Account"))
        assert {tuple(sorted(row.fields)) for row in fields} == {
            ("Lifecycle_Reason__c", "Lifecycle_Stage__c")
        }


def test_a_draft_sent_from_the_crm_without_release_is_flagged_once(thanked):
    letter = _letter(thanked)
    thanked.org.admin.send_message(_mail(thanked, letter)["Id"], user=CLAIRE)
    (shown,) = thanked.run().conflicts
    assert shown["error_code"] == "SENT_UNRELEASED"
    assert "Claire" in shown["error"] and "nobody had released it" in shown["error"]
    row = read_draft(thanked.store, letter["id"])
    assert row["status"] == "superseded" and row["reason"] == shown["error"]
    assert len(thanked.run().conflicts) == 1
    drop_write(thanked.store, shown["id"], by="Ann", reason="Claire knows now", now=NOW)
    assert thanked.run().conflicts == [] and list_writes(thanked.store, NOW) == []


def test_a_form_that_came_later_is_made_when_the_letter_is_released(thankful):
    _showing(thankful, drafts=["html"])
    thankful.run()
    letter = _letter(thankful)
    _desk(thankful).release(letter["id"], "Ana")
    assert thankful.run().written["ContentVersion"] == 2
    about = f"Lifecycle_Key__c LIKE '{letter['id']}%'"
    files = thankful.org.query(f"SELECT Title FROM ContentVersion WHERE {about}")
    assert [file["Title"] for file in files] == [f"Released: {letter['subject']}"] * 2


def test_a_released_draft_that_is_sent_from_the_crm_is_as_it_should_be(thanked):
    letter = _letter(thanked)
    _desk(thanked).release(letter["id"], "Ana")
    thanked.run()
    thanked.org.admin.send_message(_mail(thanked, letter)["Id"], user=CLAIRE)
    assert thanked.run().conflicts == []
    assert read_draft(thanked.store, letter["id"])["status"] == "released"


def test_an_e_mail_takes_on_edited_words_and_loses_them_when_it_must_not_go_out(thanked):
    letter = _letter(thanked)
    row = read_draft(thanked.store, letter["id"])
    words = str(final(row).words).replace("\n\n", "\n\nGood to have met you.\n\n", 1)
    edit_draft(
        thanked.store,
        thanked.job.library,
        letter["id"],
        words.replace("Subject:", "Subject:", 1),
        by="Ana",
        source=None,
        now=NOW,
    )
    _desk(thanked).release(letter["id"], "Ana")
    thanked.run()
    mail = _mail(thanked, letter)
    assert "Good to have met you." in mail["TextBody"] and mail["Status"] == "5"
    with thanked.store.transaction() as connection:
        told = withdrawn(connection, letter["id"], letter["subject"], "it is over")
        queue(connection, [(letter["partner_id"], None, write) for write in told], NOW)
    thanked.run()
    mail = _mail(thanked, letter)
    assert mail["Subject"].startswith("Withdrawn: ")
    assert (mail["TextBody"], mail["HtmlBody"]) == ("Withdrawn: it is over", None)


def test_an_e_mail_that_a_person_worked_on_is_left_as_it_is(thanked):
    letter = _letter(thanked)
    mail = _mail(thanked, letter)
    thanked.org.update("EmailMessage", mail["Id"], {"Subject": "My own words"}, user=CLAIRE)
    thanked.org.update("Contact", letter["contact_id"], {"LastName": "Somebody-Else"})
    thanked.job.sync(thanked.store, thanked.demo.session(), NOW, quiet)
    _desk(thanked).redraw(letter["id"])
    thanked.run()
    assert _mail(thanked, letter)["Subject"] == "My own words"
    with thanked.store.reading() as connection:
        closed = connection.execute(
            select(outbox.c.error).where(outbox.c.state == "closed")
        ).scalars()
        assert "A person has worked on the e-mail, or sent it: it is left as it is." in set(closed)


def test_what_waits_of_a_discarded_letter_is_dropped_in_every_form_and_stamp(thanked):
    letter = _letter(thanked)
    with thanked.store.transaction() as connection:
        connection.execute(
            update(draft).where(draft.c.id == letter["id"]).values(text="Other words")
        )
    _desk(thanked).redraw(letter["id"])
    waiting = outbox.c.key.startswith(letter["id"]) & (outbox.c.state == "pending")
    with thanked.store.reading() as connection:
        keys = connection.execute(select(outbox.c.key).where(waiting)).scalars().all()
    assert len(keys) == 3 and all(key.startswith(f"{letter['id']}/") for key in keys)
    discard_draft(thanked.store, letter["id"], by="Ana", reason="I called.", now=NOW)
    with thanked.store.reading() as connection:
        kept = connection.execute(
            select(outbox.c.state).where(outbox.c.key.startswith(letter["id"]))
        ).scalars()
        assert set(kept) == {"delivered", "pending"}
    written = thanked.run().written
    assert (written["ContentVersion"], written["EmailMessage"]) == (2, 1)
    about = f"Lifecycle_Key__c LIKE '{letter['id']}%'"
    files = thanked.org.query(f"SELECT Title, Description FROM ContentVersion WHERE {about}")
    assert {file["Title"] for file in files} == {f"Withdrawn: {letter['subject']}"}
    assert {file["Description"] for file in files} == {"Withdrawn: discarded by Ana: I called."}
    assert _mail(thanked, letter)["HtmlBody"] is None


def test_taking_one_letter_back_leaves_the_others(any_store):
    keys = ["PL-1", "PL-1.eml", "PL-1/20261122T101010.eml", "PL-10", "PL-10.eml", "PL-0", "PL-1x"]
    same = {"object": "ContentVersion", "operation": "create", "fields": {}, "state": "pending"}
    with any_store.transaction() as connection:
        connection.execute(insert(outbox), [{"key": k, "created_at": NOW, **same} for k in keys])
        take_back(connection, "PL-1")
        left = set(connection.execute(select(outbox.c.key)).scalars())
    assert left == {"PL-10", "PL-10.eml", "PL-0", "PL-1x"}


@pytest.mark.thorough
def test_a_store_in_postgresql_tells_the_same_of_drafts(postgres_workplace, thanking):
    workplace = postgres_workplace
    workplace.job = replace(workplace.job, rulebook=thanking.rulebook)
    workplace.run()
    letter = _letter(workplace)
    workplace.org.update("Contact", letter["contact_id"], {"LastName": "Somebody-Else"})
    workplace.job.sync(workplace.store, workplace.demo.session(), NOW, quiet)
    _desk(workplace).redraw(letter["id"])
    assert workplace.run().written == {"ContentVersion": 4, "EmailMessage": 1}
    workplace.org.admin.send_message(_mail(workplace, letter)["Id"], user=CLAIRE)
    (shown,) = workplace.run().conflicts
    assert shown["error_code"] == "SENT_UNRELEASED"
    gift = letter["occasion"]["subject"]
    workplace.org.update("Opportunity", gift, {"npsp__Acknowledgment_Date__c": str(NOW.date())})
    assert workplace.run().written["Task"] == 1, "its reason has gone, and the task with it"
