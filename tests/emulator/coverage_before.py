"""What there was before a recorded test began, and what the test made: both from what it shows."""

import re
from xml.etree import ElementTree as ET

from coverage_recorded import routed
from coverage_requests import HOSTED, shown, text

# What a POST to a collection makes, and which element names it.
CREATES = {
    "affinitygroups": ("group", "Name"),
    "services/storageservices": ("account", "ServiceName"),
    "services/networking/reservedips": ("address", "Name"),
    HOSTED: ("service", "ServiceName"),
    f"{HOSTED}/{{service}}/deployments": ("deployment", "Name"),
    f"{HOSTED}/{{service}}/deploymentslots/{{slot}}": ("deployment", "Name"),
    "services/disks": ("disk", "Name"),
    "services/images": ("image", "Name"),
    "services/vmimages": ("vmimage", "Name"),
}
# In the order in which they need each other.
KINDS = tuple(dict.fromkeys(kind for kind, _ in CREATES.values()))


class Story:
    """A recorded test, read through to its end.

    Attributes:
        made: By the place of an exchange, what it made.
        before: What there was, with the first element that shows it, if any does.
        certified: The services that had certificates.
    """

    def __init__(self, exchanges):
        self.exchanges = exchanges
        self.made = {}
        self.before = {}
        self.certified = set()
        known, uploaded = set(), set()
        for number, exchange in enumerate(exchanges):
            self._made_by(number, exchange, known)
            for thing, element in things(exchange):
                known.add(thing)
                if thing not in self.made.values() and self.before.get(thing) is None:
                    self.before[thing] = element

            if exchange["method"] == "DELETE" and exchange["status"] < 300:
                known -= {thing for thing, _ in [*named(exchange)][-1:]}

            self._certificates(exchange, uploaded)

        self._needed()

    def own(self, kind, name):
        """Whether something is not the platform's."""
        thing = kind, (name.lower(),)
        there = thing in self.before and not of_the_platform(thing, self.before[thing])
        return there or thing in self.made.values()

    def shown_after(self, number, thing):
        """The first element that shows something from a place on, or None."""
        later = (one for exchange in self.exchanges[number:] for one in things(exchange))
        return next((found for one, found in later if one == thing and found is not None), None)

    def _made_by(self, number, exchange, known):
        route, values = routed(exchange)
        body = exchange.get("request_body") or ""
        captured = re.search("<TargetImageName>(.*?)<", body)
        if captured:
            self.made[number] = "image", (captured[1].lower(),)
        elif route is not None and exchange["method"] == "POST" and exchange["status"] < 300:
            kind, name = CREATES.get(route.pattern, ("", ""))
            if kind:
                self.made[number] = self._target(number, kind, name, values, known)

    def _target(self, number, kind, name, values, known):
        """What a POST made: as its body says, or whatever is new after it."""
        within = (values["service"].lower(),) if kind == "deployment" else ()
        body = self.exchanges[number].get("request_body")
        if body:
            return kind, (*within, text(ET.fromstring(body), name).lower())

        for thing, _ in things(self.exchanges[number]):
            if thing[0] == kind and thing[1][:-1] == within:
                return thing

        # Whoever made it names it; a list may also show what others made meanwhile.
        for look in (named, things):
            for exchange in self.exchanges[number + 1 :]:
                for thing, _ in look(exchange):
                    if thing[0] == kind and thing not in known and thing[1][:-1] == within:
                        return thing
        return kind, (*within, *(within or (f"made{number}",)))

    def _certificates(self, exchange, uploaded):
        """Note a service that has certificates before the test gives it one."""
        route, values = routed(exchange)
        if route is None or "service" not in values or "certificates" not in route.pattern:
            return

        name = values["service"].lower()
        if exchange["method"] == "POST":
            uploaded.add(name)
        elif exchange["status"] < 300 and name not in uploaded:
            self.certified.add(name)

    def _needed(self):
        """Add what the things that there were, or were made, are in."""
        names = set()
        for element in self.before.values():
            if element is not None:
                names |= {one.text for one in element.iterfind(".//{*}AffinityGroup")}
        for exchange in self.exchanges:
            names |= set(re.findall("<AffinityGroup>(.+?)<", exchange.get("request_body") or ""))

        services = [key[:1] for kind, key in self.before if kind == "deployment"]
        wanted = [("group", (name.lower(),)) for name in sorted(filter(None, names))]
        for thing in wanted + [("service", key) for key in services]:
            if thing not in self.made.values():
                self.before.setdefault(thing, None)


def things(exchange):
    """Every resource that an exchange is about or shows, with the element that shows it."""
    _, values = routed(exchange)
    yield from named(exchange)
    for kind, key, element in shown(exchange.get("response_body") or ""):
        # The address of a deployment that is not in production does not tell its service.
        within = (values["service"].lower(),) if kind == "deployment" and not key[0] else ()
        yield (kind, within + key[1:] if within else key), element


def named(exchange):
    """The resources that a path names, if they were there."""
    route, values = routed(exchange)
    if route is None or exchange["status"] in {400, 404}:
        return

    low = {name: value.lower() for name, value in values.items()}
    if "service" in low:
        yield ("service", (low["service"],)), None
        if "deployment" in low:
            yield ("deployment", (low["service"], low["deployment"])), None

    for kind in sorted(low.keys() & {"account", "group", "disk", "image", "address"}):
        of_machines = route.pattern.startswith("services/vmimages")
        yield ("vmimage" if of_machines else kind, (low[kind],)), None


def of_the_platform(thing, element):
    """Whether an image is one that everybody has."""
    kind, (*_, name) = thing
    category = None if element is None else text(element, "Category")
    if kind == "image":
        return "__" in name or category not in {"User", None}

    return kind == "vmimage" and category not in {"User", None}
