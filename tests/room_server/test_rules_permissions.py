"""The permission table of organisations: cell by cell where it matters, and what holds for all of it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from room_server.rules.permissions import (
    AT_THE_TOP,
    SEEING,
    Act,
    Membership,
    Opening,
    Reach,
    StaffRole,
    may,
    may_there,
    paths_of,
    reach,
)

ROLES = st.sampled_from(StaffRole)
ACTS = st.sampled_from(Act)
PATHS = st.sampled_from(["/r/", "/r/a/", "/r/a/b/", "/r/ab/", "/r/c/"])


@pytest.mark.parametrize(
    ("role", "act", "far"),
    [
        (StaffRole.MEDIATOR, Act.BOOK, Reach.TREE),
        (StaffRole.CLERK, Act.EDIT_CASES, Reach.TREE),
        (StaffRole.CLERK, Act.GRANT, Reach.NOWHERE),
        (StaffRole.ADMIN, Act.EDIT_STAFF, Reach.TREE),
        (StaffRole.ADMIN, Act.READ_RECORD, Reach.NOWHERE),
        (StaffRole.SUPERVISOR, Act.SEE_CASES, Reach.TREE),
        (StaffRole.SUPERVISOR, Act.READ_RECORD, Reach.NOWHERE),
        (StaffRole.SUPERVISOR, Act.WATCH, Reach.TREE),
        (StaffRole.MEDIATOR, Act.WATCH, Reach.NOWHERE),
        (StaffRole.ADMIN, Act.WATCH, Reach.NOWHERE),
        (StaffRole.EXPERT, Act.SEE_CASES, Reach.GRANTED),
        (StaffRole.EXPERT, Act.EDIT_CASES, Reach.NOWHERE),
        (StaffRole.TECH, Act.SEE_CASES, Reach.NOWHERE),
        (StaffRole.LEGAL_AID, Act.SEE_CASES, Reach.GRANTED),
    ],
)
def test_single_cells(role: StaffRole, act: Act, far: Reach) -> None:
    assert reach(role, act) is far


def test_only_administrators_change_the_tree_and_its_people() -> None:
    for act in (Act.EDIT_ORGANISATIONS, Act.EDIT_STAFF):
        assert [role for role in StaffRole if reach(role, act)] == [StaffRole.ADMIN]


def test_models_are_a_matter_of_the_highest_organisation() -> None:
    high, low = [Membership("/r/", StaffRole.ADMIN)], [Membership("/r/a/", StaffRole.ADMIN)]
    assert may(high, Act.EDIT_MODELS) and paths_of(high, Act.EDIT_MODELS) == ["/r/"]
    assert not may(low, Act.EDIT_MODELS)
    assert not may_there(low, Act.EDIT_MODELS, "/r/a/b/", [Opening(work=True)])
    assert not may([Membership("/r/", StaffRole.CLERK)], Act.EDIT_MODELS)


def test_everybody_may_see_the_law_and_sign_out() -> None:
    for role in StaffRole:
        assert reach(role, Act.SEE_LAW) is Reach.TREE and reach(role, Act.SIGNED_IN) is Reach.TREE


def test_a_name_that_begins_alike_is_another_organisation() -> None:
    mine = [Membership("/r/a/", StaffRole.CLERK)]
    assert may_there(mine, Act.SEE_CASES, "/r/a/b/")
    assert not may_there(mine, Act.SEE_CASES, "/r/ab/")
    assert not may_there(mine, Act.SEE_CASES, "/r/")
    assert paths_of(mine, Act.SEE_CASES) == ["/r/a/"]


def test_a_grant_to_see_opens_no_more_than_seeing() -> None:
    mine = [Membership("/r/a/", StaffRole.CLERK)]
    assert may_there(mine, Act.SEE_CASES, "/r/c/", [Opening(work=False)])
    assert not may_there(mine, Act.EDIT_CASES, "/r/c/", [Opening(work=False)])
    assert may_there(mine, Act.EDIT_CASES, "/r/c/", [Opening(work=True)])


@settings(deadline=None)
@given(ROLES, ACTS, PATHS, PATHS, st.lists(st.builds(Opening, st.booleans()), max_size=3))
def test_a_grant_widens_where_never_what(
    role: StaffRole, act: Act, mine: str, theirs: str, openings: list[Opening]
) -> None:
    memberships = [Membership(mine, role)]
    allowed = may_there(memberships, act, theirs, openings)
    if allowed:
        assert may(memberships, act)
    if allowed and not theirs.startswith(mine):
        assert openings and (act in SEEING or any(opening.work for opening in openings))
    if not openings:
        high = act not in AT_THE_TOP or mine.count("/") == 2
        assert allowed == (high and reach(role, act) is Reach.TREE and theirs.startswith(mine))


@settings(deadline=None)
@given(st.lists(st.builds(Membership, PATHS, ROLES), max_size=4), ACTS, PATHS)
def test_paths_are_where_one_may(memberships: list[Membership], act: Act, path: str) -> None:
    within = any(path.startswith(own) for own in paths_of(memberships, act))
    assert within == may_there(memberships, act, path)
