"""A line's own sound, out of a finished recording and out of one that is still made."""

import io
import wave
from pathlib import Path

import numpy as np
import pytest

from recordings.excerpt import NotRecorded, excerpt
from tests.support.finished_folder import finished_folder, recorded_folder
from tests.support.recording_desk import RecordingDesk
from tests.support.rtp_source import MICROPHONE, START, Stream, opus_frames

WHO = "p_00000001"


def heard(data: bytes) -> tuple[float, list[bool]]:
    """Seconds, and for each tenth of a second whether anything sounds in it."""
    with wave.open(io.BytesIO(data)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (16_000, 1, 2)
        samples = np.frombuffer(file.readframes(file.getnframes()), np.int16)
    tenths = samples[: samples.size // 1600 * 1600].reshape(-1, 1600)
    return samples.size / 16_000, [bool(np.abs(tenth.astype(int)).max() > 500) for tenth in tenths]


def pitch(data: bytes) -> float:
    with wave.open(io.BytesIO(data)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), np.int16)
    return float(np.abs(np.fft.rfft(samples)).argmax() * 16_000 / samples.size)


def test_a_stretch_of_a_finished_recording_is_played(tmp_path: Path) -> None:
    finished_folder(tmp_path)
    data = excerpt(tmp_path, WHO, 8_000, 9_500)
    seconds, sounds = heard(data)
    assert seconds == pytest.approx(1.5) and all(sounds)
    assert pitch(data) == pytest.approx(440, abs=2)


def test_a_pause_stays_silent_and_in_its_place(tmp_path: Path) -> None:
    finished_folder(tmp_path)
    _, sounds = heard(excerpt(tmp_path, WHO, 3_000, 7_000))
    assert all(sounds[:9]) and not any(sounds[12:28]) and all(sounds[32:])


def test_a_recording_that_is_still_made_is_played(tmp_path: Path) -> None:
    desk = RecordingDesk(tmp_path)
    microphone = desk.recording(MICROPHONE)
    desk.feed(microphone, Stream(MICROPHONE).packets(opus_frames(500)))
    assert list(tmp_path.glob("*.microphone.e*.webm"))
    seconds, sounds = heard(excerpt(tmp_path, WHO, 2_000, 4_000))
    assert seconds == pytest.approx(2.0) and all(sounds)
    microphone.close(START + 10)
    desk.log.close()


def test_what_a_crash_left_is_played_as_far_as_it_goes(tmp_path: Path) -> None:
    recorded_folder(tmp_path)
    (live,) = tmp_path.glob("*.microphone.e*.webm")
    live.write_bytes(live.read_bytes()[: live.stat().st_size // 2])
    assert all(heard(excerpt(tmp_path, WHO, 1_000, 2_000))[1])
    with pytest.raises(NotRecorded):
        excerpt(tmp_path, WHO, 20_000, 21_000)


@pytest.mark.parametrize(
    ("who", "start", "end"),
    [(WHO, 60_000, 61_000), ("p_stranger", 1_000, 2_000), (WHO, 2_000, 2_000), (WHO, 5_000, 4_000)],
)
def test_what_was_not_recorded_is_said_so(tmp_path: Path, who: str, start: int, end: int) -> None:
    finished_folder(tmp_path)
    with pytest.raises(NotRecorded):
        excerpt(tmp_path, who, start, end)
    with pytest.raises(NotRecorded):
        excerpt(tmp_path / "nothing", who, start, end)


def test_no_more_than_a_minute_is_given(tmp_path: Path) -> None:
    finished_folder(tmp_path)
    assert heard(excerpt(tmp_path, WHO, 0, 10_000_000))[0] == 60.0
