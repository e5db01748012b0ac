"""`docs/integration.md` names addresses that there are."""

import re
from pathlib import Path

from room_server import api

TEXT = (Path(__file__).parents[2] / "docs" / "integration.md").read_text(encoding="utf-8")


def test_every_address_is_a_route() -> None:
    named = set(re.findall(r"`(GET|POST|PUT|DELETE)\s+(/api/[^`\s]+)`", TEXT))
    assert len(named) >= 15
    assert named - {(route.method, route.path) for route in api.ROUTES} == set()
