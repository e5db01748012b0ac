"""The examples in `docs/webhooks.md` do verify what is sent, and nothing else."""

import json
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from room_server.rules.webhooks import RETRIES_S, HookKind, secret_of, signature

TEXT = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text(encoding="utf-8")
SECRET, OTHER = secret_of(b"a" * 32), secret_of(b"b" * 32)
BODY = '{"type":"case.filed","data":"劳动"}'


def example(language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", TEXT, re.S)
    return str(found)


def headers(now: int, *secrets: str) -> dict[str, str]:
    made = " ".join(signature(secret, "m_1", now, BODY) for secret in secrets)
    return {"webhook-id": "m_1", "webhook-timestamp": str(now), "webhook-signature": made}


def cases(now: int) -> list[tuple[bool, dict[str, str], str]]:
    """Whether it is to be taken, the headers, the body."""
    return [
        (True, headers(now, SECRET), BODY),
        (True, headers(now, OTHER, SECRET), BODY),
        (False, headers(now, OTHER), BODY),
        (False, headers(now, SECRET), BODY + " "),
        (False, headers(now, SECRET) | {"webhook-id": "m_2"}, BODY),
        (False, headers(now - 1000, SECRET), BODY),
        (False, headers(now, SECRET) | {"webhook-signature": "v1,x"}, BODY),
    ]


def test_the_python_example_verifies() -> None:
    space: dict[str, Any] = {}
    exec(example("python"), space)
    verify: Callable[[str, dict[str, str], bytes], bool] = space["verify"]
    for expected, given, body in cases(int(time.time())):
        assert verify(SECRET, given, body.encode()) is expected, given


def test_the_javascript_example_verifies(tmp_path: Path) -> None:
    node = shutil.which("node")
    assert node, "Node.js is needed to build the pages, and for this"
    tries = cases(int(time.time()))
    (tmp_path / "verify.mjs").write_text(example("js"), encoding="utf-8")
    given = json.dumps([[SECRET, sent, body] for _, sent, body in tries])
    (tmp_path / "run.mjs").write_text(
        "import { verify } from './verify.mjs'\n"
        f"console.log(JSON.stringify({given}.map((one) => verify(...one))))\n",
        encoding="utf-8",
    )
    told = subprocess.run(
        [node, tmp_path / "run.mjs"], capture_output=True, text=True, check=True, timeout=120
    )
    assert json.loads(told.stdout) == [expected for expected, _, _ in tries]


@pytest.mark.parametrize("kind", HookKind)
def test_every_kind_is_in_the_table(kind: HookKind) -> None:
    assert f"`{kind}`" in TEXT


def test_the_retries_are_those_of_the_code() -> None:
    shown = [f"{s} s" if s < 60 else f"{s // 60} min" if s < 3600 else f"{s // 3600} h" for s in RETRIES_S]
    assert f"{', '.join(shown[:-1])} and {shown[-1]}" in " ".join(TEXT.split())
