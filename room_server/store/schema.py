"""All tables together, as migrations and their tests see them."""

from . import case_tables, evidence_tables, organisation_tables, tables

__all__ = ["METADATA", "case_tables", "evidence_tables", "organisation_tables"]

METADATA = tables.METADATA
