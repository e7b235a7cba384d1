"""The client of a command: for the service, or for an emulator that ends with the command."""

from __future__ import annotations

import argparse
import os
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiosm import cli_options
from aiosm.bulk.plan import Plan
from aiosm.client import AsyncServiceManagementClient
from aiosm.limits import RateLimit
from aiosm.polling import PollingPolicy

__all__ = ["connected"]

# An emulator that runs faster than the service is looked at more often.
_EMULATED = PollingPolicy(first=0.05, interval=0.2, factor=1.5, longest=1.0)


@asynccontextmanager
async def connected(
    options: argparse.Namespace, plan: Plan
) -> AsyncIterator[AsyncServiceManagementClient]:
    """Open the client that the options of a command describe.

    Args:
        options: What `aiosm.bulk.commands` parsed.
        plan: The plan; its first subscription is the client's if the options and the environment
            say none.

    Raises:
        CertificateError: The certificate cannot be used.
        ValueError: Options are missing or do not go together.
    """
    named = list(dict.fromkeys(one.subscription for one in plan.resources if one.subscription))
    subscription = (
        options.subscription_id
        or os.environ.get("AZURE_MANAGEMENT_SUBSCRIPTIONID")
        or (named[0] if named else None)
    )
    rate = None if options.rate is None else RateLimit(options.rate)
    if options.emulator:
        async with _emulated(options, subscription, named, rate) as client:
            yield client
        return
    async with AsyncServiceManagementClient(
        subscription,
        options.cert_file,
        cert_password=cli_options.password_of(options.cert_password),
        cloud=options.cloud,
        base_url=options.base_url,
        ca_file=options.ca_file,
        max_in_flight=options.max_in_flight,
        rate_limit=rate,
    ) as client:
        yield client


@asynccontextmanager
async def _emulated(
    options: argparse.Namespace,
    subscription: str | None,
    others: list[str],
    rate: RateLimit | None,
) -> AsyncIterator[AsyncServiceManagementClient]:
    from aiosm.emulator import Emulator

    refused = [
        f"--{name.replace('_', '-')}"
        for name in ("base_url", "ca_file", "cert_file", "cert_password")
        if getattr(options, name) is not None
    ]
    if refused:
        raise ValueError(f"--emulator brings its own connection: leave out {', '.join(refused)}")
    async with Emulator(speed=options.speed, subscription_id=subscription) as emulator:
        for other in others:
            if other != emulator.subscription_id:
                emulator.add_subscription(other)
        # Each subscription has a certificate of its own there; a token is good for all of them.
        token = secrets.token_urlsafe()
        emulator.add_token(token)
        async with AsyncServiceManagementClient(
            emulator.subscription_id,
            base_url=emulator.base_url,
            ca_file=emulator.connection["ca_file"],
            token=token,
            max_in_flight=options.max_in_flight,
            rate_limit=rate,
            polling=_EMULATED,
        ) as client:
            yield client
