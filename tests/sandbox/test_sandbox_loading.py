import json
from pathlib import Path

import pytest

from crm_sync.sandbox import Org, SandboxError, load_file

DUMP = """PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE "Account" (id INTEGER NOT NULL, "Name" VARCHAR(255),
	"RecordTypeId" VARCHAR(255), PRIMARY KEY (id));
INSERT INTO "Account" VALUES(1,'Doe Household','012000000000001');
INSERT INTO "Account" VALUES(2,'line one;
line two','012000000000002');
CREATE TABLE "Account_rt_mapping" (record_type_id VARCHAR(18) NOT NULL,
	developer_name VARCHAR(255), PRIMARY KEY (record_type_id));
INSERT INTO "Account_rt_mapping" VALUES('012000000000001','HH_Account');
INSERT INTO "Account_rt_mapping" VALUES('012000000000002','Club');
CREATE TABLE people (id INTEGER NOT NULL, family VARCHAR(255),
	account_id VARCHAR(255), "Deceased__c" VARCHAR(255), shoe VARCHAR(9), PRIMARY KEY (id));
INSERT INTO people VALUES(1,'Doe','1','true','42');
INSERT INTO people VALUES(2,'Roe','99','',NULL);
CREATE TABLE "Partial_Soft_Credit__c" (id INTEGER NOT NULL, "Role_Name__c" VARCHAR(255),
	contact__c VARCHAR(255), PRIMARY KEY (id));
INSERT INTO "Partial_Soft_Credit__c" VALUES(1,'Matched','1');
CREATE TABLE "Spaceship__c" (id INTEGER NOT NULL, PRIMARY KEY (id));
COMMIT;
"""
MAPPING = """
Insert Account:
  sf_object: Account
  table: Account
  fields: [Name, RecordTypeId]
Insert Contact:
  sf_object: Contact
  table: people
  fields: {LastName: family, Deceased__c: Deceased__c}
  lookups: {AccountId: {table: Account}}
Insert Credit:
  sf_object: Partial_Soft_Credit__c
  table: Partial_Soft_Credit__c
  fields: {Role_Name__c: Role_Name__c}
  lookups: {Contact__c: {table: people}}
"""


def _write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_dump_with_its_mapping(org: Org, tmp_path: Path) -> None:
    _write(tmp_path, "sample_mapping.yml", MAPPING)
    report = load_file(org, _write(tmp_path, "sample.sql", DUMP))
    assert report.rows == {
        "Account": 2,
        "Contact": 2,
        "npsp__Partial_Soft_Credit__c": 1,
        "RecordType": 1,
    }
    assert report.skipped == {
        "Spaceship__c": "the org has no object Spaceship__c",
        "people.shoe": "Contact has no field shoe",
    }
    assert report.dangling == {"people.account_id": 1}
    rows = org.query(
        "SELECT LastName, Deceased__c, Account.Name, Account.RecordType.DeveloperName "
        "FROM Contact ORDER BY LastName"
    )
    assert [(row["LastName"], row["Deceased__c"]) for row in rows] == [
        ("Doe", True),
        ("Roe", False),
    ]
    assert rows[0]["Account"]["RecordType"]["DeveloperName"] == "HH_Account"
    assert rows[1]["Account"] is None
    (credit,) = org.query("SELECT npsp__Contact__r.LastName FROM npsp__Partial_Soft_Credit__c")
    assert credit["npsp__Contact__r"]["LastName"] == "Doe"
    club = org.query("SELECT Name FROM Account WHERE RecordType.DeveloperName = 'Club'")
    assert [each["Name"] for each in club] == ["line one;\nline two"]


@pytest.mark.parametrize(
    "statement",
    [
        "ATTACH DATABASE '/tmp/other.db' AS other;",
        "CREATE VIEW v AS SELECT 1;",
        "CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM a; END;",
        "CREATE VIRTUAL TABLE v USING fts5(x);",
        "INSERT INTO a VALUES (load_extension('x'));",
        "INSERT INTO a VALUES (randomblob(1000000000));",
        "DROP TABLE a;",
        "VACUUM INTO '/tmp/other.db';",
        "INSERT INTO nothing VALUES (1);",
        "this is not SQL;",
    ],
)
def test_a_dump_may_only_create_and_insert(org: Org, tmp_path: Path, statement: str) -> None:
    path = _write(tmp_path, "bad.sql", f"CREATE TABLE a (id INTEGER);\n\n{statement}\n")
    with pytest.raises(SandboxError) as caught:
        load_file(org, path)
    assert f"{path}:3" in str(caught.value)


def test_a_dump_that_was_cut_off_says_so(org: Org, tmp_path: Path) -> None:
    path = _write(tmp_path, "cut.sql", DUMP[:400])
    with pytest.raises(SandboxError, match="middle of a statement"):
        load_file(org, path)


def test_a_folder_of_csv(org: Org, tmp_path: Path) -> None:
    _write(
        tmp_path, "Account.csv", 'Id,Name,ParentId,AnnualRevenue\na,Acme,,12.5\nb,"Sub, Ltd",a,\n'
    )
    _write(tmp_path, "Task.csv", "Subject,WhatId,Status\ncall,b,Completed\n")
    report = load_file(org, tmp_path)
    assert report.rows == {"Account": 2, "Task": 1}
    (task,) = org.query("SELECT What.Name, IsClosed FROM Task")
    assert (task["What"]["Name"], task["IsClosed"]) == ("Sub, Ltd", True)
    (child,) = org.query("SELECT Parent.AnnualRevenue FROM Account WHERE Name = 'Sub, Ltd'")
    assert child["Parent"]["AnnualRevenue"] == 12.5


def test_snowfakery_json(org: Org, tmp_path: Path) -> None:
    records = [
        {"_table": "Account", "id": 1, "Name": "Acme"},
        {"_table": "Contact", "id": 1, "LastName": "Doe", "AccountId": 1, "DoNotCall": 1},
        {"_table": "Task", "id": 1, "WhoId": {"_table": "Contact", "id": 1}, "Subject": "s"},
        {"_table": "Task", "id": 2, "WhatId": "Account-1", "Subject": "t"},
    ]
    report = load_file(org, _write(tmp_path, "out.json", json.dumps(records)))
    assert report.total == 4 and not report.dangling
    account = report.ids["Account:Account/1"]
    tasks = org.query("SELECT AccountId, WhatId FROM Task ORDER BY Subject")
    assert [each["AccountId"] for each in tasks] == [account, account]
    (contact,) = org.query("SELECT DoNotCall FROM Contact")
    assert contact["DoNotCall"] is True


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("a.json", "{", "cannot be read as JSON"),
        ("a.json", "{}", "snowfakery"),
        ("a.json", '[{"id": 1}]', "record 1"),
        ("a.txt", "", "cannot tell"),
        ("a.json", '[{"_table": "Account", "id": 1, "AnnualRevenue": "x"}]', "Account/1"),
        ("a.json", '[{"_table": "Account", "id": 1}, {"_table": "Account", "id": 1}]', "2 records"),
    ],
)
def test_mistakes_in_a_file_are_named(
    org: Org, tmp_path: Path, name: str, text: str, says: str
) -> None:
    path = _write(tmp_path, name, text)
    with pytest.raises(SandboxError) as caught:
        load_file(org, path)
    assert says in str(caught.value)
    assert str(path) in str(caught.value)


def test_rows_of_a_wrong_width_are_named(org: Org, tmp_path: Path) -> None:
    path = _write(tmp_path, "Account.csv", "Id,Name\n1,a\n2,b,c\n")
    with pytest.raises(SandboxError) as caught:
        load_file(org, tmp_path)
    assert f"{path}:3" in str(caught.value)


def test_files_that_are_not_there_or_not_text(org: Org, tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match="cannot be read"):
        load_file(org, tmp_path / "missing.sql")
    with pytest.raises(SandboxError, match="no CSV"):
        load_file(org, tmp_path)
    (tmp_path / "b.sql").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SandboxError, match="UTF-8"):
        load_file(org, tmp_path / "b.sql")


@pytest.mark.parametrize("text", ["- a", "a: {table: b}", "a: [", "a: b"])
def test_a_mapping_that_cannot_be_read_is_named(org: Org, tmp_path: Path, text: str) -> None:
    mapping = _write(tmp_path, "given.yml", text)
    with pytest.raises(SandboxError) as caught:
        load_file(org, _write(tmp_path, "a.sql", DUMP), mapping)
    assert str(mapping) in str(caught.value)


SAMPLES = Path(__file__).parents[3] / "shared" / "data" / "npsp"


@pytest.mark.parametrize(("name", "gifts"), [("qa_org", 222), ("dev_org", 342)])
def test_the_nonprofit_success_packs_own_samples(org: Org, name: str, gifts: int) -> None:
    path = SAMPLES / f"{name}.sql"
    if not path.is_file():
        pytest.skip("the sample data is not here")
    report = load_file(org, path)
    assert report.rows["Opportunity"] == gifts
    assert set(report.skipped) <= {"CustomObject1__c"}
    assert not report.dangling
    assert len(org.query("SELECT Id FROM Opportunity WHERE npsp__Primary_Contact__c != null")) > 0
