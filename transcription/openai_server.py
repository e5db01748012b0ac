"""`POST /v1/audio/transcriptions` as OpenAI-style clients expect it, in front of the same scribe."""

import asyncio
import math
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import BodyPartReader, web

from .dictation import EngineAbsent, EngineBusy, EngineFailed
from .offline import SoundUnreadable
from .rendering import webvtt
from .utterance import Utterance

LARGEST_FILE = 25 * 1024 * 1024
_AT_ONCE = 2
_FORMATS = ("json", "verbose_json", "text", "vtt")
_FIELDS = ("model", "language", "prompt", "response_format", "temperature", "timestamp_granularities[]")

Transcriber = Callable[[Path, str, tuple[str, ...]], Awaitable[tuple[list[Utterance], float]]]


@dataclass(slots=True)
class _Wish:
    file: Path | None = None
    language: str = "zh"
    prompt: str = ""
    format: str = "json"
    granularities: set[str] = field(default_factory=set)


class _Wrong(Exception):
    def __init__(self, text: str, param: str = "", status: int = 400, code: str = "invalid_value") -> None:
        super().__init__(text)
        self.param, self.status, self.code = param, status, code


def create_app(transcriber: Transcriber, engine: Callable[[], dict[str, str]]) -> web.Application:
    """The HTTP face of one scribe worker."""
    door = asyncio.Semaphore(_AT_ONCE)

    async def transcriptions(request: web.Request) -> web.StreamResponse:
        if door.locked():
            return _error(_Wrong("too many files at once, try again later", "", 429, "busy"))
        async with door:
            try:
                return await _answer(request, transcriber)
            except _Wrong as wrong:
                return _error(wrong)
            except SoundUnreadable as unreadable:
                return _error(_Wrong(str(unreadable), "file"))
            except EngineAbsent as absent:
                return _error(_Wrong(str(absent), "", 503, "engine_absent"))
            except EngineBusy:
                return _error(
                    _Wrong("the hearing's own speech comes first, try again later", "", 429, "busy")
                )
            except EngineFailed:
                return _error(_Wrong("the engine failed on this sound", "", 500, "engine_failed"))

    async def models(request: web.Request) -> web.Response:
        stated = engine()
        ready = [{"id": stated["model"], "object": "model", "owned_by": "heting"}]
        return web.json_response({"object": "list", "data": ready if stated["state"] == "ready" else []})

    async def health(request: web.Request) -> web.Response:
        return web.json_response(engine())

    app = web.Application(client_max_size=LARGEST_FILE + 64 * 1024)
    app.router.add_post("/v1/audio/transcriptions", transcriptions)
    app.router.add_get("/v1/models", models)
    app.router.add_get("/health", health)
    return app


async def _answer(request: web.Request, transcriber: Transcriber) -> web.StreamResponse:
    with tempfile.TemporaryDirectory(prefix="heting-speech-") as folder:
        wish = await _read(request, Path(folder) / "sound")
        if wish.file is None:
            raise _Wrong("the field file is missing", "file", code="missing")
        words = tuple(w.strip() for w in wish.prompt.replace("，", ",").split(",") if w.strip())
        utterances, seconds = await transcriber(wish.file, wish.language, words[:50])
    return _written(wish, utterances, seconds)


async def _read(request: web.Request, target: Path) -> _Wish:
    if request.content_type != "multipart/form-data":
        raise _Wrong("send multipart/form-data with a field file", code="not_multipart")
    wish = _Wish()
    try:
        reader = await request.multipart()
        while (part := await reader.next()) is not None:
            if not isinstance(part, BodyPartReader):
                raise _Wrong("a multipart inside a multipart")
            if part.name == "file":
                await _save(part, target)
                wish.file = target
            elif part.name in _FIELDS:
                _set(wish, part.name, await _short(part))
    except (ValueError, AssertionError, web.RequestPayloadError) as error:
        raise _Wrong("the multipart body is broken", code="not_multipart") from error
    return wish


async def _save(part: BodyPartReader, target: Path) -> None:
    size = 0
    with target.open("wb") as out:
        while chunk := await part.read_chunk(64 * 1024):
            size += len(chunk)
            if size > LARGEST_FILE:
                raise _Wrong(f"the file is larger than {LARGEST_FILE} bytes", "file", 413, "too_large")
            out.write(chunk)
    if not size:
        raise _Wrong("the file is empty", "file", code="empty")


async def _short(part: BodyPartReader) -> str:
    data = bytearray()
    while chunk := await part.read_chunk(4096):
        data += chunk
        if len(data) > 4096:
            raise _Wrong(f"the field {part.name} is too long", str(part.name))
    try:
        return data.decode().strip()
    except UnicodeDecodeError as error:
        raise _Wrong(f"the field {part.name} is not UTF-8", str(part.name)) from error


def _set(wish: _Wish, name: str, value: str) -> None:
    if name == "language" and value:
        if not (value.isalpha() and value.isascii() and len(value) <= 3):
            raise _Wrong("the language must be a code like zh", name)
        wish.language = value.lower()
    elif name == "prompt":
        wish.prompt = value
    elif name == "response_format" and value:
        if value not in _FORMATS:
            raise _Wrong("response_format must be one of " + ", ".join(_FORMATS), name)
        wish.format = value
    elif name == "timestamp_granularities[]":
        if value not in ("word", "segment"):
            raise _Wrong("timestamp_granularities[] must be word or segment", name)
        wish.granularities.add(value)


def _written(wish: _Wish, utterances: list[Utterance], seconds: float) -> web.Response:
    text = ("" if wish.language == "zh" else " ").join(u.text for u in utterances)
    if wish.format == "text":
        return web.Response(text=text + "\n")
    if wish.format == "vtt":
        lines = [{**u.plain(), "speaker": "", "struck": False} for u in utterances]
        return web.Response(text=webvtt(lines, {}), content_type="text/vtt", charset="utf-8")
    if wish.format == "json":
        return web.json_response({"text": text})
    body: dict[str, Any] = {
        "task": "transcribe",
        "language": wish.language,
        "duration": round(seconds, 3),
        "text": text,
        "segments": [_segment(i, u) for i, u in enumerate(utterances)],
    }
    if "word" in wish.granularities:
        body["words"] = [
            {"word": w.text, "start": w.start_ms / 1000, "end": w.end_ms / 1000, "probability": w.probability}
            for u in utterances
            for w in u.words
        ]
    return web.json_response(body)


def _segment(number: int, utterance: Utterance) -> dict[str, Any]:
    return {
        "id": number,
        "start": utterance.start_ms / 1000,
        "end": utterance.end_ms / 1000,
        "text": utterance.text,
        "avg_logprob": round(math.log(max(utterance.confidence, 1e-6)), 4),
    }


def _error(wrong: _Wrong) -> web.Response:
    kind = "server_error" if wrong.status >= 500 else "invalid_request_error"
    error = {"message": str(wrong), "type": kind, "param": wrong.param or None, "code": wrong.code}
    return web.json_response({"error": error}, status=wrong.status)


async def serve(path: Path, transcriber: Transcriber, engine: Callable[[], dict[str, str]]) -> web.AppRunner:
    """Open the door on a Unix socket; `cleanup()` of the answer closes it."""
    runner = web.AppRunner(create_app(transcriber, engine), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    path.unlink(missing_ok=True)
    await web.UnixSite(runner, str(path)).start()
    path.chmod(0o600)
    return runner
