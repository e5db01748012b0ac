"""All tables together, as migrations and their tests see them."""

from . import (
    booking_tables,
    case_tables,
    endpoint_tables,
    evaluation_tables,
    evidence_tables,
    organisation_log,
    organisation_tables,
    performance_tables,
    review_tables,
    staff_notices,
    tables,
    webhook_tables,
)

__all__ = [
    "METADATA",
    "booking_tables",
    "case_tables",
    "endpoint_tables",
    "evaluation_tables",
    "evidence_tables",
    "organisation_log",
    "organisation_tables",
    "performance_tables",
    "review_tables",
    "staff_notices",
    "webhook_tables",
]

METADATA = tables.METADATA
