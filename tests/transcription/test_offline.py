"""Utterances out of recorded tracks and sound files."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.support.scripted_recogniser import ScriptedRecogniser
from tests.support.speech import VOICES, quiet, spoken, tone, wav, webm
from transcription.offline import SoundUnreadable, recorded, sounding, transcribe
from transcription.segmenter import Segment
from transcription.whisper import Whisper

FIRST, SECOND = "现在开始调解", "请各方核对身份"


def track(participant: str, *files: tuple[str, int], source: str = "microphone") -> dict[str, Any]:
    listed = [{"file": name, "start_ms": start, "duration_ms": 0} for name, start in files]
    return {"track": f"{participant}.{source}", "participant": participant, "source": source, "files": listed}


def test_a_recording_of_two_people_in_the_order_of_speech(tmp_path: Path) -> None:
    one, two = spoken(FIRST, "+m1"), spoken(SECOND, "+f2")
    webm(tmp_path / "p_a.webm", np.concatenate([quiet(500), one, quiet(4000), one, quiet(1000)]))
    webm(tmp_path / "p_b.e1.webm", np.concatenate([quiet(300), two, quiet(700)]))
    webm(tmp_path / "p_b.e2.webm", np.concatenate([quiet(300), two, quiet(700)]))
    webm(tmp_path / "cam.webm", np.concatenate([two, quiet(700)]))
    manifest = {
        "tracks": [
            track("p_a", ("p_a.webm", 1000)),
            track("p_b", ("p_b.e2.webm", 60_000), ("p_b.e1.webm", 4000)),
            track("p_c", ("cam.webm", 0), source="camera"),
        ]
    }
    heard = list(transcribe(tmp_path, manifest, Whisper(VOICES)))
    assert [(u.speaker, u.text) for u in heard] == [
        ("p_a", FIRST),
        ("p_b", SECOND),
        ("p_a", FIRST),
        ("p_b", SECOND),
    ]
    begins = [1500, 4300, 1500 + one.size / 16 + 4000, 60_300]
    assert [u.start_ms for u in heard] == [pytest.approx(at, abs=150) for at in begins]
    assert heard[0].words[0].start_ms >= 1200


def test_a_recording_is_written_down_like_live_speech(tmp_path: Path) -> None:
    webm(tmp_path / "a.webm", np.concatenate([quiet(300), spoken(FIRST), quiet(700)]))
    (heard,) = transcribe(tmp_path, {"tracks": [track("p", ("a.webm", 0))]}, ScriptedRecogniser(["给八千元"]))
    assert (heard.text, heard.spoken) == ("给8000元", "给八千元")


def test_a_hole_in_a_recording_stays_a_hole_in_time(tmp_path: Path) -> None:
    speech = spoken(FIRST)
    webm(tmp_path / "a.webm", np.concatenate([speech, quiet(700)]), first_ms=30_000)
    (segment,) = recorded(tmp_path / "a.webm", 5000.0)
    assert segment.start_ms == pytest.approx(35_000, abs=150)


def test_a_manifest_cannot_lead_out_of_its_folder(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    webm(tmp_path / "a.webm", spoken(FIRST))
    with pytest.raises(SoundUnreadable):
        list(transcribe(tmp_path / "in", {"tracks": [track("p", ("../a.webm", 0))]}, ScriptedRecogniser()))


def test_a_file_that_cannot_be_read_can_be_told_and_passed_over(tmp_path: Path) -> None:
    webm(tmp_path / "good.webm", np.concatenate([spoken(FIRST), quiet(700)]))
    (tmp_path / "bad.webm").write_bytes(b"nothing")
    manifest = {"tracks": [track("p_a", ("bad.webm", 0)), track("p_b", ("good.webm", 0))]}
    told: list[str] = []
    heard = list(transcribe(tmp_path, manifest, ScriptedRecogniser(), unreadable=told.append))
    assert [u.speaker for u in heard] == ["p_b"]
    assert told == ["bad.webm cannot be read to its end"]
    with pytest.raises(SoundUnreadable):
        list(transcribe(tmp_path, manifest, ScriptedRecogniser()))


def test_doubtful_text_is_left_out(tmp_path: Path) -> None:
    webm(tmp_path / "a.webm", np.concatenate([spoken(FIRST), quiet(700)]))
    assert (
        list(transcribe(tmp_path, {"tracks": [track("p", ("a.webm", 0))]}, ScriptedRecogniser(["?"]))) == []
    )


def test_what_a_crash_left_is_still_read_to_where_it_goes(tmp_path: Path) -> None:
    path = tmp_path / "a.webm"
    webm(path, np.concatenate([quiet(300), spoken(FIRST), quiet(3000), spoken(SECOND), quiet(1000)]))
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * 0.6)])
    found: list[Segment] = []
    try:
        for segment in recorded(path, 0.0):
            found.append(segment)
    except SoundUnreadable:
        assert found
    assert found[0].start_ms == pytest.approx(300, abs=150)


def test_any_sound_file_has_a_length_and_its_speech(tmp_path: Path) -> None:
    sound = np.concatenate([quiet(500), spoken(FIRST), quiet(1000)])
    (tmp_path / "a.wav").write_bytes(wav(sound))
    *segments, seconds = sounding(tmp_path / "a.wav", 60)
    assert len(segments) == 1
    assert seconds == pytest.approx(sound.size / 16_000, abs=0.05)


def test_a_file_too_long_or_no_sound_at_all_is_refused(tmp_path: Path) -> None:
    (tmp_path / "long.wav").write_bytes(wav(tone(3000)))
    (tmp_path / "text.wav").write_bytes(b"these are only words" * 50)
    (tmp_path / "empty.wav").write_bytes(b"")
    for name, limit in [("long.wav", 1.0), ("text.wav", 60.0), ("empty.wav", 60.0), ("none.wav", 60.0)]:
        with pytest.raises(SoundUnreadable):
            list(sounding(tmp_path / name, limit))


def test_a_picture_is_no_sound(tmp_path: Path) -> None:
    import av

    file = io.BytesIO()
    with av.open(file, "w", format="webm") as out:
        stream = out.add_stream("libvpx", rate=10, width=64, height=64, pix_fmt="yuv420p")
        out.mux(stream.encode(av.VideoFrame(64, 64, "yuv420p")))
        out.mux(stream.encode(None))
    (tmp_path / "v.webm").write_bytes(file.getvalue())
    with pytest.raises(SoundUnreadable, match="no sound"):
        list(sounding(tmp_path / "v.webm", 60))
    with pytest.raises(SoundUnreadable, match="no sound"):
        list(recorded(tmp_path / "v.webm", 0))
