"""The `heting` command."""

import argparse
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

STAFF_ROLES = (
    "admin",
    "mediator",
    "arbitrator",
    "clerk",
    "expert",
    "supervisor",
    "filing",
    "legal_aid",
    "tech",
)

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

BENCHMARKS = ("forward", "soak", "recording", "speech", "transcribe", "voices", "hearing")


def main() -> None:
    """Entry point of `heting`."""
    arguments = parser().parse_args()
    sys.exit(arguments.run(arguments))


def parser() -> argparse.ArgumentParser:
    """All commands and their options."""
    top = argparse.ArgumentParser(
        prog="heting", description="Heting 和庭: a video mediation and hearing room server."
    )
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    _serve_options(commands)
    _rehearse_options(commands)
    _verify_options(commands)
    _models_options(commands)
    _transcribe_options(commands)
    _staff_options(commands)
    _workers_options(commands)
    _doctor_options(commands)
    _bench_options(commands)
    return top


def _serve_options(commands: "Commands") -> None:
    serve = commands.add_parser("serve", help="run the server", description="Run the server until Ctrl-C.")
    serve.add_argument("--data", type=Path, help="folder of everything on disk (default ./var)")
    serve.add_argument("--port", type=int, help="HTTPS port (default 8443)")
    serve.add_argument("--config", type=Path, help="a TOML file with settings")
    serve.add_argument("--demo", action="store_true", default=None, help="make a demonstration case")
    serve.set_defaults(run=_serve)


def _rehearse_options(commands: "Commands") -> None:
    rehearse = commands.add_parser(
        "rehearse", help="a whole hearing with synthetic people: self-check, load test, demo"
    )
    rehearse.add_argument(
        "--script",
        default="settlement",
        help="settlement, mediation, arbitration, panel or brief (default settlement)",
    )
    rehearse.add_argument("--rooms", type=int, default=1, help="hearings at once (default 1)")
    rehearse.add_argument(
        "--others",
        default="",
        metavar="SCRIPT",
        help="script of all rooms but the first (default: the same with two cores per room, else brief)",
    )
    rehearse.add_argument(
        "--workers", type=int, default=0, help="media workers of the temporary server (default: its own)"
    )
    rehearse.add_argument(
        "--kill-worker",
        type=float,
        nargs="?",
        const=10.0,
        metavar="SECONDS",
        help="kill -9 a media worker that has a room, SECONDS (10) after the opening",
    )
    rehearse.add_argument(
        "--codec", choices=("vp8", "h264"), default="", help="video codec wanted (default: the server's)"
    )
    rehearse.add_argument("--url", help="a running server; without it a temporary one is started")
    rehearse.add_argument("--staff", help="name:password of a staff account of that server")
    rehearse.add_argument("--out", type=Path, help="folder for the case file and the logs")
    rehearse.add_argument("--json", action="store_true", help="one JSON object as the last line")
    rehearse.add_argument("--keep", action="store_true", help="keep the temporary server's data")
    rehearse.set_defaults(run=_rehearse)


def _verify_options(commands: "Commands") -> None:
    verify = commands.add_parser(
        "verify",
        help="check a case file, package, recording folder or journal; 0 intact, 1 broken, 2 unreadable",
    )
    verify.add_argument("path", type=Path)
    verify.add_argument("--sealed-by", help="fingerprint of the key that must have sealed it")
    verify.add_argument("--json", action="store_true", help="one JSON object as the last line")
    verify.set_defaults(run=_verify)


def _models_options(commands: "Commands") -> None:
    models = commands.add_parser("models", help="speech models: list, verify, fetch, import")
    models.add_argument("action", choices=("list", "verify", "fetch", "import"))
    models.add_argument("target", nargs="?", help="model id (fetch, verify) or directory or tar (import)")
    models.add_argument("--name", help="import: what a model that no list knows shall be called")
    models.add_argument("--data", type=Path, help="folder of everything on disk (default ./var)")
    models.add_argument("--json", action="store_true", help="one JSON object as the last line")
    models.set_defaults(run=_models)


def _transcribe_options(commands: "Commands") -> None:
    transcribe = commands.add_parser("transcribe", help="fill in the minutes of a sitting from its recording")
    transcribe.add_argument("sitting", help="id of the sitting")
    transcribe.add_argument(
        "--second-pass", action="store_true", help="suggest changes by a larger model; changes nothing itself"
    )
    transcribe.add_argument("--model", default="", help="the model of the second pass (default: the largest)")
    transcribe.add_argument("--data", type=Path, help="folder of everything on disk (default ./var)")
    transcribe.add_argument("--json", action="store_true", help="one JSON object as the last line")
    transcribe.set_defaults(run=_transcribe)


def _staff_options(commands: "Commands") -> None:
    staff = commands.add_parser("staff", help="staff accounts: list, add, roles, password, disable")
    staff.add_argument("action", choices=("list", "add", "roles", "password", "disable"))
    staff.add_argument("name", nargs="?", help="what they sign in with")
    staff.add_argument("--person", help="the name others see (add)")
    staff.add_argument(
        "--role",
        action="append",
        choices=STAFF_ROLES,
        help="a role (add, roles); several times for several; without one: mediator",
    )
    staff.add_argument("--organisation", help="id of the organisation (add, roles); the one at the top")
    staff.add_argument("--data", type=Path, help="folder of everything on disk (default ./var)")
    staff.add_argument("--json", action="store_true", help="one JSON object as the last line")
    staff.set_defaults(run=_staff)


def _workers_options(commands: "Commands") -> None:
    workers = commands.add_parser(
        "workers", help="the running server's media workers: list, drain, replace, resume"
    )
    workers.add_argument("action", choices=("list", "drain", "replace", "resume"), nargs="?", default="list")
    workers.add_argument("worker", nargs="?", help="name of a worker, as listed")
    workers.add_argument("--port", type=int, help="HTTPS port of the server (default 8443)")
    workers.add_argument("--config", type=Path, help="the server's settings file")
    workers.add_argument("--json", action="store_true", help="one JSON object as the last line")
    workers.set_defaults(run=_workers)


def _doctor_options(commands: "Commands") -> None:
    doctor = commands.add_parser("doctor", help="what works here, what is missing and the cure")
    doctor.add_argument("--data", type=Path, help="folder of everything on disk (default ./var)")
    doctor.add_argument("--config", type=Path, help="the server's settings file")
    doctor.add_argument("--json", action="store_true", help="one JSON object as the last line")
    doctor.set_defaults(run=_doctor)


def _bench_options(commands: "Commands") -> None:
    bench = commands.add_parser(
        "bench",
        help="benchmarks, in a source tree only",
        description="forward: our planes and Janus side by side. soak: hours of coming and going. "
        "recording, speech, hearing: what the rest costs. `heting bench NAME --help` lists its options; "
        "without a name all but soak run.",
    )
    bench.add_argument("name", nargs="?", choices=BENCHMARKS, help="which (default: all but soak)")
    bench.add_argument("options", nargs=argparse.REMAINDER, help="options of the benchmark")
    bench.set_defaults(run=_bench)


def _settings(arguments: argparse.Namespace) -> Any:
    from .settings import SettingsError, load

    given = {name: getattr(arguments, name, None) for name in ("data", "port", "demo")}
    try:
        return load(getattr(arguments, "config", None), **given)
    except SettingsError as error:
        print(f"heting: {error}", file=sys.stderr)
        sys.exit(1)


def _serve(arguments: argparse.Namespace) -> int:
    from .commands.serving import serve

    return serve(_settings(arguments))


def _rehearse(arguments: argparse.Namespace) -> int:
    from .rehearsal.command import main as rehearse

    return rehearse(arguments)


def _verify(arguments: argparse.Namespace) -> int:
    from .verifying import main as verify

    return verify(arguments.path, arguments.json, arguments.sealed_by)


def _models(arguments: argparse.Namespace) -> int:
    from .commands.models import main as models

    return models(_settings(arguments), arguments.action, arguments.target, arguments.json, arguments.name)


def _transcribe(arguments: argparse.Namespace) -> int:
    if arguments.second_pass:
        from .commands.second_reading import main as read_again

        return read_again(_settings(arguments), arguments.sitting, arguments.model, arguments.json)
    from .commands.transcribing import main as transcribe

    return transcribe(_settings(arguments), arguments.sitting, arguments.json)


def _staff(arguments: argparse.Namespace) -> int:
    from .commands.staffing import main as staffing

    return staffing(_settings(arguments), arguments)


def _workers(arguments: argparse.Namespace) -> int:
    from .commands.crewing import main as crewing

    return crewing(_settings(arguments), arguments)


def _doctor(arguments: argparse.Namespace) -> int:
    from .commands.doctor import main as doctor

    return doctor(_settings(arguments), arguments.json)


def _bench(arguments: argparse.Namespace) -> int:
    root = Path(__file__).parents[1]
    if not (root / "bench" / "__main__.py").is_file():
        print(
            "heting: the benchmarks are in the source tree, not in the installed package: "
            "clone the repository and run `make bench` or ./.venv/bin/heting bench there",
            file=sys.stderr,
        )
        return 1
    name = [arguments.name] if arguments.name else []
    return subprocess.call([sys.executable, "-m", "bench", *name, *arguments.options], cwd=root)


if __name__ == "__main__":
    main()
