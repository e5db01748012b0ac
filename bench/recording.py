"""What recording costs: CPU of the recorder per track in real time; the pace of finishing and verifying."""

import json
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from media.packet import ClockedSink, Packet
from recordings.finish import finish
from recordings.recorder import Recorder
from recordings.verify import verify
from tests.support.rtp_source import CAMERA, MICROPHONE, Stream, opus_frames, vp8_frames

PEOPLE = 8
SECONDS = 12
BIT_RATE = 600_000


def run() -> dict[str, Any]:
    """Record eight cameras (600 kbit/s, 30 pictures a second) and eight microphones for 12 seconds."""
    pictures, sounds = vp8_frames(150, 640, 480, bit_rate=BIT_RATE), opus_frames(250)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        start = time.time() + 0.5
        told: list[dict[str, Any]] = []
        recorder = Recorder(folder, int(start * 1000), 1, told.append, lambda track: None)
        items: list[tuple[ClockedSink, Packet]] = []
        for number in range(PEOPLE):
            for track, frames in ((CAMERA, pictures), (MICROPHONE, sounds)):
                sink = recorder.sink(replace(track, id=f"p_{number:08}.{track.source}"))
                shift = start + number * 0.004
                frames = (frames * 3)[: SECONDS * (30 if track is CAMERA else 50)]
                items += [(sink, packet) for packet in Stream(track, start=shift).packets(frames)]
        items.sort(key=lambda item: item[1].arrival)
        clock = time.pthread_getcpuclockid(recorder._thread.ident or 0)
        writer_before = time.clock_gettime(clock)
        writing = _play(items)
        time.sleep(0.2)
        writer = time.clock_gettime(clock) - writer_before
        recorder.close()
        tracks = PEOPLE * 2
        size = sum(path.stat().st_size for path in folder.glob("*.webm"))
        finishing = _timed(lambda: finish(folder))
        verifying = _timed(lambda: verify(folder, [fact for fact in told if fact["type"] == "segment"]))
        return {
            "tracks": tracks,
            "seconds": SECONDS,
            "packets": len(items),
            "mbit_per_s": round(size * 8 / SECONDS / 1e6, 2),
            "core_percent_per_track": round((writer + writing) / SECONDS / tracks * 100, 4),
            "writer_us_per_packet": round(writer / len(items) * 1e6, 2),
            "sink_us_per_packet": round(writing / len(items) * 1e6, 2),
            "finish_times_real_time": round(SECONDS * tracks / finishing),
            "finish_mb_per_s": round(size / finishing / 1e6, 1),
            "verify_mb_per_s": round(size / verifying / 1e6, 1),
            "target_core_percent_per_track": 0.2,
        }


def _play(items: list[tuple[ClockedSink, Packet]]) -> float:
    """Write packets when they are due; gives the CPU seconds spent inside the sinks."""
    spent = 0.0
    place = 0
    while place < len(items):
        now = time.time()
        due = place
        while due < len(items) and items[due][1].arrival <= now:
            due += 1
        before = time.thread_time()
        for sink, packet in items[place:due]:
            sink.write(packet)
        spent += time.thread_time() - before
        place = due
        time.sleep(0.01)
    return spent


def _timed(act: Any) -> float:
    before = time.process_time()
    act()
    return time.process_time() - before


if __name__ == "__main__":
    print(json.dumps(run(), indent=1))
