"""The ground floor."""

from media.packet import SILENT, Packet, Track


def test_a_track_knows_its_participant() -> None:
    track = Track("p_1a2b.camera", "video", "camera", "vp8", 90000)
    assert track.participant == "p_1a2b"


def test_a_packet_without_a_level_is_silent() -> None:
    assert Packet(1, 2, False, b"", 3.0).level == SILENT
