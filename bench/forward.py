"""What forwarding costs: our planes and Debian's Janus under the same load, side by side on one core.

Rooms of eight (everybody sends VP8 of about 600 kbit/s and Opus, with reports, and receives the other seven)
at each server in turn, round after round: CPU per forwarded packet (user and system time of all threads,
loopback included), delay added by the server. Then rooms of three, the stall of other rooms while somebody
joins, memory per connection, and the highest load borne (delay p95 < 20 ms, no loss). Servers run on core 0,
generator and clients on core 1, in a network namespace of the benchmark's own. Only one server at a time has
load. Without Janus or namespaces it says so and runs without the ratio.
"""

import argparse
import asyncio
import contextlib
import json
import os
import resource
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from . import janus, namespace
from .contest import PARTS, QUICK, STALL_LIMIT_MS, Contest, Plan, Side, say
from .cores import LOAD, SERVER, two
from .crowd import Contender, Sample
from .figures import Target, median, quantile, ratio, spread
from .load import BIN_MS, Generator, possible
from .ours import Ours

PLANES = ("python", "c")
COARSE = (
    "Coarse: short turns with little load, where a packet costs more than under the load of the whole"
    " benchmark. To judge by the targets, run it without --quick on an idle machine."
)


def result(contest: Contest, plan: Plan, realtime: bool) -> dict[str, Any]:
    """All figures, as `--json` prints them."""
    theirs = next((side for side in contest.sides if side.server.name == "janus"), None)
    found: dict[str, Any] = {
        "load": {"party": 8, "rooms": plan.rooms, "rounds": plan.rounds, "nack_percent": plan.nack_percent},
        "srtp": "AEAD_AES_128_GCM",
        "realtime": realtime,
        "coarse": plan.coarse,
        "load_average": round(os.getloadavg()[0], 2),
        "planes": [_figures(side) for side in contest.sides if side is not theirs],
        "missing": contest.missing,
    }
    if theirs is not None:
        found["janus"] = _figures(theirs)
        found["ratio"] = {}
        for side, figures in zip((s for s in contest.sides if s is not theirs), found["planes"], strict=True):
            figures["ratio"] = found["ratio"][side.server.name] = _ratio(side.rounds, theirs.rounds)
            figures["ratio_party_of_3"] = _ratio(side.small_rounds, theirs.small_rounds)
            if theirs.max_pps and side.max_pps:
                figures["max_pps_to_janus"] = round(side.max_pps / theirs.max_pps, 2)
    found["targets"] = [target.plain() for target in targets(found)]
    return found


def _ratio(ours: list[Sample], theirs: list[Sample]) -> float | None:
    found = ratio([s.us_per_packet for s in ours], [s.us_per_packet for s in theirs])
    return found or None


def _figures(side: Side) -> dict[str, Any]:
    delays = [sum(column) for column in zip(*(sample.delays for sample in side.rounds), strict=True)]
    costs = [sample.us_per_packet for sample in side.rounds]
    small = [sample.us_per_packet for sample in side.small_rounds]
    figures: dict[str, Any] = {
        "name": side.server.name,
        "us_per_packet": round(spread(costs)["mean"], 2),
        "us_per_packet_spread": spread(costs),
        "us_per_packet_party_of_3": round(spread(small)["mean"], 2) if small else None,
        "max_pps_p95_20ms": side.max_pps,
        "max_pps_open_ended": side.open_ended,
        "delay_ms": {f"p{p}": quantile(delays, p / 100, BIN_MS) for p in (50, 95, 99)},
        "rss_mb_per_connection": side.rss_per_connection,
        "rss_mb": round(side.rss_mb, 1),
        "rounds": [sample.plain() for sample in side.rounds],
        "ramp": [{"senders": load, "borne": s.borne, **s.plain()} for load, s in side.ramp],
    }
    if side.stalls:
        figures["join_stall_ms"] = {
            kind: {"median": round(median(v), 2), "worst": round(max(v), 2)}
            for kind, v in side.stalls.items()
        }
    return figures


def targets(found: dict[str, Any]) -> list[Target]:
    """The table of what must be reached, for the planes that ran."""
    limits = {"python": (1.0, 0.7), "c": (0.5, 0.35)}
    wanted = []
    for plane in found["planes"]:
        name = plane["name"]
        least, stretch = limits[name]
        wanted.append(Target(f"{name} plane, CPU per packet / Janus", plane.get("ratio"), least, stretch))
        if name == "c":
            more, small = plane.get("max_pps_to_janus"), plane.get("ratio_party_of_3")
            stalls = plane.get("join_stall_ms", {}).get("join", {})
            wanted += [
                Target("c plane, highest load / Janus", more, 2.0, 3.0, ">="),
                Target("c plane, rooms of three / Janus", small, 0.6, 0.45),
                Target(
                    "c plane, longest stall by a join", stalls.get("worst"), STALL_LIMIT_MS, 2.0, unit=" ms"
                ),
            ]
        memory = plane["rss_mb_per_connection"]
        wanted.append(Target(f"{name} plane, memory per connection", memory, 1.5, 0.8, unit=" MB"))
    return [replace(target, coarse=True) for target in wanted] if found.get("coarse") else wanted


async def measure(plan: Plan, planes: list[str], with_janus: bool, host: str) -> dict[str, Any]:
    """Run all parts of the plan in this process's network."""
    cores = (SERVER, LOAD) if two() else (None, None)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        generator = Generator(folder)
        contest = Contest(plan, generator, host)
        servers: list[Contender] = [Ours(plane, host, cores[0]) for plane in planes]
        if with_janus:
            (folder / "janus").mkdir()
            servers.append(janus.Janus(folder / "janus", host, cores[0]))
        if cores[1] is not None:
            os.sched_setaffinity(0, {cores[1]})
        generator.start(cores[1])
        try:
            for server in servers:
                await contest.add(server)
            await contest.warm_up()
            for part in plan.parts:
                await getattr(contest, part)()
            return result(contest, plan, all(side.server.realtime for side in contest.sides))
        finally:
            await contest.stop()
            await generator.stop()


def run(arguments: list[str] | None = None) -> dict[str, Any]:
    """Measure in a network of its own; prints a table, returns the figures or why there are none."""
    if not possible():
        say("forwarding: skipped, the load generator needs gcc")
        return {"skipped": "gcc is missing"}
    prefix = namespace.prefix()
    environment = {**os.environ, **({namespace.VARIABLE: namespace.HOST} if prefix else {})}
    command = [*prefix, sys.executable, "-m", "bench.forward", "--inside", *(arguments or [])]
    root = Path(__file__).parents[1]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root, env=environment) as process:
        assert process.stdout
        last = ""
        for line in process.stdout:
            if not line.startswith("{"):
                print(line, end="", flush=True)
            last = line
    if process.returncode:
        raise RuntimeError(f"the benchmark ended with {process.returncode}")
    found: dict[str, Any] = json.loads(last)
    for one in found["targets"]:
        say(f"{one['measure']:<44}{one['value']:>14}{one['target']:>12}  {one['verdict']}")
    if found["coarse"]:
        say(COARSE)
    found["rows"] = rows(found)
    return found


def rows(found: dict[str, Any]) -> list[dict[str, Any]]:
    """The figures for the common table of `make bench`."""
    table = []
    servers = [*found["planes"], *([found["janus"]] if "janus" in found else [])]
    for server in servers:
        name, delay = server["name"], server["delay_ms"]
        table += [
            {"measure": f"{name}: CPU per forwarded packet", "value": f"{server['us_per_packet']} us"},
            {"measure": f"{name}: delay p95", "value": f"{delay['p95']} ms"},
            {"measure": f"{name}: highest load, packets/s", "value": server["max_pps_p95_20ms"]},
        ]
    return [*table, *found["targets"]]


def _inside(plan: Plan, planes: list[str], with_janus: bool) -> None:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    with contextlib.suppress(ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65536), hard))
    host, missing = namespace.LOOPBACK, ""
    if namespace.inside():
        namespace.furnish()
        host = namespace.HOST
    else:
        missing = "network namespaces are not allowed here"
    if with_janus and not missing and not janus.installed():
        missing = "it is not installed (apt-get install janus)"
    if with_janus and missing:
        say(f"janus: left out, {missing}")
    found = asyncio.run(measure(plan, planes, with_janus and not missing, host))
    if with_janus and missing:
        found["missing"]["janus"] = missing
    print(json.dumps(found), flush=True)


def parser() -> argparse.ArgumentParser:
    """The options of `heting bench forward`."""
    found = argparse.ArgumentParser(prog="heting bench forward", description=__doc__)
    found.add_argument("--json", action="store_true", help="one JSON object as the last line")
    found.add_argument("--quick", action="store_true", help="cost of a packet, coarsely, within a minute")
    found.add_argument("--planes", default=",".join(PLANES), help="which of ours (default python,c)")
    found.add_argument("--no-janus", action="store_true", help="ours only")
    parts = f"which parts (default {','.join(PARTS)}; with --quick {','.join(QUICK.parts)})"
    found.add_argument("--parts", help=parts)
    found.add_argument("--rounds", type=int, help="how often each server's turn comes")
    found.add_argument("--seconds", type=float, help="how long a turn is measured")
    found.add_argument("--rooms", type=int, help="rooms of eight in the rounds")
    found.add_argument("--nack", type=float, default=0.0, help="ask again for this percentage of packets")
    found.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    return found


def planned(options: argparse.Namespace) -> Plan:
    """The plan the options describe; ValueError for a part that is none."""
    plan = QUICK if options.quick else Plan()
    parts = tuple(options.parts.split(",")) if options.parts else plan.parts
    if unknown := set(parts) - set(PARTS):
        raise ValueError(f"no such part: {', '.join(sorted(unknown))}")
    wanted = {key: getattr(options, key) for key in ("rounds", "seconds", "rooms") if getattr(options, key)}
    values = {**plan.__dict__, **wanted, "nack_percent": options.nack, "parts": parts}
    return Plan(**values)


def main(arguments: list[str] | None = None) -> None:
    """Run from the command line."""
    given = sys.argv[1:] if arguments is None else arguments
    options = parser().parse_args(given)
    if options.inside:
        _inside(planned(options), options.planes.split(","), not options.no_janus)
        return
    planned(options)
    found = run(given)
    if options.json:
        print(json.dumps(found))


if __name__ == "__main__":
    main()
