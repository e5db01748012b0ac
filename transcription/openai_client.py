"""A remote OpenAI-style speech server as a `Recogniser`; standard library only."""

import http.client
import io
import json
import secrets
import time
import urllib.parse
import wave
from collections.abc import Sequence
from typing import Any

import numpy as np

from .doubt import doubt
from .pcm import RATE, Samples
from .scribe import Recognition
from .utterance import Word

_LARGEST_ANSWER = 4 * 1024 * 1024


class RemoteFailed(Exception):
    """The server did not answer with a transcription."""


class OpenAiClient:
    """Sends each utterance as WAV to `POST {url}/v1/audio/transcriptions`."""

    def __init__(self, url: str, model: str = "whisper-1", key: str = "", timeout_s: float = 30.0) -> None:
        parts = urllib.parse.urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("the address of the speech server must begin with http:// or https://")
        self.engine = "openai-style"
        self.host = parts.netloc.rpartition("@")[2]
        self._secure = parts.scheme == "https"
        self._base = parts.path.rstrip("/").removesuffix("/v1")
        self._model = model
        self._key = key
        self._timeout_s = timeout_s

    def reachable(self, timeout_s: float = 3.0) -> bool:
        """Whether something answers there at all."""
        try:
            status, _ = self._request("GET", "/v1/models", b"", {}, timeout_s)
        except (OSError, http.client.HTTPException):
            return False
        return status < 500

    def recognise(self, audio: Samples, language: str, hot_words: Sequence[str]) -> Recognition:
        """Have one utterance written down."""
        fields = [
            ("model", self._model),
            ("language", language),
            ("response_format", "verbose_json"),
            ("timestamp_granularities[]", "word"),
            ("timestamp_granularities[]", "segment"),
        ]
        if hot_words:
            fields.append(("prompt", "，".join(hot_words)))
        body, kind = _multipart(fields, wav_bytes(audio))
        status, answer = self._request(
            "POST", "/v1/audio/transcriptions", body, {"Content-Type": kind}, self._timeout_s
        )
        if status != 200:
            raise RemoteFailed(f"the speech server answered {status}")
        return recognition_of(answer, audio.size / RATE, language)

    def _request(
        self, method: str, path: str, body: bytes, headers: dict[str, str], timeout_s: float
    ) -> tuple[int, bytes]:
        connect = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
        line = connect(self.host, timeout=timeout_s)
        if self._key:
            headers = {**headers, "Authorization": f"Bearer {self._key}"}
        try:
            line.request(method, self._base + path, body, headers)
            answer = line.getresponse()
            return answer.status, _whole(answer, time.monotonic() + timeout_s)
        finally:
            line.close()


def _whole(answer: http.client.HTTPResponse, deadline: float) -> bytes:
    """The body; a server that lets it trickle is as late as one that says nothing."""
    body = bytearray()
    while len(body) < _LARGEST_ANSWER and (part := answer.read1(64 * 1024)):
        body += part
        if time.monotonic() > deadline:
            raise RemoteFailed("the speech server's answer takes too long")
    return bytes(body)


def recognition_of(answer: bytes, seconds: float, language: str) -> Recognition:
    """Read a `verbose_json` (or plain `json`) answer."""
    try:
        raw = json.loads(answer)
        text = str(raw["text"]).strip()
        words = tuple(_word(w) for w in raw.get("words") or ())
        parts: list[dict[str, Any]] = raw.get("segments") or []
        log_probability = min((float(s.get("avg_logprob", 0.0)) for s in parts), default=0.0)
        no_speech = min((float(s.get("no_speech_prob", 0.0)) for s in parts), default=0.0)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise RemoteFailed("the speech server's answer is not a transcription") from error
    # A server that gives no log-probability says nothing of its confidence, and neither do we.
    confidence = round(float(np.exp(min(log_probability, 0.0))), 3) if parts else 0.0
    return Recognition(text, words, confidence, language, doubt(text, seconds, no_speech, log_probability))


def _word(raw: dict[str, Any]) -> Word:
    return Word(
        str(raw["word"]),
        round(float(raw["start"]) * 1000),
        round(float(raw["end"]) * 1000),
        float(raw.get("probability", 0.0)),
    )


def wav_bytes(audio: Samples) -> bytes:
    """The samples as a 16-bit WAV file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes((np.clip(audio, -1, 1) * 32767).astype("<i2").tobytes())
    return file.getvalue()


def _multipart(fields: list[tuple[str, str]], wav: bytes) -> tuple[bytes, str]:
    mark = secrets.token_hex(16)
    head = "".join(
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields
    )
    head += (
        f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="utterance.wav"\r\n'
        "Content-Type: audio/wav\r\n\r\n"
    )
    return head.encode() + wav + f"\r\n--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}"
