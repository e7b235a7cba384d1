"""Every log record of a busy day: what it carries for searching, and what it must not."""

from __future__ import annotations

import json
import logging
import shutil
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from bodies import UBUNTU
from support import FakeClock

import aiosm
from aiosm import certificates
from aiosm.bulk import Plan, Provisioner
from aiosm.emulator import Emulator
from aiosm.logs import LogFields, extra

PASSWORD = "Hush-hush-42"
DATA = "cloud-config-hush"
BASIC = set(vars(logging.makeLogRecord({})) | {"message": "", "asctime": ""})
QUICK = aiosm.PollingPolicy(first=0.01, interval=0.01, longest=0.01)


def added(record: logging.LogRecord) -> dict[str, Any]:
    """What a record has beyond what every record has."""
    return {name: value for name, value in vars(record).items() if name not in BASIC}


def machine() -> aiosm.LinuxConfigurationSet:
    return aiosm.LinuxConfigurationSet("vm0", "operator", PASSWORD, False, custom_data=DATA)


def plan() -> Plan:
    """A machine and what it needs, and an account that cannot be had."""
    wanted = Plan()
    data = wanted.storage_account("busydata", location="West US")
    web = wanted.hosted_service("busy", location="West US")
    wanted.virtual_machine(
        "busy", "vm0", service=web, storage=data, image=UBUNTU, system_config=machine()
    )
    wanted.storage_account("taken", location="East US")
    return wanted


async def provision(emulator: Emulator, client: aiosm.AsyncServiceManagementClient) -> None:
    """Retries, throttling, a look that fails, operations that end well and badly, a plan."""
    emulator.faults.add(operation="list_locations", status=500, count=1)
    emulator.faults.add(operation="list_disks", throttle=True, retry_after=1, count=1)
    await client.list_locations()
    await client.list_disks()
    poller = await client.create_storage_account("taken", None, "taken", location="West US")
    impatient = client.with_options(retry=aiosm.NO_RETRY)
    emulator.faults.add(operation="get_operation_status", status=503, count=1)
    await impatient.resume_operation(poller.request_id)
    await client.get_storage_account_keys("taken")
    emulator.faults.add(operation="create_virtual_machine_deployment", fail="OutOfCapacity")
    async with Provisioner(client) as provisioner:
        assert [event async for event in provisioner.apply(plan())]
    assert provisioner.report.counts == {"created": 2, "failed": 2}


async def change_credentials(
    client: aiosm.AsyncServiceManagementClient, file: Path, clock: FakeClock
) -> None:
    """A good file, one that is only half there, and one that expires soon."""
    whole = file.read_bytes()
    await client.reload_credentials()
    file.write_bytes(whole[:99])
    await clock.sleep(61)
    await client.list_locations()
    certificates.create(file, file.with_suffix(".cer"), days=9, overwrite=True)
    await clock.sleep(61)
    with pytest.raises(aiosm.ClientAuthenticationError):
        await client.list_locations()
    file.write_bytes(whole)
    await client.reload_credentials()


def broken_hook(_response: aiosm.ResponseInfo) -> None:
    raise ValueError


@pytest.fixture
async def records(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    """All records of the library from such a day, at its most talkative."""
    caplog.set_level(logging.DEBUG, "aiosm")
    clock = FakeClock()
    async with Emulator(speed="instant") as emulator:
        file = tmp_path / "current.pem"
        shutil.copy(emulator.connection["cert_file"], file)
        async with aiosm.AsyncServiceManagementClient(
            **{**emulator.connection, "cert_file": file},
            clock=clock, polling=QUICK, watch_credentials=60,
        ) as client:  # fmt: skip
            await provision(emulator, client)
            await change_credentials(client, file, clock)
            await client.with_options(
                hooks=aiosm.Hooks(after_response=broken_hook)
            ).list_locations()
            keys = (await client.get_storage_account_keys("taken")).storage_service_keys
        key = file.read_text().split("-----")[2].strip()
    secrets = (PASSWORD, DATA, keys.primary, keys.secondary, key[:40])
    found = [one for one in caplog.records if not one.name.startswith("aiosm.emulator")]
    for record in found:
        shown = logging.Formatter().format(record) + repr(vars(record))
        assert not [one for one in secrets if one in shown], record
    return found


async def test_every_record_can_be_searched(records: list[logging.LogRecord]) -> None:
    """By the fields that are documented, and no others; as JSON; and under its module's name."""
    known = {f"aiosm_{name}" for name in get_type_hints(LogFields)}
    for record in records:
        fields = added(record)
        assert fields, record.getMessage()
        assert fields.keys() <= known, record.getMessage()
        assert None not in fields.values()
        assert json.loads(json.dumps(fields)) == fields
        assert record.pathname.endswith(record.name.replace(".", "/") + ".py")
    assert {record.name for record in records} == {
        "aiosm.bulk.run", "aiosm.connection", "aiosm.credentials", "aiosm.exchange",
        "aiosm.hooks", "aiosm.poller", "aiosm.session",
    }  # fmt: skip


async def test_what_the_records_say(records: list[logging.LogRecord]) -> None:
    """An answer, a try, a look, a resource, a run, a certificate, a hook."""

    def of(text: str) -> list[dict[str, Any]]:
        return [
            {name.removeprefix("aiosm_"): value for name, value in added(record).items()}
            for record in records
            if text in record.getMessage()
        ]

    here = {"subscription_id": records[0].aiosm_subscription_id}
    path = f"/{here['subscription_id']}/locations"
    asked = {**here, "operation": "list_locations", "method": "GET", "path": path}
    failed, answered = of("/locations: ")[0], of("/locations: ServerError at try 1")[0]
    assert failed.items() >= {**asked, "attempt": 1, "status": 500}.items()
    assert {"request_id", "seconds"} <= failed.keys()
    assert (
        answered.items() >= {**asked, "attempt": 1, "status": 500, "error": "ServerError"}.items()
    )
    assert answered["delay"] > 0
    (throttled,) = of("ThrottledError at try 1")
    assert throttled["error_code"] == "TooManyRequests"
    (look,) = of("look failed: ServerError")
    assert look.items() >= {**here, "error": "ServerError", "status": 503}.items()
    assert look["delay"] > 0
    ended = of(f"operation {look['request_id']}: Succeeded")
    assert ended == [{**here, "request_id": look["request_id"], "operation_status": "Succeeded"}]
    (failed,) = [one for one in of(": Failed") if one.get("operation_status") == "Failed"]
    assert failed["operation"] == "create_virtual_machine_deployment"
    (vm,) = of("create virtual_machine/busy/busy/vm0: failed")
    assert vm["error_code"] == "OutOfCapacity"
    assert vm.items() >= {**here, "action": "create", "state": "failed"}.items()
    (run,) = of("create of 4 resources ended: ")
    assert run.items() >= {**here, "action": "create", "count": 4}.items()
    (expiring,) = of("expires on")
    assert set(expiring) == {"thumbprint", "expires"}
    assert of("is not used") == [{"error": "CertificateError"}]
    assert of("a hook of after_response failed") == [
        {"hook": "after_response", "error": "ValueError"}
    ]


def test_an_application_may_have_fields_of_its_own(caplog: pytest.LogCaptureFixture) -> None:
    """Also of these names, and on every record."""
    factory = logging.getLogRecordFactory()

    def with_fields(*arguments: Any, **more: Any) -> logging.LogRecord:
        record = factory(*arguments, **more)
        vars(record).update(dict.fromkeys(get_type_hints(LogFields), "the application's"))
        return record

    logging.setLogRecordFactory(with_fields)
    try:
        given = dict.fromkeys(get_type_hints(LogFields), "aiosm's")
        logging.getLogger("aiosm.session").warning("a record", extra=extra(**given))
    finally:
        logging.setLogRecordFactory(factory)
    (record,) = caplog.records
    assert (record.request_id, record.aiosm_request_id) == ("the application's", "aiosm's")
