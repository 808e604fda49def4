"""The command line in this process, and a server that answers everything alike."""

import sys
import threading
from collections.abc import Callable, Iterator
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
def shown(cli, left, tmp_path):
    """Return a function that runs a command on the demo's store."""
    (tmp_path / "partners.toml").write_text(f'[store]\nurl = "sqlite:///{left / "partners.db"}"\n')
    return cli
