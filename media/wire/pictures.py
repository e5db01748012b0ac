"""What a forwarder reads of a video payload, by codec."""

from . import h264, vp8

DESCRIBE = {"vp8": vp8.describe, "h264": h264.describe}
SIZE = {"vp8": vp8.size, "h264": h264.size}
