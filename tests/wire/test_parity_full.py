"""Every ported method, with all arguments, with the fewest, with hostile and with long ones."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Iterator
from typing import Any

import azure.servicemanagement as old_sdk
import pytest
from calls import (
    LONG,
    Coded,
    Free,
    Link,
    Made,
    Name,
    NameAndText,
    Path,
    Query,
    Text,
    assert_same,
    named,
)
from full_calls import DIFFERENT, FEWEST, FULL, NOT_TOGETHER, Arguments
from porting_table import NOT_PORTED, old_methods
from two_sides import HOSTILE, new_sends

import aiosm

PORTED = [one.name for one in old_methods() if one.name not in NOT_PORTED]
SAME = [name for name in PORTED if name not in DIFFERENT]
# Has no effect on the request, so nothing is refused.
NEVER_SENT = {("wait_for_operation_status", "wait_for_status")}

# Of which there is but one good value, or none but the default that ends at once.
ONE_VALUE = {"role_type", "wait_for_status"}


def parameters(name: str) -> list[inspect.Parameter]:
    """The parameters of a method, as the old SDK itself has them."""
    signature = inspect.signature(getattr(old_sdk.ServiceManagementService, name))
    return list(signature.parameters.values())[1:]


def versions(name: str) -> list[Arguments]:
    """The calls with all arguments; several where two exclude each other."""
    return [
        {key: value for key, value in FULL[name].items() if key != left_out}
        for left_out in NOT_TOGETHER.get(name, ("",))
    ]


def with_parameter(name: str, parameter: str) -> Arguments:
    return next(one for one in versions(name) if parameter in one)


def leaves(value: Any) -> list[Any]:
    """The single values in an argument."""
    match value:
        case list():
            return value
        case dict():
            return list(value.values())
    return [value]


def put(value: Any, text: str, last: bool = False) -> Any:
    """An argument with another text in all its places, or in the last alone."""
    match value:
        case Free():
            return value.other(text)
        case list():
            return [*value[:-1], put(value[-1], text)] if last else [put(value[0], text)]
        case dict():
            return {key: put(item, text) for key, item in value.items()}
    return value


def arguments_with(kind: type) -> Iterator[tuple[str, str]]:
    for name in SAME:
        for parameter, value in FULL[name].items():
            if any(isinstance(leaf, kind) for leaf in leaves(value)):
                yield name, parameter


LENGTHY, MODELS = list(arguments_with(Free)), list(arguments_with(Made))
CODED = list(arguments_with(Coded))
FREE = [pair for pair in LENGTHY if pair not in CODED]
CHECKED = [
    (name, parameter)
    for name, parameter in arguments_with(str)
    if (name, parameter) not in {*FREE, *NEVER_SENT}
]
LIMITED = [
    (name, parameter)
    for name, parameter in LENGTHY
    if leaves(FULL[name][parameter])[0].longest < LONG
]


def by(pairs: list[tuple[str, str]]) -> Any:
    return pytest.mark.parametrize(
        ("name", "parameter"), pairs, ids=[f"{name}-{parameter}" for name, parameter in pairs]
    )


# The table holds what it says.


def test_no_ported_method_is_missing() -> None:
    """Each has its call here, but those that differ by a quirk with tests of its own."""
    assert sorted([*FULL, *DIFFERENT]) == sorted(PORTED)
    assert len(PORTED) > 90


@pytest.mark.parametrize("name", SAME)
def test_the_full_call_has_every_argument(name: str) -> None:
    """None is left out, and none has the value it would have had anyway."""
    wanted = {one.name: one for one in parameters(name)}
    assert set(FULL[name]) == set(wanted)
    assert set().union(*versions(name)) == set(wanted)
    for key, value in FULL[name].items():
        assert value is not None
        assert value != wanted[key].default or key in ONE_VALUE


@by([(name, one.name) for name in SAME for one in parameters(name)])
async def test_every_text_is_varied_and_reaches_the_request(name: str, parameter: str) -> None:
    """Whatever aiosm declares to be a text is one here; with another, another request is made.

    So the tests below, which put other texts in its place, prove something about it.
    """
    hint = typing.get_type_hints(getattr(aiosm.AsyncServiceManagementClient, name))[parameter]
    chosen = with_parameter(name, parameter)
    value = chosen[parameter]
    textual = str in {hint, *typing.get_args(hint)} and not callable(value)
    assert all(isinstance(leaf, str) for leaf in leaves(value)) or not textual
    if (name, parameter) in FREE:
        before = (await new_sends(named(name, (), chosen))).facts
        other = {**chosen, parameter: put(value, f"{leaves(value)[-1]}x", last=True)}
        assert (await new_sends(named(name, (), other))).facts != before
    elif textual:
        assert (name, parameter) in {*CHECKED, *CODED, *NEVER_SENT}


@pytest.mark.parametrize(
    ("kind", "without"),
    [
        (Free, ""),
        (Text, ""),
        (Name, ""),
        (Link, ""),
        (Path, "&"),  # Quirk 7, in its query
        (Query, "&"),  # Quirk 7
        (NameAndText, '&<>"'),  # Quirk 5, in a text that cannot be escaped beforehand
    ],
)
def test_a_hostile_text_is_hostile(kind: type[Free], without: str) -> None:
    """It holds all that means something in XML, and letters of all the world."""
    assert set("&<>\"'é漢") - set(kind.hostile) <= set(without)


# Same calls, same requests.


@pytest.mark.parametrize(
    ("name", "version"), [(name, one) for name in SAME for one in range(len(versions(name)))]
)
async def test_all_arguments(name: str, version: int) -> None:
    """With every argument given, the requests are the same."""
    await assert_same(named(name, (), versions(name)[version]))


@pytest.mark.parametrize("name", SAME)
async def test_all_arguments_by_position(name: str) -> None:
    """With every argument in the old order, the requests are the same."""
    chosen = versions(name)[-1]
    in_order = [chosen.get(one.name) for one in parameters(name)]
    await assert_same(named(name, in_order))


@pytest.mark.parametrize("name", SAME)
async def test_the_fewest_arguments(name: str) -> None:
    """With no argument more than needed, the requests are the same."""
    needed = {one.name for one in parameters(name) if one.default is one.empty}
    chosen = {key: value for key, value in FULL[name].items() if key in needed}
    await assert_same(named(name, (), chosen | FEWEST.get(name, {})))


@by(FREE)
async def test_a_hostile_text(name: str, parameter: str) -> None:
    """With markup, quotes and letters of all the world, the requests are the same."""
    chosen = with_parameter(name, parameter)
    hostile = leaves(chosen[parameter])[-1].hostile
    value = put(chosen[parameter], hostile, last=True)
    await assert_same(named(name, (), {**chosen, parameter: value}))


@by(LENGTHY)
async def test_a_long_text(name: str, parameter: str) -> None:
    """With as many characters as are allowed, or very many, the requests are the same."""
    chosen = with_parameter(name, parameter)
    value = put(chosen[parameter], longest(chosen[parameter]), last=True)
    await assert_same(named(name, (), {**chosen, parameter: value}))


def longest(value: Any, more: int = 0) -> str:
    leaf = leaves(value)[-1]
    return str(leaf.start) + "x" * (leaf.longest - len(leaf.start) + more)


@by(LIMITED)
async def test_a_text_that_is_too_long_is_refused(name: str, parameter: str) -> None:
    """One character more than the longest of the tests above is too many."""
    chosen = with_parameter(name, parameter)
    value = put(chosen[parameter], longest(chosen[parameter], 1))
    with pytest.raises(ValueError, match=rf"^{parameter}\b.* are allowed"):
        await new_sends(named(name, (), {**chosen, parameter: value}))


@by(MODELS)
@pytest.mark.parametrize("text", [HOSTILE, "xé" * (LONG // 2)], ids=["hostile", "long"])
async def test_a_model_full_of_hostile_or_long_texts(name: str, parameter: str, text: str) -> None:
    """In whatever attribute they stand, the requests are the same."""
    await assert_same(named(name, (), FULL[name], text))


@by(CHECKED)
async def test_a_text_that_is_checked_takes_nothing_hostile(name: str, parameter: str) -> None:
    """Nothing is sent, and the error names the argument; so markup cannot get into a request."""
    chosen = {**with_parameter(name, parameter), parameter: HOSTILE}
    with pytest.raises(ValueError, match=rf"^{parameter}\b"):
        await new_sends(named(name, (), chosen))
