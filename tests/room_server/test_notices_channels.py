"""Mail over a real SMTP conversation, messages over a signed POST: what arrives, and every refusal."""

import socket
from email.message import EmailMessage
from typing import Any

import pytest
from icalendar import Calendar

from room_server.law.limits import LawError
from room_server.law.notices import FIELDS, fill, notice_law
from room_server.notices.channel import CURES, Message, Undeliverable
from room_server.notices.gateway import Gateway, is_signed, sign
from room_server.notices.mail import Mail, MailServer
from tests.support.carriers import gateway, postbox

SECRET, NOW = "a secret of sixteen+", 1_790_000_000
MESSAGE = Message(
    id="n_1",
    address="zhang@example.cn",
    name="张晓雯",
    subject="调解通知：2026年12月1日",
    body="张晓雯：\n\n您的调解安排如下。\n",
    short="【湖里】您的调解定于12月1日",
    calendar=b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n",
    cancels=False,
)


def mail_at(port: int, **more: Any) -> Mail:
    facts = {"security": "none", "sender": "court@example.cn", "organisation": "湖里区调解中心"} | more
    return Mail(MailServer(host="127.0.0.1", port=port, **facts))


async def test_a_mail_arrives_with_its_text_and_the_calendar_file() -> None:
    async with postbox() as box:
        assert await mail_at(box.port).send(MESSAGE) is False
    (mail,) = box.mails
    assert mail["Subject"] == MESSAGE.subject and mail["Message-ID"] == "<n_1@example.cn>"
    assert (mail["From"].addresses[0].display_name, mail["To"].addresses[0].display_name) == (
        "湖里区调解中心",
        "张晓雯",
    )
    text, calendar = mail.iter_parts()
    assert isinstance(text, EmailMessage) and text.get_content().split() == MESSAGE.body.split()
    assert calendar.get_content_type() == "text/calendar"
    assert calendar.get_param("method") == "REQUEST"
    body = calendar.get_payload(decode=True)
    assert isinstance(body, bytes) and Calendar.from_ical(body)["version"] == "2.0"


@pytest.mark.parametrize(
    ("answer", "cause", "again"),
    [
        ("550 5.1.1 no such user", "address_refused", False),
        ("450 4.2.1 try later", "address_refused", True),
    ],
)
async def test_what_the_mail_server_refuses(answer: str, cause: str, again: bool) -> None:
    async with postbox() as box:
        box.answers = [answer]
        with pytest.raises(Undeliverable) as refused:
            await mail_at(box.port).send(MESSAGE)
    assert (refused.value.cause, refused.value.again) == (cause, again)


async def test_a_mail_server_that_is_not_there_or_cannot_encrypt() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(Undeliverable) as refused:
            await mail_at(taken.getsockname()[1]).send(MESSAGE)
    assert (refused.value.cause, refused.value.again) == ("unreachable", True)
    async with postbox() as box:
        with pytest.raises(Undeliverable) as refused:
            await mail_at(box.port, security="starttls").send(MESSAGE)
        assert box.mails == []
    assert (refused.value.cause, refused.value.again) == ("no_encryption", False)


@pytest.mark.parametrize("address", ["a@b\r\nBcc: x@y", "two@a, three@b", "no-address", "@", "名@例.cn>"])
async def test_an_address_that_is_none_reaches_no_server(address: str) -> None:
    async with postbox() as box:
        with pytest.raises(Undeliverable) as refused:
            await mail_at(box.port).send(Message(**{**vars_of(MESSAGE), "address": address}))
        assert box.mails == []
    assert refused.value.cause in ("address_refused", "content_refused")


def vars_of(message: Message) -> dict[str, Any]:
    return {name: getattr(message, name) for name in message.__struct_fields__}


async def test_a_message_is_posted_signed_and_says_who_it_is() -> None:
    async with gateway(SECRET, NOW) as desk:
        channel = Gateway(desk.url, SECRET, lambda: NOW + 200)
        desk.answers = [(200, {}), (202, {"state": "delivered"})]
        assert await channel.send(MESSAGE) is False
        assert await channel.send(MESSAGE) is True
        assert desk.got[0] == {
            "id": "n_1",
            "key": "n_1",
            "to": MESSAGE.address,
            "name": "张晓雯",
            "title": MESSAGE.subject,
            "text": MESSAGE.short,
        }


@pytest.mark.parametrize(
    ("status", "cause", "again"),
    [
        (500, "unreachable", True),
        (429, "unreachable", True),
        (403, "gateway_refused", False),
        (422, "address_refused", False),
        (302, "gateway_refused", False),
    ],
)
async def test_what_the_gateway_refuses(status: int, cause: str, again: bool) -> None:
    async with gateway(SECRET, NOW) as desk:
        desk.answers = [(status, {})]
        with pytest.raises(Undeliverable) as refused:
            await Gateway(desk.url, SECRET, lambda: NOW).send(MESSAGE)
    assert (refused.value.cause, refused.value.again) == (cause, again)


async def test_another_secret_or_an_old_signature_is_not_ours() -> None:
    async with gateway(SECRET, NOW) as desk:
        for secret, at in (("another secret, long", NOW), (SECRET, NOW - 301), (SECRET, NOW + 301)):
            with pytest.raises(Undeliverable):
                await Gateway(desk.url, secret, lambda at=at: at).send(MESSAGE)  # type: ignore[misc]
        assert desk.forged == 3 and desk.got == []


@pytest.mark.parametrize("header", ["", "t=,v1=", "t=x,v1=y", "t=1790000000", "v1=0", "t=１,v1=é", "," * 99])
def test_an_odd_signature_is_none(header: str) -> None:
    assert not is_signed(SECRET, header, b"x", NOW)
    assert is_signed(SECRET, sign(SECRET, NOW, b"x"), b"x", NOW)
    assert not is_signed(SECRET, sign(SECRET, NOW, b"x"), b"y", NOW)


def test_every_text_fills_in_both_languages_and_what_is_filled_in_is_no_text() -> None:
    fields = dict.fromkeys(FIELDS, "{link}{0}%s")
    for template in notice_law().template:
        for text in (template.subject, template.short, template.body):
            for wording in (text.zh, text.en):
                assert "{link}{0}%s" in fill(wording, dict(fields))


def test_an_own_text_that_names_what_is_not_there_is_refused(tmp_path: Any) -> None:
    (tmp_path / "notices.toml").write_text(
        'version = "x"\n[[template]]\nid = "booked"\nversion = "1"\n'
        'subject = { zh = "{name.__class__}", en = "x" }\nshort = { zh = "x", en = "x" }\n'
        'body = { zh = "x", en = "x" }\n'
    )
    with pytest.raises(LawError, match="unknown fields"):
        notice_law(tmp_path)


def test_every_cause_has_a_cure() -> None:
    assert all(zh and en for zh, en in CURES.values())
