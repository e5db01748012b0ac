"""Pages and assets of the web client, and the certificate to trust."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.desk_server import DeskServer, desk_server


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[DeskServer]:
    async with desk_server(tmp_path) as server:
        yield server


def build(folder: Path) -> None:
    (folder / "dist" / "assets").mkdir()
    (folder / "dist" / "desk.html").write_text("<!doctype html>desk")
    (folder / "dist" / "party.html").write_text("<!doctype html>party")
    (folder / "dist" / "chamber.html").write_text("<!doctype html>chamber")
    (folder / "dist" / "assets" / "main-abc123.js").write_text("export {}")
    (folder / "dist" / "assets" / "icon.svg").write_text("<svg/>")
    (folder / "dist" / "secret.txt").write_text("secret")


@pytest.mark.parametrize("path", ["/desk", "/p/x.y"])
async def test_a_client_that_was_not_built_is_told_plainly(server: DeskServer, path: str) -> None:
    answer = await server.anonymous().get(path, headers={"Accept-Language": "en"})
    assert answer.status == 503
    assert "run make" in answer.body.decode()


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/desk", "desk"),
        ("/desk/hearings/h_1", "desk"),
        ("/desk/", "desk"),
        ("/p/abc.def", "party"),
        ("/join", "party"),
        ("/chamber", "chamber"),
    ],
)
async def test_pages(server: DeskServer, tmp_path: Path, path: str, text: str) -> None:
    build(tmp_path)
    answer = await server.anonymous().get(path)
    assert (answer.status, answer.body.decode()) == (200, f"<!doctype html>{text}")
    assert answer.headers["Content-Type"].startswith("text/html")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


async def test_the_front_door_the_icon_and_half_a_link_lead_on(server: DeskServer) -> None:
    to_code = [(path, "/join") for path in ("/p", "/p/", "/join/")]
    for path, target in (("/", "/desk"), ("/favicon.ico", "/assets/icon.svg"), *to_code):
        answer = await server.anonymous().get(path)
        assert (answer.status, answer.headers["Location"]) == (302, target)


async def test_assets_are_kept_by_their_hash(server: DeskServer, tmp_path: Path) -> None:
    build(tmp_path)
    built = await server.anonymous().get("/assets/main-abc123.js")
    assert built.headers["Content-Type"].split(";")[0] in ("text/javascript", "application/javascript")
    assert "immutable" in built.headers["Cache-Control"]
    icon = await server.anonymous().get("/assets/icon.svg")
    assert icon.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    ["nothing.js", "..%2fsecret.txt", "%2e%2e/secret.txt", "..%2f..%2fheting.db", "%2Fetc%2Fpasswd", "%00"],
)
async def test_nothing_outside_the_assets_is_sent(server: DeskServer, tmp_path: Path, path: str) -> None:
    build(tmp_path)
    answer = await server.anonymous().get(f"/assets/{path}")
    assert answer.status in (400, 404)
    assert b"secret" not in answer.body


async def test_the_authority_s_certificate_is_offered_where_there_is_one(
    server: DeskServer, tmp_path: Path
) -> None:
    assert (await server.anonymous().get("/ca.crt")).status == 404
    (tmp_path / "ca.pem").write_bytes(b"-----BEGIN CERTIFICATE-----")
    answer = await server.anonymous().get("/ca.crt")
    assert (answer.status, answer.body) == (200, b"-----BEGIN CERTIFICATE-----")
    assert answer.headers["Content-Type"] == "application/x-x509-ca-cert"
