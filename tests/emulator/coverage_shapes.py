"""Whether an answer is as recorded: its status, its error code, the shape of its body.

What a body has in it depends on the day, on the version that was asked for and on what others keep
in the same subscription. So two things are told apart. A body is *equal* in shape if it has the
recorded elements and no others. It is *alike* if each element in it is one that the service was
recorded to send in that place and in that order, and none is missing that it always sends there.
"""

import re
from collections import defaultdict
from xml.etree import ElementTree as ET

# What depends on the platform's own affairs: announced maintenance, certificates that were made on
# a machine, properties that the service adds.
UNTOLD = {
    "PersistentVMDowntime", "RemoteAccessCertificateThumbprint",
    "DefaultWinRmCertificateThumbprint", "ExtendedProperty",
}  # fmt: skip


def local(element):
    return element.tag.rpartition("}")[2]


def children(element):
    """The names inside an element, equal neighbours once."""
    found = []
    for one in element:
        if local(one) not in UNTOLD and (not found or found[-1] != local(one)):
            found.append(local(one))
    return found


def shape(answer):
    """The names of all elements with those inside them, in order; equal neighbours once."""

    def inside(element):
        found = []
        for one in element:
            if local(one) not in UNTOLD and (not found or found[-1][0] != local(one)):
                found.append((local(one), inside(one)))
        return tuple(found)

    root = ET.fromstring(answer)
    return local(root), inside(root)


class Recorded:
    """What the service was recorded to send inside each element of the answers of an operation."""

    def __init__(self):
        self.roots = set()
        self.always = {}
        self.orders = defaultdict(set)

    def learn(self, answer):
        root = ET.fromstring(answer)
        self.roots.add(local(root))
        self._learn(root, local(root))

    def _learn(self, element, path):
        names = children(element)
        self.always[path] = self.always.get(path, set(names)) & set(names)
        self.orders[path] |= {
            (one, other) for place, one in enumerate(names) for other in ["", *names[place + 1 :]]
        }
        for one in element:
            self._learn(one, f"{path}/{local(one)}")

    def strange(self, answer):
        """Where an answer is none that could have been recorded, or nothing."""
        root = ET.fromstring(answer)
        return local(root) if local(root) not in self.roots else self._strange(root, local(root))

    def _strange(self, element, path):
        names = children(element)
        missing = self.always.get(path, set()) - set(names)
        if missing:
            return f"{path} without {min(missing)}"

        known = self.orders[path]
        for place, one in enumerate(names):
            if (one, "") not in known:
                return f"{path} with {one}"

            for other in names[place + 1 :]:
                if (other, one) in known and (one, other) not in known:
                    return f"{path} with {one} before {other}"

        inside = (self._strange(one, f"{path}/{local(one)}") for one in element
                  if local(one) not in UNTOLD)  # fmt: skip
        return next((one for one in inside if one), "")


def operation_state(answer):
    """How an operation stands, for answers that say so."""
    found = re.match(r"<(?:\w+:)?Operation\b.*?<Status>(\w+)<", answer)
    return found and found[1]


def compared(exchange, recorded, answer):
    """What is not as recorded, or nothing; and whether the shape is equal.

    Args:
        exchange: The recorded exchange.
        recorded: What is known of the answers of its operation.
        answer: The emulator's answer.
    """
    if answer.status != exchange["status"]:
        return f"status {exchange['status']}, not {answer.status}", False

    wanted, got = exchange.get("response_body") or "", answer.body.decode()
    if exchange["status"] >= 400:
        code, found = (re.search("<Code>(.*?)<", text) for text in (wanted, got))
        same = code is None or (found is not None and found[1] == code[1])
        return "" if same else "error code", same

    if bool(wanted) != bool(got):
        return "a body where there was none" if got else "no body", False

    if not wanted.startswith("<"):
        return "", True

    if operation_state(wanted) != operation_state(got):
        return f"operation {operation_state(wanted)}, not {operation_state(got)}", False

    empty = bool(len(ET.fromstring(wanted))) and not len(ET.fromstring(got))
    equal = shape(wanted) == shape(got)
    strange = "" if equal else ("an empty list" if empty else recorded.strange(got))
    return strange, equal
