"""Documents of the service, and reading them whole or in pieces."""

from __future__ import annotations

from typing import Any

from aiosm.models import OSImage
from aiosm.xml import ListReader, ModelReader

XMLNS = (
    'xmlns="http://schemas.microsoft.com/windowsazure" '
    'xmlns:i="http://www.w3.org/2001/XMLSchema-instance"'
)
BOM = "\ufeff"
WHOLE = f"<Operation {XMLNS}><ID>1</ID><Status>Succeeded</Status></Operation>"


def read(cls: type, body: str | bytes, *, piece: int = 1 << 20, root: str | None = None) -> Any:
    data = body.encode() if isinstance(body, str) else body
    reader: ModelReader[Any] = ModelReader(cls, root)
    for start in range(0, len(data), piece):
        reader.feed(data[start : start + piece])
    return reader.finish()


def model(cls: type, inner: str) -> Any:
    return read(cls, f"<{cls.__name__} {XMLNS}>{inner}</{cls.__name__}>")


def images(count: int) -> str:
    items = "".join(
        f"<OSImage><Label>é {number}</Label><Name>image-{number}</Name></OSImage>\n"
        for number in range(count)
    )
    return f"<Images {XMLNS}>{items}</Images>"


def read_list(body: str | bytes, piece: int = 1 << 20, cls: type = OSImage) -> list[Any]:
    data = body.encode() if isinstance(body, str) else body
    reader: ListReader[Any] = ListReader(cls, "Images")
    for start in range(0, len(data), piece):
        reader.feed(data[start : start + piece])
    return reader.finish()
