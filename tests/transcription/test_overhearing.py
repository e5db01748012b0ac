"""Cross-talk in a recording is left out as it is live, and told."""

from pathlib import Path
from typing import Any

import numpy as np

from tests.support.echo import echoed, mixed
from tests.support.scripted_recogniser import ScriptedRecogniser
from tests.support.speech import noise, quiet, spoken, webm
from transcription.catching_up import Missed, missed_speech
from transcription.offline import transcribe
from transcription.overhearing import Dropped

LATE_MS = 60_000


def recording(folder: Path) -> dict[str, Any]:
    """One speaks; the other's microphone hears it out of a loudspeaker, and later its own owner."""
    said = np.concatenate([quiet(400), spoken("我要求支付拖欠的工资"), quiet(900)])
    echo = mixed(echoed(said, -15, 90, lingers_ms=120, seed=1), noise(said.size / 16, 0.0005))
    own = np.concatenate([quiet(1500), spoken("公司没有缴纳社会保险", "+m1"), quiet(900)])
    webm(folder / "a.webm", said)
    webm(folder / "b.webm", np.concatenate([echo, own]).astype(np.float32))
    tracks = [
        {
            "track": f"p_{name}.microphone",
            "participant": f"p_{name}",
            "source": "microphone",
            "files": [{"file": f"{name}.webm", "start_ms": LATE_MS, "duration_ms": 20_000}],
        }
        for name in ("a", "b")
    ]
    return {"tracks": tracks}


def test_a_voice_out_of_a_loudspeaker_is_left_out_and_told(tmp_path: Path) -> None:
    manifest, out = recording(tmp_path), list[Dropped]()
    found = list(transcribe(tmp_path, manifest, ScriptedRecogniser(["工资", "保险"]), told=out.append))
    assert [one.speaker for one in found] == ["p_a", "p_b"]
    assert [(one.participant, one.source) for one in out] == [("p_b", "p_a")]
    assert abs(out[0].start_ms - found[0].start_ms) < 400 and found[1].start_ms > out[0].end_ms
    # The same where only a missed stretch is looked at, with the names of the case.
    again, recogniser = list[Dropped](), ScriptedRecogniser(["保险"])
    missed = Missed("p_b", LATE_MS, LATE_MS + 20_000)
    heard = missed_speech(
        tmp_path, manifest, recogniser, missed, print, hot_words=["缴纳"], told=again.append
    )
    assert [one.text for one in heard] == ["保险"] and recogniser.heard[0][2] == ("缴纳",)
    assert [(one.participant, one.source) for one in again] == [("p_b", "p_a")]
