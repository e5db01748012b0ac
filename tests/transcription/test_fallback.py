"""A speech server that is late, wrong, broken or cut off: the local engine writes, and hands back."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.support.scripted_recogniser import ScriptedFailure, ScriptedRecogniser
from tests.support.speech import VOICES
from transcription import fallback
from transcription.engine import describe, open_engine
from transcription.fallback import Fallback
from transcription.openai_client import OpenAiClient

SOUND = np.zeros(16_000, np.float32)
GOOD = json.dumps({"text": "远处写的", "segments": [{"avg_logprob": -0.1}]}).encode()
HEAD = b"HTTP/1.1 %d x\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"


class Server:
    """Answers each connection as `how` says: good, late, trickle, wrong, broken, cut."""

    def __init__(self) -> None:
        self.how = "good"
        self.asked = 0
        self.over = threading.Event()
        self._door = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._door.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        if self.over.is_set():
            return
        self.over.set()
        # Closing alone would leave the thread in its call, and the port open.
        self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()

    def _serve(self) -> None:
        while not self.over.is_set():
            try:
                line, _ = self._door.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(line,), daemon=True).start()

    def _answer(self, line: socket.socket) -> None:
        try:
            with line:
                self._read(line)
                self.asked += 1
                {"late": self._late, "trickle": self._trickle}.get(self.how, self._at_once)(line)
        except OSError:
            return

    def _read(self, line: socket.socket) -> None:
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._more(line)
        head, _, body = data.partition(b"\r\n\r\n")
        sizes = [
            int(row.split(b":")[1])
            for row in head.split(b"\r\n")
            if row.lower().startswith(b"content-length")
        ]
        while len(body) < sum(sizes):
            body += self._more(line)

    def _more(self, line: socket.socket) -> bytes:
        if not (data := line.recv(65_536)):
            raise ConnectionResetError("whoever asked has gone")
        return data

    def _late(self, line: socket.socket) -> None:
        self.over.wait(3)

    def _trickle(self, line: socket.socket) -> None:
        line.sendall(HEAD % (200, 10_000))
        while not self.over.wait(0.05):
            line.sendall(b" ")

    def _at_once(self, line: socket.socket) -> None:
        body = {"wrong": b'{"sentence": 1}', "nonsense": b"<html>"}.get(self.how, GOOD)
        status = 500 if self.how == "broken" else 200
        said = HEAD % (status, len(body)) + body
        line.sendall(said[:-9] if self.how == "cut" else said)


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fallback, "FIRST_PROBE_S", 0.05)


def chain(server: Server) -> tuple[Fallback, list[str]]:
    both = Fallback(OpenAiClient(server.url, timeout_s=0.4), ScriptedRecogniser(["近处写的"]))
    told: list[str] = []
    both.changed = lambda: told.append(both.reason)
    return both, told


def until(true: Callable[[], bool], each: Callable[[], Any] = lambda: None) -> None:
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline
        each()
        time.sleep(0.02)


@pytest.mark.parametrize("how", ["late", "trickle", "wrong", "nonsense", "broken", "cut"])
def test_whatever_a_server_does_the_sentence_is_written_and_said_by_whom(
    server: Server, impatient: None, how: str
) -> None:
    both, told = chain(server)
    assert (both.recognise(SOUND, "zh", ()).text, both.engine, told) == ("远处写的", "openai-style", [])
    server.how = how
    assert (both.recognise(SOUND, "zh", ()).text, both.engine) == ("近处写的", "scripted")
    assert both.failing and len(told) == 1 and told[0].startswith("the speech server fails")
    server.how = "good"
    until(lambda: not both.failing, lambda: both.recognise(SOUND, "zh", ()))
    assert told[-1] == "" and len(told) == 2
    assert (both.recognise(SOUND, "zh", ()).text, both.engine) == ("远处写的", "openai-style")


def test_a_sick_server_is_asked_ever_more_rarely(server: Server, impatient: None) -> None:
    both, _ = chain(server)
    server.how = "broken"
    for _ in range(3):
        until(lambda: both._probing is None and time.monotonic() >= both._probe_at, lambda: None)
        both.recognise(SOUND, "zh", ())
        until(lambda: both._probing is None)
    assert both._pause_s == pytest.approx(0.05 * 4)
    asked = server.asked
    for _ in range(50):
        both.recognise(SOUND, "zh", ())
    assert server.asked <= asked + 1


def test_when_both_fail_the_failure_is_said(server: Server) -> None:
    server.how = "broken"
    both = Fallback(OpenAiClient(server.url, timeout_s=0.4), ScriptedRecogniser(["!"]))
    with pytest.raises(ScriptedFailure):
        both.recognise(SOUND, "zh", ())


def test_the_engine_says_who_writes(server: Server, tmp_path: Path) -> None:
    engine = open_engine({"remote": server.url, "model": str(VOICES), "rehearsal": True})
    assert isinstance(engine.recogniser, Fallback)
    assert (describe(engine)["engine"], describe(engine)["state"]) == ("openai-style", "ready")
    server.how = "broken"
    engine.recogniser.recognise(SOUND, "zh", ())
    stated = describe(engine)
    assert (stated["engine"], stated["model"], stated["state"]) == (
        "faster-whisper",
        "rehearsal-voices",
        "ready",
    )
    assert "500" in stated["reason"]
    server.close()
    away = open_engine({"remote": server.url, "model": str(VOICES), "rehearsal": True})
    assert describe(away)["reason"] == "the server does not answer"
    alone = open_engine({"remote": server.url, "model": str(tmp_path / "none")})
    assert not isinstance(alone.recogniser, Fallback) and describe(alone)["state"] == "absent"
