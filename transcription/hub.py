"""One file from a model hub or its mirror, resumable: the one file that knows huggingface_hub."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

_TRIES = 5
_PATIENCE_S = 30.0
_CHUNK = 256 * 1024


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

    The library's own download forgets a partial file when its call ends; half a gigabyte over a bad line
    must not begin again each time, so only its addresses, headers and HTTP client are used.
    """
    from huggingface_hub import constants, hf_hub_url
    from huggingface_hub.errors import HfHubHTTPError, HTTPError  # type: ignore[attr-defined]

    if constants.is_offline_mode():
        raise HubFailed("HF_HUB_OFFLINE is set; unset it to fetch")
    url = hf_hub_url(repo, path, revision=revision, endpoint=hub)
    part = target.with_name(target.name + ".part")
    left = _TRIES
    while size is None or _size(part) < size or not part.exists():
        before = _size(part)
        # Whoever is told may stop all of it.
        tell(before)
        try:
            _go_on(url, part, tell)
            break
        except HfHubHTTPError as error:
            raise HubFailed(f"it answered {error.response.status_code}") from error
        except (OSError, HTTPError) as error:
            left = _TRIES if _size(part) > before else left - 1
            if not left:
                raise HubFailed(_line(error)) from error
            time.sleep(1.0)
    if size is not None and _size(part) != size:
        got = _size(part)
        part.unlink()
        raise HubFailed(f"it has {got} bytes instead of {size}")
    part.rename(target)


def _go_on(url: str, part: Path, tell: Callable[[int], None]) -> None:
    from huggingface_hub import get_session, hf_raise_for_status

    there = _size(part)
    headers = {"Accept-Encoding": "identity"}
    if there:
        headers["Range"] = f"bytes={there}-"
    client: Any = get_session()
    with client.stream("GET", url, headers=headers, timeout=_PATIENCE_S) as answer:
        if there and answer.status_code == 416:
            part.unlink()
            raise OSError("the partial file is longer than the hub's file")
        hf_raise_for_status(answer)
        # A server that ignores the wish to go on sends everything again.
        with part.open("ab" if answer.status_code == 206 else "wb") as out:
            for chunk in answer.iter_bytes(_CHUNK):
                out.write(chunk)
                tell(out.tell())


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _line(error: Exception) -> str:
    text = str(error).splitlines()
    return text[0] if text and text[0] else type(error).__name__
