"""A poller of a service made of canned answers, and how often it looks."""

from __future__ import annotations

from support import REQUEST_ID, Service, client_of

import aiosm

AT_ONCE = aiosm.PollingPolicy(first=0.0)
STEADY = aiosm.PollingPolicy(first=1.0, interval=10.0, factor=1.0, jitter=0.0)


def follow(*answers, **options) -> tuple[aiosm.OperationPoller, Service]:
    """A poller of an operation whose states are given."""
    service = Service(*answers)
    return client_of(service, **options).resume_operation(REQUEST_ID), service
