"""The postman over real HTTP on this machine: signed, tried again, never into a private network unasked."""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from room_server.posting import BadTarget, Postman, PublicResolver, check_target, is_public
from room_server.rules.people import Role
from room_server.rules.webhooks import RETRIES_S, HookKind, signature
from room_server.store import case_history, staff, webhooks
from room_server.store.database import Database
from room_server.store.organisation_tables import ROOT
from room_server.store.privacy import Privacy, open_privacy
from room_server.store.tables import Case
from room_server.store.webhook_tables import WebhookMessage
from tests.support.receiver import Receiver, receiver

NOW = 1_790_000_000_000


class Office:
    """A database with a case and a subscription to everything, and a postman who is sent by hand."""

    def __init__(self, folder: Path, there: Receiver) -> None:
        self.folder, self.there = folder, there
        self.url = f"sqlite:///{folder}/heting.db"
        self.database = Database(self.url)
        self.now = NOW / 1000
        self.privacy: list[Privacy] = []
        self.secret = self.webhook = ""

    async def furnish(self) -> None:
        await self.database.open()
        self.privacy.append(await open_privacy(self.database, self.folder / "keys"))

        def write(session: Session) -> tuple[str, str]:
            account = staff.create_account(
                session, name="a", person="a", role=Role.MEDIATOR, password_hash="", now=NOW
            )
            session.add(Case(id="c_1", number="1", title="t", created_at=NOW, organisation=ROOT))
            row, secret = webhooks.create(
                session,
                self.privacy[0],
                ROOT,
                url=self.there.url,
                kinds=list(HookKind),
                note="",
                by=account.id,
                now=NOW,
            )
            return row.id, secret

        self.webhook, self.secret = await self.database.write(write)

    def postman(self, private: bool = True) -> Postman:
        return Postman(self.database, self.privacy, private, clock=lambda: self.now)

    async def happen(self, what: str = "route") -> None:
        at = int(self.now * 1000)
        await self.database.write(
            lambda session: case_history.note(session, "c_1", at=at, actor="a", what=what)
        )

    async def outbox(self) -> list[WebhookMessage]:
        found = await self.database.read(lambda session: webhooks.messages(session, self.webhook)[0])
        return list(reversed(found))


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with receiver() as there:
        office = Office(tmp_path, there)
        await office.furnish()
        yield office
        await office.database.close()


async def sent(office: Office, **more: Any) -> int:
    """One look into the outbox by a postman of its own."""
    postman = office.postman(**more)
    await postman.open()
    try:
        return await postman.deliver_due()
    finally:
        await postman.stop()


async def test_what_happened_arrives_signed_and_once(office: Office) -> None:
    await office.happen()
    await sent(office)
    assert await sent(office) == 0
    (headers, body), (message,) = office.there.came[0], await office.outbox()
    assert len(office.there.came) == 1
    assert office.there.messages[0]["type"] == "case.moved"
    assert office.there.messages[0]["data"] == {
        "case": "c_1",
        "number": "1",
        "organisation": ROOT,
        "route": "mediate_org",
        "what": "route",
        "seq": 1,
    }
    assert headers["webhook-id"] == message.id
    made = signature(office.secret, message.id, int(headers["webhook-timestamp"]), body.decode())
    assert headers["webhook-signature"] == made
    assert headers["content-type"] == "application/json"
    assert (message.state, message.tries, message.status) == ("delivered", 1, 204)


async def test_what_is_rolled_back_is_never_told(office: Office) -> None:
    def fail(session: Session) -> None:
        case_history.note(session, "c_1", at=NOW, actor="a", what="route")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await office.database.write(fail)
    assert await sent(office) == 0


async def test_a_receiver_that_fails_is_tried_ever_later_until_the_message_is_dead(office: Office) -> None:
    office.there.answers = [500] * 100
    await office.happen()
    for seconds in RETRIES_S:
        await sent(office)
        (message,) = await office.outbox()
        assert (message.state, message.word, message.status) == ("queued", "refused", 500)
        assert message.due_at == int(office.now * 1000) + seconds * 1000
        office.now += seconds - 1
        assert await sent(office) == 0
        office.now += 1
    await sent(office)
    (message,) = await office.outbox()
    assert (message.state, message.tries, message.due_at) == ("dead", len(RETRIES_S) + 1, None)
    assert len(set(office.there.ids)) == 1
    office.there.answers = []
    await office.database.write(lambda s: _again(s, message.id, int(office.now * 1000)))
    await sent(office)
    assert (await office.outbox())[0].state == "delivered"
    assert len(set(office.there.ids)) == 1


def _again(session: Session, message: str, now: int) -> None:
    row = webhooks.message_of(session, message)
    assert row is not None
    webhooks.redeliver(session, row, now)


async def test_messages_go_in_order_and_a_failing_one_does_not_use_up_the_others_tries(
    office: Office,
) -> None:
    for what in ("filed", "route", "numbered"):
        await office.happen(what)
        office.now += 0.001
    office.there.answers = [503]
    await sent(office)
    assert [message.tries for message in await office.outbox()] == [1, 0, 0]
    office.now += RETRIES_S[0]
    await sent(office)
    assert {message.state for message in await office.outbox()} == {"delivered"}
    assert [told["type"] for told in office.there.messages][1:3] == ["case.moved", "case.numbered"]


@pytest.mark.parametrize("status", [301, 302, 307, 400, 404, 429])
async def test_only_success_counts_and_redirects_are_not_followed(office: Office, status: int) -> None:
    office.there.answers = [status]
    await office.happen()
    await sent(office)
    assert len(office.there.came) == 1
    assert (await office.outbox())[0].word == "refused"


async def test_a_renewed_secret_signs_beside_the_old_one_for_a_day(office: Office) -> None:
    def renew(session: Session) -> str:
        row = webhooks.of_organisation(session, ROOT)[0]
        return webhooks.renew_secret(session, office.privacy[0], row, NOW)

    new = await office.database.write(renew)
    await office.happen()
    await sent(office)
    office.now += 25 * 3600
    await office.happen()
    await sent(office)
    for (headers, body), secrets in zip(office.there.came, ([new, office.secret], [new]), strict=True):
        moment, text = int(headers["webhook-timestamp"]), body.decode()
        made = [signature(secret, headers["webhook-id"], moment, text) for secret in secrets]
        assert headers["webhook-signature"].split(" ") == made


async def test_the_secret_is_not_in_the_database(office: Office) -> None:
    row = (await office.database.read(lambda s: webhooks.of_organisation(s, ROOT)))[0]
    assert office.secret.removeprefix("whsec_").encode() not in row.secret_sealed
    content = b"".join(path.read_bytes() for path in office.folder.glob("heting.db*"))
    assert office.secret.removeprefix("whsec_").encode() not in content


async def test_nobody_there_is_a_failed_try_too(office: Office) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    def edit(session: Session) -> None:
        row = webhooks.of_organisation(session, ROOT)[0]
        webhooks.edit(
            session, row, url=f"http://127.0.0.1:{port}/", kinds=list(HookKind), note="", disabled=None
        )

    await office.database.write(edit)
    await office.happen()
    await sent(office)
    assert (await office.outbox())[0].word == "unreachable"


async def test_a_private_network_is_never_reached_unasked(office: Office) -> None:
    port = office.there.url.rpartition(":")[2].partition("/")[0]
    words = []
    # Names and spellings that only the resolver finds out, over TLS, as nothing else is taken then.
    for host in ("127.0.0.1", "127.1", "2130706433", "0177.0.0.1", "0x7f.1", "localhost"):

        def edit(session: Session, host: str = host) -> None:
            row = webhooks.of_organisation(session, ROOT)[0]
            webhooks.edit(
                session, row, url=f"https://{host}:{port}/", kinds=list(HookKind), note="", disabled=None
            )

        await office.database.write(edit)
        await office.happen()
        await sent(office, private=False)
        words.append((await office.outbox())[-1].word)
        office.now += 0.001
    assert words == ["bad_target"] * len(words)
    assert office.there.came == []


async def test_the_resolver_gives_what_it_has_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    loop = asyncio.get_running_loop()
    answers: list[list[str]] = [["203.0.113.7"], ["8.8.8.8", "10.0.0.1"], ["8.8.8.8"]]

    async def look(host: str, port: int, **more: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in answers.pop(0)]

    monkeypatch.setattr(loop, "getaddrinfo", look)
    resolver = PublicResolver(private=False)
    for _ in range(2):
        with pytest.raises(OSError, match=r"rebound\.example"):
            await resolver.resolve("rebound.example", 443)
    assert [row["host"] for row in await resolver.resolve("rebound.example", 443)] == ["8.8.8.8"]


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2001:4860:4860::8888", True),
        *((text, False) for text in ("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.0.1")),
        *(
            (text, False)
            for text in (
                "169.254.169.254",
                "100.64.0.1",
                "0.0.0.0",
                "224.0.0.1",
                "255.255.255.255",
                "::1",
                "::",
            )
        ),
        *((text, False) for text in ("fe80::1%eth0", "fd00::1", "ff02::1", "::ffff:10.0.0.1")),
        *((text, False) for text in ("64:ff9b::a00:1", "2002:a00:1::", "2001:db8::1")),
    ],
)
def test_what_is_public(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize(
    "url",
    [
        *(
            "http://a.example/",
            "ftp://a.example/",
            "https://",
            "https:///x",
            "a.example",
            "https://a b.example/",
        ),
        *("https://u:p@a.example/", "https://a.example/#x", "https://localhost/", "https://x.localhost/"),
        *("https://[::1]/", "https://[::ffff:10.0.0.1]/", "https://127%2e0.0.1/", "https://a.example:99999/"),
        *("https://１２７.0.0.1/", "https://[64:ff9b::7f00:1]/", "https://192.168.1.1/"),
    ],
)
def test_addresses_that_nothing_is_sent_to(url: str) -> None:
    with pytest.raises(BadTarget):
        check_target(url, private=False)


def test_a_neighbour_may_be_meant() -> None:
    check_target("https://cases.example.cn:8443/hooks?key=1", private=False)
    check_target("http://192.168.1.1/hooks", private=True)
    with pytest.raises(BadTarget):
        check_target("ftp://192.168.1.1/", private=True)


OTHER_PROCESS = """
import asyncio, sys
from pathlib import Path
from room_server.posting import Postman
from room_server.store.database import Database
from room_server.store.privacy import open_privacy

async def main() -> None:
    database = Database(sys.argv[1])
    await database.open()
    postman = Postman(database, [await open_privacy(database, Path(sys.argv[2]))], True)
    await postman.start()
    await asyncio.sleep(600)

asyncio.run(main())
"""


async def test_a_server_killed_in_the_middle_leaves_nothing_unsent(office: Office) -> None:
    """A message is in the receiver's hands when the sender is killed: the next one sends it again."""
    await office.happen("filed")
    await office.happen("route")
    office.there.hold.clear()
    arguments = [sys.executable, "-c", OTHER_PROCESS, office.url, str(office.folder / "keys")]
    first = await asyncio.create_subprocess_exec(*arguments, cwd=Path(__file__).parents[2])
    await office.there.until(1)
    first.kill()
    await first.wait()
    assert [message.state for message in await office.outbox()] == ["queued", "queued"]
    office.there.hold.set()
    second = await asyncio.create_subprocess_exec(*arguments, cwd=Path(__file__).parents[2])
    try:
        await office.there.until(3)
        async with asyncio.timeout(60):
            while {message.state for message in await office.outbox()} != {"delivered"}:
                await asyncio.sleep(0.05)
    finally:
        second.kill()
        await second.wait()
    assert set(office.there.ids) == {message.id for message in await office.outbox()}
    assert office.there.ids[0] in office.there.ids[1:]
