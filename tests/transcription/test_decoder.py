"""Opus payloads through the decoder: time stays true."""

import numpy as np
import pytest

from tests.support.speech import FRAME_MS, opus, quiet, spoken, tone
from transcription.decoder import OpusDecoder
from transcription.pcm import PER_MS, Pcm, Samples


def decoded(packets: list[tuple[bytes, float]]) -> tuple[list[Pcm], OpusDecoder]:
    decoder = OpusDecoder()
    return [pcm for payload, at in packets for pcm in decoder.feed(payload, at)], decoder


def timed(payloads: list[bytes], start_ms: float = 0.0) -> list[tuple[bytes, float]]:
    return [(payload, start_ms + i * FRAME_MS) for i, payload in enumerate(payloads)]


def on_the_clock(sounds: list[Pcm], length_ms: float) -> Samples:
    """Every sample at the place its time says."""
    line = np.zeros(round(length_ms * PER_MS), np.float32)
    for pcm in sounds:
        begin = max(0, round(pcm.at_ms * PER_MS))
        part = pcm.samples[: max(0, line.size - begin)]
        line[begin : begin + part.size] = part
    return line


def lag_ms(a: Samples, b: Samples) -> float:
    """How much later the same sound is in b."""
    size = 1 << (a.size + b.size).bit_length()
    spectrum = np.fft.rfft(b, size) * np.conj(np.fft.rfft(a, size))
    best = int(np.argmax(np.fft.irfft(spectrum, size)))
    return (best if best < size // 2 else best - size) / PER_MS


SENTENCE = "公司拖欠我两个月工资"


def test_speech_comes_out_where_it_was_said() -> None:
    sound = np.concatenate([quiet(300), spoken(SENTENCE), quiet(300)])
    sounds, decoder = decoded(timed(opus(sound)))
    assert abs(lag_ms(sound, on_the_clock(sounds, sound.size / PER_MS))) < 1.0
    assert decoder.bad_packets == 0 and decoder.filled_ms == 0


def test_time_stays_true_through_loss_and_a_pause() -> None:
    sound = np.concatenate([quiet(300), spoken(SENTENCE), quiet(300)])
    lossy = [p for i, p in enumerate(timed(opus(sound))) if i % 11 != 7 and not 60 <= i < 75]
    sounds, decoder = decoded(lossy)
    assert abs(lag_ms(sound, on_the_clock(sounds, sound.size / PER_MS))) < 2.0
    assert decoder.filled_ms == pytest.approx(20 * (len(opus(sound)) - len(lossy)), abs=41)


def test_discontinuous_transmission_leaves_no_hole_in_time() -> None:
    sound = np.concatenate([tone(1000), quiet(1500), tone(1000, 600.0)])
    payloads = opus(sound, dtx="1")
    assert min(len(payload) for payload in payloads) <= 3
    sent = [p for p in timed(payloads) if len(p[0]) > 3]
    assert len(sent) < len(payloads) - 30
    sounds, _ = decoded(sent)
    line = on_the_clock(sounds, sound.size / PER_MS)
    assert abs(lag_ms(sound[-16_000:], line[-16_000:])) < 2.0


def test_a_jump_in_time_is_told() -> None:
    payloads = opus(tone(200))
    sounds, _ = decoded([*timed(payloads[:5]), *timed(payloads[5:], 60_000.0)])
    jumps = [pcm.at_ms for pcm in sounds if pcm.jump]
    assert jumps == [pytest.approx(60_000.0 - 6.5)]


def test_a_stream_whose_first_packet_came_late_is_set_right() -> None:
    payloads = opus(tone(2000))
    sounds, decoder = decoded([(p, i * 20.0 - (40.0 if i else 0.0)) for i, p in enumerate(payloads)])
    assert sounds[-1].at_ms == pytest.approx((len(payloads) - 1) * 20.0 - 40 - 6.5, abs=2)
    assert decoder.filled_ms == 0


def test_bytes_that_are_no_opus_cost_their_own_time_only() -> None:
    payloads = opus(tone(2000))
    spoilt = [b"\xff" * 50 if 20 <= i < 30 else p for i, p in enumerate(payloads)]
    sounds, decoder = decoded([(p, i * 20.0) for i, p in enumerate([b"", *spoilt])])
    assert decoder.bad_packets == 10
    last = sounds[-1]
    assert last.at_ms + last.samples.size / PER_MS == pytest.approx(20.0 * (len(payloads) + 1), abs=10)


@pytest.mark.parametrize(("frame_ms", "layout"), [(10, "mono"), (60, "mono"), (20, "stereo")])
def test_stereo_and_other_frame_lengths_are_taken(frame_ms: int, layout: str) -> None:
    sound = np.concatenate([quiet(300), spoken(SENTENCE), quiet(300)])
    payloads = opus(sound, frame_ms, layout)
    sounds, decoder = decoded([(p, float(i * frame_ms)) for i, p in enumerate(payloads)])
    line = on_the_clock(sounds, sound.size / PER_MS)
    assert abs(lag_ms(sound, line)) < 1.0
    assert decoder.filled_ms == 0
    assert np.abs(line).max() == pytest.approx(np.abs(sound).max(), rel=0.3)
