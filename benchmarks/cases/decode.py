"""Decoding large lists of OS images, in the pieces they arrive in."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from xml.etree import ElementTree as ET

from benchmarks.memory import peak_mb, reset_peak
from benchmarks.suite import Benchmark, Figures, Goal, Place, Run, Table

_SIZES = {"1.2 MB": "images.xml", "6 MB": "images-6.xml"}
_PIECE = 1 << 14


def aiosm(place: Place, file: str) -> Figures:
    """With aiosm."""
    from aiosm.models import OSImage
    from aiosm.xml import ListReader

    def decode(path: Path) -> object:
        reader = ListReader(OSImage, "Images")
        with path.open("rb") as body:
            while piece := body.read(_PIECE):
                reader.feed(piece)
        return reader.finish()

    return _measured(place, file, decode)


def old(place: Place, file: str) -> Figures:
    """With the old SDK, which needs the body whole."""
    from azure.servicemanagement._serialization import _MinidomXmlToObject
    from azure.servicemanagement.models import Images

    class Response:
        body = b""

    def decode(path: Path) -> object:
        response = Response()
        response.body = path.read_bytes()
        return _MinidomXmlToObject.parse_response(response, Images)

    return _measured(place, file, decode)


@dataclass(slots=True)
class _Image:
    """What somebody would write by hand."""

    Category: str | None = None
    Label: str | None = None
    Location: str | None = None
    LogicalSizeInGB: int | None = None
    Name: str | None = None
    OS: str | None = None
    Eula: str | None = None
    Description: str | None = None
    ImageFamily: str | None = None
    PublishedDate: str | None = None
    IsPremium: bool | None = None
    IconUri: str | None = None
    PrivacyUri: str | None = None
    RecommendedVMSize: str | None = None
    PublisherName: str | None = None
    SmallIconUri: str | None = None
    IOType: str | None = None


def by_hand(place: Place, file: str) -> Figures:
    """With ``xml.etree`` and a mapping by hand."""
    names = {
        f"{{http://schemas.microsoft.com/windowsazure}}{f.name}": f.name for f in fields(_Image)
    }

    def decode(path: Path) -> object:
        images = []
        for element in ET.fromstring(path.read_bytes()):
            image = _Image()
            for child in element:
                if name := names.get(child.tag):
                    text: object = child.text
                    if name == "LogicalSizeInGB":
                        text = int(child.text or "0")
                    elif name == "IsPremium":
                        text = child.text == "true"
                    setattr(image, name, text)
            images.append(image)
        return images

    return _measured(place, file, decode)


def _measured(place: Place, file: str, decode: Callable[[Path], object]) -> Figures:
    """The quickest of a few, and how far the first one raised the peak of the process's memory."""
    decode(place.directory / "images-1.xml")  # what is made once does not count
    gc.collect()
    reset_peak()
    before = peak_mb()
    times: list[float] = []
    peak = 0.0
    while len(times) < 5 and sum(times) < 4000:
        started = time.perf_counter()
        kept = decode(place.directory / file)
        times.append((time.perf_counter() - started) * 1000)
        peak = peak or peak_mb() - before
        del kept
    return {"ms": min(times), "peak_mb": peak}


def _ratio(case: str, figure: str) -> Callable[[Table], float]:
    return lambda t: t[case, "old SDK"][figure] / max(0.1, t[case, "aiosm"][figure])


BENCHMARK = Benchmark(
    name="decode",
    feel="how long list_os_images takes, and how much memory",
    figures={"ms": "ms", "peak_mb": "MB at the peak"},
    bar="ms",
    runs=tuple(
        Run(case, peer, measure, (file,))
        for case, file in _SIZES.items()
        for peer, measure in (("aiosm", aiosm), ("xml.etree by hand", by_hand), ("old SDK", old))
    ),
    goals=(
        *(
            Goal(f"time, {case}: old SDK over aiosm", _ratio(case, "ms"), least=40)
            for case in _SIZES
        ),
        *(
            Goal(f"peak memory, {case}: old SDK over aiosm", _ratio(case, "peak_mb"), least=5)
            for case in _SIZES
        ),
        Goal(
            "time, 6 MB: aiosm over xml.etree by hand",
            lambda t: t["6 MB", "aiosm"]["ms"] / t["6 MB", "xml.etree by hand"]["ms"],
            most=1.5,
        ),
    ),
)
