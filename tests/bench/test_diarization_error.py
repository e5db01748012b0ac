"""The diarization error rate by hand-made examples."""

import pytest

from bench.diarization_error import Span, error_rate, spans_of

TRUTH = [Span("a", 0, 10), Span("b", 10, 20)]


def test_names_do_not_matter_but_their_mix_up_does() -> None:
    assert error_rate(TRUTH, [Span("x", 0, 10), Span("y", 10, 20)], 0).percent == 0
    assert error_rate(TRUTH, [Span("x", 0, 20)], 0).percent == 50
    late = error_rate(TRUTH, [Span("x", 0, 12), Span("y", 12, 20)], 0)
    assert (late.confused_s, late.percent) == (2, 10)


def test_missed_and_invented_speech_count_each() -> None:
    found = error_rate(TRUTH, [Span("x", 0, 8), Span("y", 10, 23)], 0)
    assert (found.speech_s, found.missed_s, found.invented_s, found.confused_s) == (20, 2, 3, 0)
    assert found.percent == 25


def test_the_collar_forgives_at_the_boundaries_only() -> None:
    late = [Span("x", 0, 10.2), Span("y", 10.2, 20)]
    assert error_rate(TRUTH, late, 0.25).percent == 0
    assert error_rate(TRUTH, late, 0).percent == pytest.approx(1)


def test_in_overlap_both_are_to_be_told() -> None:
    truth = [Span("a", 0, 10), Span("b", 5, 15)]
    found = error_rate(truth, [Span("x", 0, 10), Span("y", 10, 15)], 0)
    assert (found.speech_s, found.missed_s) == (20, 5)


def test_one_voice_of_the_answer_stands_for_one_speaker_at_most() -> None:
    shattered = [Span("x", 0, 5), Span("y", 5, 10), Span("z", 10, 20)]
    assert error_rate(TRUTH, shattered, 0).confused_s == 5


def test_nothing_is_no_error() -> None:
    assert error_rate([], [], 0).percent == 0
    assert error_rate(TRUTH, [], 0).percent == 100


def test_rttm_is_read() -> None:
    rows = [
        "SPEAKER s 1 6.5 0.25 <NA> <NA> one <NA> <NA>",
        ";; a remark",
        "SPEAKER s 1 8.0 2 <NA> <NA> two <NA> <NA>",
    ]
    assert spans_of("\n".join(rows)) == [Span("one", 6.5, 6.75), Span("two", 8.0, 10.0)]
