"""Recorded traffic of the real service: every answer is read in full, every request made again."""

from __future__ import annotations

import base64
import dataclasses
import functools
import json
import re
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import httpx
import pytest
from two_sides import canonical, in_order

import aiosm
import aiosm.models
from aiosm.answers import error_of
from aiosm.xml import ListReader

WIRE = Path(__file__).parents[3] / "shared/wire"
NS = "{http://schemas.microsoft.com/windowsazure}"
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
pytestmark = pytest.mark.skipif(
    not (WIRE / "dev.jsonl").is_file(), reason="../shared/wire/dev.jsonl is not here"
)

Exchange = dict[str, Any]
Client = aiosm.AsyncServiceManagementClient


@functools.cache
def exchanges() -> list[Exchange]:
    with (WIRE / "dev.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


# Which call makes which request.


class Operation(NamedTuple):
    """One operation: its method and path, and the call with the names found in the path."""

    name: str
    method: str
    path: re.Pattern[str]
    call: Callable[[Client, list[str], Exchange], Awaitable[Any]]


OPERATIONS: list[Operation] = []


def operation(method: str, path: str) -> Callable[[Any], Any]:
    """Name the request of an operation; ``*`` in the path is a name."""
    pattern = re.compile(r"/[^/]+" + re.escape(path).replace(r"\*", "([^/]+)"))

    def add(call: Any) -> Any:
        OPERATIONS.append(Operation(call.__name__, method, pattern, call))
        return call

    return add


def find(exchange: Exchange) -> tuple[Operation, list[str]] | None:
    for known in OPERATIONS:
        if known.method == exchange["method"] and (found := known.path.fullmatch(exchange["path"])):
            return known, [unquote(name) for name in found.groups()]
    return None


def query(exchange: Exchange) -> dict[str, str]:
    parts = (part.partition("=") for part in exchange["query"].lstrip("?").split("&") if part)
    return {name.lower(): unquote(value) for name, _, value in parts}


def media(exchange: Exchange) -> bool:
    return query(exchange).get("comp") == "media"


SERVICES, STORAGE = "/services/hostedservices", "/services/storageservices"
DEPLOYMENT = f"{SERVICES}/*/deployments/*"


@operation("GET", f"{SERVICES}/operations/isavailable/*")
def check_hosted_service_name_availability(client: Client, names: list[str], _: Exchange) -> Any:
    return client.check_hosted_service_name_availability(*names)


@operation("GET", f"{STORAGE}/operations/isavailable/*")
def check_storage_account_name_availability(client: Client, names: list[str], _: Exchange) -> Any:
    return client.check_storage_account_name_availability(*names)


@operation("GET", "/locations")
def list_locations(client: Client, _names: list[str], _: Exchange) -> Any:
    return client.list_locations()


@operation("GET", SERVICES)
def list_hosted_services(client: Client, _names: list[str], _: Exchange) -> Any:
    return client.list_hosted_services()


@operation("GET", f"{SERVICES}/*")
def get_hosted_service_properties(client: Client, names: list[str], exchange: Exchange) -> Any:
    detail = query(exchange).get("embed-detail") == "true"
    return client.get_hosted_service_properties(*names, embed_detail=detail)


@operation("GET", DEPLOYMENT)
def get_deployment_by_name(client: Client, names: list[str], _: Exchange) -> Any:
    return client.get_deployment_by_name(*names)


@operation("GET", f"{SERVICES}/*/deploymentslots/*")
def get_deployment_by_slot(client: Client, names: list[str], _: Exchange) -> Any:
    return client.get_deployment_by_slot(*names)


@operation("GET", f"{DEPLOYMENT}/roles/*")
def get_role(client: Client, names: list[str], _: Exchange) -> Any:
    return client.get_role(*names)


@operation("GET", STORAGE)
def list_storage_accounts(client: Client, _names: list[str], _: Exchange) -> Any:
    return client.list_storage_accounts()


@operation("GET", f"{STORAGE}/*")
def get_storage_account_properties(client: Client, names: list[str], _: Exchange) -> Any:
    return client.get_storage_account_properties(*names)


@operation("GET", f"{STORAGE}/*/keys")
def get_storage_account_keys(client: Client, names: list[str], _: Exchange) -> Any:
    return client.get_storage_account_keys(*names)


@operation("GET", "/operatingsystems")
def list_operating_systems(client: Client, _names: list[str], _: Exchange) -> Any:
    return client.list_operating_systems()


@operation("GET", "/operatingsystemfamilies")
def list_operating_system_families(client: Client, _names: list[str], _: Exchange) -> Any:
    return client.list_operating_system_families()


@operation("GET", "/services/images")
def list_os_images(client: Client, _names: list[str], _: Exchange) -> Any:
    return client.list_os_images()


@operation("GET", "/services/vmimages")
def list_vm_images(client: Client, _names: list[str], exchange: Exchange) -> Any:
    return client.list_vm_images(**query(exchange))


@operation("GET", "/operations/*")
def get_operation_status(client: Client, names: list[str], _: Exchange) -> Any:
    return client.get_operation_status(*names)


@operation("DELETE", f"{SERVICES}/*")
def delete_hosted_service(client: Client, names: list[str], exchange: Exchange) -> Any:
    return client.delete_hosted_service(*names, media(exchange))


@operation("DELETE", DEPLOYMENT)
def delete_deployment(client: Client, names: list[str], exchange: Exchange) -> Any:
    return client.delete_deployment(*names, media(exchange))


@operation("DELETE", f"{STORAGE}/*")
def delete_storage_account(client: Client, names: list[str], _: Exchange) -> Any:
    return client.delete_storage_account(*names)


@operation("DELETE", "/services/images/*")
def delete_os_image(client: Client, names: list[str], exchange: Exchange) -> Any:
    return client.delete_os_image(*names, media(exchange))


@operation("DELETE", "/services/vmimages/*")
def delete_vm_image(client: Client, names: list[str], exchange: Exchange) -> Any:
    return client.delete_vm_image(*names, media(exchange))


# Requests with a body: the recorded values are taken out of the recorded XML.


class Body:
    """A recorded request body, asked for its values."""

    def __init__(self, element: ET.Element) -> None:
        self.element = element

    @classmethod
    def of(cls, exchange: Exchange) -> Body:
        return cls(ET.fromstring(exchange["request_body"]))

    def text(self, name: str) -> str | None:
        found = self.element.find(NS + name)
        return None if found is None else found.text or ""

    def plain(self, name: str) -> str | None:
        text = self.text(name)
        return None if text is None else base64.b64decode(text).decode()

    def pairs(self) -> dict[str, str] | None:
        found = self.element.findall(f"{NS}ExtendedProperties/{NS}ExtendedProperty")
        return {
            pair.findtext(f"{NS}Name", ""): pair.findtext(f"{NS}Value", "") for pair in found
        } or None

    def child(self, path: str) -> ET.Element | None:
        return self.element.find("/".join(NS + name for name in path.split("/")))


@operation("POST", SERVICES)
def create_hosted_service(client: Client, _names: list[str], exchange: Exchange) -> Any:
    body = Body.of(exchange)
    return client.create_hosted_service(
        body.text("ServiceName"), body.plain("Label"), body.text("Description"),
        body.text("Location"), body.text("AffinityGroup"), body.pairs(),
    )  # fmt: skip


@operation("PUT", f"{SERVICES}/*")
def update_hosted_service(client: Client, names: list[str], exchange: Exchange) -> Any:
    body = Body.of(exchange)
    return client.update_hosted_service(
        *names, body.plain("Label"), body.text("Description"), body.pairs()
    )


@operation("POST", f"{SERVICES}/*/deploymentslots/*")
def create_deployment(client: Client, names: list[str], exchange: Exchange) -> Any:
    body = Body.of(exchange)
    return client.create_deployment(
        *names, body.text("Name"), body.text("PackageUrl"), body.plain("Label"),
        body.text("Configuration"), body.text("StartDeployment") == "true",
        body.text("TreatWarningsAsError") == "true", body.pairs(),
    )  # fmt: skip


@operation("POST", STORAGE)
def create_storage_account(client: Client, _names: list[str], exchange: Exchange) -> Any:
    body = Body.of(exchange)
    return client.create_storage_account(
        body.text("ServiceName"), body.text("Description"), body.plain("Label"),
        body.text("AffinityGroup"), body.text("Location"), None, body.pairs(),
        body.text("AccountType"),
    )  # fmt: skip


@operation("POST", "/services/images")
def add_os_image(client: Client, _names: list[str], exchange: Exchange) -> Any:
    body = Body.of(exchange)
    return client.add_os_image(
        body.text("Label"), body.text("MediaLink"), body.text("Name"), body.text("OS")
    )


@operation("POST", f"{SERVICES}/*/deployments")
def create_virtual_machine_deployment(client: Client, names: list[str], exchange: Exchange) -> Any:
    body = Body.of(exchange)
    role = Body(body.child("RoleList/Role"))
    sets = {
        one.findtext(f"{NS}ConfigurationSetType"): one
        for one in role.element.iter(f"{NS}ConfigurationSet")
    }
    models = aiosm.models
    system = built(models.LinuxConfigurationSet, sets.get("LinuxProvisioningConfiguration"))
    system = system or built(
        models.WindowsConfigurationSet, sets.get("WindowsProvisioningConfiguration")
    )
    agent = role.text("ProvisionGuestAgent")
    return client.create_virtual_machine_deployment(
        *names,
        body.text("Name"),
        body.text("DeploymentSlot"),
        body.text("Label"),
        role.text("RoleName"),
        system,
        built(models.OSVirtualHardDisk, role.child("OSVirtualHardDisk")),
        network_config=built(models.ConfigurationSet, sets.get("NetworkConfiguration")),
        availability_set_name=role.text("AvailabilitySetName"),
        data_virtual_hard_disks=built(
            models.DataVirtualHardDisks, role.child("DataVirtualHardDisks")
        ),
        role_size=role.text("RoleSize"),
        virtual_network_name=body.text("VirtualNetworkName"),
        resource_extension_references=built(
            models.ResourceExtensionReferences, role.child("ResourceExtensionReferences")
        ),
        provision_guest_agent=None if agent is None else agent == "true",
        vm_image_name=role.text("VMImageName"),
        media_location=role.text("MediaLocation"),
        dns_servers=built(list, body.child("Dns/DnsServers")),
        reserved_ip_name=body.text("ReservedIPName"),
    )


@operation("POST", f"{SERVICES}/*/deployments/*/roleinstances/*/Operations")
def capture_vm_image(client: Client, names: list[str], exchange: Exchange) -> Any:
    element = ET.fromstring(exchange["request_body"])
    return client.capture_vm_image(*names, built(aiosm.models.CaptureRoleAsVMImage, element))


def squashed(name: str) -> str:
    """One spelling for attributes and elements: ``os_state`` and ``OSState`` are ``osstate``."""
    return name.replace("_", "").lower()


def built(cls: type, element: ET.Element | None) -> Any:
    """A model made as a caller makes it, with all that was sent set and the rest None."""
    if element is None:
        return None
    if issubclass(cls, list):
        return built_list(cls, element)
    model = cls()
    attributes = {squashed(one.name): one.name for one in dataclasses.fields(model)}
    for name in attributes.values():
        if not isinstance(getattr(model, name), list):
            setattr(model, name, None)
    for child in element:
        if child.tag == f"{NS}OperationType":  # says what the root element says already
            continue
        name = attributes[squashed(child.tag.removeprefix(NS))]
        setattr(model, name, built_value(name, getattr(cls(), name), child))
    return model


def built_list(cls: type[list[Any]], element: ET.Element) -> list[Any]:
    found = cls()
    for child in element:
        name = child.tag.removeprefix(NS)
        kind = getattr(aiosm.models, f"ConfigurationSet{name}", None)
        kind = kind or getattr(aiosm.models, name, None)
        found.append(built(kind, child) if kind else child.text or "")
    return found


def built_value(name: str, default: Any, element: ET.Element) -> Any:
    text = element.text or ""
    if isinstance(default, list) or dataclasses.is_dataclass(default):
        return built(type(default), element)
    if name == "custom_data":
        return base64.b64decode(text).decode()
    return {"true": True, "false": False}.get(text, text)


# An independent walk through the answer beside the model that was made of it.

# Texts that the service sends as base64 and the models hold as plain text.
BASE64 = {
    ("HostedServiceProperties", "label"),
    ("Deployment", "label"),
    ("Deployment", "configuration"),
    ("StorageAccountProperties", "label"),
    ("OperatingSystem", "label"),
    ("OperatingSystem", "family_label"),
    ("OperatingSystemFamily", "label"),
}
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
            if left not in (None, [], {}) and (name, left) != ("lun", 0):
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


async def replayed(exchange: Exchange) -> Any:
    """Make the recorded call and let it have the recorded answer."""
    known, names = find(exchange) or pytest.fail("no such operation")

    async def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(exchange["status"], content=exchange["response_body"].encode())

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        return await known.call(Client("sub", http_client=http), names, exchange)


def recorded(method: str) -> Iterator[Exchange]:
    for exchange in exchanges():
        if exchange["method"] == method and exchange["status"] < 300 and find(exchange):
            yield exchange


READS = [known.name for known in OPERATIONS if known.method == "GET"]
NEVER_RECORDED = {"list_operating_systems"}


@pytest.mark.parametrize("name", READS)
async def test_recorded_answers_are_read_in_full(name: str) -> None:
    """Every element of every recorded answer is in the model, with the recorded value."""
    count, wrong, unnamed = 0, [], set()
    for exchange in recorded("GET"):
        known, _ = find(exchange) or pytest.fail("no such operation")
        if known.name != name:
            continue
        found = walk(await replayed(exchange), exchange["response_body"])
        wrong += [f"{exchange['id']}: {fault}" for fault in found.wrong]
        unnamed |= found.unnamed
        count += 1
    assert wrong == []
    assert unnamed == set()
    assert (count > 0) == (name not in NEVER_RECORDED)


BIG = [
    ("osimages.xml", aiosm.models.OSImage, "Images", 1441),
    ("vmimages.xml", aiosm.models.VMImage, "VMImages", None),
    ("hostedservices.xml", aiosm.models.HostedService, "HostedServices", None),
    ("storageservices.xml", aiosm.models.StorageService, "StorageServices", None),
]


@pytest.mark.parametrize("piece", [1 << 30, 1 << 16, 997], ids=["whole", "64KiB", "997B"])
@pytest.mark.parametrize(("file", "cls", "root", "count"), BIG, ids=[big[0] for big in BIG])
def test_big_lists_are_read_in_full(
    file: str, cls: type, root: str, count: int | None, piece: int
) -> None:
    """A complete list of the real service loses nothing, in pieces of any size."""
    body = (WIRE / "big" / file).read_bytes()
    reader: ListReader[Any] = ListReader(cls, root)
    for start in range(0, len(body), piece):
        reader.feed(body[start : start + piece])
    items = reader.finish()
    found = walk(items, body)
    assert found.wrong == []
    assert found.unnamed == set()
    assert count in {None, len(items)}


# Requests.

BODIES = [known.name for known in OPERATIONS if known.method in {"POST", "PUT"}]


def requests(name: str) -> list[Exchange]:
    """The recorded requests of the old SDK to one operation."""
    found = []
    for exchange in exchanges():
        if exchange["id"].startswith("py/") and (known := find(exchange)):
            ours = name != "capture_vm_image" or "CaptureRoleAsVMImage" in exchange.get(
                "request_body", ""
            )
            if known[0].name == name and ours:
                found.append(exchange)
    return found


@pytest.mark.parametrize("name", [known.name for known in OPERATIONS])
async def test_recorded_requests_are_made_again(name: str) -> None:
    """Called with the recorded values, aiosm makes the request that was recorded."""
    found = requests(name)
    if not found:
        pytest.skip("no request of this operation was recorded with its body")
    for exchange in found:
        known, names = find(exchange) or pytest.fail("no such operation")
        sent: list[httpx.Request] = []

        async def answer(request: httpx.Request, sent: list[httpx.Request] = sent) -> Any:
            sent.append(request)
            return httpx.Response(404)

        async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
            client = Client(exchange["path"].split("/")[1], http_client=http)
            with pytest.raises(aiosm.ResourceNotFoundError):
                await known.call(client, names, exchange)
        (request,) = sent
        assert request.method == exchange["method"], exchange["id"]
        assert request.url.raw_path.decode().partition("?")[0] == exchange["path"], exchange["id"]
        assert dict(request.url.params) == query(exchange), exchange["id"]
        assert request.headers["x-ms-version"] == exchange["request_headers"]["x-ms-version"]
        if body := exchange.get("request_body"):
            assert canonical(request.content) == canonical(in_order(body)), exchange["id"]


# Errors.

KINDS: dict[tuple[int, str], type[Exception]] = {
    (400, "BadRequest"): aiosm.BadRequestError,
    (401, "Unauthorized"): aiosm.ClientAuthenticationError,
    (404, "ResourceNotFound"): aiosm.ResourceNotFoundError,
    (404, "NotFound"): aiosm.ResourceNotFoundError,
    (409, "Conflict"): aiosm.ConflictError,
    (409, "ConflictError"): aiosm.ConflictError,
    (500, "InternalError"): aiosm.ServerError,
    (503, "TooManyRequests"): aiosm.ThrottledError,
}


def test_recorded_errors_become_their_exceptions() -> None:
    """Every recorded error has its kind, with the service's code, text and request id."""
    count = 0
    for exchange in exchanges():
        body = exchange["response_body"]
        if exchange["status"] < 400 or "http://schemas.microsoft.com/windowsazure" not in body:
            continue
        root = ET.fromstring(body)
        code, message = root.findtext(f"{NS}Code", ""), root.findtext(f"{NS}Message", "")
        error = error_of(
            exchange["status"],
            httpx.Headers(exchange["response_headers"]),
            body.encode(),
            method=exchange["method"],
            path=exchange["path"],
        )
        request_id = {name.lower(): value for name, value in exchange["response_headers"].items()}
        assert isinstance(error, KINDS[exchange["status"], code]), exchange["id"]
        assert (error.error_code, error.status_code) == (code, exchange["status"])
        assert error.message == message.strip(), exchange["id"]
        assert error.request_id == request_id.get("x-ms-request-id"), exchange["id"]
        assert (error.method, error.path) == (exchange["method"], exchange["path"])
        count += 1
    assert count > 200


BUSY = re.compile(r"exclusive access|currently underway|conflicting operation|in progress")


def test_recorded_conflicts_are_told_apart() -> None:
    """A busy resource and a name that is taken are different kinds of conflict."""
    kinds = set()
    for exchange in exchanges():
        if exchange["status"] != 409:
            continue
        body = exchange["response_body"]
        error = error_of(409, {}, body.encode(), method="POST", path="/")
        assert isinstance(error, aiosm.ExclusiveAccessError) == bool(BUSY.search(body)), body
        holder = re.search(r"x-ms-requestid (\w+)", body)
        if holder:
            assert isinstance(error, aiosm.ExclusiveAccessError)
            assert error.running_operation_id == holder.group(1)
        kinds.add(type(error))
    assert aiosm.ExclusiveAccessError in kinds
