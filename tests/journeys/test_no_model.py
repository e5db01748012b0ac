"""Without a speech model everything else works, the record says why, and text is filled in afterwards."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest

from room_server.rehearsal import venue
from room_server.verifying import verify
from tests.support.courthouse import in_session

pytestmark = [pytest.mark.journey, pytest.mark.untimed]


async def test_a_hearing_without_a_model_is_transcribed_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = {name: value for name, value in venue.environment().items() if name != "HETING_REHEARSAL"}
    # The other journeys go over the C plane.
    monkeypatch.setattr(venue, "environment", lambda: bare | {"HETING_MEDIA_PLANE": "python"})
    async with in_session(tmp_path) as (_, session):
        stated = session.applicant.told("EngineStated")[-1]
        assert (stated["state"], bool(stated["reason"])) == ("absent", True)
        await session.applicant.say("applicant-unpaid.ogg")
        await asyncio.sleep(1.5)
        journal = await session.close()
        assert not any(entry["type"] == "UtteranceHeard" for entry in journal)
        sitting = session.sitting
    command = [
        sys.executable,
        "-m",
        "room_server",
        "transcribe",
        sitting,
        "--data",
        str(session.data),
        "--json",
    ]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=240)
    assert answer.returncode == 0, answer.stderr
    assert json.loads(answer.stdout.splitlines()[-1])["utterances"] == 1
    folders = [path for path in (session.data / "files" / sitting).iterdir() if path.is_dir()]
    report = verify(folders[-1])
    assert report.findings == []
    text = "".join(path.read_text() for path in folders[-1].rglob("*.txt"))
    assert "公司拖欠我两个月工资" in text
    again = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert again.returncode == 1
    assert "have text already" in json.loads(again.stdout.splitlines()[-1])["error"]
