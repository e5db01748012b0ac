"""Compiling the C plane: what fits is found, what does not fit is not, and no compiler is no disaster."""

import shutil
import sys
from pathlib import Path

import pytest

from media.native import build


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the sources, to be changed at will."""
    for source in build.HERE.glob("*.[ch]"):
        shutil.copy(source, tmp_path)
    monkeypatch.setattr(build, "HERE", tmp_path)
    return tmp_path


def test_a_library_of_other_sources_is_never_found(sources: Path) -> None:
    before = build.library()
    (sources / "gaps.c").write_text((sources / "gaps.c").read_text() + "\n/* changed */\n")
    assert build.library() != before
    assert build.library() != build.library(sanitize=True)


@pytest.mark.skipif(build.compiler() is None, reason="no C compiler")
def test_the_library_is_compiled_once_and_replaces_older_ones(sources: Path) -> None:
    (sources / "plane-0123456789abcdef.so").touch()
    made = build.build()
    assert list(sources.glob("plane-*.so")) == [made]
    written = made.stat().st_mtime_ns
    assert build.build() == made and made.stat().st_mtime_ns == written


@pytest.mark.skipif(build.compiler() is None, reason="no C compiler")
def test_sources_that_do_not_compile_are_told(sources: Path) -> None:
    (sources / "gaps.c").write_text("this is no C\n")
    with pytest.raises(build.CannotBuild, match="failed"):
        build.build()
    assert not list(sources.glob("plane-*.so"))


def test_without_a_compiler_it_says_so(
    sources: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(sources))
    monkeypatch.delenv("CC", raising=False)
    monkeypatch.setattr(sys, "argv", ["build"])
    assert build.main() == 1
    assert "forwarded by Python: no C compiler" in capsys.readouterr().err
