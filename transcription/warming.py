"""What a scribe does before its first packet."""

import os

from .listener import Listener
from .wording.script import Script
from .wording.wording import Wording


def warm_up(script: Script) -> None:
    """Load what the first packet would otherwise wait for; three bytes are an Opus frame of silence."""
    Wording(("审理",), script=script).worded("审理")
    listener = Listener()
    for number in range(8):
        listener.packet(b"\xf8\xff\xfe", number * 20.0)


def stay_at_home() -> None:
    """While serving nothing is fetched from and nothing told to anybody."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
