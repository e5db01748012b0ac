"""The remote recogniser against a scripted server."""

import io
import json
import threading
import wave
from collections.abc import Iterator
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest

from tests.support.speech import tone
from transcription.openai_client import OpenAiClient, RemoteFailed, recognition_of, wav_bytes
from transcription.utterance import Word

ANSWER: dict[str, Any] = {
    "text": " 我同意调解 ",
    "words": [{"word": "我", "start": 0.1, "end": 0.25}],
    "segments": [{"avg_logprob": -0.5, "no_speech_prob": 0.01}],
}


class Server:
    """Answers every POST with `status` and `body`, keeps what it was sent."""

    def __init__(self) -> None:
        self.status, self.body = 200, json.dumps(ANSWER).encode()
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, format: str, *args: Any) -> None:
                return

            def do_GET(self) -> None:
                self.answer()

            def do_POST(self) -> None:
                self.answer()

            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                server.requests.append((self.path, dict(self.headers), body))
                self.send_response(server.status)
                self.send_header("Content-Length", str(len(server.body)))
                self.end_headers()
                self.wfile.write(server.body)

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}"

    def close(self) -> None:
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()

    def fields(self) -> dict[str, list[bytes]]:
        """The form of the last request."""
        _, headers, body = self.requests[-1]
        message = BytesParser().parsebytes(
            b"Content-Type: " + headers["Content-Type"].encode() + b"\r\n\r\n" + body
        )
        found: dict[str, list[bytes]] = {}
        for part in message.walk():
            name = part.get_param("name", header="Content-Disposition")
            if isinstance(name, str):
                payload = part.get_payload(decode=True)
                assert isinstance(payload, bytes)
                found.setdefault(name, []).append(payload)
        return found


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


def test_an_utterance_goes_as_wav_and_comes_back_as_text(server: Server) -> None:
    client = OpenAiClient(server.url + "/v1", model="m", key="secret")
    found = client.recognise(tone(500), "zh", ("王强", "李梅"))
    assert (found.text, found.doubt, found.confidence) == ("我同意调解", "", 0.607)
    assert found.words == (Word("我", 100, 250, 0.0),)
    path, headers, _ = server.requests[-1]
    assert path == "/v1/audio/transcriptions"
    assert headers["Authorization"] == "Bearer secret"
    fields = server.fields()
    assert fields["language"] == [b"zh"]
    assert fields["prompt"] == ["王强，李梅".encode()]
    assert fields["timestamp_granularities[]"] == [b"word", b"segment"]
    with wave.open(io.BytesIO(fields["file"][0])) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getnframes()) == (16_000, 1, 8000)


@pytest.mark.parametrize("status", [400, 401, 429, 500])
def test_a_refusal_is_a_failure_with_its_status(server: Server, status: int) -> None:
    server.status = status
    with pytest.raises(RemoteFailed, match=str(status)):
        OpenAiClient(server.url).recognise(tone(200), "zh", ())


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b"{}", b'{"text":"a","words":[{"word":"a"}]}', b'{"text":"a","words":5}']
)
def test_an_answer_that_is_none_is_a_failure(server: Server, body: bytes) -> None:
    server.body = body
    with pytest.raises(RemoteFailed):
        OpenAiClient(server.url).recognise(tone(200), "zh", ())


def test_invented_text_is_doubted_here_too() -> None:
    answer = json.dumps({**ANSWER, "text": "请不吝点赞 订阅"}).encode()
    assert recognition_of(answer, 3.0, "zh").doubt == "subtitle phrase"


def test_a_server_that_says_nothing_of_its_confidence_gives_none() -> None:
    assert recognition_of(b'{"text": "\xe5\xa5\xbd"}', 1.0, "zh").confidence == 0.0


def test_reachable(server: Server) -> None:
    assert OpenAiClient(server.url).reachable()
    server.status = 404
    assert OpenAiClient(server.url).reachable()
    server.status = 503
    assert not OpenAiClient(server.url).reachable()
    assert not OpenAiClient("http://127.0.0.1:9").reachable(0.5)


def test_loud_sound_is_clipped_not_wrapped() -> None:
    sound = np.array([2.0, -2.0], np.float32)
    assert wav_bytes(sound)[44:] == b"\xff\x7f\x01\x80"
