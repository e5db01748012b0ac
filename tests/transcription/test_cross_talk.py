"""Whose voice it is: echoes of open loudspeakers are told from what people say themselves, through Opus."""

import itertools

import numpy as np
import pytest

from tests.support.echo import echoed, mixed
from tests.support.speech import Samples, noise, opus, quiet, spoken
from transcription.cross_talk import Judgement, Recent, Verdict, judge, likeness
from transcription.decoder import OpusDecoder
from transcription.listener import Listener
from transcription.pcm import Pcm
from transcription.segmenter import Segment

SENTENCES = ("我要求支付拖欠的工资", "公司没有缴纳社会保险", "请申请人陈述请求和理由")
VOICES = ("+f2", "+m1", "+m3")
LEVELS = (-6.5, -12, -20)
DELAYS = (30, 90, 200)


def said(number: int) -> Samples:
    sentence = spoken(SENTENCES[number % 3], VOICES[number % 3])
    return np.concatenate([quiet(400), sentence, quiet(900)])


def carried(sound: Samples, start_ms: float = 0.0) -> tuple[Recent, list[Segment]]:
    """A track as the scribe gets it: what it carried lately, and its stretches of speech."""
    recent, decoder = Recent(), OpusDecoder()
    listener = Listener()
    segments = []
    for number, payload in enumerate(opus(sound)):
        for pcm in decoder.feed(payload, start_ms + number * 20.0):
            recent.add(pcm)
            segments += listener.sound(pcm)
    return recent, segments + listener.stop()


@pytest.mark.parametrize(
    ("number", "level", "delay"), [(i, *p) for i, p in enumerate(itertools.product(LEVELS, DELAYS))]
)
def test_an_echo_is_no_speech_of_its_hearers(number: int, level: float, delay: float) -> None:
    original, own = carried(said(number))
    hum = noise(3000, 0.0005)
    echo, segments = carried(mixed(echoed(said(number), level, delay, lingers_ms=120, seed=number), hum))
    assert segments
    for segment in segments:
        found = judge(segment.audio, segment.audio_ms, {"p_a": original, "p_c": carried(hum)[0]})
        assert found.source == "p_a"
        # At the limit of 6 dB a mark is enough: nothing is dropped on a doubt.
        assert found.verdict is Verdict.DROPPED or level > -12
        assert likeness(segment.audio, segment.audio_ms, original).lag_ms == pytest.approx(delay, abs=30)
    for segment in own:
        assert judge(segment.audio, segment.audio_ms, {"p_b": echo}).verdict is Verdict.OWN


def test_a_lively_room_is_a_doubt_never_a_drop_of_the_wrong_one() -> None:
    for number in range(3):
        original, own = carried(said(number))
        echo, segments = carried(echoed(said(number), -15, 60, lingers_ms=600, seed=number))
        judged = [judge(s.audio, s.audio_ms, {"p_a": original}) for s in segments]
        assert all(found.source in ("", "p_a") for found in judged)
        assert [judge(s.audio, s.audio_ms, {"p_b": echo}).verdict for s in own] == [Verdict.OWN] * len(own)


@pytest.mark.parametrize("number", range(6))
def test_what_two_people_say_at_once_is_never_dropped(number: int) -> None:
    first, _ = carried(said(number))
    _, segments = carried(np.concatenate([quiet(number * 60), said(number + 1) * 0.25]))
    assert segments
    assert {judge(s.audio, s.audio_ms, {"p_a": first}).verdict for s in segments} == {Verdict.OWN}


@pytest.mark.parametrize(("level", "own"), list(itertools.product((-8, -14, -20), (0, -6, -12))))
def test_words_over_an_echo_are_never_dropped(level: float, own: float) -> None:
    number = int(-(level + own))
    original, _ = carried(said(number))
    words = spoken("不同意", "+f4") * 10 ** (max(own, level - 4) / 20)
    both = mixed(
        echoed(said(number), level, 60, seed=number), np.concatenate([quiet(700), words]), noise(3000, 0.0005)
    )
    _, segments = carried(both)
    begin, end = 700, 700 + words.size / 16
    over = [s for s in segments if s.start_ms < end - 100 and s.end_ms > begin + 100]
    assert over
    assert Verdict.DROPPED not in {judge(s.audio, s.audio_ms, {"p_a": original}).verdict for s in over}


def test_the_same_words_in_chorus_are_never_dropped() -> None:
    for number in range(3):
        first, _ = carried(said(number))
        other = spoken(SENTENCES[number], VOICES[(number + 1) % 3], pitch=60) * 0.3
        _, segments = carried(np.concatenate([quiet(450), other, quiet(900)]))
        assert segments
        # Their patterns are alike, their waves are not: at most a mark.
        assert Verdict.DROPPED not in {judge(s.audio, s.audio_ms, {"p_a": first}).verdict for s in segments}


def test_an_echo_louder_than_its_original_is_left_to_people() -> None:
    original, own = carried(said(0) * 0.1)
    echo, segments = carried(echoed(said(0) * 0.1, 12, 80))
    assert [judge(s.audio, s.audio_ms, {"p_a": original}) for s in segments] == [Judgement(Verdict.OWN)]
    assert Verdict.DROPPED not in {judge(s.audio, s.audio_ms, {"p_b": echo}).verdict for s in own}


def test_what_is_kept_is_bounded_and_silence_costs_nothing() -> None:
    recent = Recent(kept_ms=1000)
    for number in range(500):
        recent.add(Pcm(number * 20.0, noise(20, 0.1, seed=number)))
    assert recent.between(0, 8000).any() == np.False_
    assert recent.between(9010, 980).any()
    assert recent.size <= 51 * 320
    for number in range(500, 600):
        recent.add(Pcm(number * 20.0, quiet(20)))
    assert recent.size == 0


def test_samples_come_back_at_their_time() -> None:
    recent = Recent()
    sound = noise(40, 0.1)
    recent.add(Pcm(1000.0, sound))
    found = recent.between(990.0, 60)
    assert not found[:160].any() and not found[-160:].any()
    assert np.abs(found[160:-160] - sound).max() < 1e-4
