"""What a machine is told at its first start."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from aiosm.models import (
    LinuxConfigurationSet,
    WindowsConfigurationSet,
)
from aiosm.xml import Model

__all__ = ["models", "models_in", "system_config"]

M = TypeVar("M", bound=Model)


def system_config(
    argument: str, value: LinuxConfigurationSet | WindowsConfigurationSet | None
) -> None:
    """The parts of a machine's first start that the service would refuse much later."""
    match value:
        case None:
            return
        case LinuxConfigurationSet():
            _between(f"{argument}.host_name", value.host_name, 1, 64)
            _between(f"{argument}.user_name", value.user_name, 1, 32)
            if value.user_password is not None:
                _between(f"{argument}.user_password", value.user_password, 6, 72)
        case WindowsConfigurationSet():
            _between(f"{argument}.computer_name", value.computer_name, 1, 15)
        case _:
            raise TypeError(
                f"{argument} must be a LinuxConfigurationSet or WindowsConfigurationSet, "
                f"not {type(value).__name__}"
            )


def models(argument: str, kind: type[M], value: M | None) -> M | None:
    """A model of the right kind, or None."""
    if value is not None and not isinstance(value, kind):
        raise TypeError(f"{argument} must be a {kind.__name__}, not {type(value).__name__}")
    return value


def models_in(argument: str, kind: type[M], values: Iterable[M] | None) -> list[M] | None:
    """Models of the right kind, or None."""
    if values is None:
        return None
    if isinstance(values, str | bytes | Mapping) or not isinstance(values, Iterable):
        raise TypeError(f"{argument} must be a list of {kind.__name__}")
    found = list(values)
    for number, value in enumerate(found):
        models(f"{argument}[{number}]", kind, value)
    return found


def _between(argument: str, value: str | None, least: int, most: int) -> None:
    if value is None:
        raise ValueError(f"{argument} must be given")
    if not isinstance(value, str):
        raise TypeError(f"{argument} must be a str, not {type(value).__name__}")
    if not least <= len(value) <= most:
        raise ValueError(f"{argument} has {len(value)} characters; {least} to {most} are allowed")
