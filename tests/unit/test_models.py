"""The models: their old signatures, what they hide, and that nothing is lost on the wire."""

from __future__ import annotations

import copy
import dataclasses
import functools
import inspect
import pickle
from datetime import UTC
from typing import Any

import azure.servicemanagement.models as old_sdk
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aiosm import models
from aiosm.xml import Model, ModelReader, document
from aiosm.xml.schema import Field, schema_of

EVERYTHING = {name: getattr(models, name) for name in models.__all__}
MODELS: dict[str, Any] = {
    name: cls for name, cls in EVERYTHING.items() if dataclasses.is_dataclass(cls)
}
LISTS: dict[str, Any] = {
    name: cls for name, cls in EVERYTHING.items() if isinstance(cls, type) and issubclass(cls, list)
}
SHARED = [name for name in MODELS if hasattr(old_sdk, name)]
SECRET = "s3cret"


def every_model(names: Any = tuple(MODELS)) -> Any:
    return pytest.mark.parametrize("cls", [MODELS[name] for name in names], ids=list(names))


# Secrets.

SECRETS = {
    ("ComponentSetting", "content"),
    ("Credentials", "password"),
    ("Deployment", "configuration"),
    ("LinuxConfigurationSet", "custom_data"),
    ("LinuxConfigurationSet", "user_password"),
    ("ResourceExtensionParameterValue", "value"),
    ("StorageServiceKeys", "primary"),
    ("StorageServiceKeys", "secondary"),
    ("WindowsConfigurationSet", "admin_password"),
    ("WindowsConfigurationSet", "custom_data"),
}
SUSPICIOUS = ("password", "secret", "custom_data", "primary_key", "private_key", "token")
# Named like a secret, and none.
HARMLESS = {
    ("SubscriptionOperationCollection", "continuation_token"),
    ("LinuxConfigurationSet", "disable_ssh_password_authentication"),
    ("WindowsConfigurationSet", "reset_password_on_first_logon"),
}


@pytest.mark.parametrize(("cls", "field"), sorted(SECRETS))
def test_secret_is_masked(cls: str, field: str) -> None:
    """A secret shows in repr, str and format that it is set, and not what it is."""
    value = MODELS[cls]()
    setattr(value, field, SECRET)
    for text in (repr(value), str(value), f"{value}", f"{[value]}", f"{ {'a': value} }"):
        assert SECRET not in text
        assert f"{field}='***'" in text or f"{field}=***" in text


@every_model()
def test_every_field_that_sounds_like_a_secret_is_one(cls: Any) -> None:
    """No model has a password, key or custom data that its repr would show."""
    for known in schema_of(cls).fields:
        where = (cls.__name__, known.attribute)
        suspicious = any(word in known.attribute for word in SUSPICIOUS) and where not in HARMLESS
        assert known.wire.secret == (where in SECRETS)
        assert known.wire.secret or not suspicious


def test_secret_deep_inside_is_masked() -> None:
    """The repr of a whole configuration masks the secrets of its parts."""
    system = models.WindowsConfigurationSet("c", SECRET, custom_data=SECRET)
    assert system.domain_join is not None
    system.domain_join.credentials = models.Credentials("d", "joiner", SECRET)
    assert system.additional_unattend_content is not None
    setting = models.ComponentSetting("name", SECRET)
    component = models.UnattendComponent("c", models.ComponentSettings([setting]))
    one = models.UnattendPass("p", models.Components([component]))
    system.additional_unattend_content.passes.append(one)
    assert "joiner" in repr(system)
    assert SECRET not in repr(system)


@pytest.mark.parametrize("value", [None, ""])
def test_secret_that_is_not_set_is_not_shown(value: str | None) -> None:
    """Whether there is a password at all can be seen."""
    assert "password" not in repr(models.LinuxConfigurationSet("h", "u", value))


def test_repr_shows_what_is_set_and_nothing_else() -> None:
    """A repr is short: what is None or empty is left out."""
    assert repr(models.PublicKey("AB", "")) == "PublicKey(fingerprint='AB')"
    assert repr(models.Operation("1", "Failed", 0)) == (
        "Operation(id='1', status='Failed', http_status_code=0)"
    )


# Behaviour all models share.


@every_model()
def test_models_compare_by_value(cls: Any) -> None:
    """Two models with the same values are equal, and one changed is not."""
    first, second = cls(), cls()
    assert first == second
    name = dataclasses.fields(cls)[0].name
    setattr(second, name, "something else")
    assert first != second
    assert first != "something else"


@every_model()
def test_misspelt_attribute_is_refused(cls: Any) -> None:
    """A misspelt attribute is an error at once, not a value that is never sent."""
    value = cls()
    assert not hasattr(value, "__dict__")
    with pytest.raises(AttributeError):
        value.misspelt = 1


@every_model()
def test_every_attribute_can_be_set_after_construction(cls: Any) -> None:
    """Code for the old SDK sets attributes one by one."""
    value = cls()
    for field in dataclasses.fields(cls):
        setattr(value, field.name, None)
        assert getattr(value, field.name) is None


@every_model()
def test_defaults_are_not_shared(cls: Any) -> None:
    """A list that one model has by default is not another's."""
    first, second = cls(), cls()
    for field in dataclasses.fields(cls):
        value = getattr(first, field.name)
        if isinstance(value, list | dict | Model):
            assert value is not getattr(second, field.name)


@every_model()
def test_models_can_be_copied_and_pickled(cls: Any) -> None:
    """A model survives copying, and travelling to another process."""
    assert copy.deepcopy(cls()) == cls()
    assert pickle.loads(pickle.dumps(cls())) == cls()


@every_model()
def test_wire_order_names_every_field(cls: Any) -> None:
    """Each model's wire order is complete, so that nothing set is left unsent."""
    fields = {field.name for field in dataclasses.fields(cls)}
    assert {known.attribute for known in schema_of(cls).ordered()} == fields


@every_model()
def test_element_names_are_unique(cls: Any) -> None:
    """No two fields of a model are read from the same element."""
    names = [known.name for known in schema_of(cls).fields]
    assert len(names) == len(set(names))


# The old SDK.


@every_model(SHARED)
def test_positional_arguments_are_the_old_ones(cls: Any) -> None:
    """Arguments by position mean what they meant in the old SDK."""
    old = list(inspect.signature(getattr(old_sdk, cls.__name__)).parameters)
    new = [
        parameter.name
        for parameter in inspect.signature(cls).parameters.values()
        if parameter.kind is parameter.POSITIONAL_OR_KEYWORD
    ]
    assert new == old or not old


@every_model(SHARED)
def test_defaults_are_the_old_ones(cls: Any) -> None:
    """Arguments that are left out mean what they meant in the old SDK."""
    new = inspect.signature(cls).parameters
    old = inspect.signature(getattr(old_sdk, cls.__name__)).parameters
    changed = {name for name, parameter in old.items() if new[name].default != parameter.default}
    # An answer always names its image, so that the name is never None.
    assert changed == ({"name"} if cls is models.VMImage else set())


# Attributes of the old models that it neither read nor sent.
DROPPED = {("ConfigurationSet", "role_type"), ("ResourceExtensionReference", "certificates")}


@every_model(SHARED)
def test_old_attributes_exist(cls: Any) -> None:
    """Every attribute of the old SDK's models can be read and set."""
    old = vars(getattr(old_sdk, cls.__name__)())
    dropped = {name for kind, name in DROPPED if kind == cls.__name__}
    assert set(old) - {field.name for field in dataclasses.fields(cls)} == dropped


@pytest.mark.parametrize("name", [name for name in LISTS if hasattr(old_sdk, name)])
def test_lists_answer_to_the_old_attribute(name: str) -> None:
    """The old SDK's lists kept their items in an attribute; it is the list itself here."""
    value = LISTS[name]()
    (attribute,) = vars(getattr(old_sdk, name)())
    getattr(value, attribute).append("item")
    assert list(value) == ["item"]
    assert getattr(value, attribute) is value
    assert (len(value), value[0]) == (1, "item")


# On the wire.

# Any legal text survives (see test_xml_encode); here a few that would not, if escaped wrongly.
TEXTS = st.sampled_from(["", " ", "a", "a & <b>", "é 漢 \U0001f600", "]]>\r\n\t'\"", "YQ=="])
SCALARS: dict[str, st.SearchStrategy[Any]] = {
    "text": TEXTS,
    "int": st.integers(-(2**63), 2**63),
    "bool": st.booleans(),
    "datetime": st.datetimes(timezones=st.just(UTC)),
    "pairs": st.dictionaries(TEXTS, TEXTS, max_size=2),
}


def says_something(value: Any) -> bool:
    return any(getattr(value, field.name) for field in dataclasses.fields(value))


def anything(known: Field) -> st.SearchStrategy[Any]:
    """Any value a field can hold, other than one that is not written because it says nothing."""
    if known.kind in SCALARS:
        return SCALARS[known.kind]
    if known.kind == "enum":
        return st.sampled_from(list(known.target))
    if known.kind == "texts":
        return st.lists(TEXTS, max_size=2).map(known.container)
    if known.kind == "models":
        return st.lists(instances(known.target), max_size=1).map(known.container)
    values = instances(known.target)
    return values.filter(says_something) if known.wire.omit_blank else values


@functools.cache
def instances(cls: Any) -> st.SearchStrategy[Any]:
    """Any instance of a model."""
    fields = schema_of(cls).fields
    return st.builds(
        cls,
        **{
            known.attribute: st.none() | anything(known) if known.optional else anything(known)
            for known in fields
        },
    )


@every_model()
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_what_is_written_is_read_back(cls: Any, data: st.DataObject) -> None:
    """Any model, written and read again, is the same model."""
    value = data.draw(instances(cls))
    reader: ModelReader[Any] = ModelReader(cls, "Root")
    reader.feed(document("Root", value))
    assert reader.finish() == value


def test_all_exported_names_are_models_lists_or_enumerations() -> None:
    """The package exports nothing else, and everything it exports exists."""
    kinds = {name: cls for name, cls in EVERYTHING.items() if name not in {*MODELS, *LISTS}}
    assert all(hasattr(cls, "__members__") for cls in kinds.values())
    assert len(models.__all__) == len(set(models.__all__))


def test_old_attribute_of_a_list_can_be_assigned() -> None:
    """Old code that replaces the inner list replaces what the list holds."""
    network = models.ConfigurationSet()
    endpoint = models.ConfigurationSetInputEndpoint("ssh", "tcp", "22", "22")
    network.input_endpoints.input_endpoints = [endpoint]
    assert network.input_endpoints == [endpoint]


def test_misspelt_attribute_of_a_list_is_an_error() -> None:
    """As it is for every other model."""
    with pytest.raises(AttributeError):
        models.ConfigurationSet().input_endpoints.input_endpoint = []  # type: ignore[attr-defined]


def test_the_domain_of_an_upgrade_is_a_number() -> None:
    """As `walk_upgrade_domain` takes it."""
    reader = ModelReader(models.UpgradeStatus)
    reader.feed(b"<UpgradeStatus><CurrentUpgradeDomain>2</CurrentUpgradeDomain></UpgradeStatus>")
    assert reader.finish().current_upgrade_domain == 2
