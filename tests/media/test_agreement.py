"""Which codec is asked for: what most can see, then what is wanted first."""

from media.agreement import outdated, ranked

VP8, H264, BOTH = {"opus", "vp8"}, {"opus", "h264"}, {"opus", "vp8", "h264"}


def test_what_most_can_decode_comes_first_then_the_wanted_order() -> None:
    assert ranked(["vp8", "h264"], []) == ["vp8", "h264"]
    assert ranked(["h264", "vp8"], [BOTH, BOTH]) == ["h264", "vp8"]
    assert ranked(["h264", "vp8"], [BOTH, VP8]) == ["vp8", "h264"]
    assert ranked(["vp8", "h264"], [VP8, H264, H264]) == ["h264", "vp8"]


def test_a_publisher_changes_only_when_more_would_see_it() -> None:
    assert outdated("h264", ["vp8", "h264"], [BOTH, VP8])
    assert not outdated("h264", ["h264"], [VP8])
    assert not outdated("h264", ["vp8", "h264"], [BOTH])
    assert not outdated("h264", ["vp8", "h264"], [VP8, H264])
    assert not outdated("vp8", [], [])
