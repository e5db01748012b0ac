"""Speaks a script's sentences anew with espeak-ng: `python -m room_server.rehearsal.recast [SCRIPT]`.

The clips are committed; this is for whoever changes a script. Plain `-v cmn` of Debian is not Mandarin.
"""

import io
import subprocess
import sys
from pathlib import Path

from .script import Person, Script, load

BITS_PER_SECOND = 24_000


def spoken(person: Person, text: str) -> bytes:
    """A sentence as WAV bytes in a person's voice."""
    words = ["espeak-ng", "-v", person.voice, "-p", str(person.pitch), "-s", str(person.speed)]
    return subprocess.run([*words, "--stdout", text], check=True, capture_output=True).stdout


def encode(wav: bytes, out: Path) -> None:
    """Write WAV bytes as mono Opus in 20 ms packets."""
    import av

    with av.open(io.BytesIO(wav), mode="r") as source, av.open(str(out), mode="w", format="ogg") as target:
        options = {"application": "voip", "frame_duration": "20"}
        stream = target.add_stream("libopus", rate=48_000, layout="mono", options=options)
        stream.bit_rate = BITS_PER_SECOND
        resampler = av.AudioResampler(format="s16", layout="mono", rate=48_000)
        for frame in [*source.decode(audio=0), None]:
            for resampled in resampler.resample(frame):
                resampled.pts = None
                target.mux(stream.encode(resampled))
        target.mux(stream.encode(None))


def recast(script: Script) -> int:
    """Write every clip of a script; returns how many. One that borrows its cast has none of its own."""
    if script.cast:
        return 0
    people = {person.key: person for person in script.people}
    wanted = {
        (who, clip): text for step in script.steps if step.do == "say" for who, clip, text in step.voices()
    }
    for (who, clip), text in wanted.items():
        out = script.clip_file(who, clip)
        out.parent.mkdir(parents=True, exist_ok=True)
        encode(spoken(people[who], text), out)
    return len(wanted)


if __name__ == "__main__":
    print(recast(load(sys.argv[1] if len(sys.argv) > 1 else "mediation")), "clips")
