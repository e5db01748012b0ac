"""Sends what is due from the outbox: a few at a time, tried again with growing pauses, crash-safe."""

import asyncio
import contextlib
import hashlib
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import msgspec

from ..law.hearings import hearing_kinds
from ..law.notices import NoticeLaw, fill, notice_law
from ..settings import Settings
from ..store import case_history, hearings, outbox
from ..store.database import Database
from ..store.hearings import Booking
from ..store.outbox import Claimed
from ..store.privacy import Privacy
from ..tickets import Tickets
from .calendar_file import calendar_file
from .channel import Channel, Message, Undeliverable
from .deadlines import Deadlines
from .gateway import Gateway
from .mail import Mail, MailServer
from .wording import Said, said

logger = logging.getLogger(__name__)
AT_ONCE = 4
BATCH = 16
IDLE_S = 30.0


def channels_of(settings: Settings, clock: Callable[[], float]) -> dict[str, Channel]:
    """The channels that an installation has set up."""
    found: dict[str, Channel] = {}
    if settings.mail_host:
        found["email"] = Mail(
            MailServer(
                host=settings.mail_host,
                port=settings.mail_port,
                security=settings.mail_security,
                sender=settings.mail_from,
                organisation=settings.organisation,
                user=settings.mail_user,
                password=settings.mail_password,
            )
        )
    if settings.notice_url:
        found["message"] = Gateway(settings.notice_url, settings.notice_secret, clock)
    return found


class Dispatch:
    """The one who sends. `wake` after something was queued; what is due later goes out by itself."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        tickets: Tickets,
        clock: Callable[[], float],
        channels: Mapping[str, Channel] | None = None,
    ) -> None:
        self._settings = settings
        self._database = database
        self._tickets = tickets
        self._clock = clock
        self._deadlines = Deadlines(settings, database, clock)
        self.channels = dict(channels if channels is not None else channels_of(settings, clock))
        self._wish = asyncio.Event()
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._work: asyncio.Task[None] | None = None

    @property
    def law(self) -> NoticeLaw:
        """The texts and reminders of this installation."""
        return notice_law(self._own)

    async def start(self, privacy: Privacy) -> None:
        """Take up what is due, also what a crash interrupted."""
        self._work = asyncio.create_task(self._go_on(privacy))

    async def stop(self) -> None:
        """What is being sent is given up, and tried again after the next start."""
        if self._work is not None:
            self._work.cancel()
            await asyncio.gather(self._work, return_exceptions=True)

    def wake(self) -> None:
        """Something was queued."""
        self._wish.set()

    async def send_due(self, privacy: Privacy) -> int:
        """Send everything that is due now; how many were tried."""
        count = 0
        while True:
            now = self._now()
            claimed = await self._database.write(lambda s, now=now: outbox.claim(s, privacy, now, BATCH))  # type: ignore[misc]
            if not claimed:
                return count
            count += len(claimed)
            await asyncio.gather(*(self._send(notice) for notice in claimed))

    async def _go_on(self, privacy: Privacy) -> None:
        while True:
            self._wish.clear()
            await self._look_at_deadlines(privacy)
            await self.send_due(privacy)
            due = await self._database.read(outbox.next_due)
            pause = IDLE_S if due is None else min(IDLE_S, max(0.05, (due - self._now()) / 1000))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wish.wait(), pause)

    async def _look_at_deadlines(self, privacy: Privacy) -> None:
        try:
            await self._deadlines.queue_due(privacy, self.law, self.channels)
        except Exception:
            # A case that cannot be judged costs its own notice, never the outbox.
            logger.exception("the time limits could not be looked at")

    async def _send(self, notice: Claimed) -> None:
        async with self._turns:
            try:
                message = await self._message(notice)
                channel = self.channels.get(notice.channel)
                if channel is None:
                    missing = "no_mail_server" if notice.channel == "email" else "no_gateway"
                    raise Undeliverable(missing, again=False)
                arrived = await channel.send(message)
            except Undeliverable as error:
                await self._failed(notice, error.cause, error.again)
            except Exception:
                # A carrier's surprise costs one try, never the outbox; nobody's name stands in the log.
                logger.exception("notice %s: the channel %s broke", notice.id, notice.channel)
                await self._failed(notice, "unreachable", again=True)
            else:
                digest = hashlib.sha256(f"{message.subject}\n{message.body}".encode()).hexdigest()
                await self._database.write(
                    lambda s: outbox.note_sent(s, notice.id, digest, arrived, self._now())
                )
                logger.info("notice %s: handed over (%s)", notice.id, notice.channel)

    async def _failed(self, notice: Claimed, cause: str, again: bool) -> None:
        later = await self._database.write(lambda s: outbox.note_failed(s, notice.id, cause, again))
        logger.warning("notice %s: %s, %s", notice.id, cause, "tried again later" if later else "given up")

    async def _message(self, notice: Claimed) -> Message:
        booking = await self._database.read(lambda s: hearings.find(s, notice.hearing))
        person = booking.participant(notice.seat) if booking else None
        links = await self._tickets.issue_all(notice.hearing)
        link = next((one for one in links if one.participant.id == notice.seat), None)
        stale = booking is None or booking.sequence != notice.sequence
        if booking is None or person is None or stale or (link and link.revoked):
            raise Undeliverable("gone", again=False)
        words = said(
            booking,
            person,
            hearing_kinds(self._own).of(booking.kind, booking.plan.variant),
            organisation=self._settings.organisation,
            link=self._tickets.link(link.token) if link else self._desk(booking),
            join=self._tickets.joining,
            entry_code=link.code if link else "",
            language=self._settings.language,
            reason=await self._reason(booking),
        )
        if told := self._deadlines.told(notice.moment, self._settings.language):
            case = urljoin(self._tickets.link(""), f"/desk/cases/{booking.case}")
            words = msgspec.structs.replace(words, link=case, **told)
        return self._filled(notice, booking, words)

    def _desk(self, booking: Booking) -> str:
        """Where staff find a hearing: they sign in, no link lets them in."""
        return urljoin(self._tickets.link(""), f"/desk/hearings/{booking.id}")

    def _filled(self, notice: Claimed, booking: Booking, words: Said) -> Message:
        template = self.law.named(notice.template)
        fields = msgspec.structs.asdict(words)
        subject, short, body = (
            fill(getattr(text, self._settings.language), fields).strip()
            for text in (template.subject, template.short, template.body)
        )
        return Message(
            id=notice.id,
            address=notice.address,
            name=words.name,
            subject=subject,
            body=body + "\n",
            short=short,
            # A time limit is no appointment.
            calendar=b"" if words.limit else self._calendar(booking, words),
            cancels=booking.state == "cancelled",
        )

    def _calendar(self, booking: Booking, words: Said) -> bytes:
        return calendar_file(
            booking,
            words,
            host=urlsplit(self._tickets.link("")).hostname or "heting",
            now=self._now(),
            sender=self._settings.mail_from,
        )

    async def _reason(self, booking: Booking) -> str:
        """Why it was moved or called off, as the case has it."""
        if not booking.sequence:
            return ""
        history = await self._database.read(lambda s: case_history.history(s, booking.case))
        told = [
            event.note
            for event in history
            if event.what in ("rebooked", "cancelled") and f'"{booking.id}"' in event.body
        ]
        return told[-1] if told else ""

    @property
    def _own(self) -> Path | None:
        return self._settings.law if self._settings.law.is_dir() else None

    def _now(self) -> int:
        return int(self._clock() * 1000)
