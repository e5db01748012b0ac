"""Where the server and its load run: a core each, and before other programs where that is allowed."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

PRIORITY = 20
PLANE = "media-plane"
"""The name of the C plane's thread."""
SERVER, LOAD = 0, 1
"""The core of the server, and of the generator and its clients."""


def two() -> bool:
    """Whether server and load can have a core each."""
    return len(os.sched_getaffinity(0)) >= 2 and {SERVER, LOAD} <= os.sched_getaffinity(0)


def first_in_line(number: int, priority: int = PRIORITY) -> bool:
    """Run a process or thread before other programs: their noise, not ours, would set the delays."""
    try:
        os.sched_setscheduler(number, os.SCHED_RR, os.sched_param(priority))
    except OSError:
        return False
    return True


@contextlib.contextmanager
def for_child(core: int | None, wanted: bool = True) -> Iterator[bool]:
    """What starts inside runs on this core, and (if wanted) before other programs; gives whether it does."""
    affinity = os.sched_getaffinity(0)
    if core is not None:
        os.sched_setaffinity(0, {core})
    realtime = wanted and first_in_line(0)
    try:
        yield realtime
    finally:
        if realtime:
            os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
        os.sched_setaffinity(0, affinity)


def favour(pid: int, wanted: bool) -> None:
    """A process runs before others, or like any other. The C plane's thread keeps its step ahead."""
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(OSError):
            if wanted:
                ahead = (task / "comm").read_text().strip() == PLANE
                first_in_line(int(task.name), PRIORITY + ahead)
            else:
                os.sched_setscheduler(int(task.name), os.SCHED_OTHER, os.sched_param(0))


def cpu_seconds(pid: int) -> float:
    """CPU used so far by a process, all threads."""
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(OSError):
            total += int((task / "schedstat").read_text().split()[0])
    return total / 1e9


def rss_mb(pid: int) -> float:
    """Resident memory of a process."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def idle_share(core: int, before: list[int] | None) -> tuple[list[int], float]:
    """The core's counters now, and the share of the time since `before` that nobody used."""
    line = next(x for x in Path("/proc/stat").read_text().splitlines() if x.startswith(f"cpu{core} "))
    now = [int(word) for word in line.split()[1:9]]
    if before is None:
        return now, 0.0
    spent = [b - a for a, b in zip(before, now, strict=True)]
    return now, (spent[3] + spent[4]) / max(1, sum(spent))
