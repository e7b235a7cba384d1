"""Writing requests: what is written, in which order, and what is refused."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiosm.models import (
    AccountType,
    ComponentSetting,
    ConfigurationSet,
    ConfigurationSetInputEndpoint,
    Credentials,
    DataVirtualHardDisk,
    LinuxConfigurationSet,
    OperationError,
    OSVirtualHardDisk,
    ResourceExtensionReference,
    WindowsConfigurationSet,
)
from aiosm.xml import Content, Model, ModelReader, base64_of, document, model, pairs, wire
from aiosm.xml.schema import schema_of

NS = "{http://schemas.microsoft.com/windowsazure}"
SECRET = "correct horse battery staple"

# All that XML 1.0 can carry.
LEGAL = st.text(
    st.one_of(
        st.sampled_from("\t\n\r &<>\"']]>"),
        st.characters(min_codepoint=0x20, max_codepoint=0xD7FF),
        st.characters(min_codepoint=0xE000, max_codepoint=0xFFFD),
        st.characters(min_codepoint=0x10000, max_codepoint=0x10FFFF),
    )
)


def tags(element: ET.Element | None) -> list[str]:
    assert element is not None
    return [child.tag.removeprefix(NS) for child in element]


def written(content: Content) -> ET.Element:
    return ET.fromstring(document("Root", content))


def read_back(cls: type, content: Any) -> Any:
    reader: ModelReader[Any] = ModelReader(cls, "Root")
    reader.feed(document("Root", content))
    return reader.finish()


def test_document_is_utf8_in_the_services_namespace() -> None:
    """A request is UTF-8 without a declaration, in the namespaces the old SDK declares."""
    assert (
        document("A", {"B": "é"})
        == (
            '<A xmlns:i="http://www.w3.org/2001/XMLSchema-instance"'
            ' xmlns="http://schemas.microsoft.com/windowsazure"><B>é</B></A>'
        ).encode()
    )


FORBIDDEN = [*map(chr, range(9)), "\x0b", "\x0c", *map(chr, range(0x0E, 0x20)), "\ud800", "\udfff",
             "\ufffe", "\uffff"]  # fmt: skip
HOLDERS: list[tuple[str, Any]] = [
    ("Root.user_password", lambda text: LinuxConfigurationSet("h", "u", text)),
    ("Root.admin_password", lambda text: WindowsConfigurationSet("c", text)),
    ("Credentials.password", lambda text: {"Credentials": Credentials("d", "u", text)}),
    ("Value", lambda text: {"ExtendedProperties": pairs("ExtendedProperty", {"A": text})}),
    ("Root.subnet_names[1]", lambda text: ConfigurationSet(subnet_names=["a", text])),
    ("Label", lambda text: {"Label": text}),
    ("Root", lambda text: text),
]


@pytest.mark.parametrize("character", FORBIDDEN, ids=lambda text: f"U+{ord(text):04X}")
def test_character_that_xml_cannot_carry_is_refused(character: str) -> None:
    """A control character is refused before anything is sent, with its code and its place."""
    with pytest.raises(
        ValueError, match=rf"^Label holds the character U\+{ord(character):04X} at .* 3,"
    ):
        document("Root", {"Label": f"abc{character}"})


@pytest.mark.parametrize(("name", "holder"), HOLDERS, ids=[name for name, _ in HOLDERS])
def test_refusal_names_the_place_and_hides_the_value(name: str, holder: Any) -> None:
    """The error says where the character is, and never shows what else the text holds.

    Of a model it is the attribute that is named: nobody who uses it knows the elements.
    """
    told = rf"^{re.escape(name)} holds the character U\+0007 "
    with pytest.raises(ValueError, match=told) as caught:
        document("Root", holder(f"{SECRET}\x07"))
    assert SECRET not in str(caught.value)
    assert SECRET not in repr(caught.value)


@pytest.mark.parametrize(
    ("name", "holder"),
    [
        ("custom_data", lambda text: LinuxConfigurationSet("h", "u", custom_data=text)),
        ("content", lambda text: ComponentSetting("name", text)),
    ],
)
def test_half_a_surrogate_pair_in_base64_is_refused(name: str, holder: Any) -> None:
    """Base64 carries any character but half a pair; the refusal does not hold the value."""
    told = rf"^Root\.{name} holds the character U\+D83D at position 28,"
    with pytest.raises(ValueError, match=told) as caught:
        document("Root", holder(f"{SECRET}\ud83d"))
    assert SECRET not in repr(caught.value)
    assert not isinstance(caught.value, UnicodeError)
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\ufffe"])
def test_base64_carries_control_characters(character: str) -> None:
    """Custom data may hold any character, since it travels as base64."""
    system = LinuxConfigurationSet("h", "u", custom_data=f"a{character}b")
    assert read_back(LinuxConfigurationSet, system) == system


@given(LEGAL)
def test_any_legal_text_survives(text: str) -> None:
    """What XML can carry arrives as it was, whatever markup or line ends it looks like."""
    assert read_back(OperationError, OperationError("code", text)).message == text


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_survives_as_base64(text: str) -> None:
    """Base64 carries every text there is."""
    setting = ComponentSetting("name", text)
    assert read_back(ComponentSetting, setting) == setting


@given(st.dictionaries(LEGAL, LEGAL, max_size=5))
def test_any_legal_pairs_survive(values: dict[str, str]) -> None:
    """Names and values of extended properties are escaped too."""
    found = written({"Properties": pairs("Property", values)}).findall(f".//{NS}Property")
    texts = {pair.findtext(f"{NS}Name"): pair.findtext(f"{NS}Value") for pair in found}
    assert texts == values


@pytest.mark.parametrize(
    ("text", "xml"),
    [
        ("a & b", b"a &amp; b"),
        ("<a/>", b"&lt;a/&gt;"),
        ("]]>", b"]]&gt;"),
        ("&amp;", b"&amp;amp;"),
        ("a\r\nb", b"a&#13;\nb"),
        ('"it\'s"', b'"it\'s"'),
        ("\t \n", b"\t \n"),
    ],
)
def test_special_characters_are_escaped(text: str, xml: bytes) -> None:
    """Markup is escaped once, and a carriage return is kept from being read as a line feed."""
    assert b"<A>" + xml + b"</A>" in document("Root", {"A": text})


# Order.


@pytest.mark.parametrize(
    ("value", "order"),
    [
        (
            OSVirtualHardDisk("a", "b", "ReadOnly", "c", "d", "Linux", "e"),
            "HostCaching DiskLabel DiskName MediaLink SourceImageName OS RemoteSourceImageLink",
        ),
        (
            DataVirtualHardDisk("a", "ReadOnly", "b", "c", 1, 2, "d"),
            "HostCaching DiskLabel DiskName Lun LogicalDiskSizeInGB MediaLink SourceMediaLink",
        ),
        (
            ConfigurationSetInputEndpoint("a", "tcp", "1", "2", "set", True, 5, vip="1.2.3.4"),
            (
                "LoadBalancedEndpointSetName LocalPort Name Port Protocol Vip "
                "EnableDirectServerReturn IdleTimeoutInMinutes"
            ),
        ),
        (
            LinuxConfigurationSet("a", "b", "c", True, "d"),
            (
                "ConfigurationSetType HostName UserName UserPassword "
                "DisableSshPasswordAuthentication SSH CustomData"
            ),
        ),
        (
            WindowsConfigurationSet("a", "b", True, True, "c", "d", "e"),
            (
                "ConfigurationSetType ComputerName AdminPassword ResetPasswordOnFirstLogon "
                "EnableAutomaticUpdates TimeZone DomainJoin StoredCertificateSettings WinRM "
                "AdminUsername CustomData"
            ),
        ),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Model) else "order",
)
def test_elements_come_in_the_services_order(value: Model, order: str) -> None:
    """The service drops what comes out of order, so wire_order rules over the constructor's."""
    assert tags(written(value)) == order.split()


def test_order_does_not_depend_on_the_order_of_setting() -> None:
    """Attributes set late are written where they belong."""
    disk = OSVirtualHardDisk()
    disk.source_image_name = "image"
    disk.host_caching = "ReadOnly"
    assert tags(written(disk)) == ["HostCaching", "SourceImageName"]


def test_mapping_is_written_in_its_own_order() -> None:
    """The operations write their bodies in the order they name the elements."""
    assert tags(written({"B": "1", "A": "2", "C": ["3", "4"]})) == ["B", "A", "C", "C"]


def test_wire_order_that_misses_a_field_is_an_error() -> None:
    """A field that wire_order forgets would never be sent, so the class is refused."""

    @model
    class Forgetful(Model):
        wire_order = ("one",)

        one: str | None = None
        two: str | None = None

    with pytest.raises(TypeError, match=r"Forgetful\.wire_order does not name its fields"):
        document("Root", Forgetful("1", "2"))


def test_list_of_texts_needs_the_name_of_its_items() -> None:
    """A list that does not say how its items are called is refused when it is first used."""
    with pytest.raises(TypeError, match=r"names: wire\(item=\.\.\.\) must name"):
        schema_of(model(type("Nameless", (Model,), {"__annotations__": {"names": list[str]}})))
    assert wire(item="Name").item == "Name"


# What is left out, and what is empty.


def test_none_is_left_out() -> None:
    """None is no element at all, in models and in mappings."""
    assert tags(written({"A": None, "B": {"C": None}, "D": [None]})) == ["B"]
    assert tags(written(OSVirtualHardDisk())) == []


@pytest.mark.parametrize("content", [None, {}, []])
def test_nothing_is_an_empty_root(content: Content) -> None:
    """A body without content is its root element."""
    assert list(written(content)) == []


def test_empty_text_is_an_empty_element() -> None:
    """An empty text is sent, unlike None."""
    assert written({"A": ""}).find(f"{NS}A") is not None


def test_empty_lists_are_left_out_or_kept_as_the_field_says() -> None:
    """Endpoints and subnets are always written, other empty lists are not."""
    assert tags(written(ConfigurationSet())) == [
        "ConfigurationSetType", "InputEndpoints", "SubnetNames"
    ]  # fmt: skip
    assert "ResourceExtensionParameterValues" not in tags(written(ResourceExtensionReference()))


@pytest.mark.parametrize("values", [None, {}])
def test_no_pairs_are_no_element(values: dict[str, str] | None) -> None:
    """Extended properties that are empty are left out."""
    assert pairs("ExtendedProperty", values) is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (-5, "-5"),
        (AccountType.STANDARD_LRS, "Standard_LRS"),
        (datetime(2015, 6, 30, 23, 59, tzinfo=UTC), "2015-06-30T23:59:00Z"),
        (datetime(2015, 6, 30, 23, 59, 0, 5), "2015-06-30T23:59:00.000005Z"),  # noqa: DTZ001
        (
            datetime(2015, 6, 30, 23, 59, tzinfo=timezone(timedelta(hours=2))),
            "2015-06-30T21:59:00Z",
        ),
    ],
)
def test_values_are_written_as_the_service_writes_them(value: Any, text: str) -> None:
    """Flags are lower case, times are UTC, enumerations are their values."""
    assert written({"A": value}).findtext(f"{NS}A") == text


@pytest.mark.parametrize("value", [b"bytes", 1.5, object()], ids=["bytes", "float", "object"])
def test_value_of_another_type_is_refused_and_named(value: Any) -> None:
    """Quirk 38: bytes do not become b'...', nor does anything else become its repr."""
    with pytest.raises(TypeError, match=r"^Label must be "):
        document("Root", {"Label": value})


@pytest.mark.parametrize(("text", "expected"), [("é", "w6k="), (b"\xff", "/w=="), ("", "")])
def test_base64_is_of_the_utf8_bytes(text: str | bytes, expected: str) -> None:
    """Texts are encoded as UTF-8 first; bytes are taken as they are."""
    assert base64_of(text) == expected
