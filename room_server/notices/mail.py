"""Notices by e-mail: SMTP through the operator's own server, the calendar file inside."""

import ssl
from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

import msgspec

from .channel import Message, Undeliverable

_TIMEOUT_S = 20.0


class MailServer(msgspec.Struct, frozen=True, kw_only=True):
    """Where mail is handed over; `security`: starttls, tls or none."""

    host: str
    port: int
    security: str
    sender: str
    organisation: str
    user: str = ""
    password: str = ""


class Mail:
    """Sends through one server; a fresh connection each time, as notices are few."""

    def __init__(self, server: MailServer) -> None:
        self._server = server

    async def send(self, message: Message) -> bool:
        """Hand a mail over. That the server took it does not mean that it has arrived."""
        import aiosmtplib

        server = self._server
        try:
            mail = self.written(message)
        except (ValueError, MessageError) as error:
            raise Undeliverable("address_refused", again=False) from error
        try:
            await aiosmtplib.send(
                mail,
                sender=server.sender,
                recipients=[message.address],
                hostname=server.host,
                port=server.port,
                username=server.user or None,
                password=server.password or None,
                use_tls=server.security == "tls",
                start_tls=server.security == "starttls",
                timeout=_TIMEOUT_S,
            )
        except aiosmtplib.SMTPException as error:
            raise _undeliverable(error, server.security) from error
        except (OSError, ssl.SSLError) as error:
            raise Undeliverable("unreachable", again=True) from error
        return False

    def written(self, message: Message) -> EmailMessage:
        """The mail itself; raises `ValueError` for an address that is none."""
        server = self._server
        mail = EmailMessage()
        mail["From"] = Address(server.organisation, addr_spec=server.sender)
        mail["To"] = Address(message.name, addr_spec=message.address)
        mail["Subject"] = " ".join(message.subject.split())
        mail["Date"] = format_datetime(datetime.now(UTC))
        # The same over all tries: a receiver that got it twice can tell.
        mail["Message-ID"] = f"<{message.id}@{server.sender.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.body)
        if message.calendar:
            method = "CANCEL" if message.cancels else "REQUEST"
            mail.add_attachment(
                message.calendar,
                maintype="text",
                subtype="calendar",
                filename="hearing.ics",
                params={"method": method, "charset": "utf-8"},
            )
        return mail


def _undeliverable(error: Exception, security: str) -> Undeliverable:
    import aiosmtplib

    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        return Undeliverable("login_refused", again=False)
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        codes = [refused.code for refused in error.recipients]
        return Undeliverable("address_refused", again=all(400 <= code < 500 for code in codes))
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return Undeliverable("content_refused", again=400 <= error.code < 500)
    if isinstance(error, aiosmtplib.SMTPConnectError | aiosmtplib.SMTPServerDisconnected | TimeoutError):
        return Undeliverable("unreachable", again=True)
    if security == "starttls" and "STARTTLS" in str(error):
        return Undeliverable("no_encryption", again=False)
    return Undeliverable("unreachable", again=True)
