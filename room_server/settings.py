"""The settings: one frozen model, read once from file and environment, handed down as arguments."""

import ipaddress
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

PREFIX = "HETING_"

_RELAY = re.compile(r"turns?:[A-Za-z0-9.\-\[\]:]+(\?transport=(udp|tcp))?")
_RANGE = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?")

Port = Annotated[int, Field(ge=0, le=65535)]


class SettingsError(Exception):
    """A setting is unknown, malformed or unreadable; the text names it, where it stands and the cure."""


class Settings(BaseSettings):
    """Everything an operator can choose. `Settings(...)` itself reads nothing: `load` does."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True, env_ignore_empty=True)

    data: Path = Path("var")
    host: str = ""
    """Where HTTPS listens; empty: at all addresses of this machine, IPv4 and IPv6."""
    port: Port = 8443
    public_url: str = ""
    """The address in links and QR codes, e.g. `https://hearing.example.cn`; empty: found out at start."""
    organisation: str = Field(default="示范劳动人事争议调解中心", min_length=1, max_length=100)
    region: str = Field(default="", max_length=20)
    """The place whose own time limits count beside those of the whole country, e.g. `浙江`."""
    language: Literal["zh", "en"] = "zh"
    rehearsal: bool = False
    """Every hearing of this server is a rehearsal and can never become a record."""
    demo: bool = False
    """Make sure that there is a demonstration case with a hearing today."""
    ticket_hours: int = Field(default=24, ge=1, le=24 * 31)

    media_port: Port = 50000
    media_ports: str = ""
    """First and last UDP port for media, e.g. `40000-40010`, in place of `media_port`: one per worker."""
    media_plane: Literal["auto", "c", "python"] = "auto"
    """What forwards media: the C plane (a thread beside the interpreter), Python, or the first there is."""
    media_workers: int = Field(default=0, ge=0, le=64)
    """Processes that forward media, each with a UDP port of its own; 0: one per core but one."""
    media_addresses: Annotated[tuple[str, ...], NoDecode] = ()
    """IPv4 and IPv6 addresses announced to browsers for media; empty: all of this machine's own."""
    media_bind: str = ""
    """The one address of this machine where media is taken; empty: all, of both families."""
    media_codecs: Annotated[tuple[str, ...], NoDecode] = ("vp8", "h264")
    """Video codecs, most wanted first; a publisher sends the first of these that all others can decode."""

    turn_urls: Annotated[tuple[str, ...], NoDecode] = ()
    """Relays for browsers that UDP does not reach, e.g. `turns:turn.example.cn:443?transport=tcp`."""
    turn_secret: str = Field(default="", repr=False, validate_default=True)
    """What the relays and this server share (coturn: `static-auth-secret`)."""
    turn_ttl_s: int = Field(default=3600, ge=60, le=7 * 24 * 3600)
    """How long a relay's credentials are good for a new connection."""

    tls_certificate: Path | None = None
    tls_key: Path | None = None
    tls_names: Annotated[tuple[str, ...], NoDecode] = ()
    """More names or addresses that the self-made certificate shall be valid for."""

    database_url: str = ""
    models: Literal["fetch", "skip"] = "fetch"
    hub: str = "https://huggingface.co"
    """Where `heting models fetch` finds models; the environment's `HF_ENDPOINT` is honoured too."""
    speech_model: str = ""
    """Name of a model in the manifest, or a directory; empty: the manifest's default."""
    speech_url: str = ""
    """An OpenAI-style speech server to use in place of a local model."""
    script: Literal["simplified", "traditional", "as spoken"] = "simplified"
    """The characters of the minutes; `as spoken`: as the recogniser writes them."""
    speech_threads: int = Field(default=1, ge=1, le=64)
    speech_window: Literal["whole", "fitted"] = "whole"
    """Whether Whisper hears thirty seconds each time, as it was trained, or only what was said, three times
    as fast."""
    interim: Literal["auto", "on", "off"] = "auto"
    """Grey text while somebody speaks: where the engine has time for it, always, or never."""
    evidence_picture_mib: int = Field(default=50, ge=1)
    """The largest photograph that is taken as evidence, in MiB."""
    evidence_document_mib: int = Field(default=200, ge=1)
    """The largest document (PDF, Word) that is taken as evidence, in MiB."""
    evidence_media_mib: int = Field(default=2048, ge=1)
    """The largest video or sound that is taken as evidence, in MiB."""
    evidence_side_mib: int = Field(default=20_480, ge=1)
    """How much evidence one side of a case may bring altogether, in MiB."""
    requests_per_account: int = Field(default=50, ge=0)
    """Requests a second that one account or ticket may send (five times as many at once); 0: no limit."""
    requests_per_address: int = Field(default=200, ge=0)
    """The same for one address, behind which a whole office may sit."""
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = ()
    """Addresses or networks of reverse proxies whose `X-Forwarded-For` is believed; nobody else's is."""
    mail_host: str = ""
    """The mail server that carries notices; empty: none are sent by mail."""
    mail_port: Port = 587
    mail_security: Literal["starttls", "tls", "none"] = "starttls"
    mail_user: str = ""
    mail_password: str = Field(default="", repr=False)
    mail_from: str = Field(default="", validate_default=True, pattern=r"^([^@\s<>]+@[^@\s<>]+)?$")
    """The address that notices come from; needed with `mail_host`."""
    notice_url: str = Field(default="", pattern=r"^(https?://\S+)?$")
    """Where notices for SMS or WeChat are posted to, signed; empty: none are."""
    notice_secret: str = Field(default="", repr=False, validate_default=True)
    """What that gateway and this server share; needed with `notice_url`."""
    evaluation_group: int = Field(default=5, ge=3)
    """Reports tell nothing of fewer evaluations than so many together."""
    webhook_private_targets: bool = False
    """Whether webhooks may lead into private networks, and over plain HTTP: a case system next door."""
    metrics_token: str = Field(default="", repr=False)
    """Bearer token for `/metrics`; empty: only this machine itself may read it."""

    @field_validator(
        "media_addresses", "media_codecs", "tls_names", "turn_urls", "trusted_proxies", mode="before"
    )
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("media_addresses")
    @classmethod
    def _announced(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_address(text) for text in value)

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(str(_network(text)) for text in value)

    @field_validator("media_codecs")
    @classmethod
    def _codecs(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value or len(set(value)) != len(value) or set(value) - {"vp8", "h264"}:
            raise ValueError("must be one or both of vp8 and h264, the wanted one first")
        return value

    @field_validator("media_bind")
    @classmethod
    def _bound(cls, value: str) -> str:
        return _address(value) if value else value

    @field_validator("media_ports")
    @classmethod
    def _range(cls, value: str) -> str:
        first, last = _ends(value) if value else (1, 1)
        if not 0 < first <= last < 65536:
            raise ValueError("must be like 40000-40010: the first and the last UDP port")
        return value

    @field_validator("media_workers")
    @classmethod
    def _enough_ports(cls, value: int, info: ValidationInfo) -> int:
        between, first = info.data.get("media_ports", ""), info.data.get("media_port", 0)
        if between and value > (size := _size(between)):
            raise ValueError(f"{value} workers need {value} UDP ports, media_ports {between} has {size}")
        if not between and first and first + value > 65536:
            raise ValueError(f"there are not so many ports from media_port {first} on")
        return value

    @field_validator("turn_urls")
    @classmethod
    def _relays(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(_RELAY.fullmatch(url) for url in value):
            raise ValueError("must be like turn:HOST:3478?transport=udp or turns:HOST:443?transport=tcp")
        return value

    @field_validator("turn_secret")
    @classmethod
    def _shared(cls, value: str, info: ValidationInfo) -> str:
        if info.data.get("turn_urls") and not value:
            raise ValueError("is needed with turn_urls")
        return value

    @field_validator("mail_from")
    @classmethod
    def _sender(cls, value: str, info: ValidationInfo) -> str:
        if info.data.get("mail_host") and not value:
            raise ValueError("is needed with mail_host")
        return value

    @field_validator("notice_secret")
    @classmethod
    def _gateway(cls, value: str, info: ValidationInfo) -> str:
        if info.data.get("notice_url") and len(value) < 16:
            raise ValueError("is needed with notice_url, of 16 characters or more")
        return value

    @field_validator("public_url")
    @classmethod
    def _origin(cls, value: str) -> str:
        if value and not value.startswith(("https://", "http://")):
            raise ValueError("must start with https://")
        return value.rstrip("/")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only the constructor's own arguments; `load` merges the other sources in plain sight."""
        return (init_settings,)

    @property
    def worker_ports(self) -> list[int]:
        """The UDP port of each media worker; 0: any free one."""
        count = self.media_workers or max(1, available_cores() - 1)
        if self.media_ports:
            first, last = _ends(self.media_ports)
            return list(range(first, min(first + count, last + 1)))
        if not self.media_port:
            return [0] * count
        return list(range(self.media_port, min(self.media_port + count, 65536)))

    @property
    def proxies(self) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
        """The networks of the reverse proxies that are believed."""
        return [_network(text) for text in self.trusted_proxies]

    @property
    def database(self) -> str:
        """The SQLAlchemy URL of the database."""
        return self.database_url or f"sqlite:///{(self.data / 'heting.db').resolve()}"

    @property
    def recordings(self) -> Path:
        """Folder of the recordings, one folder per sitting."""
        return self.data / "recordings"

    @property
    def law(self) -> Path:
        """Folder of an installation's own time limits, calendars and terms; it need not be there."""
        return self.data / "law"

    @property
    def files(self) -> Path:
        """Folder of the documents, one folder per sitting."""
        return self.data / "files"

    @property
    def keys(self) -> Path:
        """Folder of the key files, none of which the database knows."""
        return self.data / "keys"

    @property
    def model_folder(self) -> Path:
        """Folder of the models."""
        return self.data / "models"

    @property
    def tls(self) -> Path:
        """Folder of the self-made authority and certificate."""
        return self.data / "tls"

    @property
    def run(self) -> Path:
        """Folder of sockets and other things that do not outlive the machine."""
        return self.data / "run"


def _ends(text: str) -> tuple[int, int]:
    """Both ends of a range of ports; zeros when it is none."""
    found = _RANGE.fullmatch(text)
    return (int(found[1]), int(found[2] or found[1])) if found else (0, 0)


def _size(text: str) -> int:
    first, last = _ends(text)
    return last - first + 1


def _address(text: str) -> str:
    """An IPv4 or IPv6 address, the latter with or without brackets."""
    try:
        found = ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        raise ValueError(f"{text!r} is no address; write it like 203.0.113.7 or 2001:db8::7") from None
    if found.version == 6 and (found.is_link_local or found.scope_id):
        raise ValueError(f"{text} is link-local: it means nothing to another machine")
    return str(found)


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    """An address or a network, the former as a network of one."""
    try:
        return ipaddress.ip_network(text)
    except ValueError:
        raise ValueError(
            f"{text!r} is no address or network; write it like 10.0.0.7 or 10.0.0.0/24"
        ) from None


def available_cores() -> int:
    """The cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def load(config: Path | None = None, environment: Mapping[str, str] | None = None, **given: Any) -> Settings:
    """Read the settings: given arguments (`None`: not given) before environment before file."""
    environment = os.environ if environment is None else environment
    path = config or (Path(environment[f"{PREFIX}CONFIG"]) if environment.get(f"{PREFIX}CONFIG") else None)
    values: dict[str, Any] = _from_file(path) if path else {}
    values |= _from_environment(environment)
    values |= {name: value for name, value in given.items() if value is not None}
    try:
        return Settings(**values)
    except ValidationError as error:
        raise SettingsError(_explain(error, environment, path, given)) from error


def _from_file(path: Path) -> dict[str, Any]:
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"cannot read the settings file {path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"the settings file {path} is not TOML: {error}") from error
    unknown = sorted(set(values) - set(Settings.model_fields))
    if unknown:
        known = ", ".join(sorted(Settings.model_fields))
        raise SettingsError(f"unknown setting in {path}: {', '.join(unknown)} (known: {known})")
    return values


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    source = EnvSettingsSource(Settings)
    source.env_vars = {name.lower(): value for name, value in environment.items() if value}
    values = source()
    if environment.get("HF_ENDPOINT"):
        values.setdefault("hub", environment["HF_ENDPOINT"])
    return values


def _explain(
    error: ValidationError, environment: Mapping[str, str], path: Path | None, given: Mapping[str, Any]
) -> str:
    lines = []
    for problem in error.errors(include_input=False, include_url=False):
        name = str(problem["loc"][0]) if problem["loc"] else ""
        if given.get(name) is not None:
            place = f"--{name.replace('_', '-')}"
        elif environment.get(f"{PREFIX}{name.upper()}"):
            place = f"{PREFIX}{name.upper()}"
        else:
            place = f"{name} in {path}" if path else name
        lines.append(f"{place}: {problem['msg']}")
    return "wrong setting: " + "; ".join(lines)
