"""The Makefile says plainly what is missing before anything is set up."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOOLS = ("bash", "sh", "env", "find", "grep", "touch", "test", "sed", "dirname", "mkdir", "id", "make", "git")


@pytest.fixture
def bare(tmp_path: Path) -> dict[str, str]:
    """A machine with little on it: a PATH without Python, Node, apt or sudo."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        if found:
            (folder / tool).symlink_to(found)
    return {"PATH": str(folder), "HOME": str(tmp_path)}


def copy_of_the_tree(tmp_path: Path) -> Path:
    """Only what make reads first."""
    tree = tmp_path / "tree"
    (tree / "web_client").mkdir(parents=True)
    shutil.copytree(ROOT / "deploy", tree / "deploy")
    for name in ("Makefile", "pyproject.toml", "web_client/package-lock.json"):
        shutil.copy(ROOT / name, tree / name)
    return tree


def make(tree: Path, target: str, environment: dict[str, str]) -> str:
    """What a failing make says in its last line of its own."""
    answer = subprocess.run(
        ["make", "-s", target], cwd=tree, capture_output=True, text=True, env=environment, timeout=60
    )
    assert answer.returncode != 0
    lines = [line for line in answer.stderr.splitlines() if line.startswith("heting:")]
    assert len(lines) == 1, answer.stderr
    return lines[0]


def test_a_missing_node_is_one_clear_line(tmp_path: Path, bare: dict[str, str]) -> None:
    line = make(copy_of_the_tree(tmp_path), "web_client/node_modules/.ready", bare)
    assert line.startswith("heting: Node.js 20 or newer is needed")


def test_an_old_node_is_named_with_its_version(tmp_path: Path, bare: dict[str, str]) -> None:
    node = Path(bare["PATH"]) / "node"
    node.write_text('#!/bin/sh\n[ "$1" = --version ] && echo v18.19.0 && exit 0\nexit 1\n')
    node.chmod(0o755)
    line = make(copy_of_the_tree(tmp_path), "web_client/node_modules/.ready", bare)
    assert line == "heting: Node.js 20 or newer is needed, this is v18.19.0"


def test_a_missing_python_is_one_clear_line(tmp_path: Path, bare: dict[str, str]) -> None:
    line = make(copy_of_the_tree(tmp_path), ".venv/.ready", bare)
    assert line.startswith("heting: Python 3.11 or newer is needed")


@pytest.mark.skipif(os.geteuid() != 0, reason="the other half, without root, cannot be acted by root")
def test_missing_packages_without_apt_are_named(tmp_path: Path, bare: dict[str, str]) -> None:
    command = ["bash", str(ROOT / "deploy" / "packages.sh"), "no-such-package"]
    answer = subprocess.run(command, capture_output=True, text=True, env=bare, timeout=60)
    assert "please install what corresponds to: no-such-package" in answer.stderr
