"""Comparing an answer of the emulator with the recorded one: everything that is a fact."""

from xml.etree import ElementTree as ET

# When the platform was to be patched in the summer of 2015; nobody is told that here.
UNTOLD = {"PersistentVMDowntime"}
# Lists of what the recorded subscription or the platform had besides what the test made. Of these
# only items that are in both are compared.
OTHERS = {
    "AffinityGroups", "HostedServices", "OperatingSystemFamilies", "OperatingSystems",
    "SubscriptionCertificates", "VirtualMachinesRoleSizes", "WebWorkerRoleSizes",
}  # fmt: skip
# What an item of a list is called.
KEYS = ("Name", "ServiceName", "Thumbprint", "SubscriptionCertificateThumbprint", "Version")
# Properties that the service adds itself, since 2015 to some and since 2016 to all.
SERVICE_PROPERTIES = {"ResourceGroup", "ResourceLocation"}
SERVICE_PAIRS = [(name, "") for name in SERVICE_PROPERTIES]
# Headers whose values are the same in every answer of a kind, and one that came with the years.
FACTS = ("content-type", "cache-control", "location")
LATER = {"strict-transport-security"}


def local(element):
    return element.tag.rpartition("}")[2]


def children(element):
    return [one for one in element if local(one) not in UNTOLD]


def key(element):
    """What an item of a list is called, its text if it is nothing but that."""
    if not len(element):
        return element.text
    return next((one.text for name in KEYS for one in element if local(one) == name), None)


def properties(element, unless=()):
    """The extended properties, without those that the service adds unless they are expected."""
    pairs = [tuple(value.text for value in one) for one in element]
    expected = {pair[0] for pair in unless}
    return [pair for pair in pairs if pair[0] not in SERVICE_PROPERTIES - expected]


def differences(given, wanted, where=""):
    """Where an element is not as recorded: its name and attributes, what is in it, the order."""
    here = f"{where}/{local(wanted)}"
    if (local(given), given.attrib) != (local(wanted), wanted.attrib):
        yield f"{here}: {local(given)} {given.attrib}, not {wanted.attrib}"
    elif local(wanted) == "ExtendedProperties":
        expected = properties(wanted, SERVICE_PAIRS)
        if sorted(properties(given, expected)) != sorted(expected):
            yield f"{here}: {properties(given, expected)}, not {expected}"
    elif local(wanted) in OTHERS:
        yield from of_list(given, wanted, here)
    elif [local(one) for one in children(given)] != [local(one) for one in children(wanted)]:
        names = [[local(one) for one in children(each)] for each in (given, wanted)]
        yield f"{here}: {names[0]}, not {names[1]}"
    else:
        for one, other in zip(children(given), children(wanted), strict=True):
            yield from differences(one, other, here)


def of_list(given, wanted, here):
    """Where items that are in both lists are not alike."""
    known = {key(one): one for one in wanted}
    pairs = [(one, known[key(one)]) for one in given if key(one) in known]
    if bool(len(given)) != bool(len(wanted)) or (len(wanted) and not pairs):
        yield f"{here}: nothing in common"
    for one, other in pairs:
        yield from differences(one, other, f"{here}[{key(one)}]")


def header_differences(answer, one, subscription_id):
    """Where the headers are not as recorded: missing, more of them, or other values."""
    wanted = {name.lower(): value for name, value in one["response_headers"].items()}
    given = {name.lower(): value for name, value in answer.headers.items()}
    yield from (f"{name} is missing" for name in wanted.keys() - given.keys())
    yield from (f"{name} is more" for name in given.keys() - wanted.keys() - LATER)
    recorded_id = one["path"].split("/")[1]
    for name in FACTS:
        value = wanted.get(name, "").replace(recorded_id, subscription_id)
        if given.get(name, "") != value:
            yield f"{name} is {given.get(name)}, not {value}"


def assert_alike(answer, one, subscription_id):
    """Check an answer against the recorded one."""
    assert answer.status_code == one["status"], one["id"]
    assert list(header_differences(answer, one, subscription_id)) == [], one["id"]
    body = one.get("response_body") or ""
    assert bool(answer.text) == bool(body), one["id"]
    if body:
        found = list(differences(ET.fromstring(answer.text), ET.fromstring(body)))
        assert found == [], (one["id"], found)
