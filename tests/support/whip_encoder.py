"""An encoder that is not ours: GStreamer publishes a test picture and ticks by WHIP.

`/usr/bin/python3 whip_encoder.py ENDPOINT TICKET [vp8|h264]`, with the system's Python, which knows
GStreamer. Prints a word per line as things happen (`waiting`, `refused`, `published`, `connected`, `ended`);
ends with its input.
"""

import ssl
import sys
import threading
import time
import urllib.error
import urllib.request
from typing import Any

PIPELINE = """
webrtcbin name=door bundle-policy=max-bundle
videotestsrc is-live=true pattern=ball ! video/x-raw,width=320,height=240,framerate=15/1 ! queue
  ! {picture} ! door.
audiotestsrc is-live=true wave=ticks ! audioconvert ! queue
  ! opusenc ! rtpopuspay ! application/x-rtp,media=audio,encoding-name=OPUS,payload=97 ! door.
"""


PICTURES = {
    "vp8": "vp8enc deadline=1 keyframe-max-dist=30"
    " ! rtpvp8pay ! application/x-rtp,media=video,encoding-name=VP8,payload=96",
    "h264": "openh264enc gop-size=30 bitrate=400000 ! video/x-h264,profile=constrained-baseline"
    " ! h264parse config-interval=-1 ! rtph264pay config-interval=-1 aggregate-mode=zero-latency"
    " ! application/x-rtp,media=video,encoding-name=H264,payload=96"
    ",packetization-mode=(string)1",
}


def say(word: str) -> None:
    """Tell whoever started this."""
    print(word, flush=True)


def ask(method: str, url: str, ticket: str, body: str | None = None) -> tuple[int, str, str]:
    """One request: status, body, Location."""
    context = ssl._create_unverified_context()
    request = urllib.request.Request(url, body.encode() if body else None, method=method)
    request.add_header("Authorization", f"Bearer {ticket}")
    if body:
        request.add_header("Content-Type", "application/sdp")
    try:
        with urllib.request.urlopen(request, timeout=15, context=context) as answer:
            return answer.status, answer.read().decode(), answer.headers.get("Location") or ""
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(), ""


def publish(endpoint: str, ticket: str, codec: str) -> str:
    """Connect and send until the input ends; the address of the resource."""
    import gi  # type: ignore[import-not-found,import-untyped,unused-ignore]

    for name in ("Gst", "GstSdp", "GstWebRTC"):
        gi.require_version(name, "1.0")
    from gi.repository import (  # type: ignore[import-not-found,import-untyped,unused-ignore]
        Gst,
        GstSdp,
        GstWebRTC,
    )

    Gst.init(None)
    pipeline = Gst.parse_launch(PIPELINE.format(picture=PICTURES[codec]))
    door = pipeline.get_by_name("door")
    # Each step keeps its object: Python would free what belongs to it, or to its owner, too early.
    agent = door.get_property("ice-agent")
    agent.emit("add-local-ip-address", "127.0.0.1")
    gathered, connected = threading.Event(), threading.Event()

    def changed(*_: Any) -> None:
        if door.get_property("ice-gathering-state") == GstWebRTC.WebRTCICEGatheringState.COMPLETE:
            gathered.set()
        if door.get_property("connection-state") == GstWebRTC.WebRTCPeerConnectionState.CONNECTED:
            connected.set()

    door.connect("notify::ice-gathering-state", changed)
    door.connect("notify::connection-state", changed)
    pipeline.set_state(Gst.State.PLAYING)
    for number in range(2):
        while (lane := door.emit("get-transceiver", number)) is None:
            time.sleep(0.05)
        lane.set_property("direction", GstWebRTC.WebRTCRTPTransceiverDirection.SENDONLY)
    promise = Gst.Promise.new()
    door.emit("create-offer", None, promise)
    promise.wait()
    reply = promise.get_reply()
    offer = reply.get_value("offer")
    door.emit("set-local-description", offer, None)
    if not gathered.wait(10):
        raise TimeoutError("no candidates")
    local = door.get_property("local-description")
    text = local.sdp.as_text()
    status, body, location = ask("POST", endpoint, ticket, text)
    while status == 409:
        say("waiting")
        time.sleep(0.5)
        status, body, location = ask("POST", endpoint, ticket, text)
    if status != 201:
        say(f"refused {status} {body}")
        raise SystemExit(1)
    say("published")
    _, message = GstSdp.SDPMessage.new_from_text(body)
    answer = GstWebRTC.WebRTCSessionDescription.new(GstWebRTC.WebRTCSDPType.ANSWER, message)
    door.emit("set-remote-description", answer, None)
    if not connected.wait(20):
        raise TimeoutError("no connection")
    say("connected")
    sys.stdin.read()
    return location


def main() -> None:
    """Publish, then take the leave."""
    endpoint, ticket = sys.argv[1:3]
    location = publish(endpoint, ticket, "".join(sys.argv[3:4]) or "vp8")
    status, _, _ = ask("DELETE", endpoint.partition("/whip/")[0] + location, ticket)
    say(f"ended {status}")


if __name__ == "__main__":
    main()
