"""The media tests run on both planes: whatever speaks to a worker or to a port is asked the same of each."""

import pytest

from media import planes
from media.native import build
from tests.support import callers

BOTH = ("test_port", "test_repair", "test_room", "test_worker", "test_peer", "test_planes")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run every test of these modules once on each plane."""
    if metafunc.module.__name__.rpartition(".")[2] in BOTH:
        metafunc.fixturenames.insert(0, "plane")
        metafunc.parametrize("plane", ["python", "c"], indirect=True)


@pytest.fixture(scope="session")
def compiled() -> str:
    """Empty when the C plane can be used here, else why not."""
    try:
        build.build()
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
