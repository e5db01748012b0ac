"""`make bench`: run every benchmark, print one table, keep the figures in bench/results/latest.json."""

import argparse
import importlib
import json
import os
import platform
import time
from pathlib import Path
from typing import Any

NAMES = ("forward", "recording", "speech", "hearing")
RESULTS = Path(__file__).parent / "results"


def main() -> None:
    """Run the benchmarks named on the command line, or all."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*NAMES, []], help="which (default: all)")
    names = parser.parse_args().names or NAMES
    machine = {
        "python": platform.python_version(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 2),
    }
    results: dict[str, Any] = {"at": int(time.time()), "machine": machine}
    for name in names:
        print(f"== {name}", flush=True)
        results[name] = importlib.import_module(f"bench.{name}").run()
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "latest.json").write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")
    print(f"\n{'measure':<52}{'value':>14}{'target':>14}")
    for name, value, target in _rows(results):
        print(f"{name:<52}{value:>14}{target:>14}")


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
