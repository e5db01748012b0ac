"""The media workers over HTTP and by command: for whoever sits at this machine, and nobody else."""

import argparse
import json
import socket
from pathlib import Path

import pytest

from room_server.__main__ import parser
from room_server.commands.crewing import main
from room_server.settings import Settings
from tests.support.desk_server import desk_server

PATH = "/api/workers/media-1"


async def test_a_worker_is_drained_replaced_and_resumed(tmp_path: Path) -> None:
    async with desk_server(tmp_path) as server:
        operator = server.anonymous()
        (worker,) = (await operator.get("/api/workers")).json["workers"]
        assert worker == {
            "name": "media-1", "state": "up", "epoch": 1, "port": 50000, "rooms": 2, "busy": 0.25,
        }  # fmt: skip
        for wish, state in (("drain", "drained"), ("replace", "leaving"), ("resume", "up")):
            answer = await operator.post(PATH, {"wish": wish})
            assert (answer.status, answer.json["workers"][0]["state"]) == (200, state)
        assert (await operator.post(PATH, {"wish": "shoot"})).status == 400
        assert (await operator.post(PATH, {"wish": "drain", "more": 1})).status == 400
        assert (await operator.post("/api/workers/media-9", {"wish": "drain"})).status == 404


async def test_nobody_elsewhere_and_no_page_may_ask(tmp_path: Path) -> None:
    async with desk_server(tmp_path) as server:
        anybody = server.anonymous()
        elsewhere = {"X-Forwarded-For": "203.0.113.9"}
        assert (await anybody.get("/api/workers", headers=elsewhere)).status == 403
        assert (await anybody.post(PATH, {"wish": "drain"}, headers=elsewhere)).status == 403
        # What a foreign page may send without being asked about it first.
        plain = {"Content-Type": "text/plain"}
        answer = await anybody.call("POST", PATH, body=b'{"wish": "drain"}', headers=plain)
        assert answer.status == 415
        assert server.live.state == "up"
        asked = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"}
        leave = await anybody.call("OPTIONS", PATH, headers=asked)
        assert "Access-Control-Allow-Origin" not in leave.headers


def arguments(*words: str) -> argparse.Namespace:
    return parser().parse_args(["workers", *words])


def test_the_command_says_plainly_when_no_server_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert main(Settings(port=port), arguments("list")) == 1
    assert f"no server answers at port {port}" in capsys.readouterr().err


def test_the_command_wants_a_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(Settings(), arguments("drain")) == 1
    assert "say which: heting workers drain NAME" in capsys.readouterr().err


def test_the_command_lists_by_default() -> None:
    given = arguments()
    assert (given.action, given.worker, given.json) == ("list", None, False)
    assert json.dumps(vars(arguments("drain", "media-3", "--json"))["worker"]) == '"media-3"'
