"""Whatever a request says, the answer is the service's, and never that it failed inside."""

import gzip
import random
import re
from xml.parsers.expat import ParserCreate

import pytest
from asked import LONG, refusal
from bodies import cloud_service, hosted_service
from full_bodies import cer, certificate, management
from writes import HOSTED, WRITES, made, route_of

from aiosm.emulator.registry import ROUTES

A_PARAMETER = (400, "A parameter was incorrect")

READ = ("", "operations", "affinitygroups", "certificates", "services/disks", "services/images",
        "services/images/im/details", "services/vmimages?category=User", HOSTED,
        "services/storageservices", "services/networking/reservedips",
        f"{HOSTED}/s0?embed-detail=true", f"{HOSTED}/s1?embed-detail=true",
        f"{HOSTED}/s2?embed-detail=true")  # fmt: skip
ALWAYS = ("", "9" * 5000, "http://[x/a", "<x><y/></x>")
DRAWN = (
    "x", "-1", "0", "5", "²", "٣", "0x10", "+5", "1_000", "1e5", "nan", "true",
    "http://a.blob.core.windows.net/", "http://a.blob.core.windows.net//",
    "https://a.blob.core.windows.net/../..", "http://\u0130.blob.core.windows.net/x",
    "http://store.blob.core.windows.net/x", "http://outside.blob.core.windows.net/vhds/vi.vhd",
    "a" * 300, "é" * 50, "]]", "\u2028", "&#x1F600;", "<x/>", "<![CDATA[x]]>",
    "<a>" * 3000 + "</a>" * 3000, "QUJD", "====", "PHg+", "//8=", "fe80::1%x", "1.2.3.4/33",
    "2016-02-30", "west us", "Windows", "Specialized", "vm", "free", "vi", "im", "a,b", "a/b",
)  # fmt: skip
SEGMENTS = ("%00%01x", "%2f", "%2e%2e", "%ff%fe", "x" * 5000, "9" * 5000, "%C2%B2", "-", "sha1-")
QUERIES = (
    "comp=",
    "comp=media",
    "comp=%00",
    "comp=status",
    "permission=x",
    "action=x",
    "comp=delete",
)
LEAF = re.compile(r"<(\w+)(?: [^>]*)?>([^<]*)</\1>")


@pytest.fixture(scope="module")
def world():
    """A cloud with one of everything."""
    return made()


def answered(world, write, path, body):
    """Ask, and let happen what is to happen; nothing fails inside by then either."""
    cloud = world.asked
    answer = cloud.ask(write.method, path, body)
    assert answer.status < 500, (write.method, path[:200], body[:2000])
    if answer.status < 300:
        cloud.clock.advance(LONG)
        for one in READ:
            shown = cloud.ask("GET", one)
            assert shown.status < 500, (one, write.method, path[:200], body[:2000])
            ParserCreate().Parse(shown.body, True)

        world.again(write.before)

    return answer


def test_there_is_one_of_every_write():
    """Else the tests here would leave some out."""
    assert {route_of(one) for one in WRITES.values()} == {
        one for one in ROUTES if one.method != "GET"
    }


def prepared(world, name):
    """A write, in a cloud in which it is possible."""
    write = WRITES[name]
    world.again(write.before)
    if "{disk}" not in write.body:
        return write

    owner = next(iter(world.asked.cloud.state.subscriptions.values()))
    disk = owner.vm_images["vi"].data_disks[0].name
    return write._replace(body=write.body.replace("{disk}", disk))


@pytest.mark.parametrize("name", WRITES)
def test_no_value_is_too_hostile(world, name):
    """Some values in each place of each body, and some more that are drawn for the place."""
    write, draw = prepared(world, name), random.Random(name)
    assert answered(world, write, write.path, write.body).status < 300
    for leaf in LEAF.finditer(write.body):
        before, after = write.body[: leaf.start(2)], write.body[leaf.end(2) :]
        for value in (*ALWAYS, *draw.sample(DRAWN, 6)):
            answered(world, write, write.path, before + value + after)

        answered(world, write, write.path, write.body[: leaf.start()] + write.body[leaf.end() :])


@pytest.mark.parametrize("name", WRITES)
def test_no_path_or_body_is_too_hostile(world, name):
    """Each segment and the query, and bodies that are none."""
    write = prepared(world, name)
    path, _, query = write.path.partition("?")
    parts = path.split("/")
    for number in range(len(parts)):
        for segment in SEGMENTS:
            changed = "/".join([*parts[:number], segment, *parts[number + 1 :]])
            answered(world, write, f"{changed}?{query}", write.body)

    for changed in QUERIES:
        answered(world, write, f"{path}?{changed}", write.body)

    for body in ("", "x", "<a/>", "<" * 1000, "\x00", write.body[:-5], "<a>" * 20000):
        answered(world, write, write.path, body)


@pytest.mark.parametrize("count", ["0", "-1", "9" * 5000, "\u0662", "1.5", ""])
def test_no_count_of_instances_is_too_hostile(world, count):
    """It is hidden behind base64, in a document of its own."""
    write = prepared(world, "workers")
    (configuration,) = re.findall("<Configuration>(.*)</Configuration>", cloud_service(count=count))
    body = re.sub(
        "<Configuration>.*</Configuration>",
        f"<Configuration>{configuration}</Configuration>",
        write.body,
    )
    assert refusal(answered(world, write, write.path, body)) == A_PARAMETER


def test_extensions_are_found_at_any_depth(world):
    """Deeper than a program can call itself, too."""
    write = prepared(world, "workers")
    deep = f"<a>{'<b>' * 20000}{{}}{'</b>' * 20000}</a></ExtensionConfiguration>"
    extension = "<Extension><Id>mine</Id></Extension>"
    body = write.body.replace("</ExtensionConfiguration>", deep)
    assert answered(world, write, write.path, body.format("")).status == 202
    answer = answered(world, write, write.path, body.format(extension))
    assert refusal(answer)[1].startswith("The extension mine must be added")


@pytest.mark.parametrize("name", ["start several", "shutdown several"])
def test_a_name_must_name_something(world, name):
    """One that is empty is none."""
    write = prepared(world, name)
    body = write.body.replace("<Name>second<", "<Name> <")
    status, text = refusal(answered(world, write, write.path, body))
    assert (status, text.split()[-3:]) == (400, ["not", "correctly", "specified."])


def test_no_certificate_is_too_hostile(world):
    """Whichever of its first bytes are others, of both kinds of certificates."""
    service, owner = prepared(world, "certificate"), prepared(world, "management")
    for place in range(60):
        for byte in (0, 1, 0x7F, 0xFF):
            data = bytearray(certificate())
            data[place] = byte
            answered(world, service, service.path, cer(data))
            answered(world, owner, owner.path, management(data))


def test_a_certificate_of_no_version_is_none(world):
    """The byte says which of the three versions it is."""
    data = certificate().replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x09", 1)
    owner = prepared(world, "management")
    answer = answered(world, owner, owner.path, management(data))
    assert refusal(answer) == (400, "The certificate data is not valid.")
    service = prepared(world, "certificate")
    answer = world.asked.ask(service.method, service.path, cer(data))
    world.asked.wait()
    ended = world.asked.end(answer.headers["x-ms-request-id"])
    assert ended == ("Failed", "The certificate data is not valid.")


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "nonsense"])
@pytest.mark.parametrize("compressed", [True, False])
async def test_no_encoding_of_a_body_is_known(wire, encoding, compressed):
    """Refused as a body that cannot be read, in the service's own form."""
    body = hosted_service("one").encode()
    answer = await wire(
        "POST",
        HOSTED,
        gzip.compress(body) if compressed else b"none",
        **{"Content-Encoding": encoding},
    )
    assert answer.status_code == 400
    assert "<Code>InvalidXmlRequest</Code>" in answer.text
    assert answer.headers["x-ms-request-id"]
