"""Of which level an expert is: as their organisation, where they have an account."""

from sqlmodel import Session, col, select

from ..rules.permissions import StaffRole
from .organisation_tables import MembershipRow, Organisation
from .tables import StaffAccount


def level_of(session: Session, name: str) -> str:
    """The level of the only expert of that name with an account; empty of anybody else, and of namesakes."""
    query = (
        select(StaffAccount.id, Organisation.level)
        .join(MembershipRow, col(MembershipRow.account) == col(StaffAccount.id))
        .join(Organisation, col(Organisation.id) == col(MembershipRow.organisation))
        .where(
            StaffAccount.person == name,
            MembershipRow.role == StaffRole.EXPERT.value,
            col(StaffAccount.disabled_at).is_(None),
            col(Organisation.disabled_at).is_(None),
        )
        # Whoever is an expert in several is one of the highest.
        .order_by(col(Organisation.path))
    )
    found = list(session.exec(query))
    return found[0][1] if len({account for account, _ in found}) == 1 else ""
