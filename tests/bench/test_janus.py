"""What Janus says is read right; its configuration is whole."""

from pathlib import Path

import pytest

from bench import janus


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"janus": "success", "data": {"id": 7}}, ""),
        ({"janus": "ack"}, ""),
        ({"janus": "error", "error": {"code": 458, "reason": "No such session"}}, "No such session"),
        ({"janus": "error"}, "unknown error"),
        ({"janus": "event", "plugindata": {"data": {"videoroom": "attached"}}}, ""),
        (
            {"janus": "event", "plugindata": {"data": {"videoroom": "event", "error": "No such feed (3)"}}},
            "No such feed (3)",
        ),
    ],
)
def test_a_complaint_is_found_wherever_it_stands(told: dict[str, object], words: str) -> None:
    assert janus.complaint(told) == words


def test_the_configuration_leaves_nothing_but_the_video_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for kind, names in (("plugins", ("videoroom", "echotest")), ("transports", ("websockets", "http"))):
        folder = tmp_path / "lib" / "janus" / kind
        folder.mkdir(parents=True)
        for name in names:
            (folder / f"libjanus_{name}.so").touch()
    monkeypatch.setattr(janus, "_LIBRARIES", tmp_path / "lib")
    target = tmp_path / "configuration"
    target.mkdir()
    janus.configuration(target, "198.18.0.1")
    text = (target / "janus.jcfg").read_text()
    assert 'disable = "libjanus_echotest.so"' in text
    assert 'disable = "libjanus_http.so"' in text
    assert "libjanus_videoroom.so" not in text
    assert 'ws_ip = "198.18.0.1"' in (target / "janus.transport.websockets.jcfg").read_text()


def test_a_machine_without_janus_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(janus, "_LIBRARIES", tmp_path)
    assert not janus.installed()
    with pytest.raises(janus.JanusError):
        janus.configuration(tmp_path, "198.18.0.1")
