"""The published JSON Schema is what the kinds say, and says what plan files say."""

from pathlib import Path

import jsonschema
import pytest
import yaml

from aiosm.bulk.kinds import KINDS
from aiosm.bulk.schema import SCHEMA_FILE, make_schema, schema_text
from aiosm.bulk.shapes import shapes_of_kind

EXAMPLE = Path(__file__).parents[3] / "examples/fleet.yaml"
VALIDATOR = jsonschema.Draft7Validator(make_schema())


def test_the_committed_schema_has_not_drifted():
    """If this fails, run `python -m aiosm.bulk.schema`."""
    assert SCHEMA_FILE.read_text() == schema_text()


def test_it_is_a_schema():
    """By the standard's own schema."""
    jsonschema.Draft7Validator.check_schema(make_schema())


def test_the_example_fits():
    """And editors are told where the schema is."""
    assert list(VALIDATOR.iter_errors(yaml.safe_load(EXAMPLE.read_text()))) == []
    first = EXAMPLE.read_text().splitlines()[0]
    assert (EXAMPLE.parent / first.partition("$schema=")[2]).samefile(SCHEMA_FILE)


@pytest.mark.parametrize("kind", KINDS)
def test_every_property_of_a_kind_is_there_and_described(kind):
    """What an editor shows comes from the kind's docstring."""
    properties = make_schema()["definitions"][kind]["properties"]
    shapes = shapes_of_kind(KINDS[kind])
    assert set(shapes) <= set(properties)
    for name in shapes:
        assert properties[name]["description"]
    assert not {"kind", "name", "count", "for_each", "after", "subscription"} & set(shapes)


@pytest.mark.parametrize(
    "entry",
    [
        {"kind": "storage_account", "name": "a{index}", "count": 3, "location": None},
        {"kind": "virtual_machine", "name": "vm", "system_config": {"user_password": {"env": "P"}}},
        {"kind": "virtual_machine", "name": "vm", "system_config": {"computer_name": "x"}},
        {"kind": "data_disk", "name": "d", "lun": "{index}", "after": ["virtual_machine/vm"]},
        {"kind": "service_certificate", "name": "c", "data": {"base64_file": "c.pfx"}},
        {"kind": "virtual_machine", "name": "vm",
         "network_config": {"input_endpoints": [{"name": "ssh", "port": 22}]}},
    ],
)  # fmt: skip
def test_what_is_right_fits(entry):
    """Entries as people write them."""
    assert list(VALIDATOR.iter_errors({"resources": [entry]})) == []


@pytest.mark.parametrize(
    "entry",
    [
        {"kind": "storage_acount", "name": "a"},
        {"kind": "storage_account"},
        {"kind": "storage_account", "name": "a", "locaton": "West US"},
        {"kind": "storage_account", "name": "a", "count": -1},
        {"kind": "data_disk", "name": "d", "lun": "one"},
        {"kind": "service_certificate", "name": "c", "data": {"env": "A", "file": "b"}},
        {"kind": "virtual_machine", "name": "vm", "system_config": {"username": "x"}},
    ],
)
def test_what_is_wrong_does_not_fit(entry):
    """So that an editor underlines it."""
    assert list(VALIDATOR.iter_errors({"resources": [entry]}))
