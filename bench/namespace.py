"""A network of the benchmark's own: servers and load share one interface in a namespace made for the run."""

import os
import shutil
import subprocess

HOST = "198.18.0.1"
"""Of the range set aside for benchmarks (RFC 2544)."""
LOOPBACK = "127.0.0.1"
VARIABLE = "HETING_BENCH_NETWORK"


def prefix() -> list[str]:
    """What to put before a command to run it in a network of its own; empty where that is not allowed."""
    if shutil.which("unshare") is None or shutil.which("ip") is None:
        return []
    for wanted in (["unshare", "--net"], ["unshare", "--map-root-user", "--net"]):
        probe = [*wanted, "ip", "link", "add", "probe", "type", "veth"]
        if subprocess.run(probe, capture_output=True).returncode == 0:
            return wanted
    return []


def furnish() -> None:
    """Give the namespace this process is in an address: Janus leaves out loopback interfaces."""
    for words in (
        "link set lo up",
        "link add bench type veth peer name other",
        f"address add {HOST}/24 dev bench",
        "link set bench up",
        "link set other up",
    ):
        subprocess.run(["ip", *words.split()], check=True, capture_output=True)


def inside() -> bool:
    """Whether this process runs in a network that `furnish` made."""
    return os.environ.get(VARIABLE) == HOST
