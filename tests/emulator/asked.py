"""A cloud asked by hand, without sockets, on a clock that stands still until it is moved."""

import re

from aiosm.emulator import Request, SteppedClock
from aiosm.emulator.core import Cloud

SUBSCRIPTION = "00000000-1111-2222-3333-444444444444"
THUMBPRINT = "AB" * 20
LONG = 5000


class Asked:
    """A cloud with one subscription; paths begin after its id."""

    def __init__(self, *, seed=0, limits=None):
        self.clock = SteppedClock()
        self.cloud = Cloud(self.clock, seed=seed, limits=limits)
        self.owner = self.cloud.add_subscription(SUBSCRIPTION)
        self.owner.thumbprints.add(THUMBPRINT)

    def ask(self, method, path, body=""):
        headers = {"x-ms-version": "2015-04-01"}
        target = f"/{SUBSCRIPTION}/{path}"
        return self.cloud.handle(Request(method, target, headers, body.encode(), THUMBPRINT))

    def get(self, path):
        """What is there, as text."""
        answer = self.ask("GET", path)
        assert answer.status == 200, answer.body
        return answer.body.decode()

    def do(self, method, path, body="", *, seconds=LONG):
        """Ask for a change that is made, and let time pass; return its id."""
        answer = self.ask(method, path, body)
        assert answer.status in {200, 201, 202}, answer.body
        self.wait(seconds)
        return answer.headers["x-ms-request-id"]

    def wait(self, seconds=LONG):
        """Let time pass, and what is due by then happen."""
        self.clock.advance(seconds)
        self.ask("GET", "")

    def end(self, request_id):
        """What became of an operation: its status, and the reason if it failed."""
        shown = self.get(f"operations/{request_id}")
        return found("Status", shown)[0], *found("Message", shown)


def found(name, text):
    """The texts of all elements of that name."""
    return re.findall(f"<{name}>([^<]*)</{name}>", text)


def refusal(answer):
    """The status and the text of a refusal."""
    (message,) = found("Message", answer.body.decode())
    return answer.status, message
