"""The compiled plane, as `api.h` declares it."""

import functools
import os
import re
from typing import Any

import cffi

from . import build

ffi = cffi.FFI()
SANITIZED = os.environ.get("HETING_MEDIA_SANITIZE") == "1"
"""Use the build that stops at the first stray byte (`make fuzz`)."""
_PROLOGUE = re.compile(r"/\*.*?\*/|^#.*?$", re.DOTALL | re.MULTILINE)
ffi.cdef(_PROLOGUE.sub("", (build.HERE / "api.h").read_text()))


class NotBuilt(Exception):
    """There is no library for these sources; the message says what to do."""


@functools.cache
def load() -> Any:
    """The library. `NotBuilt` when it was not compiled, OSError when it cannot be loaded."""
    path = build.library(sanitize=SANITIZED)
    if not path.exists():
        raise NotBuilt("not built" if build.compiler() else "not built, and there is no C compiler")
    return ffi.dlopen(str(path))


def state() -> tuple[bool, str]:
    """Whether the plane can be used here, and where it lies or why not."""
    try:
        load()
    except (NotBuilt, OSError) as reason:
        return False, str(reason)
    return True, build.library().name
