"""The command line in this process, and a server that answers everything alike."""

import json
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "job"))


@dataclass(frozen=True)
class Ended:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str


@pytest.fixture
def cli(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Ended]:
    """Return a function that runs `partners` in an empty folder."""
    from partners.__main__ import main

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "160")

    def run(*arguments: object) -> Ended:
        monkeypatch.setattr("sys.argv", ["partners", *map(str, arguments)])
        code: object = 0
        try:
            main()
        except SystemExit as end:
            code = end.code
        printed = capsys.readouterr()
        return Ended(int(str(code or 0)), printed.out, printed.err)

    return run


@pytest.fixture
def settings_file(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes settings: a store in the folder, a house, and sections."""
    from partners.demo.house import EXAMPLE_HOUSE

    house = EXAMPLE_HOUSE.model_dump(exclude_none=True, exclude={"signature_title"})

    def write(**sections: Mapping[str, object]) -> Path:
        store = {"url": f"sqlite:///{tmp_path / 'store.db'}"}
        lines = []
        for name, values in {"store": store, "house": house, **sections}.items():
            lines.append(f"[{name}]")
            lines += [f"{key} = {json.dumps(value)}" for key, value in values.items()]
        file = tmp_path / "partners.toml"
        file.write_text("\n".join(lines) + "\n")
        return file

    return write


@pytest.fixture(scope="module")
def local_crm() -> Iterator[Mapping[str, object]]:
    """The section [crm] for a local org with one account."""
    from crm_sync.sandbox import LocalOrg, load_schema
    from partner_lifecycle.resources import metadata_folder

    with LocalOrg.start(load_schema(metadata_folder())) as local:
        local.org.insert("Account", {"Name": "Acme", "Partner_Audience__c": "corporation"})
        access = local.org.settings
        yield {
            "login_url": local.url,
            "auth": "password",
            "username": access.username,
            "password": access.password,
            "consumer_key": access.client_id,
            "consumer_secret": access.client_secret,
        }


@contextmanager
def answering(status: int, body: bytes, kind: str) -> Iterator[str]:
    """Serve one answer to everything; yield the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def server() -> Callable[..., "contextmanager[str]"]:
    """Return the server that answers everything alike."""
    return answering


@pytest.fixture(scope="session")
def left(tmp_path_factory):
    """The folder that a demo left."""
    from datetime import UTC, datetime

    from still import quiet

    from partners.demo.running import run_demo
    from partners.settings import Settings

    folder = tmp_path_factory.mktemp("cli") / "demo-output"
    run_demo(Settings(), folder, 300, datetime.now(UTC), quiet)
    return folder


@pytest.fixture
def shown(cli, left, settings_file):
    """Return a function that runs a command on the demo's store."""
    settings_file(store={"url": f"sqlite:///{left / 'partners.db'}"})
    return cli
