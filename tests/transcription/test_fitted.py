"""Windows as long as what was said: the padding goes, the text stays."""

import numpy as np
import pytest

from tests.support.speech import VOICES, spoken
from transcription.fitted import AFTER, trimmed
from transcription.whisper import Whisper


@pytest.mark.parametrize(
    ("frames", "length"), [(0, AFTER), (1, AFTER + 100), (300, AFTER + 300), (2990, 3000), (3000, 3000)]
)
def test_padding_goes_but_for_what_tells_the_end(frames: int, length: int) -> None:
    features = np.zeros((80, 3000), np.float32)
    features[3, :frames] = 0.5
    assert trimmed(features).shape == (80, length)
    assert np.array_equal(trimmed(features), features[:, :length])


def test_the_text_is_that_of_a_whole_window() -> None:
    sound = spoken("请各方核对身份")
    whole, fitted = (Whisper(VOICES, fitted=way).recognise(sound, "zh", ()) for way in (False, True))
    assert fitted.text == whole.text == "请各方核对身份"
    assert len(fitted.words) == len(whole.words) == 7
    assert not Whisper(VOICES, prompt="以下", fitted=True).packs and Whisper(VOICES, prompt="以下").packs
