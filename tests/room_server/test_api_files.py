"""Files of a sitting: parts on demand, and nothing outside its folder."""

import io
import json
import zipfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from room_server.rules import events as e
from room_server.rules.people import Role
from room_server.store import hearings, journal
from room_server.store.hearings import Booking
from tests.support.desk_server import NOW, Caller, DeskServer, desk_server

CONTENT = bytes(range(256)) * 40


@dataclass
class Scene:
    """A sitting whose recording and documents are on disk."""

    server: DeskServer
    booking: Booking
    sitting: str
    clerk: Caller
    recordings: Path
    files: Path

    def address(self, tail: str) -> str:
        return f"/api/sittings/{self.sitting}/{tail}"

    async def made(self, kind: str, file: str, document: str = "") -> None:
        fact = e.DocumentMade(
            document=document or f"d_{kind}", kind=kind, file=file, bytes=len(CONTENT), sha256="x"
        )
        await journal.append(self.server.database, self.sitting, [("system", NOW, None, fact)])


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with desk_server(tmp_path / "var") as server:
        booking = await server.book()
        sitting = await server.database.write(lambda s: hearings.begin_sitting(s, booking.id, NOW))
        recordings, files = (
            folder / sitting for folder in (server.settings.recordings, server.settings.files)
        )
        for folder in (recordings, files):
            folder.mkdir(parents=True)
        (recordings / "p.camera.webm").write_bytes(CONTENT)
        (recordings / "p.camera.e1.webm").write_bytes(b"live part")
        write_manifest(recordings, "p.camera.webm")
        yield Scene(server, booking, sitting, await server.signed_in("clerk"), recordings, files)


def write_manifest(folder: Path, *names: str, **more: Any) -> None:
    files = [
        {"file": name, "start_ms": 0, "duration_ms": 9, "bytes": 9, "sha256": "x", "fills": [[1, 2]]}
        for name in names
    ]
    track = {"track": "p.camera", "participant": "p", "source": "camera", "codec": "vp8", "files": files}
    manifest = {"version": 1, "zero_ms": NOW, "tracks": [track | {"gaps": [], "segments": []}]} | more
    (folder / "manifest.json").write_text(json.dumps(manifest))


async def test_the_manifest_says_where_each_file_is(scene: Scene) -> None:
    shown = (await scene.clerk.get(scene.address("recording"))).json
    file = shown["tracks"][0]["files"][0]
    assert shown["zero_ms"] == NOW
    assert file["url"] == scene.address("recording/p.camera.webm")
    assert file["fills"] == [[1, 2]]
    answer = await scene.clerk.get(file["url"])
    assert (answer.status, answer.body) == (200, CONTENT)
    assert answer.headers["Content-Type"] == "video/webm"
    assert answer.headers["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        ("bytes=0-9", 206, CONTENT[:10]),
        ("bytes=100-", 206, CONTENT[100:]),
        ("bytes=-5", 206, CONTENT[-5:]),
        ("bytes=999999-", 416, None),
        ("bytes=5-1", 416, None),
        ("lines=1-2", 416, None),
    ],
)
async def test_a_part_of_a_recording(scene: Scene, asked: str, status: int, part: bytes | None) -> None:
    answer = await scene.clerk.get(scene.address("recording/p.camera.webm"), headers={"Range": asked})
    assert answer.status == status
    if part is not None:
        assert answer.body == part
        assert answer.headers["Content-Range"].endswith(f"/{len(CONTENT)}")


async def test_a_recording_that_has_not_changed_is_not_sent_again(scene: Scene) -> None:
    first = await scene.clerk.get(scene.address("recording/p.camera.webm"))
    again = await scene.clerk.get(
        scene.address("recording/p.camera.webm"), headers={"If-None-Match": first.headers["ETag"]}
    )
    assert (again.status, again.body) == (304, b"")


@pytest.mark.parametrize(
    "name",
    [
        "manifest.json",
        "p.camera.e1.webm",
        "nothing.webm",
        "..%2F..%2Fheting.db",
        "%2e%2e%2f%2e%2e%2fkeys%2ftickets.key",
        "%2Fetc%2Fpasswd",
        "..",
        "%00",
        "p.camera.webm%00.txt",
    ],
)
async def test_only_files_of_the_manifest_are_sent(scene: Scene, name: str) -> None:
    answer = await scene.clerk.get(scene.address("recording/") + name)
    assert answer.status in (404, 405), answer.body
    assert b"SQLite" not in answer.body


@pytest.mark.parametrize("name", ["../../heting.db", "/etc/passwd", "sub/p.webm", "link.webm", ".", ""])
async def test_even_a_manifest_that_lies_sends_nothing_from_elsewhere(scene: Scene, name: str) -> None:
    (scene.recordings / "link.webm").symlink_to(scene.server.settings.data / "heting.db")
    (scene.recordings / "sub").mkdir()
    (scene.recordings / "sub" / "p.webm").write_bytes(b"x")
    write_manifest(scene.recordings, name)
    quoted = name.replace("/", "%2F") or "x"
    answer = await scene.clerk.get(scene.address("recording/") + quoted)
    assert answer.status in (404, 409), answer.body


@pytest.mark.parametrize("text", ["", "{", "[]", '{"version": 1}', '{"version":1,"zero_ms":0,"tracks":[{}]}'])
async def test_an_unfinished_or_broken_manifest_is_told_plainly(scene: Scene, text: str) -> None:
    (scene.recordings / "manifest.json").write_text(text)
    for tail in ("recording", "recording/p.camera.webm"):
        answer = await scene.clerk.get(scene.address(tail))
        assert (answer.status, answer.word) == (409, "not_finished")


async def test_documents_are_listed_newest_last_and_sent_as_downloads(scene: Scene) -> None:
    (scene.files / "调解笔录.pdf").write_bytes(CONTENT)
    await scene.made("minutes", "old.pdf")
    await scene.made("minutes", "调解笔录.pdf")
    documents = (await scene.clerk.get(scene.address("documents"))).json["documents"]
    assert [(document["document"], document["name"]) for document in documents] == [
        ("d_minutes", "调解笔录.pdf")
    ]
    answer = await scene.clerk.get(documents[0]["url"])
    assert (answer.body, answer.headers["Content-Type"]) == (CONTENT, "application/pdf")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''%E8%B0%83")


async def test_parties_get_the_documents_that_are_meant_for_them(scene: Scene) -> None:
    for kind in ("minutes", "agreement", "notes", "casefile"):
        (scene.files / f"{kind}.pdf").write_bytes(CONTENT)
        await scene.made(kind, f"{kind}.pdf")
    expected = {
        Role.APPLICANT: ["agreement", "minutes"],
        Role.AGENT: ["agreement", "minutes"],
        Role.WITNESS: [],
    }
    for role, kinds in expected.items():
        party = scene.server.with_ticket(await scene.server.token(scene.booking, role))
        shown = (await party.get(scene.address("documents"))).json["documents"]
        assert sorted(document["kind"] for document in shown) == kinds
        for kind in ("minutes", "notes", "casefile"):
            answer = await party.get(scene.address(f"documents/d_{kind}"))
            assert answer.status == (200 if kind in kinds else 404)


@pytest.mark.parametrize("file", ["../../heting.db", "/etc/passwd", "missing.pdf", "..", ""])
async def test_a_document_that_is_not_there_is_not_finished(scene: Scene, file: str) -> None:
    await scene.made("minutes", file)
    answer = await scene.clerk.get(scene.address("documents/d_minutes"))
    assert (answer.status, answer.word) == (409, "not_finished")


async def test_the_case_file_comes_as_one_zip(scene: Scene) -> None:
    missing = await scene.clerk.get(scene.address("casefile"))
    assert (missing.status, missing.word) == (409, "not_finished")
    folder = scene.files / "卷宗-1"
    (folder / "data").mkdir(parents=True)
    (folder / "bagit.txt").write_text("BagIt-Version: 1.0\n")
    (folder / "data" / "film.webm").write_bytes(CONTENT)
    await scene.made("casefile", "卷宗-1")
    for tail in ("casefile", "documents/d_casefile"):
        answer = await scene.clerk.get(scene.address(tail))
        assert answer.headers["Content-Type"] == "application/zip"
        assert int(answer.headers["Content-Length"]) == len(answer.body)
        with zipfile.ZipFile(io.BytesIO(answer.body)) as archive:
            assert archive.testzip() is None
            film = next(name for name in archive.namelist() if name.endswith("film.webm"))
            assert archive.read(film) == CONTENT
    head = await scene.clerk.call("HEAD", scene.address("casefile"))
    assert (head.status, head.body) == (200, b"")


async def test_a_case_file_whose_folder_is_gone_is_not_finished(scene: Scene) -> None:
    await scene.made("casefile", "gone")
    assert (await scene.clerk.get(scene.address("casefile"))).word == "not_finished"
