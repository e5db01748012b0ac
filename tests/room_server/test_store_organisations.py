"""The tree of organisations: levels, roles, grants; an installation of one organisation goes on as it was."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import text
from sqlmodel import Session

from room_server.rules.permissions import Act, Membership, Opening, StaffRole
from room_server.store import cases, experts, grants, organisations, staff
from room_server.store.database import Database
from room_server.store.migrations import upgrade
from room_server.store.organisation_tables import ROOT, Organisation
from room_server.store.organisations import OrganisationError
from room_server.store.tables import Case, StaffAccount

T = TypeVar("T")


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite:///{tmp_path}/heting.db")
    await database.open()
    yield database
    await database.close()


def member(session: Session, name: str, organisation: str, *roles: StaffRole) -> StaffAccount:
    return staff.create_member(
        session, name=name, person=name, roles=roles, password_hash="", now=1, organisation=organisation
    )


def tree(session: Session) -> dict[str, str]:
    """Root, a district with two streets, an enterprise below one."""
    made = {"root": ROOT}
    for name, level, parent in (
        ("district", "district", "root"),
        ("street", "street", "district"),
        ("other", "street", "district"),
        ("factory", "enterprise", "street"),
    ):
        above = session.get_one(Organisation, made[parent])
        row = organisations.create(session, name=name, short_name=name[:3], level=level, parent=above, now=1)
        made[name] = row.id
    return made


def case_of(session: Session, organisation: str, number: str) -> Case:
    return cases.file(
        session,
        organisation=session.get_one(Organisation, organisation),
        title=number,
        cause="pay",
        route="consult",
        summary="",
        is_group=False,
        by="a",
        now=1,
        number=number,
    )


async def write(database: Database, function: Callable[[Session], T]) -> T:
    return await database.write(function)


async def test_everybody_sees_their_own_organisation_and_what_is_below(database: Database) -> None:
    def work(session: Session) -> dict[str, list[str]]:
        made = tree(session)
        account = {
            name: member(session, name, made[name], StaffRole.CLERK).id
            for name in ("root", "district", "street", "factory")
        }
        for name in made:
            case_of(session, made[name], name)
        seen = {}
        for name, identifier in account.items():
            who = cases.seeing(session, identifier, Act.SEE_CASES, 2)
            found, total = cases.search(session, who, cases.Wanted())
            assert total == len(found)
            seen[name] = sorted(case.number for case in found)
        return seen

    assert await database.write(_with_actor(work)) == {
        "root": ["district", "factory", "other", "root", "street"],
        "district": ["district", "factory", "other", "street"],
        "street": ["factory", "street"],
        "factory": ["factory"],
    }


def _with_actor(work: Callable[[Session], T]) -> Callable[[Session], T]:
    def function(session: Session) -> T:
        session.add(StaffAccount(id="a", name="a", person="a", role="", password_hash="", created_at=1))
        session.flush()
        return work(session)

    return function


async def test_a_grant_opens_one_case_for_its_time(database: Database) -> None:
    def work(session: Session) -> None:
        made = tree(session)
        expert = member(session, "expert", made["other"], StaffRole.EXPERT)
        clerk = member(session, "clerk", made["other"], StaffRole.CLERK)
        case = case_of(session, made["street"], "1")
        assert organisations.openings(session, expert.id, case.id, 2) == []
        mine = grants.give(
            session,
            case.id,
            account=expert.id,
            organisation=None,
            work=False,
            reason="r",
            expires_at=100,
            by="a",
            now=2,
        )
        theirs = grants.give(
            session,
            case.id,
            account=None,
            organisation=made["district"],
            work=True,
            reason="r",
            expires_at=None,
            by="a",
            now=2,
        )
        assert organisations.openings(session, expert.id, case.id, 99) == [Opening(False), Opening(True)] or (
            sorted(o.work for o in organisations.openings(session, expert.id, case.id, 99)) == [False, True]
        )
        # To the district is also to the street below it.
        assert organisations.opened_cases(session, clerk.id, 99) == [case.id]
        assert [o.work for o in organisations.openings(session, expert.id, case.id, 100)] == [True]
        grants.revoke(session, theirs, "a", 50)
        grants.revoke(session, mine, "a", 50)
        assert organisations.opened_cases(session, expert.id, 60) == []
        assert len(grants.of_case(session, case.id)) == 2
        with pytest.raises(ValueError, match="account or an organisation"):
            grants.give(
                session,
                case.id,
                account=None,
                organisation=None,
                work=True,
                reason="",
                expires_at=None,
                by="a",
                now=2,
            )

    await database.write(_with_actor(work))


async def test_levels_go_down_and_short_names_are_one_each(database: Database) -> None:
    def work(session: Session) -> None:
        made = tree(session)
        street = session.get_one(Organisation, made["street"])
        for level in ("province_city", "district", "street"):
            with pytest.raises(OrganisationError, match="level"):
                organisations.create(session, name="x", short_name="", level=level, parent=street, now=1)
        with pytest.raises(OrganisationError, match="short_name"):
            organisations.create(
                session, name="x", short_name="dis", level="enterprise", parent=street, now=1
            )
        # A city below a province is of the same, highest level.
        city = organisations.create(
            session,
            name="city",
            short_name="",
            level="province_city",
            parent=organisations.root(session),
            now=1,
        )
        organisations.rename(session, city, "市", "市")
        assert city.name == "市"
        with pytest.raises(OrganisationError, match="root"):
            organisations.set_disabled(session, organisations.root(session), 5)
        with pytest.raises(OrganisationError, match="not_empty"):
            organisations.set_disabled(session, street, 5)

    await database.write(work)


async def test_an_organisation_out_of_use_gives_nobody_anything(database: Database) -> None:
    def work(session: Session) -> None:
        made = tree(session)
        clerk = member(session, "clerk", made["factory"], StaffRole.CLERK)
        factory = session.get_one(Organisation, made["factory"])
        assert organisations.memberships(session, clerk.id) == [Membership(factory.path, StaffRole.CLERK)]
        organisations.set_disabled(session, factory, 5)
        session.flush()
        assert organisations.memberships(session, clerk.id) == []
        organisations.set_disabled(session, factory, None)
        session.flush()
        assert organisations.home(session, clerk.id, Act.EDIT_CASES) is factory

    await database.write(work)


async def test_the_last_administrator_stays_one(database: Database) -> None:
    def work(session: Session) -> None:
        first = member(session, "first", ROOT, StaffRole.ADMIN)
        with pytest.raises(OrganisationError, match="last_admin"):
            organisations.set_roles(session, first.id, ROOT, [StaffRole.CLERK], 2)
        member(session, "second", ROOT, StaffRole.ADMIN)
        organisations.set_roles(session, first.id, ROOT, [StaffRole.CLERK], 2)
        assert [c.roles for c in organisations.colleagues(session, ROOT)] == [
            [StaffRole.CLERK],
            [StaffRole.ADMIN],
        ]

    await database.write(work)


async def test_the_seat_follows_the_roles(database: Database) -> None:
    def work(session: Session) -> None:
        for roles, seat in (
            ([StaffRole.ARBITRATOR], "mediator"),
            ([StaffRole.CLERK, StaffRole.MEDIATOR], "mediator"),
            ([StaffRole.FILING], "clerk"),
            ([StaffRole.SUPERVISOR], ""),
            ([StaffRole.ADMIN, StaffRole.TECH, StaffRole.EXPERT], ""),
        ):
            assert member(session, repr(roles), ROOT, *roles).role == seat

    await database.write(work)


async def test_an_installation_of_one_organisation_moves_into_the_root(tmp_path: Path) -> None:
    from sqlalchemy import create_engine

    engine = create_engine(f"sqlite:///{tmp_path}/heting.db")
    with engine.begin() as connection:
        upgrade(connection, "0003")
        for statement in (
            "INSERT INTO staff_account VALUES ('a_1','m','周敏','mediator','x',7,NULL),"
            "('a_2','c','陈思远','clerk','x',8,NULL)",
            "INSERT INTO dispute_case VALUES ('c_1','1','t',1),('c_2','2','t',1)",
            "INSERT INTO hearing (id, case_id, kind, title, starts_at, state, rehearsal, created_at) "
            "VALUES ('h_1','c_2','arbitration','t',1,'booked',0,1)",
        ):
            connection.execute(text(statement))
    engine.dispose()
    database = Database(f"sqlite:///{tmp_path}/heting.db")
    await database.open()

    def look(session: Session) -> None:
        assert organisations.memberships(session, "a_1") == [Membership(f"/{ROOT}/", StaffRole.MEDIATOR)]
        assert organisations.memberships(session, "a_2") == [Membership(f"/{ROOT}/", StaffRole.CLERK)]
        who = cases.seeing(session, "a_2", Act.SEE_CASES, 2)
        found, total = cases.search(session, who, cases.Wanted())
        assert total == 2
        assert {case.id: (case.route, case.procedure) for case in found} == {
            "c_1": ("mediate_org", "mediation"),
            "c_2": ("arbitrate", "arbitration"),
        }

    await database.read(look)
    await database.close()


async def test_an_expert_is_of_the_level_of_their_organisation(database: Database) -> None:
    def work(session: Session) -> dict[str, str]:
        made = tree(session)
        member(session, "郑专家", made["district"], StaffRole.EXPERT)
        member(session, "吴专家", made["district"], StaffRole.CLERK)
        for name, organisation in (("何专家", "root"), ("何专家2", "district")):
            member(session, name, made[organisation], StaffRole.EXPERT).person = "何专家"
        both = member(session, "冯专家", made["district"], StaffRole.EXPERT)
        organisations.set_roles(session, both.id, ROOT, [StaffRole.EXPERT], 1)
        session.flush()
        found = {
            name: experts.level_of(session, name) for name in ("郑专家", "吴专家", "何专家", "冯专家", "谁")
        }
        both.disabled_at = 2
        session.flush()
        return found | {"gone": experts.level_of(session, "冯专家")}

    assert await write(database, work) == {
        "郑专家": "district",
        "吴专家": "",
        "何专家": "",
        "冯专家": "province_city",
        "谁": "",
        "gone": "",
    }
