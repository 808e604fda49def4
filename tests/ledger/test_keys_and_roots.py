"""What a key, or a root that was kept elsewhere, finds that the store alone cannot tell."""

import json

import pytest
from sqlalchemy import text

from partners.ledger import key_of, verify
from partners.ledger.appending import PUBLIC
from partners.ledger.chain import digest, link, partition_of, sealed_by
from partners.ledger.sealing import SEALED
from partners.settings import AuditSettings


def check(office, root=None):
    return verify(office.store, key_of(office.job.settings.audit.key), root)


def made_anew(store):
    """Change a decision, and mend every chain and root after it, as one without the key can."""
    with store.transaction() as connection:
        for (name,) in connection.execute(
            text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        ).all():
            connection.execute(text(f"DROP TRIGGER {name}"))
        connection.execute(text("UPDATE decision SET \"by\" = 'nobody' WHERE id = 3"))
        ends: dict[int, list[object]] = {number: [0, ""] for number in range(16)}
        after: dict[int, str] = {}
        columns = ", ".join(f'"{name}"' for name in PUBLIC)
        for row in connection.execute(text(f"SELECT {columns} FROM decision ORDER BY id")).all():
            end = ends[row.partition]
            end[:] = [row.place, link(str(end[1]), tuple(row), None)]
            change = text("UPDATE decision SET chain = :chain WHERE id = :id")
            connection.execute(change, {"chain": end[1], "id": row.id})
            after[row.id] = json.dumps(list(ends.values()), separators=(",", ":"))
        for number, (_, chain) in ends.items():
            change = text('UPDATE ledger_head SET chain = :chain WHERE "partition" = :number')
            connection.execute(change, {"chain": chain, "number": number})
        previous = ""
        columns = ", ".join(SEALED)
        for row in connection.execute(text(f"SELECT {columns} FROM seal ORDER BY id")).all():
            told = {**row._mapping, "heads": after[row.upto], "key_id": None}
            root = link(previous, [told[name] for name in SEALED], None)
            change = "UPDATE seal SET heads = :heads, key_id = NULL, previous = :previous, "
            values = {"heads": told["heads"], "previous": previous, "root": root, "id": row.id}
            connection.execute(text(f"{change} root = :root WHERE id = :id"), values)
            previous = root


@pytest.fixture
def keyless(keyed_office):
    """An office without a key."""
    settings = keyed_office.job.settings.model_copy(update={"audit": AuditSettings()})
    keyed_office.job = type(keyed_office.job)(
        settings, keyed_office.job.rulebook, keyed_office.job.library, keyed_office.job.profile
    )
    return keyed_office


def test_all_of_it_made_anew_is_found_with_a_key(keyed_office):
    keyed_office.run()
    keyed_office.run()
    verified = check(keyed_office)
    assert (verified.findings, verified.seals) == ([], 2)
    made_anew(keyed_office.store)
    findings = [str(each) for each in check(keyed_office).findings]
    assert findings == [
        "seal: the last root was made without the key that is set: the next run makes one with it"
    ]


def test_all_of_it_made_anew_is_found_by_a_root_kept_elsewhere(keyless):
    keyless.run()
    kept = check(keyless).root
    keyless.run()
    assert check(keyless, kept).findings == []
    assert check(keyless, kept[:12]).findings == []
    made_anew(keyless.store)
    assert check(keyless).findings == []
    (finding,) = check(keyless, kept).findings
    assert str(finding) == f"seal: no seal has the root {kept}"


def test_without_the_key_nothing_is_called_sound(keyed_office):
    keyed_office.run()
    for secret in (None, "another secret, long enough"):
        key = key_of(AuditSettings(key=secret).key)
        verified = verify(keyed_office.store, key)
        assert not verified.followed
        assert [each.table for each in verified.findings] == ["seal"]


def test_a_key_set_later_holds_from_then_on(keyless):
    keyless.run()
    job = keyless.job
    settings = job.settings.model_copy(update={"audit": AuditSettings(key="k" * 16)})
    keyless.job = type(job)(settings, job.rulebook, job.library, job.profile)
    assert "the next run makes one" in check(keyless).findings[0].what
    keyless.demo.change()
    keyless.run()
    assert check(keyless).findings == []
    keyless.job = job
    keyless.run()
    keyless.job = type(job)(settings, job.rulebook, job.library, job.profile)
    assert any("without the key" in each.what for each in check(keyless).findings)


def test_a_key_does_not_show_in_the_store(keyed_office):
    keyed_office.run()
    secret = keyed_office.job.settings.audit.key
    with keyed_office.store.reading() as connection:
        names = connection.execute(text("SELECT key_id FROM seal")).scalars().all()
    assert secret is not None
    assert key_of(secret).hex()[:16] not in names
    assert secret.get_secret_value() not in repr(keyed_office.job.settings)


def test_digests_are_what_anybody_computes():
    """Plain SHA-256 of plain texts: whoever distrusts the library can do without it."""
    assert digest("a", None) == "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
    assert sealed_by("", "a") == digest("a", None)
    assert link("p", (1, "é"), None) == digest("p1\x1fé\x1f", None)
    assert link("p", (1, None), None) == digest("p1\x1fNone\x1f[1]", None)
    assert partition_of("001Lc000000000SIAQ") == 7


def test_no_two_rows_have_one_digest():
    rows = [("ab", "c"), ("a", "bc"), ("abc", ""), ("abc", None), ("abc", "None"), (None, "abc")]
    assert len({link("", row, None) for row in rows}) == len(rows)
