"""An independent walk through an answer beside the model that was made of it."""

from __future__ import annotations

import base64
import dataclasses
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree as ET

from recorded import NS, squashed

NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"

# Texts that the service sends as base64 and the models hold as plain text.
BASE64 = {
    ("AffinityGroup", "label"),
    ("HostedServiceProperties", "label"),
    ("Deployment", "label"),
    ("Deployment", "configuration"),
    ("StorageAccountProperties", "label"),
    ("OperatingSystem", "label"),
    ("OperatingSystem", "family_label"),
    ("OperatingSystemFamily", "label"),
}
# What is told apart from nothing, although the service leaves it out.
DEFAULTS = [("lun", 0), ("in_use", False)]
# Where the attribute keeps the old SDK's name and the service uses another.
RENAMED = {("Deployment", "PersistentVMDowntime"): "persistent_vm_downtime_info"}


class Walk:
    """Compares a model with the element it was read from."""

    def __init__(self) -> None:
        self.wrong: list[str] = []
        self.unnamed: set[str] = set()

    def model(self, value: Any, element: ET.Element) -> None:
        kind = type(value).__name__
        attributes = {squashed(one.name): one.name for one in dataclasses.fields(value)}
        seen = set()
        for child in element:
            tag = child.tag.removeprefix(NS)
            name = attributes.get(squashed(tag)) or RENAMED.get((kind, tag))
            if name is None:
                self.unnamed.add(f"{kind}/{tag}")
                continue
            seen.add(name)
            self.value(f"{kind}.{name}", (kind, name) in BASE64, getattr(value, name), child)
        for name in set(attributes.values()) - seen:
            left = getattr(value, name)
            if left not in (None, [], {}) and (name, left) not in DEFAULTS:
                self.wrong.append(f"{kind}.{name} is {left!r}, and is not in the answer")

    def value(self, where: str, coded: bool, value: Any, element: ET.Element) -> None:
        text = element.text or ""
        if value is None:
            same = element.get(NIL) == "true" or not (text.strip() or len(element))
        elif dataclasses.is_dataclass(value):
            self.model(value, element)
            return
        elif isinstance(value, list):
            self.items(where, value, element)
            return
        elif isinstance(value, dict):
            same = value == {pair[0].text or "": pair[1].text or "" for pair in element}
        elif isinstance(value, bool):
            same = value is {"true": True, "false": False}[text.lower()]
        elif isinstance(value, int):
            same = value == int(text)
        elif isinstance(value, datetime):
            same = value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S") == text[:19]
        elif coded:
            same = base64.b64encode(value.encode()).decode() == text
        else:
            same = value == text
        if not same:
            self.wrong.append(f"{where} is {value!r}, the answer says {text!r}")

    def items(self, where: str, values: list[Any], element: ET.Element) -> None:
        if len(values) != len(element):
            self.wrong.append(f"{where} has {len(values)} items, the answer {len(element)}")
        for value, item in zip(values, element, strict=False):
            self.value(where, False, value, item)


def walk(value: Any, body: str | bytes) -> Walk:
    """Compare a whole answer with what was made of it."""
    found = Walk()
    root = ET.fromstring(body)
    if isinstance(value, list):
        found.items(root.tag, value, root)
    else:
        found.model(value, root)
    return found
