"""An emulator is used from the test's thread while it serves in another, as the fixtures do it."""

import threading

from bodies import b64, hosted_service
from test_state import ask, kept

from aiosm.emulator import SteppedClock
from aiosm.emulator.saving.snapshot import document_of
from aiosm.emulator.saving.store import Store

CHANGES = 150


def test_looking_from_another_thread_loses_nothing(tmp_path):
    """Every change that was answered is in the file, whoever looks meanwhile."""
    cloud, store = kept(tmp_path)
    answers, over = [], threading.Event()

    def write():
        try:
            for number in range(CHANGES):
                answers.append(ask(cloud, "POST", HOSTED, hosted_service(f"s{number}")))
                changed = UPDATE.format(b64(f"label{number}"))
                answers.append(ask(cloud, "PUT", f"{HOSTED}/s{number}", changed))
        finally:
            over.set()

    writer = threading.Thread(target=write)
    writer.start()
    while not over.is_set():
        cloud.catch_up()
        with cloud.looking():
            document_of(cloud.state, cloud.clock.now())
        cloud.add_subscription("sub")
    writer.join()
    store.close()

    assert {one.status for one in answers} == {200, 201}
    file = Store(store.path, SteppedClock())
    labels = [one.label for one in file.load().subscriptions["sub"].hosted_services.values()]
    file.close()
    assert labels == [b64(f"label{number}") for number in range(CHANGES)]


HOSTED = "services/hostedservices"
UPDATE = (
    '<UpdateHostedService xmlns="http://schemas.microsoft.com/windowsazure"><Label>{}</Label>'
    "</UpdateHostedService>"
)
