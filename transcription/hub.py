"""One file from a model hub or its mirror, resumable: the one file that knows huggingface_hub."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any


class HubFailed(Exception):
    """The hub did not give the file; what came of it is kept for the next try."""


def download(
    hub: str,
    repo: str,
    revision: str,
    path: str,
    target: Path,
    size: int | None,
    tell: Callable[[int], None],
) -> None:
    """Fetch `path` of a repository into `target`, going on from `target.part` if that is there.

    The library's own download forgets partial files when it ends, so its lower function is used, which
    continues a file it is given.
    """
    from huggingface_hub import constants, hf_hub_url
    from huggingface_hub.errors import HfHubHTTPError, HTTPError  # type: ignore[attr-defined]
    from huggingface_hub.file_download import http_get

    if constants.is_offline_mode():
        raise HubFailed("HF_HUB_OFFLINE is set; unset it to fetch")
    url = hf_hub_url(repo, path, revision=revision, endpoint=hub)
    part = target.with_name(target.name + ".part")
    try:
        with part.open("ab") as out:
            start = out.tell()
            if size is None or start < size:
                bar: Any = partial(_Meter, tell)
                http_get(url, out, resume_size=start, expected_size=size, tqdm_class=bar)
    except HfHubHTTPError as error:
        raise HubFailed(f"it answered {error.response.status_code}") from error
    except (OSError, HTTPError) as error:
        raise HubFailed(str(error).splitlines()[0] if str(error) else type(error).__name__) from error
    if size is not None and part.stat().st_size != size:
        got = part.stat().st_size
        part.unlink()
        raise HubFailed(f"it has {got} bytes instead of {size}")
    part.rename(target)


class _Meter:
    """Stands where the library puts its progress bar; draws nothing and tells the bytes so far."""

    def __init__(self, tell: Callable[[int], None], *, initial: int = 0, **_: Any) -> None:
        self._tell = tell
        self._there = initial

    def __enter__(self) -> "_Meter":
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def update(self, more: float) -> None:
        """So many bytes came."""
        self._there += int(more)
        self._tell(self._there)
