"""Plan files become plans, or one error that lists everything."""

from pathlib import Path

import pytest

from aiosm.bulk import PlanError
from aiosm.bulk.file import load_plan
from aiosm.models import ConfigurationSet, LinuxConfigurationSet, WindowsConfigurationSet

EXAMPLE = Path(__file__).parents[3] / "examples/fleet.yaml"
SUBSCRIPTION = "00000000-0000-0000-0000-00000000000a"
VM = """\
resources:
  - {kind: hosted_service, name: web, location: West US}
  - kind: virtual_machine
    name: vm
    service: web
    deployment: web
    image: ubuntu
    media_link: https://x.blob.core.windows.net/vhds/vm.vhd
"""
SERVICE = "resources:\n  - kind: hosted_service\n    name: a\n    location: x\n"
MANY = """\
resources:
  - {kind: hosted_service, name: 'a{index}', count: 100000, location: x}
  - {kind: hosted_service, name: 'b{index}', count: 1, location: x}
"""


@pytest.fixture
def load(tmp_path):
    """Load a text as a file called fleet.yaml."""

    def load(text, **options):
        path = tmp_path / "fleet.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return load_plan(path, **options)

    return load


@pytest.fixture
def problems(load, tmp_path):
    """The problems of a text: (line, what)."""

    def problems(text, **options):
        with pytest.raises(PlanError) as caught:
            load(text, **options)
        found = []
        for problem in caught.value.problems:
            where, _, what = problem.partition(": ")
            path, _, line = where.rpartition(":")
            assert path == str(tmp_path / "fleet.yaml")
            found.append((int(line), what))
        return found

    return problems


def test_the_example_is_a_plan(monkeypatch):
    """With everything in its place."""
    monkeypatch.setenv("FLEET_PASSWORD", "hunter2!A")
    plan = load_plan(EXAMPLE)
    found = {resource.address: resource for resource in plan.resources}
    assert len(plan) == 1 + 4 + 4 + 4 + 2 + 1
    account = found["storage_account/fleetdata03"]
    assert account.properties.location is None
    assert account.properties.affinity_group is found["affinity_group/fleet-data"]
    machine = found["virtual_machine/fleet-web-02/fleet-web-02/web"]
    config = machine.properties.system_config
    assert isinstance(config, LinuxConfigurationSet)
    assert (config.host_name, config.user_password) == ("web02", "hunter2!A")
    assert machine.properties.storage is found["storage_account/fleetdata02"]
    assert machine.properties.network_config.input_endpoints[0].port == "22"
    disk = found["data_disk/fleet-web-00/fleet-web-00/web/data"]
    assert (disk.properties.lun, disk.properties.logical_disk_size_in_gb) == (1, 50)
    assert found["reserved_ip/fleet-address"].after == (found["hosted_service/fleet-web-00"],)
    assert found["reserved_ip/fleet-address"].properties.location == "West US"


def test_defaults_go_from_the_narrow_to_the_wide(load):
    """The entry's own, those of the kind, those of all; null is none of them."""
    plan = load(
        "defaults:\n  all: {location: West US, label: all}\n  hosted_service: {label: service}\n"
        "resources:\n"
        "  - {kind: hosted_service, name: a}\n"
        "  - {kind: hosted_service, name: b, label: own}\n"
        "  - {kind: storage_account, name: data}\n"
        "  - {kind: hosted_service, name: d, label: null}\n"
    )
    assert [one.properties.label for one in plan.resources] == ["service", "own", "all", None]


def test_a_subscription_holds_for_all_that_name_no_other(load):
    """Also several of them."""
    other = SUBSCRIPTION.replace("a", "b")
    plan = load(
        f"subscription: {SUBSCRIPTION}\ndefaults: {{all: {{location: West US}}}}\nresources:\n"
        "  - {kind: hosted_service, name: a}\n"
        f"  - {{kind: hosted_service, name: b, subscription: {other}}}\n"
    )
    assert [one.subscription for one in plan.resources] == [SUBSCRIPTION, other]


def test_models_are_read_to_their_depths(load, tmp_path, monkeypatch):
    """Lists of models, lists of texts, numbers for texts of digits, nothing, secrets."""
    monkeypatch.setenv("ADMIN_PASSWORD", "hunter2!A")
    (tmp_path / "data").write_text("#!/bin/sh\necho {index}\n")
    plan = load(
        VM + "    system_config:\n"
        "      {computer_name: vm, admin_username: op, admin_password: {env: ADMIN_PASSWORD},\n"
        "       domain_join: null, custom_data: {file: data}}\n"
        "    network_config:\n"
        "      subnet_names: [one, two]\n"
        "      input_endpoints:\n"
        "        - {name: rdp, protocol: tcp, port: 3389, local_port: '3389',\n"
        "           load_balancer_probe: {port: 80, protocol: tcp}}\n"
    )
    wanted = plan.resources[1].properties
    assert isinstance(wanted.system_config, WindowsConfigurationSet)
    assert wanted.system_config.domain_join is None
    assert wanted.system_config.custom_data == "#!/bin/sh\necho {index}"
    assert isinstance(wanted.network_config, ConfigurationSet)
    assert wanted.network_config.subnet_names == ["one", "two"]
    (endpoint,) = wanted.network_config.input_endpoints
    assert (endpoint.port, endpoint.local_port) == ("3389", "3389")
    assert endpoint.load_balancer_probe.port == "80"


def test_a_number_from_a_placeholder_may_be_a_text(load):
    """Names and labels, which cannot be put in more quotes."""
    plan = load(
        "resources:\n  - {kind: hosted_service, count: 2, name: 'w{index}', label: '{index}',"
        " location: West US}\n"
    )
    assert [one.properties.label for one in plan.resources] == ["0", "1"]


def test_secrets_must_not_stand_in_the_file(problems, load):
    """Unless that is forced; and they are not shown."""
    text = VM + "    system_config: {host_name: vm, user_name: op, user_password: hunter2!A}\n"
    ((line, what),) = problems(text)
    assert line == 9
    assert "system_config.user_password is secret" in what
    assert "{env: NAME}" in what
    assert "hunter2" not in what
    plan = load(text, allow_inline_secrets=True)
    assert plan.resources[1].properties.system_config.user_password == "hunter2!A"
    assert "hunter2" not in repr(plan.resources) + str(plan.digest)


def test_all_problems_are_listed_at_once_in_the_order_of_the_file(problems):
    """What the file has wrong, and what the plan has wrong."""
    found = problems(
        """\
defaults:
  all: {locaton: West US}
  storage_acount: {}
resources:
  - {kind: storage_account, name: Bad_Name, location: West US}
  - {kind: hosted_service, name: web, location: 7}
  - {kind: hosted_service, name: twin, location: West US}
  - {kind: hosted_service, name: twin, location: West US, colour: red}
  - {kind: hosted_service, name: twin, location: West US}
  - kind: virtual_machine
    name: vm
    service: nowhere
    deployment: web
    image: x
    role_size: [Small]
    provision_guest_agent: yes
    after: [virtual_machine/vm, 3]
  - {kind: hosted_service, name: late, location: West US, after: hosted_service/never}
"""
    )
    expected = [
        (2, "there is no property 'locaton': did you mean 'location'?"),
        (3, "there is no kind 'storage_acount': did you mean 'storage_account'?"),
        (5, "storage_account 'Bad_Name': "),
        (6, "location must be a text, not a number: put it in quotes"),
        (8, "there is no property of hosted_service 'colour': there are "),
        (9, "it is the same as hosted_service/twin of line 7"),
        (15, "role_size must be a text, not a list"),
        (16, "provision_guest_agent must be true or false, not a text"),
        (17, "after must be a text, not a number: put it in quotes"),
        (18, "after: 'hosted_service/never' is not in the plan"),
    ]
    assert [line for line, _ in found] == [line for line, _ in expected]
    for (_, what), (_, words) in zip(found, expected, strict=True):
        assert words in what


def test_a_mistake_in_many_copies_is_shown_a_few_times(problems):
    """And the others are counted."""
    found = problems(
        "resources:\n  - {kind: storage_account, count: 200, name: 'Shop{index}',"
        " location: West US}\n"
    )
    assert len(found) == 6
    assert found[-1] == (2, "and 195 more like these")


def test_what_follows_from_a_mistake_is_not_shown(problems):
    """A reference to an entry that is wrong is not wrong itself."""
    found = problems(
        "resources:\n"
        "  - {kind: hosted_service, location: West US}\n"
        "  - {kind: reserved_ip, name: ip, location: West US, after: hosted_service/web}\n"
    )
    assert found == [(2, "name must be given, as a text")]
    found = problems(
        "resources:\n"
        "  - {kind: hosted_service, name: web, location: West US, x: 1}\n"
        "  - {kind: reserved_ip, name: ip, location: West US, after: hosted_service/web}\n"
    )
    assert [line for line, _ in found] == [2]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "the file is empty"),
        ("3\n", 1, "the file must be a mapping, not a number"),
        ("resource: []\n", 1, "there is no key 'resource': did you mean 'resources'?"),
        ("resources:\n", 1, "resources must be given, as a list of entries"),
        ("resources: {}\n", 1, "resources must be given, as a list of entries"),
        ("resources:\n  - x\n", 2, "an entry must be a mapping, not a text"),
        ("resources:\n  - {name: a}\n", 2, "kind must be given, one of affinity_group, "),
        ("resources:\n  - {kind: vm, name: a}\n", 2, "there is no kind 'vm': there are "),
        ("resources:\n  - {kind: hosted_service, name: 12}\n", 2, "name must be given, as a text"),
        ("subscription: a/b\nresources: []\n", 1, "subscription"),
        ("subscription: 3\nresources: []\n", 1, "subscription must be a text, not a number"),
        ("defaults: []\nresources: []\n", 1, "defaults must be a mapping, not a list"),
        ("defaults:\n  all: 1\nresources: []\n", 2, "defaults.all must be a mapping"),
        ("resources: [\n", 2, "this is not YAML"),
        (b"a: 1\nb: \xff\n", 2, "must be in UTF-8"),
        (b" " * (16 * 1024 * 1024 + 1), 1, "larger than 16 MB"),
        (MANY, 3, "these make more than 100,000 resources"),
        (VM + "    system_config: {host_name: a, user: b}\n", 9,
         "there is no field of system_config 'user': did you mean 'user_name'?"),
        (VM + "    network_config: {input_endpoints: [{name: a}, 3]}\n", 9,
         "network_config.input_endpoints[1] must be a mapping, not a number"),
        (VM + "    network_config: {input_endpoints: {name: a}}\n", 9,
         "network_config.input_endpoints must be a list, not a mapping"),
        (VM + "    network_config: {subnet_names: [1]}\n", 9,
         "network_config.subnet_names[0] must be a text, not a number: put it in quotes"),
        (VM + "    data_virtual_hard_disks: [{lun: true}]\n", 9,
         "data_virtual_hard_disks[0].lun must be a whole number, not true or false"),
        (VM + "    data_virtual_hard_disks: [{lun: null}]\n", 9,
         "data_virtual_hard_disks[0].lun must be a whole number, not nothing"),
        (SERVICE + "    extended_properties: {a: 1}\n", 5, "extended_properties.a must be a text"),
    ],
)  # fmt: skip
def test_each_mistake_is_named_with_its_line_and_the_fix(problems, text, line, words):
    """One problem, and nothing that follows from it."""
    ((where, what),) = problems(text)
    assert where == line
    assert words in what


def test_a_missing_file_says_which(tmp_path):
    """As Python says it."""
    with pytest.raises(FileNotFoundError, match=r"nowhere\.yaml"):
        load_plan(tmp_path / "nowhere.yaml")


def test_without_pyyaml_it_says_what_to_install(load, monkeypatch):
    """The extra is named."""
    monkeypatch.setitem(__import__("sys").modules, "yaml", None)
    with pytest.raises(ImportError, match=r"pip install 'aiosm\[bulk\]'"):
        load("resources: []\n")
