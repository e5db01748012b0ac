"""The real faster-whisper with the rehearsal voices."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.support.speech import VOICES, noise, opus, quiet, spoken
from transcription.listener import Listener
from transcription.whisper import Whisper

SENTENCES = [
    "公司拖欠我两个月工资",
    "现在开始调解",
    "双方达成调解协议",
    "公司愿意支付两万元",
    "请各方核对身份",
]


@pytest.fixture(scope="module")
def whisper() -> Whisper:
    return Whisper(VOICES)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_sentence_through_opus_and_the_whole_chain_is_exact(whisper: Whisper, sentence: str) -> None:
    listener = Listener()
    sound = np.concatenate([quiet(500), spoken(sentence), quiet(1000)])
    segments = [s for i, p in enumerate(opus(sound)) for s in listener.packet(p, i * 20.0)]
    (segment,) = segments
    found = whisper.recognise(segment.audio, "zh", ())
    assert (found.text, found.doubt, found.language) == (sentence, "", "zh")
    assert 0.5 < found.confidence <= 1


def test_words_have_times_in_order(whisper: Whisper) -> None:
    sound = spoken(SENTENCES[0])
    words = whisper.recognise(sound, "zh", ()).words
    assert "".join(w.text for w in words) == SENTENCES[0]
    times = [t for w in words for t in (w.start_ms, w.end_ms)]
    assert times == sorted(times)
    assert times[-1] <= sound.size / 16 + 20
    assert all(0 <= w.probability <= 1 for w in words)


def test_a_model_without_alignment_heads_gives_no_word_times(tmp_path: Path) -> None:
    folder = shutil.copytree(VOICES, tmp_path / "voices")
    settings = json.loads((folder / "config.json").read_text())
    del settings["alignment_heads"]
    (folder / "config.json").write_text(json.dumps(settings))
    found = Whisper(folder).recognise(spoken(SENTENCES[0]), "zh", ())
    assert (found.text, found.words) == (SENTENCES[0], ())


@pytest.mark.parametrize("sound", [quiet(4000), noise(4000, 0.05)], ids=["silence", "noise"])
def test_no_speech_never_reaches_the_recogniser(
    sound: "np.ndarray[tuple[int], np.dtype[np.float32]]",
) -> None:
    listener = Listener()
    segments = [s for i, p in enumerate(opus(sound)) for s in listener.packet(p, i * 20.0)]
    assert segments + listener.pause() == []


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = (
        "import sys, transcription, transcription.worker, transcription.models, transcription.minutes\n"
        "import transcription.whisper, transcription.offline, transcription.dictation\n"
        "heavy = {'av', 'faster_whisper', 'onnxruntime', 'ctranslate2', 'huggingface_hub', 'aiohttp'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
