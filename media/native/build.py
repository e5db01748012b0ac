"""Compile the C plane: `python -m media.native.build`.

The library's name carries what it was made of: one that does not fit is never found, let alone loaded.
"""

import hashlib
import importlib.metadata
import os
import platform
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
FLAGS = ("-std=c11", "-D_GNU_SOURCE", "-O2", "-g", "-Wall", "-Wextra", "-fPIC", "-shared", "-pthread")
SANITIZE = ("-O1", "-fno-omit-frame-pointer", "-fsanitize=address,undefined")


class CannotBuild(Exception):
    """Why there is no C plane here, in one line."""


def library(*, sanitize: bool = False) -> Path:
    """Where the library for these sources and this machine lies, whether it does or not."""
    stamp = hashlib.sha256()
    for source in sorted(HERE.glob("*.[ch]")):
        stamp.update(source.name.encode() + b"\0" + source.read_bytes() + b"\0")
    wheel = importlib.metadata.version("pylibsrtp")
    stamp.update("\0".join([*_flags(sanitize), wheel, platform.machine(), sys.platform]).encode())
    return HERE / f"plane-{'asan-' if sanitize else ''}{stamp.hexdigest()[:16]}.so"


def compiler() -> list[str] | None:
    """The C compiler's command, None if there is none."""
    named = shlex.split(os.environ.get("CC", ""))
    found = next((path for name in (*named[:1], "cc", "gcc", "clang") if (path := shutil.which(name))), None)
    return [found, *named[1:]] if found else None


def build(*, sanitize: bool = False) -> Path:
    """The library, compiled if it is not there yet; `CannotBuild` says why not."""
    made = library(sanitize=sanitize)
    if made.exists():
        return made
    if sys.platform != "linux":
        raise CannotBuild(f"the C plane needs Linux, this is {sys.platform}")
    command = compiler()
    if command is None:
        raise CannotBuild("no C compiler")
    with tempfile.TemporaryDirectory(dir=HERE) as folder:
        half = Path(folder) / made.name
        sources = sorted(str(path) for path in HERE.glob("*.c"))
        said = subprocess.run(
            [*command, *_flags(sanitize), "-o", str(half), *sources, "-lm"], capture_output=True, text=True
        )
        if said.returncode:
            raise CannotBuild(f"{command[0]} failed: {said.stderr.strip()[:2000]}")
        half.replace(made)
    for older in HERE.glob("plane-*.so"):
        if older != made and older.name.startswith("plane-asan-") == sanitize:
            older.unlink(missing_ok=True)
    return made


def _flags(sanitize: bool) -> tuple[str, ...]:
    return (*FLAGS, *SANITIZE) if sanitize else FLAGS


def main() -> int:
    """Build; one line about what came of it."""
    try:
        made = build(sanitize="--sanitize" in sys.argv[1:])
    except (CannotBuild, OSError) as reason:
        print(f"heting: media is forwarded by Python: {reason}", file=sys.stderr)
        return 1
    print(f"heting: media is forwarded by {made.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
