"""The `heting` command itself."""

import subprocess
import sys
from pathlib import Path

import pytest

from room_server import __main__ as command

ROOT = Path(__file__).parents[2]


def heting(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command."""
    words = [sys.executable, "-m", "room_server", *arguments]
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)


def test_every_benchmark_of_the_tree_can_be_named() -> None:
    told = heting("bench", "--help").stdout
    for name in command.BENCHMARKS:
        assert name in told
        assert (ROOT / "bench" / f"{name}.py").is_file()


@pytest.mark.parametrize("name", ["forward", "soak", "recording"])
def test_a_benchmark_has_a_help_of_its_own(name: str) -> None:
    answer = heting("bench", name, "--help")
    assert answer.returncode == 0
    assert f"heting bench {name}" in answer.stdout
    assert "--json" in answer.stdout


def test_without_the_source_tree_there_are_no_benchmarks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "__file__", str(tmp_path / "room_server" / "__main__.py"))
    arguments = command.parser().parse_args(["bench", "forward"])
    assert arguments.run(arguments) == 1
    assert "source tree" in capsys.readouterr().err
