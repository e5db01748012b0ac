"""A test that hangs is ended and named, also when it is tried again."""

import subprocess
import sys
from pathlib import Path

CONFTEST = Path(__file__).with_name("conftest.py")
HANGING = """
import threading, pytest

@pytest.fixture
def never():
    threading.Event().wait()

def test_in_its_call():
    threading.Event().wait()

def test_in_a_fixture(never):
    pass

def test_beside_them():
    pass
"""


def test_a_test_that_hangs_is_ended_twice_and_named(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST.read_text())
    (tmp_path / "test_hanging.py").write_text(HANGING)
    command = (sys.executable, "-m", "pytest", "-q", "--reruns", "1", "-p", "no:cacheprovider", str(tmp_path))
    answer = subprocess.run(
        command,
        cwd=tmp_path,
        env={"HETING_TEST_LIMIT_S": "0.5", "PATH": ""},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert answer.returncode == 1, answer.stderr
    assert "1 failed, 1 passed, 1 error, 2 rerun" in answer.stdout
    assert "test_in_its_call - Failed: call took longer than" in answer.stdout
    assert "test_in_a_fixture - Failed: setup took longer than" in answer.stdout
