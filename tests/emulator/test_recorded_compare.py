"""What the comparison with recordings notices: one that notices nothing would always succeed."""

from types import SimpleNamespace
from xml.etree import ElementTree as ET

import pytest
from likeness import differences, header_differences

PLACED = (
    "<E><ExtendedProperties><P><N>ResourceLocation</N><V>West US</V></P></ExtendedProperties></E>"
)
BARE = "<E><ExtendedProperties/></E>"
OWN = "<E><ExtendedProperties><P><N>own</N><V>1</V></P></ExtendedProperties></E>"
GROUPS = "<AffinityGroups>{}</AffinityGroups>"
GROUP = "<G><Name>a</Name>{}</G>"


@pytest.mark.parametrize(
    ("given", "wanted", "count"),
    [
        ("<A><B/><C/></A>", "<A><B/><C/></A>", 0),
        ("<A><B/><C/></A>", "<A><C/><B/></A>", 1),
        ("<A><B/></A>", "<A><B/><B/></A>", 1),
        ("<A><B/></A>", "<A><B x='1'/></A>", 1),
        ("<A><B><C/></B></A>", "<A><B/></A>", 1),
        ("<A/>", "<A><PersistentVMDowntime/></A>", 0),
        (PLACED, BARE, 0),
        (BARE, PLACED, 1),
        (PLACED, PLACED.replace("West", "East"), 1),
        (BARE, OWN, 1),
        (OWN, BARE, 1),
        (OWN, OWN.replace("1", "2"), 1),
        (GROUPS.format(GROUP), GROUPS.format(f"<G><Name>b</Name><C/></G>{GROUP}"), 0),
        (GROUPS.format(GROUP), GROUPS.format(GROUP.format("<C/>")), 1),
        (GROUPS, GROUPS.format(GROUP), 1),
    ],
)
def test_elements_are_compared(given, wanted, count):
    """Names, attributes, order, how many there are; properties with their values."""
    texts = (one.replace("{}", "") for one in (given, wanted))
    assert len(list(differences(*map(ET.fromstring, texts)))) == count


@pytest.mark.parametrize(
    ("given", "count"),
    [
        ({"Date": "x", "Location": "https://host/mine/a"}, 0),
        ({"Date": "y", "Location": "https://host/mine/a", "Strict-Transport-Security": "z"}, 0),
        ({"Date": "x", "Location": "https://host/mine/b"}, 1),
        ({"Date": "x"}, 2),
        ({"Location": "https://host/mine/a"}, 1),
        ({"Date": "x", "Location": "https://host/mine/a", "ETag": "1"}, 1),
        ({"Date": "x", "Location": "https://host/mine/a", "Content-Type": "text/xml"}, 2),
    ],
)
def test_headers_are_compared(given, count):
    """Those that are missing, those that are more, and values that are facts."""
    one = {
        "path": "/theirs/a",
        "response_headers": {"date": "d", "location": "https://host/theirs/a"},
    }
    answer = SimpleNamespace(headers=given)
    assert len(list(header_differences(answer, one, "mine"))) == count
