"""Cases opened to others: giving, seeing and taking back."""

from sqlmodel import Session, col, select

from . import case_history, organisation_log
from .organisation_tables import Grant, Organisation
from .tables import Case, new_id


def give(
    session: Session,
    case: str,
    *,
    account: str | None,
    organisation: str | None,
    work: bool,
    reason: str,
    expires_at: int | None,
    by: str,
    now: int,
) -> Grant:
    """Open a case to an account or to an organisation (one of the two)."""
    if (account is None) == (organisation is None):
        raise ValueError("an account or an organisation")
    grant = Grant(
        id=new_id("k", 6),
        case_id=case,
        account=account,
        organisation=organisation,
        work=work,
        reason=reason,
        given_by=by,
        given_at=now,
        expires_at=expires_at,
    )
    session.add(grant)
    session.flush()
    to = account or organisation
    case_history.note(session, case, at=now, actor=by, what="opened_to", text=reason, to=to, work=work)
    _log(session, "case_opened", grant, by, now)
    return grant


def of_case(session: Session, case: str) -> list[Grant]:
    """Every grant of a case, also those taken back, in the order in which they were given."""
    query = select(Grant).where(Grant.case_id == case).order_by(col(Grant.given_at), col(Grant.id))
    return list(session.exec(query))


def revoke(session: Session, grant: Grant, by: str, now: int) -> None:
    """Take a grant back; it stays on record."""
    if grant.revoked_at is None:
        grant.revoked_at = now
        session.add(grant)
        to = grant.account or grant.organisation
        case_history.note(session, grant.case_id, at=now, actor=by, what="closed_to", to=to)
        _log(session, "case_closed", grant, by, now)


def _log(session: Session, act: str, grant: Grant, by: str, now: int) -> None:
    number = session.get_one(Case, grant.case_id).shown_number
    to = session.get_one(Organisation, grant.organisation).name if grant.organisation else ""
    home = organisation_log.home_of(session, grant.case_id)
    organisation_log.note(
        session, act, at=now, by=by, organisation=home, account=grant.account or "", subject=number, after=to
    )
