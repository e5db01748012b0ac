"""What other systems subscribe to: `/api/organisations/{organisation}/webhooks`, and what became of it."""

from typing import Annotated, Any

import msgspec
from aiohttp import web
from sqlmodel import Session

from ..posting import BadTarget, Postman, check_target
from ..rules.permissions import Act
from ..rules.webhooks import HookKind
from ..store import webhooks as store
from ..store.webhook_tables import WebhookMessage, WebhookRow
from .refusals import ApiError
from .routes import Auth, Call, Handler, Route

POSTMAN = web.AppKey("postman", Postman)
MOST = 20

Url = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
Kinds = Annotated[list[HookKind], msgspec.Meta(min_length=1, max_length=len(HookKind))]
Note = Annotated[str, msgspec.Meta(max_length=200)]


class WebhookView(msgspec.Struct, frozen=True, kw_only=True):
    """A subscription; `secret` only when it has just been made, and never again."""

    id: str
    url: str
    kinds: list[HookKind]
    note: str
    disabled: bool
    created_at: int
    secret: str = ""


class WebhookList(msgspec.Struct, frozen=True):
    """The subscriptions of an organisation, and what there is to subscribe to."""

    webhooks: list[WebhookView]
    kinds: list[HookKind]


class NewWebhook(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where to, and what of: events of the organisation's cases and of those below it."""

    url: Url
    kinds: Kinds
    note: Note = ""


class WebhookEdit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Another address, other kinds, in use or not."""

    url: Url
    kinds: Kinds
    note: Note = ""
    disabled: bool = False


class MessageView(msgspec.Struct, frozen=True, kw_only=True):
    """One message: queued (next try at `due_at`), delivered or dead; `status` and `word` of the last try."""

    id: str
    kind: HookKind
    state: str
    tries: int
    created_at: int
    due_at: int | None
    settled_at: int | None
    status: int | None
    word: str
    body: str


class MessageList(msgspec.Struct, frozen=True):
    """A page of the messages of a subscription, newest first."""

    messages: list[MessageView]
    total: int


async def list_webhooks(call: Call) -> WebhookList:
    """The subscriptions of an organisation."""
    rows = await call.parts.database.read(lambda s: store.of_organisation(s, call.organisation.id))
    return WebhookList([_view(row) for row in rows], list(HookKind))


async def create_webhook(call: Call, wanted: NewWebhook) -> WebhookView:
    """Subscribe; the secret is shown once."""
    _check(call, wanted.url)

    def write(session: Session) -> WebhookView:
        if len(store.of_organisation(session, call.organisation.id)) >= MOST:
            raise ApiError("too_many_webhooks")
        row, secret = store.create(
            session,
            call.parts.privacy[0],
            call.organisation.id,
            url=wanted.url,
            kinds=wanted.kinds,
            note=wanted.note,
            by=call.account.id,
            now=call.parts.now(),
        )
        return _view(row, secret)

    return await call.parts.database.write(write)


async def edit_webhook(call: Call, wanted: WebhookEdit) -> WebhookView:
    """Change a subscription; messages that wait go to the new address."""
    _check(call, wanted.url)

    def write(session: Session) -> WebhookView:
        row = _row(session, call)
        since = call.parts.now() if wanted.disabled else None
        store.edit(session, row, url=wanted.url, kinds=wanted.kinds, note=wanted.note, disabled=since)
        return _view(row)

    return await call.parts.database.write(write)


async def remove_webhook(call: Call) -> None:
    """End a subscription."""
    await call.parts.database.write(lambda session: store.remove(session, _row(session, call)))


async def renew_secret(call: Call) -> WebhookView:
    """A new secret, shown once; the old one signs beside it for 24 hours."""

    def write(session: Session) -> WebhookView:
        row = _row(session, call)
        return _view(row, store.renew_secret(session, call.parts.privacy[0], row, call.parts.now()))

    return await call.parts.database.write(write)


async def send_test(call: Call) -> MessageView:
    """Send a message that tells of nothing."""

    def write(session: Session) -> MessageView:
        return _message(store.send_test(session, _row(session, call), call.parts.now()))

    return await call.parts.database.write(write)


async def list_messages(call: Call) -> MessageList:
    """What was told, what waits, and what was given up."""
    page = call.request.query.get("page", "1")
    if not (page.isascii() and page.isdigit() and 1 <= int(page[:6]) <= 10_000):
        raise ApiError("malformed", "page")

    def look(session: Session) -> MessageList:
        rows, total = store.messages(session, _row(session, call).id, (int(page[:6]) - 1) * store.PAGE)
        return MessageList([_message(row) for row in rows], total)

    return await call.parts.database.read(look)


async def redeliver(call: Call) -> MessageView:
    """Send a message again, whatever became of it; its id stays the same."""

    def write(session: Session) -> MessageView:
        row = store.message_of(session, call.part("message"))
        if row is None or row.webhook != _row(session, call).id:
            raise ApiError("no_such_piece")
        store.redeliver(session, row, call.parts.now())
        return _message(row)

    return await call.parts.database.write(write)


def _check(call: Call, url: str) -> None:
    try:
        check_target(url, call.parts.settings.webhook_private_targets)
    except BadTarget as error:
        raise ApiError("bad_target", error.texts) from error


def _row(session: Session, call: Call) -> WebhookRow:
    row = session.get(WebhookRow, call.part("webhook"))
    if row is None or row.organisation != call.organisation.id:
        raise ApiError("no_such_piece")
    return row


def _view(row: WebhookRow, secret: str = "") -> WebhookView:
    return WebhookView(
        id=row.id,
        url=row.url,
        kinds=[HookKind(kind) for kind in row.kinds.split(",")],
        note=row.note,
        disabled=row.disabled_at is not None,
        created_at=row.created_at,
        secret=secret,
    )


def _message(row: WebhookMessage) -> MessageView:
    return MessageView(
        id=row.id,
        kind=HookKind(row.kind),
        state=row.state,
        tries=row.tries,
        created_at=row.created_at,
        due_at=row.due_at,
        settled_at=row.settled_at,
        status=row.status,
        word=row.word,
        body=row.body,
    )


_ALL = "/api/organisations/{organisation}/webhooks"
_ONE = _ALL + "/{webhook}"
_GONE = ("no_such_piece",)


def _route(method: str, path: str, handler: Handler, summary: str, **more: Any) -> Route:
    return Route(method, path, handler, Auth.STAFF, summary, act=Act.EDIT_WEBHOOKS, **more)


ROUTES = (
    _route("GET", _ALL, list_webhooks, "The subscriptions", gives=WebhookList),
    _route(
        "POST",
        _ALL,
        create_webhook,
        "Subscribe; the secret is shown once",
        takes=NewWebhook,
        gives=WebhookView,
        status=201,
        refusals=("bad_target", "too_many_webhooks"),
    ),
    _route(
        "PUT",
        _ONE,
        edit_webhook,
        "Change a subscription",
        takes=WebhookEdit,
        gives=WebhookView,
        refusals=("bad_target", *_GONE),
    ),
    _route("DELETE", _ONE, remove_webhook, "End a subscription", status=204, refusals=_GONE),
    _route("POST", _ONE + "/secret", renew_secret, "A new secret", gives=WebhookView, refusals=_GONE),
    _route("POST", _ONE + "/test", send_test, "Try the line", gives=MessageView, status=202, refusals=_GONE),
    _route(
        "GET",
        _ONE + "/messages",
        list_messages,
        "What was told, what waits, what was given up",
        gives=MessageList,
        query={"page": "from 1"},
        refusals=_GONE,
    ),
    _route(
        "POST",
        _ONE + "/messages/{message}/redeliver",
        redeliver,
        "Send a message again",
        gives=MessageView,
        refusals=_GONE,
    ),
)
