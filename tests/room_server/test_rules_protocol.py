"""Frames that are ours are read; everything else is refused by one error."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from room_server.rules import protocol as p
from room_server.rules.commands import Admit


def test_a_wish_is_read() -> None:
    frame = p.decode('{"kind":"wish","id":7,"command":{"type":"Admit","participant":"p_1"}}')
    assert frame == p.Wish(id=7, command=Admit(participant="p_1"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "[" * 100_000,
        '{"kind":"wish"}',
        '{"kind":"wish","id":1,"command":{"type":"Fly"}}',
        '{"kind":"wish","id":1,"command":{"type":"Admit","participant":"p","more":1}}',
        '{"kind":"wish","id":1,"command":{"type":"Move","participants":["p"],"place":"attic"}}',
        '{"kind":"wish","id":1,"command":{"type":"InsertLine","text":"' + "x" * 100_001 + '"}}',
        '{"kind":"hello","protocol":1,"ticket":"t","device":"short"}',
        '{"kind":"welcome","protocol":1}',
        '{"kind":"offer","id":1,"plane":"both","sdp":""}',
        "\ud800",
    ],
)
def test_what_is_no_frame_is_malformed(text: str) -> None:
    with pytest.raises(p.ProtocolError):
        p.decode(text)


def test_a_frame_over_the_limit_is_not_even_parsed() -> None:
    with pytest.raises(p.ProtocolError) as caught:
        p.decode(" " * (p.MAX_FRAME_BYTES + 1))
    assert caught.value.code == 4413


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON)
def test_any_json_is_a_frame_or_refused(value: object) -> None:
    try:
        p.decode(json.dumps(value))
    except p.ProtocolError as error:
        assert error.word == "malformed"
