"""What every answer of the service has: its headers, and how it tells of an error."""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime

from aiosm.emulator.call import Response
from aiosm.emulator.errors import ServiceFault
from aiosm.emulator.xmlwrite import document, leaf

__all__ = ["SERVER", "XML_TYPE", "dressed", "error_answer"]

SERVER = "1.0.6198.999 (rd_rdfe_stable.160413-1538) Microsoft-HTTPAPI/2.0"
XML_TYPE = "application/xml; charset=utf-8"


def dressed(answer: Response, request_id: str, now: datetime) -> Response:
    """Return an answer with the headers that all of them have."""
    headers = {
        "Cache-Control": "no-cache",
        "Server": SERVER,
        "x-ms-servedbyregion": "ussouth3",
        "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
        "x-ms-request-id": request_id,
        "Date": format_datetime(now, usegmt=True),
        **answer.headers,
    }
    if answer.body:
        headers["Content-Type"] = XML_TYPE

    return Response(answer.status, headers, answer.body)


def error_answer(fault: ServiceFault) -> Response:
    """Return the answer that tells of an error."""
    parts = [leaf("Code", fault.code), leaf("Message", fault.message)]
    return Response(fault.status, {}, document("Error", parts))
