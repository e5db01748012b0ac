"""The hash of a segment is exactly what its definition says."""

import hashlib

from recordings.chain import GENESIS, Chain, Frame, Proof, Segment

FRAMES = [Frame(at, at % 3000 == 0, bytes([at % 251]) * 5) for at in range(1_000, 31_000, 500)]


def _segments(frames: list[Frame]) -> list[Segment]:
    chain = Chain()
    found = [segment for frame in frames if (segment := chain.add(frame))]
    last = chain.seal()
    return found + ([last] if last else [])


def test_layout_of_hashed_bytes() -> None:
    one, two = Frame(10, True, b"abc"), Frame(70_000_000_000, False, b"")
    found = _segments([one])[0]
    raw = bytes(32) + (10).to_bytes(8, "big") + b"\x01" + (3).to_bytes(4, "big") + b"abc"
    assert found == Segment(1, 10, 10, 1, hashlib.sha256(raw).hexdigest(), GENESIS)
    second = _segments([one, two])[1]
    raw = bytes.fromhex(found.sha256) + (70_000_000_000).to_bytes(8, "big") + b"\x00" + bytes(4)
    assert second.sha256 == hashlib.sha256(raw).hexdigest()


def test_segments_follow_the_ten_seconds_of_media_time() -> None:
    found = _segments(FRAMES)
    assert [(one.number, one.start_ms, one.end_ms, one.frames) for one in found] == [
        (1, 1_000, 9_500, 18),
        (2, 10_000, 19_500, 20),
        (3, 20_000, 29_500, 20),
        (4, 30_000, 30_500, 2),
    ]
    assert [one.prev for one in found] == [GENESIS, *(one.sha256 for one in found[:-1])]


def _prove(frames: list[Frame], claims: list[Segment]) -> Proof:
    proof = Proof(claims)
    for frame in frames:
        proof.add(frame)
    proof.end()
    return proof


def test_proof_of_the_same_frames() -> None:
    proof = _prove(FRAMES, _segments(FRAMES))
    assert proof.problems == []
    assert proof.segments == _segments(FRAMES)


def test_proof_finds_the_tail_that_was_never_told() -> None:
    proof = _prove(FRAMES, _segments(FRAMES)[:2])
    assert proof.problems == []
    assert proof.segments == _segments(FRAMES)


def test_proof_names_the_one_changed_segment() -> None:
    changed = list(FRAMES)
    changed[20] = changed[20]._replace(payload=b"other")
    assert _prove(changed, _segments(FRAMES)).problems == ["segment 2 is not what was recorded"]


def test_proof_sees_time_and_key_flag() -> None:
    for other in (FRAMES[3]._replace(pts_ms=FRAMES[3].pts_ms + 1), FRAMES[3]._replace(key=not FRAMES[3].key)):
        changed = [*FRAMES[:3], other, *FRAMES[4:]]
        assert _prove(changed, _segments(FRAMES)).problems == ["segment 1 is not what was recorded"]


def test_proof_misses_what_is_not_there() -> None:
    some = [frame for frame in FRAMES if not 10_000 <= frame.pts_ms < 20_000]
    proof = _prove(some, _segments(FRAMES))
    assert proof.problems == ["segment 2 is missing"]
    assert proof.segments == _segments(FRAMES)
