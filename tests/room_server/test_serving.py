"""What keeps a server from starting is said in one line: the cause and the cure."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from media.addresses import has_ipv6, open_socket
from room_server.commands.serving import StartError, bind, public_url
from room_server.settings import Settings


def start(data: Path, *more: str, **environment: str) -> tuple[int, str]:
    """Try to start a server that cannot; exit status and last line of standard error."""
    command = [sys.executable, "-m", "room_server", "serve", "--data", str(data), "--port", "0", *more]
    surroundings = {**os.environ, "HETING_HOST": "127.0.0.1", "HETING_MODELS": "skip", **environment}
    answer = subprocess.run(command, capture_output=True, text=True, timeout=60, env=surroundings)
    lines = answer.stderr.strip().splitlines()
    assert "Traceback" not in answer.stderr
    return answer.returncode, lines[-1] if lines else ""


def test_a_data_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("")
    code, line = start(tmp_path / "var")
    assert code == 1
    assert line.startswith(f"heting: cannot write to the data folder {tmp_path / 'var'}")


def test_a_damaged_key(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "tickets.key").write_bytes(b"short")
    code, line = start(tmp_path)
    assert (code, line) == (
        1,
        f"heting: the key file {tmp_path / 'keys' / 'tickets.key'} is damaged; restore it from a backup",
    )


def test_a_law_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "law").mkdir()
    (tmp_path / "law" / "terms.toml").write_text("[[")
    code, line = start(tmp_path)
    assert code == 1
    assert line.startswith(f"heting: cannot read {tmp_path / 'law' / 'terms.toml'}: ")
    assert line.endswith(f"correct the file, or take it out of {tmp_path / 'law'}")


def test_a_certificate_without_its_key(tmp_path: Path) -> None:
    code, line = start(tmp_path, HETING_TLS_CERTIFICATE=str(tmp_path / "none.pem"))
    assert code == 1
    assert "belong together" in line


def test_a_setting_nobody_knows(tmp_path: Path) -> None:
    config = tmp_path / "heting.toml"
    config.write_text('colour = "red"\n')
    code, line = start(tmp_path / "var", "--config", str(config))
    assert code == 1
    assert "unknown setting" in line and "colour" in line


def test_a_server_everywhere_is_reached_over_both_families(tmp_path: Path) -> None:
    if not has_ipv6():
        pytest.skip("this machine has no IPv6")
    listeners = bind(Settings(data=tmp_path, port=0))
    port = listeners[0].getsockname()[1]
    try:
        for host in ("127.0.0.1", "::1"):
            socket.create_connection((host, port), timeout=5).close()
        with pytest.raises(StartError, match=f"port {port} is taken"):
            bind(Settings(data=tmp_path, port=port))
    finally:
        for listener in listeners:
            listener.close()


def test_a_media_port_that_somebody_else_has(tmp_path: Path) -> None:
    with open_socket("", 0) as other:
        port = other.getsockname()[1]
        code, line = start(tmp_path / "var", HETING_MEDIA_PORTS=str(port), HETING_MEDIA_WORKERS="1")
    assert code == 1
    assert line.startswith(f"heting: UDP port {port} for media is taken") and "HETING_MEDIA_PORTS" in line


def test_the_address_in_links(tmp_path: Path) -> None:
    assert (
        public_url(Settings(public_url="https://hearing.example.cn/"), 8443) == "https://hearing.example.cn"
    )
    assert public_url(Settings(host="127.0.0.1"), 8443) == "https://localhost:8443"


def test_a_machine_with_ipv6_only_has_it_in_links(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("room_server.commands.serving.tls.lan_addresses", lambda: ["2001:db8::2"])
    assert public_url(Settings(), 8443) == "https://[2001:db8::2]:8443"
