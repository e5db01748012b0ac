"""The house itself: its names, its storeys, its sizes and its manners."""

import ast
import importlib.metadata
import re
import subprocess
import sys
from pathlib import Path

import pytest

from room_server.rules import manual

ROOT = Path(__file__).parents[1]
PACKAGES = ("room_server", "media", "recordings", "transcription", "identity", "signing")
SOURCES = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
HEAVY = (
    "torch",
    "onnxruntime",
    "av",
    "cv2",
    "pyhanko",
    "faster_whisper",
    "sherpa_onnx",
    "reportlab",
    "docx",
    "lxml",
    "aiortc",
    "PIL",
    "pypdfium2",
    "pypinyin",
    "opencc",
)
SAYS_NOTHING = re.compile(
    r"(.*_)?(manager|helper|utils?|common|misc|base|service|handler)s?(_.*)?", re.IGNORECASE
)
# Supervisors and edges: the only places that may catch everything, because they answer for it.
CATCH_ALL = {
    "media/guests.py",
    "recordings/recorder.py",
    "room_server/api/edge.py",
    "room_server/engine/host.py",
    "room_server/finishing/steps.py",
    "room_server/rehearsal/venue.py",
    "room_server/signalling.py",
    "room_server/sitting/inbox.py",
    "room_server/api/deserted.py",
    "room_server/notices/dispatch.py",
    "transcription/scribe.py",
}


def tracked(*patterns: str) -> list[Path]:
    """Files under version control."""
    answer = subprocess.run(
        ["git", "ls-files", "-z", *patterns], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in answer.stdout.split("\0") if name]


def test_the_six_names_are_ours() -> None:
    owners = importlib.metadata.packages_distributions()
    for package in PACKAGES:
        assert set(owners.get(package, ["heting"])) == {"heting"}
        module = __import__(package)
        assert Path(str(module.__file__)).is_relative_to(ROOT)


def test_no_module_lies_in_the_root_and_tests_are_no_packages() -> None:
    assert list(ROOT.glob("*.py")) == []
    assert list((ROOT / "tests").rglob("__init__.py")) == []


@pytest.mark.parametrize("package", PACKAGES)
def test_importing_a_package_loads_nothing_heavy(package: str) -> None:
    probe = f"import {package}, sys; print([m for m in {HEAVY!r} if m in sys.modules])"
    answer = subprocess.run(
        [sys.executable, "-c", probe], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"


def test_the_control_process_starts_without_the_heavy_libraries() -> None:
    probe = f"import room_server.app, sys; print([m for m in {HEAVY!r} if m in sys.modules])"
    answer = subprocess.run(
        [sys.executable, "-c", probe], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"


def test_no_file_is_longer_than_four_hundred_lines() -> None:
    written = [path for path in tracked("*.py", "*.ts", "*.vue") if path.name != "protocol.ts"]
    long = {
        str(path.relative_to(ROOT)): count
        for path in written
        if path.exists() and (count := len(path.read_text().splitlines())) > 400
    }
    assert long == {}


def test_no_function_is_longer_than_sixty_lines() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno > 60
    ]
    assert long == []


def test_names_say_something() -> None:
    vague = [path for path in tracked("*.py", "*.ts", "*.vue") if SAYS_NOTHING.fullmatch(path.stem)]
    assert [str(path.relative_to(ROOT)) for path in vague] == []
    classes = [
        f"{path.relative_to(ROOT)}: {node.name}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef) and re.search(r"(Manager|Helper|Util|Service)", node.name)
    ]
    assert classes == []


def test_every_module_and_public_thing_says_what_it_is() -> None:
    silent = []
    for path in SOURCES:
        if "migrations" in path.parts:
            continue
        tree = ast.parse(path.read_text())
        if not ast.get_docstring(tree):
            silent.append(str(path.relative_to(ROOT)))
        for node in tree.body:
            if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            if not node.name.startswith("_") and not ast.get_docstring(node):
                silent.append(f"{path.relative_to(ROOT)}: {node.name}")
    # A fact whose name is a sentence needs no other one.
    assert [name for name in silent if not name.startswith("room_server/rules/events.py: ")] == []


def test_errors_are_caught_by_name_but_at_the_edges() -> None:
    broad = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ExceptHandler) and (
                node.type is None or ast.unparse(node.type) in ("Exception", "BaseException")
            ):
                broad.add(str(path.relative_to(ROOT)))
    assert broad - CATCH_ALL == set()


def test_the_wire_is_documented_and_the_document_fresh() -> None:
    assert (ROOT / "docs" / "protocol.md").read_text() == manual.text()


def test_no_machine_path_and_no_registry_is_in_the_tree() -> None:
    forbidden = re.compile(r"(/work/|/tmp/|/farm/|registry\.npm|pypi\.org|files\.pythonhosted)")
    found = []
    for path in tracked():
        if path.suffix in (".png", ".heic", ".bin", ".opus", ".ogg", ".webm") or path == Path(__file__):
            continue
        text = path.read_text(errors="ignore")
        found += [f"{path.relative_to(ROOT)}: {m.group()}" for m in forbidden.finditer(text)]
    assert found == []


def test_every_package_has_tests_of_its_own() -> None:
    for package in PACKAGES:
        assert list((ROOT / "tests" / package).glob("test_*.py")), package
