"""The form of what other systems are told."""

import base64
import json

import msgspec

from room_server.rules.webhooks import (
    RETRIES_S,
    CaseNews,
    HookKind,
    body,
    next_try,
    secret_of,
    shape,
    signature,
)


def test_the_signature_is_that_of_the_published_example() -> None:
    """The example that the implementations of standardwebhooks.com are tested with."""
    made = signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        '{"test": 2432232314}',
    )
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_secret_is_its_key_in_base64() -> None:
    assert base64.b64decode(secret_of(b"k" * 32).removeprefix("whsec_")) == b"k" * 32


def test_a_body_has_a_kind_a_time_and_its_data() -> None:
    news = CaseNews(case="c_1", number="", organisation="o_root", route="consult", what="filed", seq=1)
    text = body(HookKind.CASE_FILED, 1_790_000_000_123, news)
    told = json.loads(text)
    assert told == {
        "type": "case.filed",
        "timestamp": "2026-09-21T14:13:20.123Z",
        "data": msgspec.to_builtins(news),
    }


def test_every_kind_has_a_shape() -> None:
    assert all(issubclass(shape(kind), msgspec.Struct) for kind in HookKind)


def test_tries_come_ever_later_and_end() -> None:
    due = [next_try(tries, 0) for tries in range(1, len(RETRIES_S) + 2)]
    assert due == [*(seconds * 1000 for seconds in RETRIES_S), None]
    assert list(RETRIES_S) == sorted(RETRIES_S)
