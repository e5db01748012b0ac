"""Where settings come from, which wins, and what a wrong one says."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from room_server import settings as module
from room_server.settings import Settings, SettingsError, load


def test_defaults_need_nothing() -> None:
    settings = load(environment={})
    assert (settings.port, settings.media_port, settings.language) == (8443, 50000, "zh")
    assert settings.data == Path("var")
    assert settings.database == f"sqlite:///{Path('var/heting.db').resolve()}"


def test_given_wins_over_environment_over_file(tmp_path: Path) -> None:
    file = tmp_path / "heting.toml"
    file.write_text('port = 1\nmedia_port = 2\norganisation = "甲"\nmedia_addresses = ["10.0.0.1"]')
    environment = {"HETING_PORT": "3", "HETING_ORGANISATION": "乙", "HETING_CONFIG": str(file)}
    settings = load(environment=environment, port=4, host=None)
    assert (settings.port, settings.media_port, settings.organisation) == (4, 2, "乙")
    assert settings.media_addresses == ("10.0.0.1",)
    assert settings.host == ""


def test_lists_in_the_environment_are_comma_separated() -> None:
    settings = load(
        environment={
            "HETING_MEDIA_ADDRESSES": "10.0.0.1, 192.168.1.2,",
            "HETING_MEDIA_CODECS": "h264,vp8",
        }
    )
    assert settings.media_codecs == ("h264", "vp8")
    assert settings.media_addresses == ("10.0.0.1", "192.168.1.2")


def test_addresses_of_both_families_are_taken_with_and_without_brackets() -> None:
    settings = load(
        environment={"HETING_MEDIA_ADDRESSES": "203.0.113.7,[2001:DB8::7]", "HETING_MEDIA_BIND": "::1"}
    )
    assert settings.media_addresses == ("203.0.113.7", "2001:db8::7")
    assert settings.media_bind == "::1"


def test_constructor_ignores_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HETING_PORT", "9")
    assert Settings().port == 8443
    assert load().port == 9


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("prot = 8443", ["unknown setting", "prot", "port"]),
        ("port = 'x'", ["port in", "integer"]),
        ("port = 70000", ["port in", "65535"]),
        ("port = ", ["is not TOML"]),
        ("public_url = 'ftp://x'", ["public_url", "https://"]),
        ("turn_urls = ['http://x']\nturn_secret = 's'", ["turn_urls", "turns:HOST"]),
        ("turn_urls = ['turn:x:3478']", ["turn_secret", "is needed with turn_urls"]),
        ("language = 'fr'", ["language", "'zh' or 'en'"]),
        ("media_codecs = []", ["media_codecs", "vp8 and h264"]),
        ("media_codecs = ['vp9']", ["media_codecs", "vp8 and h264"]),
        ("media_addresses = ['example.cn']", ["media_addresses", "is no address", "2001:db8::7"]),
        ("media_addresses = ['fe80::1']", ["media_addresses", "link-local"]),
        ("media_ports = '40010-40000'", ["media_ports", "40000-40010"]),
        ("media_ports = 'many'", ["media_ports", "the first and the last"]),
        ("media_ports = '40000-40002'\nmedia_workers = 4", ["media_workers", "4 UDP ports", "has 3"]),
        ("media_bind = 'eth0'", ["media_bind", "is no address"]),
    ],
)
def test_wrong_file_is_named_with_the_reason(tmp_path: Path, text: str, parts: list[str]) -> None:
    file = tmp_path / "heting.toml"
    file.write_text(text)
    with pytest.raises(SettingsError) as caught:
        load(file, environment={})
    for part in [*parts, str(file)]:
        assert part in str(caught.value)


def test_file_that_is_bytes_or_missing_is_named(tmp_path: Path) -> None:
    file = tmp_path / "heting.toml"
    with pytest.raises(SettingsError, match=r"cannot read .*heting\.toml"):
        load(file, environment={})
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match="is not TOML"):
        load(file, environment={})


def test_wrong_environment_and_option_are_named() -> None:
    with pytest.raises(SettingsError, match="HETING_PORT"):
        load(environment={"HETING_PORT": "many"})
    with pytest.raises(SettingsError, match="--media-port"):
        load(environment={}, media_port=-1)
    with pytest.raises(SettingsError, match=r"HETING_MEDIA_WORKERS.*not so many ports"):
        load(environment={"HETING_MEDIA_WORKERS": "3", "HETING_MEDIA_PORT": "65534"})


@pytest.mark.parametrize(
    ("cores", "chosen", "ports"),
    [
        (1, {}, [50000]),
        (2, {}, [50000]),
        (4, {}, [50000, 50001, 50002]),
        (4, {"media_port": 65535}, [65535]),
        (4, {"media_port": 0}, [0, 0, 0]),
        (8, {"media_workers": 2}, [50000, 50001]),
        (1, {"media_workers": 2, "media_port": 65534}, [65534, 65535]),
        (4, {"media_ports": "40000-40010"}, [40000, 40001, 40002]),
        (8, {"media_ports": "40000-40001"}, [40000, 40001]),
        (8, {"media_ports": "40000"}, [40000]),
        (1, {"media_ports": "40000-40010", "media_workers": 2}, [40000, 40001]),
    ],
)
def test_each_media_worker_has_a_port(
    cores: int, chosen: dict[str, Any], ports: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "available_cores", lambda: cores)
    assert Settings(**chosen).worker_ports == ports


def test_hub_honours_the_common_mirror_variable() -> None:
    assert load(environment={"HF_ENDPOINT": "https://mirror"}).hub == "https://mirror"
    assert load(environment={"HF_ENDPOINT": "https://a", "HETING_HUB": "https://b"}).hub == "https://b"


def test_settings_are_frozen_and_secrets_stay_out_of_repr() -> None:
    settings = Settings(metrics_token="secret-token")
    assert "secret-token" not in repr(settings)
    with pytest.raises(ValidationError):
        settings.port = 1


def test_everything_on_disk_lies_under_data(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    folders = (settings.recordings, settings.files, settings.keys, settings.model_folder, settings.tls)
    assert {folder.parent for folder in (*folders, settings.run)} == {tmp_path}
    assert Settings(database_url="postgresql+psycopg://h/d").database == "postgresql+psycopg://h/d"


def test_proxies_are_addresses_or_networks() -> None:
    settings = load(environment={"HETING_TRUSTED_PROXIES": "127.0.0.1, 10.0.0.0/24,2001:DB8::/32"})
    assert [str(network) for network in settings.proxies] == ["127.0.0.1/32", "10.0.0.0/24", "2001:db8::/32"]
    for wrong in ("proxy.example.cn", "10.0.0.1/24"):
        with pytest.raises(SettingsError, match="no address or network"):
            load(environment={"HETING_TRUSTED_PROXIES": wrong})
