"""The case file's one zip, made while it is sent: no second copy of the recordings on disk."""

import asyncio
from pathlib import Path
from urllib.parse import quote

from aiohttp import web

from ..casefile import CaseFileProblem, zip_stream
from .refusals import ApiError


async def send_archive(request: web.Request, folder: Path) -> web.StreamResponse:
    """Stream the zip of a case file's folder."""
    try:
        size, pieces = await asyncio.to_thread(zip_stream, folder)
    except (OSError, CaseFileProblem) as error:
        raise ApiError("not_finished") from error
    response = web.StreamResponse(
        headers={
            "Content-Type": "application/zip",
            "Content-Length": str(size),
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(folder.name + '.zip')}",
            "Cache-Control": "private, no-cache",
        }
    )
    await response.prepare(request)
    if request.method != "HEAD":
        while (piece := await asyncio.to_thread(next, pieces, None)) is not None:
            await response.write(piece)
    await response.write_eof()
    return response
