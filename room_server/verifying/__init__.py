"""Whether a case file, recording or journal is still as it was sealed: `heting verify`."""

from .journal import CaucusLeak, recording_root
from .report import Finding, Report
from .verification import main, verify

__all__ = ["CaucusLeak", "Finding", "Report", "main", "recording_root", "verify"]
