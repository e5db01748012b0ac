"""Check this case file without the server that made it: python3 data/校验/verify.py [FOLDER]

Needs Python 3.8 or later and nothing else. Exit code 0: intact, 1: changed, 2: not a case file.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from pathlib import Path
from typing import Any, List, Optional, Tuple  # noqa: UP035

JOURNAL = "data/日志/journal.jsonl"
TAG_MANIFEST = "tagmanifest-sha256.txt"
Problems = List[Tuple[str, str]]  # noqa: UP006
Point = Tuple[int, int, int, int]  # noqa: UP006

# Ed25519 verification after RFC 8032 5.1.7.
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def add(p: Point, q: Point) -> Point:
    """Sum of two points of the curve."""
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(n: int, p: Point) -> Point:
    """`p` added up `n` times."""
    q: Point = (0, 1, 1, 0)
    while n:
        if n & 1:
            q = add(q, p)
        p, n = add(p, p), n >> 1
    return q


def point(data: bytes) -> Optional[Point]:  # noqa: UP045
    """A point from its 32 bytes."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * ROOT % P
    if y >= P or (x * x - x2) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


def signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the owner of `public` signed `message`."""
    base = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
    a, r = point(public), point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if base is None or a is None or r is None or s >= L or len(signature) != 64 or len(public) != 32:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    left, right = times(s, base), add(r, times(h, a))
    same_x = (left[0] * right[2] - right[0] * left[2]) % P == 0
    return same_x and (left[1] * right[2] - right[1] * left[2]) % P == 0


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        for piece in iter(lambda: file.read(1 << 20), b""):
            found.update(piece)
    return found.hexdigest()


def listed(path: Path) -> dict[str, str]:
    """Name and hash of each line of a manifest."""
    rows = path.read_bytes().decode().split("\n")[:-1]
    return {row[66:].replace("%25", "%"): row[:64] for row in rows}


def present(folder: Path) -> set[str]:
    """The names of all files, in all folders."""
    found: set[str] = set()
    for top, folders, names in os.walk(str(folder)):
        links = [name for name in folders if Path(top, name).is_symlink()]
        found.update(Path(top, name).relative_to(folder).as_posix() for name in names + links)
    return found


def check_seal(folder: Path, problems: Problems) -> dict[str, Any] | None:
    """What the seal states, if its signature holds."""
    try:
        text = (folder / "seal.json").read_bytes().decode()
        seal: dict[str, Any] = json.loads(text)
        statement = {name: value for name, value in seal.items() if name != "signature"}
        # These members are strings, whole numbers and truth values: sorted JSON of them is canonical.
        whole = json.dumps(seal, ensure_ascii=False, sort_keys=True, separators=(",", ":")) == text
        message = json.dumps(statement, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        signature = str(seal["signature"])
        good = whole and signature == signature.lower()
        good = good and signed(bytes.fromhex(seal["public_key"]), message, bytes.fromhex(signature))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        good = False
    if not good:
        problems.append(("seal.json", "the seal is damaged"))
        return None
    return seal


def check_journal(folder: Path, seal: dict[str, Any] | None, problems: Problems) -> None:
    """The hash chain, and that its end is the one that was sealed."""
    prev, count = "0" * 64, 0
    for line in (folder / JOURNAL).read_bytes().decode().split("\n")[:-1]:
        entry = json.loads(line)
        count += 1
        # A line is canonical JSON: without its own hash it is the text that was hashed.
        before, _, after = line.rpartition(f'"hash":"{entry["hash"]}",')
        found = hashlib.sha256((before + after).encode()).hexdigest()
        if (found, entry["seq"], entry["prev_hash"]) != (entry["hash"], count, prev):
            problems.append((JOURNAL, f"the chain breaks at entry {count}"))
            return
        prev = entry["hash"]
    if seal and (prev, count) != (seal["journal_head"], seal["journal_entries"]):
        problems.append((JOURNAL, "the last entry is not the one that was sealed"))


def check(folder: Path) -> tuple[dict[str, Any] | None, Problems]:
    """The seal's statement and everything that is not as it was sealed."""
    problems: Problems = []
    seal = check_seal(folder, problems)
    if seal and digest(folder / TAG_MANIFEST) != seal["tagmanifest_sha256"]:
        problems.append((TAG_MANIFEST, "changed"))
        return seal, problems
    tags = listed(folder / TAG_MANIFEST)
    have = present(folder)
    stated = dict(tags)
    manifest = folder / "manifest-sha256.txt"
    if manifest.is_file() and digest(manifest) == tags.get(manifest.name):
        payload = listed(manifest)
        stated.update(payload)
        problems += [(name, "extra: not part of the case file") for name in sorted(have - _known(stated))]
    problems += [(name, "missing") for name in sorted(set(stated) - have)]
    for name in sorted(set(stated) & have):
        path = folder / name
        if path.is_symlink() or digest(path) != stated[name]:
            problems.append((name, "changed"))
    if not problems:
        check_journal(folder, seal, problems)
    return seal, problems


def _known(stated: dict[str, str]) -> set[str]:
    return {*stated, "seal.json", TAG_MANIFEST}


def main() -> int:
    """Check, say what was found, and give the exit code."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[2]
    try:
        seal, problems = check(folder)
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"不是完整的卷宗 / not a whole case file: {error}")
        return 1 if (folder / "seal.json").exists() else 2
    for name, problem in problems:
        print(f"  ✗ {name}: {problem}")
    print("已被改动 / CHANGED" if problems else "完好 / intact")
    if seal:
        print("封存密钥指纹 / sealed by:", hashlib.sha256(bytes.fromhex(seal["public_key"])).hexdigest())
        if seal["rehearsal"]:
            print("彩排，不是记录 / rehearsal, not a record")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
