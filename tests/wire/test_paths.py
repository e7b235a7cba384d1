"""No argument reaches beyond its own segment of the path, or its own value of the query."""

from __future__ import annotations

import contextlib
from typing import Any
from urllib.parse import parse_qsl, unquote

import httpx
import pytest
from calls import Coded, Free, Link, Made, given
from full_calls import DIFFERENT, FULL, IMAGE, Arguments
from hypothesis import given as given_by
from hypothesis import settings
from hypothesis import strategies as st
from porting_table import NOT_PORTED, old_methods
from test_parity_full import leaves, put, versions
from two_sides import NEW

import aiosm

CALLS: dict[str, list[Arguments]] = {name: versions(name) for name in FULL} | {
    "update_disk": [{"disk_name": Free("disk"), "has_operating_system": True, **IMAGE}]
}
# Their path is the caller's own; test_raw.py has what may stand in it.
RAW = {name for name in CALLS if name.startswith("perform_")}
OPERATIONS = sorted(CALLS.keys() - RAW)
HOSTILE = st.one_of(
    st.text(min_size=1, max_size=30),
    st.sampled_from(
        ["..", ".", "../x", "a/../b", "a/b", "%2e%2e", "%2F", "a?b=c", "a#b", "a\\b", "//evil.test",
         "https://evil.test", "a;b", "a:b", "a@b", "\r\nx: y", "é/ü", "x" * 300, "&comp=media",
         "a&b=c", "a+b", "a=b", "%26comp=media"]
    ),
)  # fmt: skip


def good(arguments: Arguments) -> Arguments:
    """The arguments with a text in each place that is to be found nowhere else."""
    found = {}
    for key, value in arguments.items():
        free = isinstance(leaves(value)[0] if leaves(value) else None, Free)
        plain = free and not isinstance(leaves(value)[0], Link | Coded)
        found[key] = put(value, f"the-{key.replace('_', '-')}") if plain else value
    return found


def texts(arguments: Arguments) -> list[str]:
    """The arguments that are texts, hold texts, or are models full of them."""
    return [
        key
        for key, value in arguments.items()
        if any(isinstance(leaf, str | Made) for leaf in leaves(value))
    ]


async def request_of(
    name: str, arguments: Arguments, text: str = "text"
) -> tuple[str, list[str], list[tuple[str, str]]]:
    """Host, path segments and query of the request that a call makes."""
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(404)

    http = httpx.AsyncClient(transport=httpx.MockTransport(handler))
    client = aiosm.AsyncServiceManagementClient("sub-1", http_client=http)
    with contextlib.suppress(aiosm.ResourceNotFoundError):  # the answer does not matter here
        await getattr(client, name)(**given(arguments, NEW, text))
    (request,) = seen
    path, _, query = request.url.raw_path.decode().partition("?")
    pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query))
    return request.url.host, [unquote(segment) for segment in path.split("/")], pairs


def test_every_operation_is_tried() -> None:
    """Each ported method, but the raw ones, with all its texts."""
    assert CALLS.keys() == {one.name for one in old_methods() if one.name not in NOT_PORTED}
    assert CALLS.keys() - FULL.keys() == DIFFERENT
    assert len(RAW) == 4
    assert sum(len(texts(one)) for name in OPERATIONS for one in CALLS[name]) > 200


@pytest.mark.parametrize("name", [name for name in OPERATIONS if texts(CALLS[name][0])])
@settings(max_examples=25, deadline=None)
@given_by(data=st.data())
async def test_no_value_changes_the_request_beyond_its_own_place(
    name: str, data: st.DataObject
) -> None:
    """It is refused, or it stays where the good value was: in path, query or body."""
    arguments = good(data.draw(st.sampled_from(CALLS[name])))
    host, path, query = await request_of(name, arguments)
    key = data.draw(st.sampled_from(texts(arguments)))
    value = data.draw(HOSTILE)
    was = arguments[key]
    try:
        changed = {**arguments, key: was if isinstance(was, Made) else replaced(was, value)}
        found_host, found_path, found_query = await request_of(name, changed, value)
    except (ValueError, TypeError):
        return
    assert found_host == host
    assert [one for one, _ in found_query] == [one for one, _ in query]
    values = [one for _, one in query], [one for _, one in found_query]
    assert len(found_path) == len(path)
    assert not {".", ".."} & set(found_path)
    for before, after in [*zip(path, found_path, strict=True), *zip(*values, strict=True)]:
        if before != after:
            assert not isinstance(was, Made)
            assert str(leaves(was)[0]).lower() in before.lower()
            assert value.strip().lower() in after.lower()


def replaced(value: Any, text: str) -> Any:
    """An argument with a drawn text in all its places, whatever it was meant for."""
    match value:
        case list():
            return [text]
        case dict():
            return dict.fromkeys(value, text)
    return text
