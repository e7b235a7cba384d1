"""Replays recorded tests against the emulated service, exchange by exchange.

An exchange is as recorded if it has the recorded status, the recorded error code, and a body of a
recorded shape; see `coverage_shapes`. What a test found when it began is made first, and where the
recording waited, time passes.
"""

import re
from typing import NamedTuple

from coverage_before import KINDS, Story, of_the_platform
from coverage_bodies import body_for, certificate, offered_names, persistent
from coverage_recorded import area_of, ours, recorded_answers
from coverage_requests import HOSTED, request_for, role, shown, text
from coverage_shapes import compared

from aiosm.emulator import Request, SteppedClock, pki
from aiosm.emulator.core import Cloud

THUMBPRINT = "AB" * 20
# How long to wait for the answer that was recorded, in seconds from one look to the next.
PATIENCE = (0, 5, 5, 5, 10, 10, 20, 20, 30, 60, 60, 120, 240, 600, 1800)
_RANGE = "10.0.0.0/23"


class Result(NamedTuple):
    """How an exchange went: ``problem`` is empty if as recorded, ``equal`` if to the element."""

    area: str
    exchange: dict
    problem: str
    equal: bool


def replay(exchanges):
    """Replay one test; a result for each exchange whose operation the client has."""
    world = World(exchanges)
    for number, exchange, route, values in ours(exchanges):
        yield Result(area_of(route), exchange, *world.take(number, exchange, route, values))


class World:
    """A cloud that is what it was when a recorded test began."""

    def __init__(self, exchanges):
        self.story = Story(exchanges)
        self.subscription = exchanges[0]["path"].split("/")[1].lower()
        self.clock = SteppedClock()
        self.cloud = Cloud(self.clock)
        self.owner = self.cloud.add_subscription(self.subscription)
        self.owner.thumbprints.add(THUMBPRINT)
        self.identity = pki.management_identity("recorded")
        self.ids = {}
        for exchange in exchanges:
            if exchange["status"] < 300:
                self._networks_in(exchange.get("request_body") or "")
        there = (one for one in self.story.before.items() if one[0][0] in KINDS)
        for thing, element in sorted(there, key=lambda one: KINDS.index(one[0][0])):
            if not of_the_platform(thing, element):
                self._make(*thing, element)

    def ask(self, method, path, body=""):
        """The emulator's answer to a request of the subscription's owner."""
        headers = {"x-ms-version": "2015-04-01"}
        target = f"/{self.subscription}/{path}"
        return self.cloud.handle(Request(method, target, headers, body.encode(), THUMBPRINT))

    def _make(self, kind, key, element):
        """Make what was there, and wait until it is."""
        self.network_of(element)
        self.ask(*request_for(kind, key, element))
        if kind == "service" and key[0] in self.story.certified:
            self.ask("POST", f"{HOSTED}/{key[0]}/certificates", certificate(self.identity))

        self.clock.advance(3600)
        if kind == "deployment" and element is not None:
            for one in element.findall("{*}RoleList/{*}Role")[1:]:
                at = f"{HOSTED}/{key[0]}/deployments/{key[1]}/roles"
                self.ask("POST", at, persistent(role(one)))
                self.clock.advance(3600)

    def take(self, number, exchange, route, values):
        """Ask until the answer is as recorded: what is not, and whether it is to the element."""
        if route.pattern == "services/networking/virtualnetwork":
            self._networks_of(exchange["response_body"])

        path = self._path(exchange, values)
        body = body_for(self, number, exchange, route, values)
        known = recorded_answers()[route.method, route.pattern]
        problem, equal = "never looked", False
        for seconds in PATIENCE:
            self.clock.advance(seconds)
            answer = self.ask(exchange["method"], path, body)
            found, equal = compared(exchange, known, answer)
            problem = problem and found
            if equal or not _may_change(exchange, answer):
                break

        request_id = exchange["response_headers"].get("x-ms-request-id")
        if request_id:
            self.ids[request_id] = answer.headers["x-ms-request-id"]
        return problem, equal

    def _path(self, exchange, values):
        """The recorded path, with the ids, images and certificates of the emulator."""
        path = exchange["path"].split("/", 2)[2] if exchange["path"].count("/") > 1 else ""
        for before, now in self.ids.items():
            path = path.replace(before, now)
        if "image" in values:
            path = path.replace(values["image"], offered_names(self.story, values["image"]))
        if "certificate" in values and "sha1-" in path:
            path = f"{path.rpartition('-')[0]}-{self.identity.thumbprint}"
        return f"{path}?{exchange['query']}" if exchange["query"] else path

    # --- virtual networks, which are made from a document that is not emulated

    def _networks_in(self, body):
        for name in re.findall("<VirtualNetworkName>(.+?)<", body):
            subnets = dict.fromkeys(re.findall("<SubnetName>(.+?)<", body), _RANGE)
            self.cloud.add_virtual_network(self.subscription, name, subnets=subnets or None)

    def network_of(self, element):
        """Let there be the network that a deployment is in."""
        name = element is not None and text(element, "VirtualNetworkName")
        if name and name.lower() not in self.owner.virtual_networks:
            subnets = {one.text: _RANGE for one in element.iterfind(".//{*}SubnetName")}
            self.cloud.add_virtual_network(self.subscription, name, subnets=subnets or None)

    def _networks_of(self, answer):
        """Let there be the networks that are about to be shown."""
        self.owner.virtual_networks.clear()
        for kind, _, element in shown(answer):
            if kind == "network":
                group = text(element, "AffinityGroup")
                subnets = element.iterfind("{*}Subnets/{*}Subnet")
                servers = element.iterfind("{*}Dns/{*}DnsServers/{*}DnsServer")
                self.cloud.add_virtual_network(
                    self.subscription,
                    text(element, "Name"),
                    location=None if group else text(element, "Location"),
                    affinity_group=group,
                    subnets={text(one, "Name"): text(one, "AddressPrefix") for one in subnets},
                    dns_servers={text(one, "Name"): text(one, "Address") for one in servers},
                )


def _may_change(exchange, answer):
    """Whether time may bring what was recorded."""
    if exchange["method"] != "GET":
        # Whoever recorded it came when the operation before was over.
        return exchange["status"] < 300 and answer.status == 409

    return exchange["status"] != answer.status or "Status>" in exchange["response_body"]
