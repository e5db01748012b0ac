"""Which video codec a publisher is asked for, so that as many as can be see its picture. Pure."""

from collections.abc import Collection, Iterable, Sequence


def ranked(order: Sequence[str], viewers: Iterable[Collection[str]]) -> list[str]:
    """The codecs of `order`, first those that most viewers can decode; `viewers`: what each can decode."""
    known = list(viewers)
    return sorted(order, key=lambda codec: -sum(codec in one for one in known))


def outdated(now: str, offered: Collection[str], viewers: Iterable[Collection[str]]) -> bool:
    """Whether more viewers could decode another codec of those a publisher offered than the one it sends."""
    known = list(viewers)
    count = {codec: sum(codec in one for one in known) for codec in (now, *offered)}
    return max(count.values()) > count[now]
