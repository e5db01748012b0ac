"""A stream from packets to segments, with real Opus and the real voice detector."""

import numpy as np
import pytest

from tests.support.speech import noise, opus, quiet, spoken
from transcription.listener import Listener
from transcription.pcm import Pcm
from transcription.segmenter import Segment

FIRST, SECOND = spoken("现在开始调解"), spoken("请各方核对身份")


def listened(payloads: list[bytes], batch: int = 2, lost: tuple[int, ...] = ()) -> list[Segment]:
    listener = Listener(batch=batch)
    found = []
    for number, payload in enumerate(payloads):
        if number not in lost:
            found += listener.packet(payload, 10_000 + number * 20.0)
    return found + listener.pause()


def test_two_sentences_are_two_segments_at_their_true_times() -> None:
    sound = np.concatenate([quiet(1000), FIRST, quiet(1000), SECOND, quiet(1000)])
    one, two = listened(opus(sound))
    assert one.start_ms == pytest.approx(11_000, abs=150)
    begin = 12_000 + FIRST.size / 16
    # The detector believes in a voice only after an unvoiced consonant like q.
    assert two.start_ms == pytest.approx(begin, abs=200)
    assert begin + SECOND.size / 16 - 500 < two.end_ms < begin + SECOND.size / 16 + 50
    assert one.audio_ms < one.start_ms


@pytest.mark.parametrize("batch", [1, 4, 16])
def test_the_batch_does_not_move_anything(batch: int) -> None:
    payloads = opus(np.concatenate([quiet(500), FIRST, quiet(1000)]))
    (one,), (other,) = listened(payloads, 2), listened(payloads, batch)
    assert one.start_ms == pytest.approx(other.start_ms, abs=1)
    assert one.end_ms == pytest.approx(other.end_ms, abs=1)


def test_lost_packets_neither_move_nor_split_speech() -> None:
    payloads = opus(np.concatenate([quiet(1000), FIRST, quiet(1000), SECOND, quiet(1000)]))
    lost = tuple(i for i in range(len(payloads)) if i % 20 == 13)
    whole, holed = listened(payloads), listened(payloads, lost=lost)
    assert len(whole) == len(holed) == 2
    for a, b in zip(whole, holed, strict=True):
        assert a.start_ms == pytest.approx(b.start_ms, abs=70)
        assert a.end_ms == pytest.approx(b.end_ms, abs=100)


def test_a_pause_of_the_stream_ends_the_utterance() -> None:
    listener = Listener()
    payloads = opus(np.concatenate([quiet(500), FIRST]))
    for number, payload in enumerate(payloads[:-20]):
        assert listener.packet(payload, number * 20.0) == []
    assert listener.speaking
    (segment,) = listener.pause()
    assert segment.start_ms == pytest.approx(500, abs=150)
    assert listener.pause() == []
    (later,) = [
        s for i, p in enumerate(payloads + opus(quiet(1000))) for s in listener.packet(p, 99_000 + i * 20.0)
    ]
    assert later.start_ms == pytest.approx(99_500, abs=150)


def test_after_a_pause_nothing_of_before_is_left() -> None:
    used, fresh = Listener(), Listener()
    used.sound(Pcm(0.0, np.concatenate([FIRST, FIRST])[: 512 * 40 + 300]))
    used.pause()
    speech = Pcm(90_000.0, np.concatenate([quiet(320), SECOND, quiet(960)]))
    (one,), (other,) = used.sound(speech), fresh.sound(speech)
    assert (one.start_ms, one.end_ms, one.audio_ms) == (other.start_ms, other.end_ms, other.audio_ms)
    assert np.array_equal(one.audio, other.audio)


def test_a_pause_forgets_the_voice_that_was_heard() -> None:
    used, fresh = Listener(batch=1), Listener(batch=1)
    used.sound(Pcm(0.0, FIRST[:16_000]))
    used.pause()
    chunk = noise(32, 0.05)[:512]
    assert used._detector.probabilities(chunk) == fresh._detector.probabilities(chunk)


def test_a_jump_in_time_closes_what_was_open() -> None:
    listener = Listener()
    speech = np.concatenate([quiet(320), FIRST])
    assert listener.sound(Pcm(0.0, speech)) == []
    (segment,) = listener.sound(Pcm(50_000.0, quiet(640), jump=True))
    assert segment.start_ms == pytest.approx(320, abs=150)


def test_people_who_talk_at_once_do_not_disturb_each_other() -> None:
    a = opus(np.concatenate([quiet(1000), FIRST, quiet(1000)]))
    b = opus(np.concatenate([quiet(1200), SECOND, quiet(1000)]))
    one, other = Listener(), Listener()
    mixed: dict[str, list[Segment]] = {"a": [], "b": []}
    for number in range(max(len(a), len(b))):
        for name, listener, payloads in (("a", one, a), ("b", other, b)):
            if number < len(payloads):
                mixed[name] += listener.packet(payloads[number], 10_000 + number * 20.0)
    for name, alone in (("a", listened(a)), ("b", listened(b))):
        (x,), (y,) = mixed[name], alone
        assert (x.start_ms, x.end_ms) == (y.start_ms, y.end_ms)
        assert np.array_equal(x.audio, y.audio)


def test_a_noisy_room_without_speech_gives_nothing() -> None:
    assert listened(opus(noise(6000, 0.05))) == []
