"""The administrators' page of speech models: fetched, stopped, imported, chosen, tried, and written down."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import huggingface_hub.constants
import pytest
from sqlmodel import Session

from room_server.api.speech_models import MachineView, recommended
from room_server.rules.permissions import StaffRole
from room_server.speech.choice import model_folder
from room_server.store import organisations, staff
from room_server.store.organisation_tables import ROOT
from tests.support.desk_server import NOW, Caller, DeskServer, desk_server
from tests.support.fetching import NAME, Shelf, toy
from tests.support.hub_mirror import HubMirror
from tests.support.onnx_voices import sense_voice
from transcription.catalogue import OWN, catalogue

ABSENT = {
    "engine": "faster-whisper",
    "state": "absent",
    "model": "",
    "reason": "no speech model is installed",
}


@pytest.fixture
def files(tmp_path: Path) -> dict[str, bytes]:
    return toy(tmp_path / "export")


@pytest.fixture
def mirror(files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", False)
    with HubMirror("owner/toy", files) as mirror:
        yield mirror


@pytest.fixture
async def server(tmp_path: Path, mirror: HubMirror) -> AsyncIterator[DeskServer]:
    Shelf(tmp_path / "data", mirror)
    async with desk_server(tmp_path / "data", hub=mirror.url) as server:
        server.live.engine = dict(ABSENT)
        yield server


async def administrator(server: DeskServer, place: str = ROOT) -> Caller:
    def promote(session: Session) -> None:
        account = staff.find_account(session, "mediator")
        assert account is not None
        organisations.set_roles(session, account.id, place, [StaffRole.ADMIN], NOW)

    await server.database.write(promote)
    return await server.signed_in("mediator")


async def settled(admin: Caller) -> dict[str, Any]:
    for _ in range(400):
        shelf: dict[str, Any] = (await admin.get("/api/models")).json
        if shelf["job"]["state"] != "running":
            return shelf
        await asyncio.sleep(0.05)
    raise AssertionError(shelf)


async def loaded(server: DeskServer) -> Path:
    for _ in range(200):
        if server.live.need:
            break
        await asyncio.sleep(0.02)
    return Path(server.live.need["model"])


def of(shelf: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(model for model in shelf["models"] if model["id"] == name)
    return found


async def test_a_fetched_model_writes_at_once_and_stands_in_the_log(server: DeskServer) -> None:
    admin = await administrator(server)
    before = (await admin.get("/api/models")).json
    assert (before["engine"]["state"], before["fixed"], before["job"]) == ("absent", "", None)
    assert of(before, NAME)["state"] == "absent"
    assert before["machine"]["cores"] >= 1 and before["machine"]["memory_mib"] > 0
    begun = await admin.post("/api/models/fetch", {"model": NAME})
    assert begun.json["job"]["action"] == "fetch"
    after = await settled(admin)
    assert after["job"] == {**after["job"], "state": "done", "done": after["job"]["total"], "reason": ""}
    assert (of(after, NAME)["state"], of(after, NAME)["engine"]) == ("ready", "sherpa-onnx")
    # Nothing wrote before: the scribe was told at once, and the next one will know.
    assert await loaded(server) == server.settings.model_folder / NAME
    (row,) = (await admin.get(f"/api/organisations/{ROOT}/log?act=model_fetched")).json["changes"]
    assert (row["subject"], row["by_name"]) == (NAME, "周敏")


async def test_a_fetch_is_stopped_and_goes_on_where_it_was(server: DeskServer, mirror: HubMirror) -> None:
    admin = await administrator(server)
    mirror.end["model.int8.onnx"] = 2_000_000
    await admin.post("/api/models/fetch", {"model": NAME})
    for _ in range(400):
        job = (await admin.get("/api/models")).json["job"]
        if job["done"] >= 1_000_000:
            break
        await asyncio.sleep(0.02)
    assert (await admin.post("/api/models/fetch", {"model": NAME})).word == "model_busy"
    stopped = (await admin.post("/api/models/stop", {})).json["job"]
    assert stopped["state"] == "stopped"
    mirror.end.clear()
    mirror.log.clear()
    await admin.post("/api/models/fetch", {"model": NAME})
    assert (await settled(admin))["job"]["state"] == "done"
    assert mirror.sent("model.int8.onnx")[0].startswith("bytes=")


async def test_what_lies_in_the_import_folder_is_taken_in(
    server: DeskServer, files: dict[str, bytes], tmp_path: Path
) -> None:
    admin = await administrator(server)
    assert (await admin.post("/api/models/import", {"source": "../export"})).word == "no_such_source"
    # The first one writes at once, also when no list knows it.
    sense_voice(server.settings.data / "import" / "own")
    await admin.post("/api/models/import", {"source": "own"})
    assert "under which name" in (await settled(admin))["job"]["reason"]
    await admin.post("/api/models/import", {"source": "own", "name": "our-own"})
    await settled(admin)
    assert await loaded(server) == server.settings.model_folder / "our-own"
    assert model_folder(server.settings) == server.settings.model_folder / "our-own"
    shutil.rmtree(server.settings.data / "import" / "own")
    (tmp_path / "export").rename(server.settings.data / "import" / "from-usb")
    assert (await admin.get("/api/models")).json["importable"] == ["from-usb"]
    await admin.post("/api/models/import", {"source": "from-usb"})
    shelf = await settled(admin)
    # Known by its hash.
    assert (shelf["job"]["state"], shelf["job"]["model"]) == ("done", NAME)
    (server.settings.data / "import" / "empty").mkdir()
    await admin.post("/api/models/import", {"source": "empty"})
    assert "there is no model.bin" in (await settled(admin))["job"]["reason"]


async def test_a_choice_lasts_and_is_refused_while_a_hearing_runs(server: DeskServer) -> None:
    admin = await administrator(server)
    await admin.post("/api/models/fetch", {"model": NAME})
    await settled(admin)
    assert (await admin.post("/api/models/whisper-tiny/choose", {})).word == "model_not_ready"
    assert (await admin.post("/api/models/nothing/choose", {})).word == "no_such_model"
    server.live.in_session = True
    assert (await admin.post(f"/api/models/{NAME}/choose", {})).word == "in_session"
    assert (await admin.post(f"/api/models/{NAME}/test", {})).word == "in_session"
    server.live.in_session = False
    shelf = (await admin.post(f"/api/models/{NAME}/choose", {})).json
    assert of(shelf, NAME)["active"] and shelf["engine"]["model"] == NAME
    assert model_folder(server.settings) == server.settings.model_folder / NAME
    assert (await admin.get(f"/api/organisations/{ROOT}/log?act=model_chosen")).json["changes"][0][
        "after"
    ] == NAME
    assert (await admin.post(f"/api/models/{NAME}/test", {})).json["state"] == "ready"
    assert ("try_out", str(server.settings.model_folder / NAME)) in server.live.asked
    server.live.engine = None
    assert (await admin.post(f"/api/models/{NAME}/test", {})).word == "scribe_down"
    assert (await admin.get("/api/models")).json["engine"]["reason"] == "the scribe does not answer"


async def test_only_the_highest_administrators_and_only_what_settings_leave_open(tmp_path: Path) -> None:
    async with desk_server(tmp_path, speech_model="whisper-base") as server:
        assert (await (await server.signed_in("clerk")).get("/api/models")).word == "not_allowed"
        admin = await administrator(server)
        assert (await admin.get("/api/models")).json["fixed"] == "speech_model"
        assert (await admin.post("/api/models/whisper-tiny/choose", {})).word == "model_fixed"
        (tmp_path / "models").mkdir()
        (tmp_path / "models" / OWN).write_text(json.dumps({"models": 3}))
        shelf = (await admin.get("/api/models")).json
        assert (shelf["models"], "catalogue.json" in shelf["trouble"]) == ([], True)


def test_the_advice_leaves_the_hearing_its_cores() -> None:
    def advice(cores: int, memory_mib: int) -> str:
        return recommended(catalogue(), MachineView(cores, memory_mib, 0))

    assert advice(1, 4096) == "whisper-base"
    assert advice(2, 4096) == advice(64, 262_144) == "whisper-small"
    assert advice(8, 512) == "whisper-base"
    assert advice(1, 128) == ""
