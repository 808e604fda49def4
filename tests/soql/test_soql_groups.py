"""Groups and aggregates."""

import pytest


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("SELECT COUNT(Id) FROM Account", [{"expr0": 4}]),
        ("SELECT count(Id) total FROM Account", [{"total": 4}]),
        ("SELECT COUNT(Industry), COUNT_DISTINCT(Type) FROM Account", [{"expr0": 3, "expr1": 1}]),
        (
            "SELECT SUM(AnnualRevenue), AVG(NumberOfEmployees) a, MIN(Founded__c), MAX(Name) "
            "FROM Account",
            [{"expr0": 102.5, "a": 40 / 3, "expr1": "2025-12-31", "expr2": "Émile & Fils"}],
        ),
        ("SELECT SUM(NumberOfEmployees) FROM Account", [{"expr0": 40}]),
        ("SELECT MAX(CreatedDate) FROM User", [{"expr0": "2026-11-20T10:00:00.000+0000"}]),
        ("SELECT SUM(AnnualRevenue) FROM Account WHERE Code__c = 'none'", [{"expr0": None}]),
        ("SELECT COUNT(Id) FROM Account WHERE Code__c = 'none'", [{"expr0": 0}]),
        ("SELECT AVG(convertCurrency(Amount)) FROM Opportunity", [{"expr0": 35.5 / 3}]),
        ("SELECT FORMAT(SUM(Amount)) FROM Opportunity", [{"expr0": "$35.50"}]),
        (
            "SELECT MAX(AccountId) FROM Opportunity WHERE Amount = 10",
            [{"expr0": "001Lc0000000000IAA"}],
        ),
        ("SELECT Type FROM Account GROUP BY Type", [{"Type": None}, {"Type": "Partner"}]),
        (
            "SELECT Type, COUNT(Id) FROM Account GROUP BY Type ORDER BY Type NULLS LAST",
            [{"Type": "Partner", "expr0": 2}, {"Type": None, "expr0": 2}],
        ),
        (
            "SELECT Type t, COUNT(Id) c FROM Account GROUP BY Type ORDER BY COUNT(Id), Type DESC",
            [{"t": "Partner", "c": 2}, {"t": None, "c": 2}],
        ),
        (
            "SELECT StageName, SUM(Amount) FROM Opportunity GROUP BY StageName "
            "HAVING SUM(Amount) > 6 ORDER BY StageName",
            [{"StageName": "Won", "expr0": 30.0}],
        ),
        (
            "SELECT StageName FROM Opportunity GROUP BY StageName "
            "HAVING COUNT(Id) > 0 AND (StageName LIKE 'w%' OR StageName = null)",
            [{"StageName": None}, {"StageName": "Won"}],
        ),
        (
            "SELECT StageName FROM Opportunity GROUP BY StageName HAVING NOT StageName IN ('Won')",
            [{"StageName": None}, {"StageName": "Lost"}],
        ),
        (
            "SELECT Account.Name, COUNT(Id) n FROM Contact GROUP BY Account.Name "
            "ORDER BY Account.Name",
            [
                {"Name": None, "n": 1},
                {"Name": "Acme", "n": 2},
                {"Name": "Émile & Fils", "n": 1},
                {"Name": "Gone", "n": 1},
            ],
        ),
        (
            "SELECT CALENDAR_YEAR(CloseDate) y, CALENDAR_MONTH(CloseDate), COUNT(Id) "
            "FROM Opportunity WHERE CloseDate != null "
            "GROUP BY CALENDAR_YEAR(CloseDate), CALENDAR_MONTH(CloseDate) "
            "ORDER BY CALENDAR_YEAR(CloseDate), CALENDAR_MONTH(CloseDate) DESC",
            [
                {"y": 2025, "expr0": 1, "expr1": 1},
                {"y": 2026, "expr0": 11, "expr1": 1},
                {"y": 2026, "expr0": 10, "expr1": 1},
            ],
        ),
        (
            "SELECT DAY_ONLY(CreatedDate) d, COUNT(Id) n FROM Account "
            "GROUP BY DAY_ONLY(CreatedDate) ORDER BY DAY_ONLY(CreatedDate) DESC LIMIT 1",
            [{"d": "2026-11-21", "n": 1}],
        ),
        (
            "SELECT Active__c, COUNT(Id) FROM Account GROUP BY Active__c ORDER BY Active__c DESC",
            [
                {"Active__c": True, "expr0": 2},
                {"Active__c": False, "expr0": 1},
                {"Active__c": None, "expr0": 1},
            ],
        ),
        (
            "SELECT COUNT(Id) FROM Opportunity GROUP BY StageName ORDER BY StageName "
            "LIMIT 1 OFFSET 1",
            [{"expr0": 1}],
        ),
        (
            "SELECT StageName, COUNT(Id) n FROM Opportunity GROUP BY ROLLUP(StageName) "
            "ORDER BY GROUPING(StageName), StageName",
            [
                {"StageName": None, "n": 1},
                {"StageName": "Lost", "n": 1},
                {"StageName": "Won", "n": 2},
                {"StageName": None, "n": 4},
            ],
        ),
        (
            "SELECT Type, Industry, GROUPING(Type) gt, GROUPING(Industry) gi, COUNT(Id) n "
            "FROM Account WHERE Type != null GROUP BY CUBE(Type, Industry) "
            "ORDER BY GROUPING(Type), GROUPING(Industry), Industry",
            [
                {"Type": "Partner", "Industry": "Energy", "gt": 0, "gi": 0, "n": 1},
                {"Type": "Partner", "Industry": "energy", "gt": 0, "gi": 0, "n": 1},
                {"Type": "Partner", "Industry": None, "gt": 0, "gi": 1, "n": 2},
                {"Type": None, "Industry": "Energy", "gt": 1, "gi": 0, "n": 1},
                {"Type": None, "Industry": "energy", "gt": 1, "gi": 0, "n": 1},
                {"Type": None, "Industry": None, "gt": 1, "gi": 1, "n": 2},
            ],
        ),
        (
            "SELECT StageName, COUNT(Id) n FROM Opportunity WHERE Amount > 1 "
            "GROUP BY ROLLUP(StageName) HAVING COUNT(Id) > 1 AND GROUPING(StageName) = 1",
            [{"StageName": None, "n": 3}],
        ),
    ],
)
def test_groups(ask, plain, statement, expected):
    total, records = ask(statement)
    assert plain(records) == expected
    assert total == len(expected)
    assert all(record["attributes"] == {"type": "AggregateResult"} for record in records)


def test_groups_leave_out_the_recycle_bin(ask):
    assert ask("SELECT COUNT(Id) n FROM Account")[1][0]["n"] == 4
    assert ask("SELECT COUNT(Id) n FROM Account", include_deleted=True)[1][0]["n"] == 5
