"""The network configuration of a machine: endpoints, probes, public addresses."""

from __future__ import annotations

from aiosm import models
from aiosm.checks.models import model
from aiosm.xml import Written

__all__ = ["network_config"]


def network_config(argument: str, value: models.ConfigurationSet | None) -> Written | None:
    """Endpoints with ports from 1 to 65535, over tcp or udp, none of them twice.

    Returned is what the configuration is written as.
    """
    if value is None:
        return None
    written = model(argument, models.ConfigurationSet, value)
    if value.configuration_set_type != "NetworkConfiguration":
        raise ValueError(f"{argument}.configuration_set_type must be NetworkConfiguration")
    if len(value.public_ips or ()) > 1:
        raise ValueError(
            f"{argument}.public_ips has {len(value.public_ips)} addresses; a machine can have one "
            "of its own"
        )
    seen: set[tuple[str, str]] = set()
    for number, endpoint in enumerate(value.input_endpoints or ()):
        where = f"{argument}.input_endpoints[{number}]"
        port, protocol = _endpoint(where, endpoint)
        if port and (port, protocol) in seen:
            raise ValueError(f"{where}: port {port} over {protocol} is there twice")
        seen.add((port, protocol))
    return written


def _endpoint(where: str, endpoint: models.ConfigurationSetInputEndpoint) -> tuple[str, str]:
    """Check an endpoint, and return what no other may have: port and protocol."""
    _port(f"{where}.port", endpoint.port)
    _port(f"{where}.local_port", endpoint.local_port)
    protocol = _protocol(f"{where}.protocol", endpoint.protocol, ("tcp", "udp"))
    minutes = endpoint.idle_timeout_in_minutes
    if minutes is not None and not 4 <= minutes <= 30:
        raise ValueError(f"{where}.idle_timeout_in_minutes is {minutes}; 4 to 30 are allowed")
    if endpoint.load_balancer_probe is not None:
        _probe(f"{where}.load_balancer_probe", endpoint.load_balancer_probe)
    return str(endpoint.port or ""), protocol


def _probe(where: str, probe: models.LoadBalancerProbe) -> None:
    _port(f"{where}.port", probe.port)
    if _protocol(f"{where}.protocol", probe.protocol, ("http", "tcp")) == "tcp" and probe.path:
        raise ValueError(f"{where}.path must not be given: only a probe over http has one")
    _at_least(f"{where}.interval_in_seconds", probe.interval_in_seconds, 5)
    _at_least(f"{where}.timeout_in_seconds", probe.timeout_in_seconds, 11)


def _protocol(argument: str, value: str | None, allowed: tuple[str, str]) -> str:
    found = (value or "").lower()
    if found and found not in allowed:
        raise ValueError(f"{argument} is {found[:20]!r}; allowed are {' and '.join(allowed)}")
    return found


def _at_least(argument: str, value: int | None, least: int) -> None:
    if value is not None and value < least:
        raise ValueError(f"{argument} is {value}; it must be {least} or more")


def _port(argument: str, value: str | int | None) -> None:
    if value is None or value == "":
        return
    # Not int() of whatever length: that takes long, and refuses very long ones in its own words.
    digits = str(value)
    good = digits.isascii() and digits.isdigit() and len(digits) <= 5
    if not (good and 1 <= int(digits) <= 65535):
        raise ValueError(f"{argument} is {digits[:20]!r}; it must be a port, 1 to 65535")
