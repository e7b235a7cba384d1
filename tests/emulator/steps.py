"""Steps that several tests share."""

import re

from bodies import hosted_service, machine

HOSTED = "services/hostedservices"
STORAGE = "services/storageservices"
VM = f"{HOSTED}/one/deployments/vm"


async def service_with_machine(wire, body=None, *, wait=3600):
    """A hosted service "one" with a machine "vm" that had time to come up."""
    assert (await wire("POST", HOSTED, hosted_service("one"))).status_code == 201
    answer = await wire("POST", f"{HOSTED}/one/deployments", body or machine())
    assert answer.status_code == 202, answer.text
    if wait and hasattr(wire.emulator.clock, "advance"):
        wire.advance(wait)
    return answer


def error(answer):
    """Status, code and text of a refusal."""
    code = re.search("<Code>(.*?)</Code>", answer.text)
    text = re.search("<Message>(.*?)</Message>", answer.text)
    assert code, (answer.status_code, answer.text)
    return answer.status_code, code[1], text[1]


def states(answer):
    return re.findall("<InstanceStatus>(.*?)</InstanceStatus>", answer.text)
