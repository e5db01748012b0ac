"""A case as it is filed, and the steps that tests take with it."""

from typing import Any

from tests.support.desk_server import Answer, Caller, DeskServer

# NOW is a Monday: 2026-09-21.
WORKER = {
    "side": "applicant",
    "kind": "person",
    "name": "张晓雯",
    "id_number": "11010519491231002x",
    "phone": "13800000000",
    "service_address": "厦门市湖里区",
    "agents": [
        {
            "kind": "lawyer",
            "name": "王律",
            "power": "special",
            "scope": ["settle", "waive"],
            "papers": "闽律函1号",
        }
    ],
}
COMPANY = {
    "side": "respondent",
    "kind": "organisation",
    "name": "云帆智能科技（厦门）有限公司",
    "credit_code": "91350206ma0000000g",
    "legal_representative": "林国栋",
}
WAGES = {"kind": "wages", "amount_fen": 2_340_000, "period_from": "2026-01-01", "period_to": "2026-06-30"}
FILED: dict[str, Any] = {
    "cause": "pay",
    "route": "consult",
    "summary": "拖欠六个月工资",
    "applied_on": "2026-09-15",
    "parties": [WORKER, COMPANY],
    "claims": [WAGES],
}


async def filed(server: DeskServer, **changes: Any) -> tuple[Caller, dict[str, Any]]:
    """The clerk, and a case that they filed."""
    clerk = await server.signed_in("clerk")
    answer = await clerk.post("/api/cases", FILED | changes)
    assert answer.status == 201, answer.body
    return clerk, answer.json


async def fact(clerk: Caller, case: str, kind: str, day: str, **more: Any) -> dict[str, Any]:
    """Write a dated fact down; the case as it is then."""
    answer = await clerk.post(f"/api/cases/{case}/facts", {"fact": kind, "day": day, **more})
    assert answer.status == 201, answer.body
    found: dict[str, Any] = answer.json
    return found


async def step(clerk: Caller, case: str, route: str, **more: Any) -> Answer:
    """Bring a case further."""
    return await clerk.post(f"/api/cases/{case}/route", {"route": route, "reason": "当事人申请"} | more)


def limit(case: dict[str, Any], name: str) -> dict[str, Any]:
    """One of the deadlines that run in a case."""
    found: dict[str, Any] = next(d for d in case["deadlines"] if d["limit"] == name)
    return found
