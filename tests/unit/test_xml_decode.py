"""Reading answers: what is read, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from xml.etree import ElementTree as ET

import pytest
from documents import BOM, WHOLE, XMLNS, images, model, read, read_list

from aiosm.models import (
    AvailabilityResponse,
    Deployment,
    HostedService,
    Location,
    Operation,
    OperationStatus,
    OSImage,
    RoleInstance,
    StorageAccountProperties,
    StorageServiceKeys,
)
from aiosm.xml import BytesReader, ListReader, XmlError, XmlParser

# Pieces.


@pytest.mark.parametrize("piece", [1, 2, 3, 5, 64])
@pytest.mark.parametrize("before", ["", BOM, '<?xml version="1.0"?>\n', "<!-- < -->"])
def test_pieces_do_not_change_what_is_read(before: str, piece: int) -> None:
    """A document fed in pieces, through characters and tags, equals the one fed whole."""
    body = before + WHOLE.replace("1<", "é漢\U0001f600&amp;&#x41;<")
    whole = read(Operation, body)
    assert whole.id == "é漢\U0001f600&A"
    assert read(Operation, body, piece=piece) == whole


@pytest.mark.parametrize("piece", [1, 7, 100, 1 << 16, 1 << 30])
def test_list_in_pieces_equals_the_list_read_whole(piece: int) -> None:
    """The items of a list come in order, none lost or doubled, at any cut."""
    items = read_list(images(200), piece)
    assert [item.name for item in items] == [f"image-{number}" for number in range(200)]
    assert [item.label for item in items] == [f"é {number}" for number in range(200)]


def test_list_larger_than_a_piece_is_read_while_it_arrives() -> None:
    """Items are taken out of the tree as they end, so that memory does not hold both."""
    body = images(5000).encode()
    reader: ListReader[OSImage] = ListReader(OSImage, "Images")
    assert len(body) > 1 << 18
    for start in range(0, len(body), 1 << 16):
        reader.feed(body[start : start + (1 << 16)])
        root = reader._parser.root
        assert root is not None
        assert len(root) <= 1
    assert len(reader.finish()) == 5000


@pytest.mark.parametrize("count", [0, 1, 2])
@pytest.mark.parametrize("piece", [1, 1 << 20])
def test_short_lists_are_read(count: int, piece: int) -> None:
    """Lists of none, one and two are complete."""
    assert len(read_list(images(count), piece)) == count


def test_other_elements_in_a_list_are_passed_over() -> None:
    """What is not an item does not become one."""
    body = images(2).replace("</Images>", "<NextPage>a</NextPage></Images>")
    assert len(read_list(body)) == 2


def test_builder_hands_out_its_root_before_the_end() -> None:
    """The trick that XmlParser rests on: close() of the builder returns the root at any time."""
    builder = ET.TreeBuilder()
    parser = ET.XMLParser(target=builder)
    parser.feed("<a><b/><c>tex")
    root = builder.close()
    assert [child.tag for child in root] == ["b", "c"]
    parser.feed("t</c><d/></a>")
    assert builder.close() is root
    assert [child.tag for child in root] == ["b", "c", "d"]
    assert root[1].text == "text"
    assert parser.close() is root


def test_root_is_none_until_it_begins() -> None:
    """Before the root's tag is whole there is no root."""
    parser = XmlParser()
    parser.feed(b"<?xml version='1.0'?><Ima")
    assert parser.root is None
    assert parser.take_finished() == []
    parser.feed(b"ges>")
    assert parser.root is not None
    assert parser.root.tag == "Images"


def test_last_child_is_not_finished_until_the_next_begins() -> None:
    """A child is taken only when it cannot grow any more."""
    parser = XmlParser()
    parser.feed(b"<a><b>1</b>")
    assert parser.take_finished() == []
    parser.feed(b"<c>")
    assert [child.tag for child in parser.take_finished()] == ["b"]


@pytest.mark.parametrize("pieces", [[], [b""], [b"ab", b"", b"c"]])
def test_bytes_are_kept_as_they_come(pieces: list[bytes]) -> None:
    """The raw calls' reader changes nothing."""
    reader = BytesReader()
    for piece in pieces:
        reader.feed(piece)
    assert reader.finish() == b"".join(pieces)


# Values.


def test_unknown_elements_and_attributes_are_ignored() -> None:
    """The service grows fields; they do no harm."""
    found = model(
        Operation,
        '<Future a="1"><Status>no</Status></Future><Status b="2">Failed</Status>'
        "<Error><Future/><Code>a</Code></Error>",
    )
    assert found.status == OperationStatus.FAILED
    assert found.error.code == "a"
    assert found.error.message is None


@pytest.mark.parametrize("namespace", ["", 'xmlns="urn:other"', XMLNS])
def test_namespace_does_not_matter(namespace: str) -> None:
    """Some front ends answer without the namespace, or with another."""
    body = f"<Operation {namespace}><Status>Succeeded</Status></Operation>"
    assert read(Operation, body).status == "Succeeded"


def test_prefixed_elements_are_read() -> None:
    """A prefix is as good as a default namespace."""
    body = (
        '<w:Operation xmlns:w="http://schemas.microsoft.com/windowsazure">'
        "<w:Status>Failed</w:Status></w:Operation>"
    )
    assert read(Operation, body).status == "Failed"


@pytest.mark.parametrize(
    ("cls", "inner", "missing"),
    [
        (Operation, "<ID>1</ID>", "Status"),
        (Operation, "<ID>1</ID><Status/>", "Status"),
        (AvailabilityResponse, "<Reason>a</Reason>", "Result"),
        (AvailabilityResponse, "<Result></Result>", "Result"),
        (Location, "<DisplayName>a</DisplayName>", "Name"),
        (StorageServiceKeys, "<Primary>a</Primary>", "Secondary"),
        (HostedService, "<Deployments><Deployment><Url/></Deployment></Deployments>", "Name"),
    ],
)
def test_missing_required_element_is_named(cls: type, inner: str, missing: str) -> None:
    """An answer without what it cannot lack is refused, and what it lacks is named."""
    inner += "<ServiceName>a</ServiceName>" if cls is HostedService else ""
    with pytest.raises(XmlError, match=rf"without its element {missing}\b"):
        model(cls, inner)


@pytest.mark.parametrize("attribute", ["description", "date", "flag", "endpoints", "account_type"])
def test_absent_optional_is_none_or_empty(attribute: str) -> None:
    """What the answer does not hold is None, and a list is empty."""
    found = model(StorageAccountProperties, "")
    names = {"date": "creation_time", "flag": "secondary_read_enabled"}
    expected = [] if attribute == "endpoints" else None
    assert getattr(found, names.get(attribute, attribute)) == expected


@pytest.mark.parametrize("nil", ["true", "1"])
def test_nil_is_none(nil: str) -> None:
    """Elements that say they are nil are None; lists are empty."""
    found = model(
        Deployment,
        f'<Name>a</Name><Url i:nil="{nil}"/><Label i:nil="{nil}"/><CreatedTime i:nil="{nil}"/>'
        f'<Locked i:nil="{nil}"/><UpgradeStatus i:nil="{nil}"/><RoleList i:nil="{nil}"/>'
        f'<ExtendedProperties i:nil="{nil}"/><UpgradeDomainCount i:nil="{nil}"/>'
        f'<Status i:nil="{nil}"/>',
    )
    assert found == Deployment(name="a")
    assert found.url is None
    assert found.upgrade_status is None


def test_empty_text_is_an_empty_text() -> None:
    """An empty element is not nil: its text is empty."""
    found = model(Deployment, '<Name>a</Name><Url/><Label></Label><SdkVersion i:nil="false"/>')
    assert (found.url, found.label, found.sdk_version) == ("", "", "")


def test_empty_scalars_are_none() -> None:
    """An empty number, flag, time or enumeration says nothing."""
    inner = "<Name>a</Name><Locked/><UpgradeDomainCount> </UpgradeDomainCount><CreatedTime/>"
    assert model(Deployment, f"{inner}<Status/>") == Deployment(name="a")


def test_text_around_comments_and_cdata_is_one_text() -> None:
    """Quirk 29: the old SDK reads only the first piece of such a text."""
    found = model(Operation, "<ID>a<!-- c -->b<![CDATA[<&>]]><?p?>c</ID><Status>x</Status>")
    assert found.id == "ab<&>c"


def test_unknown_enumeration_value_survives() -> None:
    """A status that this aiosm does not know is a plain string."""
    found = model(RoleInstance, "<InstanceStatus>Levitating</InstanceStatus>")
    assert found.instance_status == "Levitating"
    assert type(found.instance_status) is str


def test_known_enumeration_value_is_a_member() -> None:
    """A known status is a member of the enumeration, and equals its text."""
    found = model(Operation, "<Status> InProgress </Status>")
    assert found.status is OperationStatus.IN_PROGRESS
    assert found.status == "InProgress"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("false", False),
        ("True", True),
        ("FALSE", False),
        ("1", True),
        (" 0", False),
    ],
)
def test_flags_are_read(text: str, value: bool) -> None:
    """Flags come in any case, and as digits."""
    assert model(AvailabilityResponse, f"<Result>{text}</Result>").result is value


@pytest.mark.parametrize(("text", "value"), [("0", 0), ("-7", -7), (" 409 ", 409), ("+5", 5)])
def test_whole_numbers_are_read(text: str, value: int) -> None:
    """Numbers may have a sign, and white space around them."""
    found = model(Operation, f"<Status>x</Status><HttpStatusCode>{text}</HttpStatusCode>")
    assert found.http_status_code == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2015-06-30T23:59:00Z", datetime(2015, 6, 30, 23, 59, tzinfo=UTC)),
        ("2015-06-30T23:59:00.1234567Z", datetime(2015, 6, 30, 23, 59, 0, 123456, tzinfo=UTC)),
        ("2015-06-30T23:59:00", datetime(2015, 6, 30, 23, 59, tzinfo=UTC)),
        (
            "2015-06-30T23:59:00+02:00",
            datetime(2015, 6, 30, 23, 59, tzinfo=timezone(timedelta(hours=2))),
        ),
    ],
)
def test_times_are_read_with_a_time_zone(text: str, value: datetime) -> None:
    """Times are aware; without a zone they are UTC."""
    found = model(Deployment, f"<Name>a</Name><CreatedTime>{text}</CreatedTime>").created_time
    assert found == value
    assert found.tzinfo is not None


@pytest.mark.parametrize(
    ("cls", "element", "text"),
    [
        (AvailabilityResponse, "Result", "yes"),
        (AvailabilityResponse, "Result", "2"),
        (AvailabilityResponse, "Result", "not available"),
        (Operation, "HttpStatusCode", "four"),
        (Operation, "HttpStatusCode", "4.5"),
        (Operation, "HttpStatusCode", "4_0"),
        (Operation, "HttpStatusCode", "٤"),
        (Operation, "HttpStatusCode", "0x10"),
        (Operation, "HttpStatusCode", "9" * 5000),
        (Deployment, "CreatedTime", "yesterday"),
        (Deployment, "CreatedTime", "2015-02-30T00:00:00Z"),
        (Deployment, "CreatedTime", "30/06/2015"),
    ],
)
def test_garbage_in_a_scalar_is_refused_and_named(cls: type, element: str, text: str) -> None:
    """What is no flag, number or time is an XmlError that names its element, in short."""
    with pytest.raises(XmlError, match=element) as caught:
        model(cls, f"<Name>a</Name><Status>x</Status><{element}>{text}</{element}>")
    assert len(str(caught.value)) < 120


@pytest.mark.parametrize("label", ["not base64", "YQ", "gICA", "é"])
def test_label_that_is_not_base64_is_kept(label: str) -> None:
    """Some clients store plain text where base64 belongs; it is handed back as it is."""
    assert model(Deployment, f"<Name>a</Name><Label>{label}</Label>").label == label


def test_label_is_decoded() -> None:
    """Labels are plain text in the model."""
    assert model(Deployment, "<Name>a</Name><Label>w6kg5ryi</Label>").label == "é 漢"


def test_extended_properties_become_a_dict() -> None:
    """Pairs without a name are passed over, pairs without a value are empty."""
    found = model(
        Deployment,
        "<Name>a</Name><ExtendedProperties>"
        "<ExtendedProperty><Name>A</Name><Value>1</Value></ExtendedProperty>"
        "<ExtendedProperty><Name>B</Name></ExtendedProperty>"
        "<ExtendedProperty><Value>3</Value></ExtendedProperty></ExtendedProperties>",
    )
    assert found.extended_properties == {"A": "1", "B": ""}
