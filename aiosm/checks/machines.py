"""What a machine is told at its first start."""

from __future__ import annotations

from aiosm.models import (
    LinuxConfigurationSet,
    WindowsConfigurationSet,
)

__all__ = ["system_config"]


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


def _between(argument: str, value: str | None, least: int, most: int) -> None:
    if value is None:
        raise ValueError(f"{argument} must be given")
    if not isinstance(value, str):
        raise TypeError(f"{argument} must be a str, not {type(value).__name__}")
    if not least <= len(value) <= most:
        raise ValueError(f"{argument} has {len(value)} characters; {least} to {most} are allowed")
