"""`partners sandbox`: says what it did not take and why, and listens before it says so."""

import re
import signal
import socket
import sqlite3
import subprocess
import sys

import requests

from crm_sync.sandbox import Org, load_schema


def test_a_load_says_what_it_left_out_and_why(cli, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "Account.csv").write_text("Id,Name,Shoe\n1,Acme,42\n")
    (tmp_path / "data" / "Contact.csv").write_text("Id,LastName,AccountId\n1,Doe,1\n2,Roe,99\n")
    (tmp_path / "data" / "Spaceship.csv").write_text("Id\n1\n")
    ended = cli("sandbox", "load", tmp_path / "data", "--data", tmp_path / "org.db")
    assert ended.code == 0
    assert "Account.Shoe was skipped: Account has no field Shoe" in ended.out
    assert "Spaceship was skipped: the org has no object Spaceship" in ended.out
    assert "Contact.AccountId: 1 references to records that the file does not hold" in ended.out


def test_somebody_elses_database_is_left_as_it_is(cli, tmp_path):
    with sqlite3.connect(tmp_path / "other.db") as other:
        other.execute("CREATE TABLE letters (text)")
    other.close()
    before = (tmp_path / "other.db").read_bytes()
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "Account.csv").write_text("Id,Name\n1,Acme\n")
    for command in (["load", tmp_path / "data"], ["serve", "--port", 0]):
        ended = cli("sandbox", *command, "--data", tmp_path / "other.db")
        assert ended.code == 2
        assert "tables of something else (letters)" in ended.err
        assert "other.db" in ended.err
    assert (tmp_path / "other.db").read_bytes() == before


def test_it_is_said_where_the_org_listens_once_it_does(tmp_path):
    command = [sys.executable, "-m", "partners", "sandbox", "serve", "--port", "0"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, cwd=tmp_path) as served:
        line = served.stdout.readline()
        url = re.search(r"listens on (http://127\.0\.0\.1:(\d+)) ", line)
        assert int(url[2]) > 0
        assert requests.get(f"{url[1]}/services/data", timeout=60).status_code == 200
        served.send_signal(signal.SIGINT)
        out, err = served.communicate()
    assert (served.returncode, err) == (0, "")
    assert "The local org has ended." in out


def test_an_org_that_cannot_listen_does_not_say_it_does(cli):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ended = cli("sandbox", "serve", "--port", taken.getsockname()[1])
    assert (ended.code, ended.out) == (2, "")
    assert "cannot listen" in ended.err


def test_a_plan_of_faults_with_mistakes_says_where_they_are(cli, tmp_path):
    plan = tmp_path / "plan.yaml"
    plan.write_text("faults:\n- do: {error: QUERY_TIMEOT}\n- do: {slow: fast}\n")
    ended = cli("sandbox", "serve", "--port", 0, "--faults", plan)
    assert (ended.code, ended.out) == (2, "")
    assert "plan.yaml:2:" in ended.err
    assert "did you mean QUERY_TIMEOUT?" in ended.err
    assert "plan.yaml:3:" in ended.err


def test_an_org_is_filled_with_as_many_as_asked_for(cli, tmp_path):
    data = tmp_path / "org.db"
    sizes = ["--accounts", 10, "--opportunities", 25]
    assert cli("sandbox", "fill", "--data", data, *sizes).code == 0
    assert cli("sandbox", "fill", "--data", data, *sizes).code == 0
    with Org(load_schema(), path=data) as org:
        assert len(org.query("SELECT Id FROM Account")) == 20
        query = "SELECT Account.Name, Amount FROM Opportunity WHERE IsWon = TRUE"
        won = org.query(query)
    assert len(won) == 12
    assert all(row["Account"] for row in won)


def test_a_client_that_goes_away_leaves_no_traceback(tmp_path):
    script = (
        "import socket, logging, sys, time\n"
        "from crm_sync.sandbox import LocalOrg, load_schema\n"
        "from partners.logs import configure_logging\n"
        "configure_logging()\n"
        "with LocalOrg.start(load_schema()) as local:\n"
        "    place = ('127.0.0.1', int(local.url.rpartition(':')[2]))\n"
        "    for _ in range(3):\n"
        "        with socket.create_connection(place) as client:\n"
        "            head = 'POST /services/Soap/u/62.0 HTTP/1.1\\r\\nHost: x\\r\\n'\n"
        "            client.sendall(f'{head}Content-Length: 99\\r\\n\\r\\nhalf'.encode())\n"
        "            time.sleep(0.1)\n"
    )
    command = [sys.executable, "-c", script]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")
