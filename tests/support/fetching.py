"""`heting models` from end to end, as a process against a mirror on loopback: cut, killed, resumed, refused.

    .venv/bin/python -m tests.support.fetching

prints each step and what came of it; it needs no internet and leaves nothing behind.
"""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from transcription.catalogue import OWN

from .hub_mirror import REVISION, HubMirror
from .onnx_voices import sense_voice

ROOT = Path(__file__).parents[2]
NAME = "toy-voice"
_PATIENCE_S = 120.0
_PADDING = 3_000_000


@dataclass
class Answer:
    """What one run of the command gave: exit status, its JSON, what it told meanwhile."""

    status: int
    json: dict[str, Any]
    told: str


@dataclass
class Shelf:
    """A data folder whose own list declares one small model that the mirror has."""

    data: Path
    mirror: HubMirror
    steps: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.models = self.data / "models"
        self.models.mkdir(parents=True, exist_ok=True)
        files = [
            {"path": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
            for name, data in self.mirror.files.items()
        ]
        entry = {"id": NAME, "task": "speech", "title": "Toy", "repo": self.mirror.repo, "revision": REVISION}
        listed = {"models": [{**entry, "licence": "Apache-2.0", "files": files}]}
        (self.models / OWN).write_text(json.dumps(listed), encoding="utf-8")

    def start(self, *words: str) -> subprocess.Popen[str]:
        """`heting models WORDS`, with the mirror where the environment says hubs are."""
        command = [sys.executable, "-m", "room_server", "models", *words, "--data", str(self.data), "--json"]
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("HF_", "HETING_"))}
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env={**kept, "HF_ENDPOINT": self.mirror.url},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *words: str) -> Answer:
        """The same to its end."""
        process = self.start(*words)
        out, told = process.communicate(timeout=_PATIENCE_S)
        return Answer(process.returncode, json.loads(out.strip().splitlines()[-1]), told)

    def killed_at(self, size: int) -> int:
        """Fetch, and kill -9 once `size` bytes of the network have come; how many the kill left."""
        process = self.start("fetch", NAME)
        part = self.models / f".fetching-{NAME}" / "model.int8.onnx.part"
        until = time.monotonic() + _PATIENCE_S
        while not part.exists() or part.stat().st_size < size:
            if time.monotonic() > until or process.poll() is not None:
                raise AssertionError(f"the download never got so far: {process.communicate()}")
            time.sleep(0.05)
        process.kill()
        process.communicate()
        return part.stat().st_size


def toy(folder: Path) -> dict[str, bytes]:
    """The files of a model that sherpa-onnx loads, large enough to be cut."""
    sense_voice(folder, {"comment": os.urandom(_PADDING // 2).hex()})
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def demonstrate(folder: Path) -> dict[str, Any]:
    """All of it; what was seen at each step."""
    files = toy(folder / "export")
    network = files["model.int8.onnx"]
    with HubMirror("owner/toy", files) as mirror:
        shelf = Shelf(folder / "data", mirror)
        mirror.cut["model.int8.onnx"] = len(network) // 3
        mirror.stall["model.int8.onnx"] = 2 * len(network) // 3
        left = shelf.killed_at(len(network) // 2)
        halfway = shelf.run("list").json["models"][-1]["state"]
        fetched = shelf.run("fetch", NAME)
        seen: dict[str, Any] = {"bytes": len(network), "left": left, "halfway": halfway, "fetched": fetched}
        seen["asked"] = mirror.sent("model.int8.onnx")
        seen["verified"] = shelf.run("verify", NAME)

        installed = shelf.models / NAME / "model.int8.onnx"
        installed.write_bytes(_flipped(network))
        seen["damaged"] = shelf.run("verify", NAME)

        other = Shelf(folder / "other", mirror)
        mirror.files = {**files, "model.int8.onnx": _flipped(network)}
        seen["refused"] = other.run("fetch", NAME)
        seen["kept"] = sorted(p.name for p in other.models.iterdir() if not p.name.startswith("."))
        seen["imported"] = other.run("import", str(folder / "export"))
    return seen


def _flipped(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]


def main() -> None:
    """Tell what is seen, step by step."""
    with tempfile.TemporaryDirectory(prefix="heting-fetching-") as folder:
        seen = demonstrate(Path(folder))
    print(f"model.int8.onnx: {seen['bytes']} bytes")
    print(f"connection cut at a third, process killed with {seen['left']} bytes; state: {seen['halfway']}")
    print(f"fetched again, asked the mirror for: {seen['asked']}")
    for step in ("fetched", "verified", "damaged", "refused", "imported"):
        answer: Answer = seen[step]
        print(f"{step}: exit {answer.status}, {json.dumps(answer.json, ensure_ascii=False)}")
    print(f"after the refusal the models directory holds {seen['kept']}")


if __name__ == "__main__":
    main()
