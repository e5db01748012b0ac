"""The process of a media worker under load: `python -m bench.served NEED`, calls over pipes.

A JSON call per line on standard input, a JSON answer per line on output. Beside the worker's own calls:
`census` counts what must not grow.
"""

import asyncio
import gc
import json
import os
import sys
import threading
from pathlib import Path
from typing import Any

import uvloop

from media.worker import MediaWorker


def census() -> dict[str, int]:
    """Descriptors, threads and tasks of this process."""
    gc.collect()
    return {
        "descriptors": len(list(Path("/proc/self/fd").iterdir())),
        "threads": len(list(Path("/proc/self/task").iterdir())),
        "python_threads": threading.active_count(),
        "tasks": len(asyncio.all_tasks()),
    }


async def serve(need: dict[str, Any]) -> None:
    """Host one worker until standard input ends."""
    worker = MediaWorker(lambda event: None, need)
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=1 << 24)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        method, arguments = json.loads(line)
        if method == "census":
            answer: Any = census()
        else:
            answer = await getattr(worker, method)(*arguments)
        print(json.dumps(answer), flush=True)
    await worker.close()


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    uvloop.run(serve(json.loads(sys.argv[1])))
