"""`heting transcribe` of a sitting that has text: only what was missed is written down."""

import json
from pathlib import Path

import numpy as np

from room_server.commands.transcribing import _recognise
from room_server.recovery.spans import Hole
from room_server.rules import events as e
from room_server.settings import Settings
from tests.support.speech import quiet, spoken, webm

HEARD, MISSED = "现在开始调解", "请各方核对身份"


def test_only_the_holes_are_filled_and_with_nothing_written_everything_is(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, rehearsal=True)
    folder = settings.recordings / "s_1"
    folder.mkdir(parents=True)
    first = np.concatenate([quiet(500), spoken(HEARD), quiet(900)])
    webm(folder / "a.webm", np.concatenate([first, spoken(MISSED), quiet(900)]))
    file = {"file": "a.webm", "start_ms": 10_000, "duration_ms": 60_000}
    track = {"track": "p_a.microphone", "participant": "p_a", "source": "microphone", "files": [file]}
    (folder / "manifest.json").write_text(json.dumps({"tracks": [track]}))
    start = 10_000 + round(first.size / 16)
    hole = Hole("p_a", start, start + 5000, start - 250, start + 5200)
    span = {"start_ms": hole.start_ms, "end_ms": hole.end_ms}
    done = e.SpeechCaughtUp(participant="p_a", **span, utterances=1)

    def texts(written: bool) -> list[str]:
        engine, facts = _recognise(settings, "s_1", True, written, [hole])
        assert engine["state"] == "ready" and facts[-1] == done
        return [fact.text for fact in facts if isinstance(fact, e.UtteranceHeard)]

    assert texts(written=True) == [MISSED]
    assert texts(written=False) == [HEARD, MISSED]
