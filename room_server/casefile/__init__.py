"""The bundle anyone can verify: recordings, minutes, documents and journal under one seal."""

from .building import build, zip_bag, zip_stream
from .source import CaseDocument, CaseFileProblem, CaseSource, file_name, folder_name

__all__ = [
    "CaseDocument",
    "CaseFileProblem",
    "CaseSource",
    "build",
    "file_name",
    "folder_name",
    "zip_bag",
    "zip_stream",
]
