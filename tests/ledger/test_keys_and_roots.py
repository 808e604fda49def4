"""What a key, or a root that was kept elsewhere, finds that the store alone cannot tell."""

import json

import pytest
from sqlalchemy import text
from still import NOW

from partners.errors import RootRefused
from partners.ledger import ErasureRequest, erase_partner, key_of, verify
from partners.ledger.appending import PUBLIC
from partners.ledger.chain import digest, link, partition_of, sealed_by
from partners.ledger.sealing import SEALED
from partners.settings import AuditSettings

KEY = key_of(AuditSettings(key="a secret that is long enough").key)
REQUEST = ErasureRequest("The data protection officer", "request 12", NOW)


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


def test_all_of_it_made_anew_is_found_with_a_key(keyed):
    verified = verify(keyed, KEY)
    assert (verified.findings, verified.seals) == ([], 2)
    made_anew(keyed)
    findings = [str(each) for each in verify(keyed, KEY).findings]
    assert findings == [
        "seal: the last root was made without the key that is set: the next run makes one with it"
    ]


def test_all_of_it_made_anew_is_found_by_a_root_kept_elsewhere(keyless):
    with keyless.reading() as connection:
        kept = connection.execute(text("SELECT root FROM seal ORDER BY id LIMIT 1")).scalar_one()
    assert verify(keyless, None, kept).findings == []
    assert verify(keyless, None, kept[:12]).findings == []
    made_anew(keyless)
    assert verify(keyless, None).findings == []
    (finding,) = verify(keyless, None, kept).findings
    assert str(finding) == f"seal: no seal has the root {kept}"


@pytest.mark.parametrize("root", ["", "b2896f5", "b2896f5x", "b2" * 33])
def test_what_is_no_root_is_refused(store, root):
    with pytest.raises(RootRefused, match="is no root of a ledger"):
        verify(store, None, root)


def test_without_the_key_nothing_is_called_sound(keyed):
    for secret in (None, "another secret, long enough"):
        verified = verify(keyed, key_of(AuditSettings(key=secret).key))
        assert not verified.followed
        assert [each.table for each in verified.findings] == ["seal"]


def test_a_key_set_later_holds_from_then_on(keyless):
    with keyless.reading() as connection:
        query = text("SELECT partner_id FROM standing ORDER BY 1 LIMIT 2")
        first, second = connection.execute(query).scalars().all()
    assert "the next run makes one" in verify(keyless, KEY).findings[0].what
    erase_partner(keyless, first, REQUEST, KEY)
    assert verify(keyless, KEY).findings == []
    erase_partner(keyless, second, REQUEST, None)
    assert any("without the key" in each.what for each in verify(keyless, KEY).findings)


def test_a_key_does_not_show_in_the_store(keyed):
    with keyed.reading() as connection:
        names = connection.execute(text("SELECT key_id FROM seal")).scalars().all()
    assert KEY.hex()[:16] not in names
    settings = AuditSettings(key="a secret that is long enough")
    assert "long enough" not in repr(settings)


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
