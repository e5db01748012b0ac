"""The benchmarks. `python -m bench`: all of `make bench`, one table, figures in bench/results/latest.json.

`python -m bench NAME [OPTIONS]` (or `heting bench NAME [OPTIONS]`) runs one; with `--json` the last line is
one JSON object.
"""

import argparse
import importlib
import json
import os
import platform
import sys
import time
from pathlib import Path
from typing import Any

NAMES = ("forward", "recording", "speech", "transcribe", "voices", "hearing")
"""What `make bench` runs; each module has `run()`, which returns its figures."""
ALONE = ("soak",)
"""What takes so long that it runs only when it is named."""
RESULTS = Path(__file__).parent / "results"


def main() -> None:
    """Run the benchmark named on the command line with its options, or all."""
    if len(sys.argv) > 1 and sys.argv[1] in (*NAMES, *ALONE):
        one(sys.argv[1], sys.argv[2:])
        return
    parser = argparse.ArgumentParser(
        prog="heting bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("name", nargs="?", choices=(*NAMES, *ALONE), help="which (default: all but soak)")
    parser.parse_args()
    every()


def one(name: str, options: list[str]) -> None:
    """Run one benchmark; those without options of their own take `--json` only."""
    module = importlib.import_module(f"bench.{name}")
    if hasattr(module, "main"):
        sys.exit(module.main(options))
    parser = argparse.ArgumentParser(prog=f"heting bench {name}", description=module.__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    found = module.run() if (chosen := parser.parse_args(options)) else {}
    print(json.dumps(found, ensure_ascii=False, indent=None if chosen.json else 1))


def every() -> None:
    """Run all, print the common table, keep the figures."""
    machine = {
        "python": platform.python_version(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 2),
    }
    results: dict[str, Any] = {"at": int(time.time()), "machine": machine}
    for name in NAMES:
        print(f"== {name}", flush=True)
        results[name] = importlib.import_module(f"bench.{name}").run()
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "latest.json").write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")
    print(f"\n{'measure':<52}{'value':>14}{'target':>14}")
    for measure, value, target in _rows(results):
        print(f"{measure:<52}{value:>14}{target:>14}")


def _rows(results: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [
        (row["measure"], str(row["value"]), str(row.get("target", "")))
        for name in NAMES
        for row in _of(name, results.get(name, {}))
    ]


def _of(name: str, found: dict[str, Any]) -> list[dict[str, Any]]:
    if name == "recording" and found:
        share = f"{found['core_percent_per_track']} %"
        return [
            {"measure": "recorder, share of a core per track", "value": share, "target": "<= 0.2 %"},
            {"measure": "finishing, times real time", "value": found["finish_times_real_time"]},
        ]
    if name == "speech" and found:
        delay, truth = found["text_after_speech_ms"], found["truth"]["loss_2_percent"]
        return [
            {
                "measure": "text after speech, 4 people, max, ms",
                "value": delay["4_people"]["max"],
                "target": "< 1500",
            },
            {"measure": "CER at 2 % packet loss", "value": truth["cer"]},
            {
                "measure": "listening, % of a core per stream",
                "value": found["listen_core_percent_per_stream"],
            },
        ]
    rows: list[dict[str, Any]] = found.get("rows", [])
    return rows


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


if __name__ == "__main__":
    main()
