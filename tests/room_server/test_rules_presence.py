"""Whether a chamber can be reached, for every time since it was heard of."""

from hypothesis import given
from hypothesis import strategies as st

from room_server.rules.presence import SILENT_MS, Sighting, Standing, standing

MOMENTS = st.integers(0, 4_102_444_800_000)


@given(MOMENTS, MOMENTS, st.booleans(), st.booleans(), st.booleans())
def test_a_chamber_is_there_only_while_its_device_is_heard_of(
    at: int, now: int, paired: bool, in_room: bool, calling: bool
) -> None:
    found = standing(paired, Sighting(at, in_room), calling, now)
    near = at - SILENT_MS <= now <= at + SILENT_MS
    assert (found is Standing.UNPAIRED) == (not paired)
    assert (found in (Standing.ONLINE, Standing.BUSY)) == (paired and near)
    if found is Standing.ONLINE:
        assert not in_room and not calling


@given(MOMENTS, st.booleans())
def test_a_device_that_was_never_heard_of_is_offline(now: int, calling: bool) -> None:
    assert standing(True, None, calling, now) is Standing.OFFLINE
