"""What carries a notice: one Protocol, and what a carrier is given and may answer."""

from typing import Protocol

import msgspec


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A notice ready to be sent; `id` stays the same over all tries, so that a carrier can tell them."""

    id: str
    address: str
    name: str
    subject: str
    body: str
    short: str
    calendar: bytes
    """Empty: there is none."""
    cancels: bool
    """Whether the calendar file calls the hearing off."""


class Undeliverable(Exception):
    """It was not taken. `cause` is a word; `again`: it may go better later."""

    def __init__(self, cause: str, again: bool) -> None:
        super().__init__(cause)
        self.cause = cause
        self.again = again


class Channel(Protocol):
    """One way to reach people."""

    async def send(self, message: Message) -> bool:
        """Hand over; whether it is known to have reached the person. Raises `Undeliverable`."""


CURES: dict[str, tuple[str, str]] = {
    "no_mail_server": (
        "没有配置邮件服务器（mail_host），请联系运维或者改用打印件。",
        "No mail server is set (mail_host): ask operations, or print it.",
    ),
    "no_gateway": (
        "没有配置短信/微信网关（notice_url），请联系运维或者改用打印件。",
        "No gateway is set (notice_url): ask operations, or print it.",
    ),
    "unreachable": (
        "邮件服务器或者网关连接不上，已自动重试；请检查网络后点“重新发送”。",
        "The mail server or gateway cannot be reached and was tried again: check it, then send again.",
    ),
    "login_refused": (
        "邮件服务器拒绝登录，请运维核对 mail_user 和 mail_password。",
        "The mail server refused the login: check mail_user and mail_password.",
    ),
    "no_encryption": (
        "邮件服务器不支持加密连接，请运维核对 mail_security。",
        "The mail server offers no encryption: check mail_security.",
    ),
    "address_refused": (
        "对方邮箱或者号码不存在或者拒收，请核对地址，或者打印后邮寄。",
        "The address does not exist or takes nothing: check it, or print and post it.",
    ),
    "content_refused": (
        "邮件服务器拒收内容，请联系运维，或者打印后邮寄。",
        "The mail server refused the content: ask operations, or print and post it.",
    ),
    "gateway_refused": (
        "短信/微信网关拒绝了请求，请运维核对 notice_url 和 notice_secret。",
        "The gateway refused it: check notice_url and notice_secret.",
    ),
    "reported": (
        "网关回报没有送达，请核对号码，或者改用其他方式。",
        "The gateway reports that it did not arrive: check the number, or use another way.",
    ),
    "gone": (
        "场次、参加人或者链接已经变更，不再发送。",
        "The hearing, the person or the link has changed: it is not sent any more.",
    ),
}
"""What staff can do about each cause, in Chinese and English."""
