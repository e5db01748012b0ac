"""A finished recording of one participant, as a hearing leaves it."""

from pathlib import Path
from typing import Any

from recordings.finish import finish
from tests.support.recording_desk import RecordingDesk
from tests.support.rtp_source import CAMERA, MICROPHONE, START, Stream, opus_frames, vp8_frames


def recorded_folder(folder: Path, seconds: int = 24) -> list[dict[str, Any]]:
    """Record a camera, and a microphone that pauses from 4 to 6 s; gives what was told."""
    desk = RecordingDesk(folder)
    camera, microphone = desk.recording(CAMERA), desk.recording(MICROPHONE)
    pictures = vp8_frames(300) * (seconds // 10 + 1)
    desk.feed(camera, Stream(CAMERA).packets(pictures[: seconds * 30]))
    sounds = list(Stream(MICROPHONE).packets((opus_frames(500) * (seconds // 10 + 1))[: seconds * 50]))
    desk.feed(microphone, sounds[:200])
    microphone.pause(("caucus", START + 4.02))
    microphone.resume(START + 6)
    desk.feed(microphone, sounds[300:])
    camera.close(START + seconds)
    microphone.close(START + seconds)
    desk.log.close()
    return desk.facts


def finished_folder(folder: Path, seconds: int = 24) -> list[dict[str, Any]]:
    """The same, finished; gives the segments that were told."""
    facts = recorded_folder(folder, seconds)
    finish(folder)
    return [fact for fact in facts if fact["type"] == "segment"]
