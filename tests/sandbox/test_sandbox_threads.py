import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from crm_sync.sandbox import LocalOrg, Org, SandboxError
from crm_sync.sandbox.schema import Schema

THREADS, EACH = 6, 25


def _token(local: LocalOrg) -> dict[str, str]:
    session = local.sessions.open(local.org.user_id(), "", local.org.clock())
    return {"Authorization": f"Bearer {session.token}"}


def _at_once(work: Callable[[int], None]) -> None:
    with ThreadPoolExecutor(THREADS) as pool:
        for done in [pool.submit(work, number) for number in range(THREADS)]:
            done.result()


def test_many_clients_write_and_read_at_once(local: LocalOrg) -> None:
    headers, url = _token(local), f"{local.url}/services/data/v62.0"

    def work(number: int) -> None:
        with requests.Session() as session:
            session.headers.update(headers)
            for index in range(EACH):
                key = f"{number}-{index}"
                body = {"Subject": key}
                path = f"{url}/sobjects/Task/Lifecycle_Key__c/{key}"
                assert session.patch(path, json=body, timeout=30).status_code == 201
                text = {"q": f"SELECT Id FROM Task WHERE Lifecycle_Key__c = '{key}'"}
                found = session.get(f"{url}/query", params=text, timeout=30).json()
                assert found["totalSize"] == 1

    _at_once(work)
    assert len(local.org.query("SELECT Id FROM Task")) == THREADS * EACH
    assert local.usage.used == THREADS * EACH * 2


def test_one_key_upserted_by_many_at_once_is_one_record(local: LocalOrg) -> None:
    headers = _token(local)
    url = f"{local.url}/services/data/v62.0/sobjects/Task/Lifecycle_Key__c/same"
    statuses: list[int] = []

    def work(_: int) -> None:
        answer = requests.patch(url, json={"Subject": "s"}, headers=headers, timeout=30)
        statuses.append(answer.status_code)

    _at_once(work)
    assert sorted(statuses) == [200] * (THREADS - 1) + [201]
    assert len(local.org.query("SELECT Id FROM Task")) == 1


def test_stopping_leaves_nothing_behind(schema: Schema) -> None:
    before = {each.name for each in threading.enumerate()}
    with LocalOrg.start(schema) as local:
        requests.get(f"{local.url}/services/data", timeout=20)
        port = int(local.url.rpartition(":")[2])
    with pytest.raises(requests.ConnectionError):
        requests.get(f"http://127.0.0.1:{port}/services/data", timeout=20)
    assert "local-org" not in {each.name for each in threading.enumerate()} - before


def test_a_port_in_use_is_named(schema: Schema) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, Org(schema) as org:
        port = taken.getsockname()[1]
        with pytest.raises(SandboxError) as caught:
            LocalOrg(org, port)
    assert f"127.0.0.1:{port}" in str(caught.value)
    assert "--port" in str(caught.value)


def test_serving_in_the_foreground_ends_quietly_at_ctrl_c() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    code = (
        "from crm_sync.sandbox import Org, load_schema, serve\n"
        f"with Org(load_schema()) as org: serve(org, port={port})"
    )
    with subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE) as process:
        _wait_for(f"http://127.0.0.1:{port}/services/data")
        process.send_signal(signal.SIGINT)
        _, complaint = process.communicate(timeout=30)
    assert (process.returncode, complaint) == (0, b"")


def _wait_for(url: str) -> None:
    for _ in range(200):
        try:
            requests.get(url, timeout=20)
        except requests.ConnectionError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"nothing answered at {url}")
