"""A model hub's mirror on loopback that can cut downloads short, corrupt files and refuse."""

import hashlib
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

REVISION = "0123456789abcdef0123456789abcdef01234567"


@dataclass
class HubMirror:
    """Serves `files` (path → bytes) of one repository; use it as a context manager.

    `cut` says after how many bytes a file's connection breaks, once each; past `end` a file's bytes never
    come; at `stall` it stops sending, once each, until the mirror closes; `status` answers every request;
    without `ranges` a file is always sent whole.
    """

    repo: str
    files: dict[str, bytes]
    cut: dict[str, int] = field(default_factory=dict)
    end: dict[str, int] = field(default_factory=dict)
    stall: dict[str, int] = field(default_factory=dict)
    status: int = 0
    ranges: bool = True
    log: list[tuple[str, str, str]] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "HubMirror":
        mirror = self

        class Handler(_Handler):
            hub = mirror

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def wait(self) -> None:
        """Until the mirror closes or goes on; at most a minute."""
        self._over.wait(60.0)

    def go_on(self) -> None:
        """Break the connections that have stalled."""
        self._over.set()

    def sent(self, path: str) -> list[str]:
        """The Range headers of every download of that file, `` for a whole one."""
        return [
            wanted for method, asked, wanted in self.log if method == "GET" and asked.endswith("/" + path)
        ]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: HubMirror

    def log_message(self, format: str, *args: Any) -> None:
        return

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def _answer(self, body: bool) -> None:
        path = self.path.split("?")[0]
        self.hub.log.append((self.command, path, self.headers.get("Range", "")))
        prefix = f"/{self.hub.repo}/resolve/{REVISION}/"
        name = path.removeprefix(prefix)
        if (
            self.hub.status
            or (not path.startswith(prefix) and path != "/")
            or (path != "/" and name not in self.hub.files)
        ):
            self._send(self.hub.status or 404, b"", {}, body)
            return
        self._send_file(name, self.hub.files.get(name, b""), body)

    def _send_file(self, name: str, data: bytes, body: bool) -> None:
        headers = {"ETag": f'"{hashlib.sha1(data).hexdigest()}"', "X-Repo-Commit": REVISION}
        status, start, wanted = 200, 0, self.headers.get("Range", "")
        if wanted and self.hub.ranges:
            start = int(wanted.removeprefix("bytes=").split("-")[0])
            headers["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
            status, data = 206, data[start:]
        cut = self.hub.cut.pop(name, None) if body else None
        if body and name in self.hub.end:
            cut = max(0, self.hub.end[name] - start)
        stall = self.hub.stall.pop(name, None) if body and cut is None else None
        if stall is not None:
            self._head(status, len(data), headers)
            self.wfile.write(data[: max(0, stall - start)])
            self.wfile.flush()
            self.hub.wait()
            self.close_connection = True
            return
        if cut is None:
            self._send(status, data, headers, body)
            return
        self._head(status, len(data), headers)
        self.wfile.write(data[:cut])
        self.close_connection = True

    def _send(self, status: int, data: bytes, headers: dict[str, str], body: bool) -> None:
        self._head(status, len(data), headers)
        if body:
            self.wfile.write(data)

    def _head(self, status: int, length: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(length)}.items():
            self.send_header(name, value)
        self.end_headers()
