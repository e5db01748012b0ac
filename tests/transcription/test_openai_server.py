"""The OpenAI-style door over a Unix socket, with good and bad requests."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import numpy as np
import pytest

from tests.support.scripted_recogniser import ScriptedRecogniser
from tests.support.speech import quiet, spoken, tone, wav
from transcription import openai_server
from transcription.dictation import EngineAbsent, dictate
from transcription.openai_server import serve
from transcription.scribe import Scribe
from transcription.utterance import Utterance

URL = "http://scribe/v1/audio/transcriptions"
SPEECH = wav(
    np.concatenate([quiet(500), spoken("现在开始调解"), quiet(1200), spoken("请各方核对身份"), quiet(900)])
)


class Door:
    """A served door with a scripted scribe behind it, and a client before it."""

    def __init__(self, client: aiohttp.ClientSession, recogniser: ScriptedRecogniser) -> None:
        self.client, self.recogniser = client, recogniser

    async def post(self, file: bytes = SPEECH, /, **fields: str | list[str]) -> tuple[int, Any, str]:
        form = aiohttp.FormData()
        form.add_field("file", file, filename="sound.wav", content_type="audio/wav")
        for name, values in fields.items():
            for value in [values] if isinstance(values, str) else values:
                form.add_field(name, value)
        return await self.raw(form)

    async def raw(self, data: Any, headers: dict[str, str] | None = None) -> tuple[int, Any, str]:
        async with self.client.post(URL, data=data, headers=headers) as answer:
            text = await answer.text()
            body = await answer.json() if answer.content_type == "application/json" else None
            return answer.status, body, text


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Door]:
    recogniser = ScriptedRecogniser(["现在开始调解", "请各方核对身份"])
    scribe = Scribe(recogniser)
    scribe.start()

    async def transcriber(path: Path, language: str, words: tuple[str, ...]) -> tuple[list[Utterance], float]:
        return await dictate(path, scribe, language, words)

    stated = {"engine": "scripted", "state": "ready", "model": "toy", "reason": ""}
    runner = await serve(tmp_path / "http.sock", transcriber, lambda: stated)
    async with aiohttp.ClientSession(connector=aiohttp.UnixConnector(str(tmp_path / "http.sock"))) as client:
        yield Door(client, recogniser)
    recogniser.go_on()
    scribe.close()
    await runner.cleanup()


async def test_json_is_the_text_alone(door: Door) -> None:
    assert (await door.post())[:2] == (200, {"text": "现在开始调解请各方核对身份"})


async def test_verbose_json_has_segments_and_on_wish_words(door: Door) -> None:
    status, body, _ = await door.post(
        response_format="verbose_json",
        language="zh",
        prompt="王强, 李梅",
        **{"timestamp_granularities[]": ["word"]},
    )
    assert status == 200
    assert (body["task"], body["language"], len(body["segments"])) == ("transcribe", "zh", 2)
    assert body["segments"][0]["start"] == pytest.approx(0.5, abs=0.15)
    assert body["segments"][1]["text"] == "请各方核对身份"
    assert body["duration"] == pytest.approx((len(SPEECH) - 44) / 32_000, abs=0.05)
    assert [w["word"] for w in body["words"][:2]] == ["现", "在"]
    assert door.recogniser.heard[0][1:] == ("zh", ("王强", "李梅"))
    assert "words" not in (await door.post(response_format="verbose_json"))[1]


async def test_text_and_subtitles(door: Door) -> None:
    assert (await door.post(response_format="text"))[2] == "现在开始调解请各方核对身份\n"
    assert (await door.post(response_format="vtt"))[2].startswith("WEBVTT\n\n00:00:00.")


async def test_a_file_without_speech_is_an_empty_text(door: Door) -> None:
    assert (await door.post(wav(tone(2000))))[:2] == (200, {"text": ""})


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"response_format": "xml"}, "response_format"),
        ({"language": "普通话"}, "language"),
        ({"language": "english"}, "language"),
        ({"timestamp_granularities[]": "char"}, "timestamp_granularities[]"),
        ({"prompt": "x" * 5000}, "prompt"),
    ],
)
async def test_a_wrong_field_is_named(door: Door, fields: dict[str, str], param: str) -> None:
    status, body, _ = await door.post(**fields)
    assert status == 400
    assert body["error"]["param"] == param
    assert body["error"]["type"] == "invalid_request_error"


@pytest.mark.parametrize(("file", "words"), [(b"", "empty"), (b"no sound" * 99, "no sound file")])
async def test_an_empty_or_silly_file_is_refused(door: Door, file: bytes, words: str) -> None:
    status, body, _ = await door.post(file)
    assert status == 400
    assert words in body["error"]["message"]


async def test_a_body_that_is_no_multipart_is_refused(door: Door) -> None:
    multipart = {"Content-Type": "multipart/form-data; boundary=x"}
    for data, headers in [
        (b"{}", {"Content-Type": "application/json"}),
        (b"garbage", multipart),
        (b"garbage", {"Content-Type": "multipart/form-data"}),
        (b"--x\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n--y--\r\n--x--\r\n", multipart),
        (b"", multipart),
        (b'--x\r\nContent-Disposition: form-data; name="language"\r\n\r\nzh\r\n--x--\r\n', multipart),
    ]:
        status, body, _ = await door.raw(data, headers)
        assert status == 400, (data, headers)
        assert body["error"]["message"]


async def test_a_file_over_the_limit_is_refused(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openai_server, "LARGEST_FILE", 100_000)
    status, body, _ = await door.post(b"x" * 150_000)
    assert (status, body["error"]["code"]) == (413, "too_large")


async def test_a_failing_engine_is_a_server_error(door: Door) -> None:
    door.recogniser.script = ["!"]
    status, body, _ = await door.post()
    assert (status, body["error"]["code"]) == (500, "engine_failed")


async def test_models_and_health(door: Door) -> None:
    async with door.client.get("http://scribe/v1/models") as answer:
        assert [m["id"] for m in (await answer.json())["data"]] == ["toy"]
    async with door.client.get("http://scribe/health") as answer:
        assert (await answer.json())["state"] == "ready"


async def test_without_an_engine_the_reason_is_given(tmp_path: Path) -> None:
    async def absent(path: Path, language: str, words: tuple[str, ...]) -> tuple[list[Utterance], float]:
        raise EngineAbsent("no speech model is installed")

    runner = await serve(tmp_path / "s", absent, lambda: {"state": "absent", "model": ""})
    async with aiohttp.ClientSession(connector=aiohttp.UnixConnector(str(tmp_path / "s"))) as client:
        status, body, _ = await Door(client, ScriptedRecogniser()).post()
        assert (status, body["error"]["message"]) == (503, "no speech model is installed")
        async with client.get("http://scribe/v1/models") as answer:
            assert (await answer.json())["data"] == []
    await runner.cleanup()
