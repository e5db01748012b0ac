"""Where a browser finds relays when it cannot reach the media port."""

import msgspec

from ..rules.permissions import Act
from ..turn import IceServer, ice_servers
from .routes import Auth, Call, Route


class IceServers(msgspec.Struct, frozen=True):
    """Relays for this caller, good for `ttl_s` seconds; an empty list: there are none."""

    ice_servers: list[IceServer]
    ttl_s: int


async def read_ice(call: Call) -> IceServers:
    """Relays with credentials of the caller's own."""
    who = call.visitor.participant.id if call.visitor is not None else call.account.id
    settings = call.parts.settings
    return IceServers(ice_servers(settings, who, call.parts.clock()), settings.turn_ttl_s)


ROUTES = (
    Route(
        "GET",
        "/api/ice",
        read_ice,
        Auth.SHARED,
        "Relays (TURN) and credentials",
        act=Act.SIGNED_IN,
        gives=IceServers,
    ),
)
