"""Moments."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from aiosm.checks.texts import text

__all__ = ["moment", "recent_moment"]

_MOMENT = r"(?a)\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}(?:\.\d{1,7})?Z)?"

# The service remembers 90 days. "90 days ago" was computed a while before the call, is perhaps only
# a date, and the clock of this machine may be off: a day of grace, and the service has the say.
_DAYS = 90
_GRACE = timedelta(days=1)


def moment(argument: str, value: str | datetime | None) -> str | None:
    """A time as the service takes it in a query; a naive ``datetime`` is UTC."""
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return _in_utc(argument, value).isoformat().replace("+00:00", "Z")
    text(argument, value)
    if not re.fullmatch(_MOMENT, value):
        raise ValueError(
            f"{argument} is {value[:80]!r}; allowed are 2016-05-01, and 2016-05-01T12:00:00Z with "
            "up to 7 digits more"
        )
    _read(argument, value)
    return value


def recent_moment(
    argument: str, value: str | datetime | None, now: datetime | None = None
) -> str | None:
    """A time as `moment` has it, at most 90 days ago.

    Args:
        argument: Name of the argument.
        value: The time.
        now: The present, if not that of the system's clock.
    """
    found = moment(argument, value)
    if found is not None:
        oldest = (now or datetime.now(UTC)) - timedelta(days=_DAYS)
        if _read(argument, found) < oldest - _GRACE:
            raise ValueError(
                f"{argument} is {found}; at most {_DAYS} days ago are allowed, which is "
                f"{oldest:%Y-%m-%dT%H:%M:%SZ}"
            )
    return found


def _in_utc(argument: str, value: datetime) -> datetime:
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    try:
        return aware.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{argument} is out of range in UTC") from None


def _read(argument: str, value: str) -> datetime:
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        raise ValueError(f"{argument} is {value!r}; there is no such time") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
