"""Whatever speaks to a worker or to a port is asked the same of both planes."""

import pytest

from media import planes
from media.native import build, library
from tests.support import callers

SPEAKS = ("running", "open_port", "Bench")
"""What a module imports that speaks to a plane."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run every test of a module that speaks to a plane once on each."""
    if any(hasattr(metafunc.module, name) for name in SPEAKS):
        metafunc.fixturenames.insert(0, "plane")
        metafunc.parametrize("plane", ["python", "c"], indirect=True)


@pytest.fixture(scope="session")
def compiled() -> str:
    """Empty when the C plane can be used here, else why not."""
    try:
        build.build(sanitize=library.SANITIZED)
    except build.CannotBuild as reason:
        return str(reason)
    usable, detail = planes.state()
    return "" if usable else detail


@pytest.fixture
def plane(request: pytest.FixtureRequest, compiled: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The plane that workers and ports of this test stand on."""
    chosen: str = request.param
    if chosen == "c" and compiled:
        pytest.skip(f"no C plane: {compiled}")
    monkeypatch.setattr(callers, "PLANE", chosen)
    return chosen
