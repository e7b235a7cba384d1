"""Plans: every mistake named, and all of them at once."""

import pickle

import pytest
from bulk_world import OTHER, UBUNTU, linux

from aiosm.bulk import Plan, PlanError
from aiosm.models import LinuxConfigurationSet, WindowsConfigurationSet

LINUX = {"host_name": "host", "user_name": "user", "user_password": "Secret-123"}


def problems(plan):
    with pytest.raises(PlanError) as caught:
        plan.check()
    return caught.value.problems


def add_machine(plan, name="vm", *, line=None, **changes):
    web = plan.hosted_service(f"web-{name}", location="West US")
    given = {"deployment": "web", "service": web, "image": UBUNTU, "system_config": linux()}
    return plan.add("virtual_machine", name, line=line, **given | changes)


# What is wrong.


@pytest.mark.parametrize(
    ("kind", "name", "properties", "says"),
    [
        ("vm", "a", {}, "there is no such kind; known are affinity_group"),
        ("hosted_service", "", {"location": "x"}, "name must be a text that is not empty"),
        ("hosted_service", 5, {"location": "x"}, "name must be a text that is not empty"),
        ("hosted_service", "a", {"place": "x"}, "there is no property 'place'; known are location"),
        ("affinity_group", "a", {}, "location is missing"),
        ("affinity_group", "a", {"location": 5}, "location must be a str, not int"),
        ("affinity_group", "a", {"location": None}, "location must be a str, not None"),
        ("hosted_service", "a", {}, "neither of location and affinity_group given; pass exactly"),
        ("hosted_service", "a", {"location": "x", "label": "x" * 101}, "label has 101 characters"),
        ("hosted_service", "a b", {"location": "x"}, "service_name is 'a b'; allowed are"),
        ("storage_account", "Data", {"location": "x"}, "3 to 24 lower-case letters and digits"),
        ("storage_account", "abc", {"location": "x", "account_type": "Big"}, "account_type"),
        (
            "storage_account",
            "abc",
            {"location": "x", "extended_properties": {"a": 1}},
            "extended_properties must be a dict of texts; 'a' is not one",
        ),
        (
            "storage_account",
            "abc",
            {"location": "x", "extended_properties": {"a b": "1"}},
            "a name in extended_properties is 'a b'",
        ),
        ("os_image", "a", {"media_link": "no", "os": "Linux"}, "media_link must be an http"),
        ("os_image", "a", {"media_link": "https://a/b", "os": "DOS"}, "os is 'DOS'"),
        ("management_certificate", "a", {"data": "?"}, "data must be base64"),
        ("management_certificate", "a", {"data": "aGk="}, "data must be a .cer file in base64"),
        ("virtual_machine", "a", {"deployment": "d", "service": "w"}, "there is no such hosted_se"),
        ("virtual_machine", "a", {"deployment": "d", "service": 5}, "a hosted_service of the plan"),
        ("data_disk", "a", {"machine": "hosted_service/w"}, "must be a virtual_machine"),
    ],
)
def test_a_mistake_is_named(kind, name, properties, says):
    """With the resource it is in."""
    plan = Plan()
    plan.add(kind, name, **properties)
    assert any(says in problem for problem in problems(plan)), problems(plan)
    assert all(problem.startswith(f"{kind} {name!r}: ") for problem in problems(plan))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"image": None}, "give one of image and vm_image"),
        ({"vm_image": "golden"}, "give one of image and vm_image"),
        ({"media_link": "https://a/b", "storage": "x"}, "give storage or media_link, not both"),
        (
            {"image": None, "vm_image": "golden", "system_config": None, "storage": "x"},
            "storage and media_link go with image",
        ),
        ({"system_config": {"host_name": "h", "os": "x"}}, "has no field os"),
        ({"system_config": 5}, "must be a LinuxConfigurationSet or a WindowsConfigurationSet"),
        ({"system_config": LinuxConfigurationSet("host", "user", "x")}, "user_password"),
        ({"data_virtual_hard_disks": ["x"]}, "data_virtual_hard_disks[0] must be a DataVirtualHar"),
        ({"data_virtual_hard_disks": 5}, "must be a list of DataVirtualHardDisk, not int"),
        ({"provision_guest_agent": "yes"}, "provision_guest_agent must be a bool, not str"),
        ({"slot": "middle"}, "deployment_slot is 'middle'"),
        ({"deployment": "a/b"}, "nor hold slashes"),
    ],
)
def test_a_mistake_in_a_machine_is_named(changes, says):
    """By the rules of the client's own calls as well."""
    plan = Plan()
    add_machine(plan, **changes)
    (problem,) = problems(plan)
    assert says in problem


@pytest.mark.parametrize(
    ("os_state", "says"),
    [
        ("Generalized", "that capture deletes the machine, and the plan would make it again"),
        ("Tidy", "os_state is 'Tidy'; allowed is 'Specialized'"),
    ],
)
def test_a_capture_that_deletes_its_machine_is_refused(os_state, says):
    """It says what to do instead."""
    plan = Plan()
    plan.vm_image("golden", machine=add_machine(plan), os_state=os_state)
    (problem,) = problems(plan)
    assert says in problem
    assert os_state != "Generalized" or "capture it once by capture_vm_image" in problem


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"slot": "staging"}, "slot is 'staging', but 'production' for virtual_machine/web-vm/"),
        ({"virtual_network_name": "net"}, "virtual_network_name is 'net', but None for"),
        ({"reserved_ip": "ip"}, "reserved_ip is 'ip', but None for"),
    ],
)
def test_machines_of_one_deployment_agree_on_it(changes, says):
    """Who comes first makes it; what the others said of it would be lost silently."""
    plan = Plan()
    first = add_machine(plan)
    given = {"deployment": "web", "image": UBUNTU, "system_config": linux()}
    plan.add("virtual_machine", "second", service="hosted_service/web-vm", **given | changes)
    plan.add("virtual_machine", "third", service="hosted_service/web-vm", **given)
    (problem,) = problems(plan)
    assert f"'second': {says}" in problem
    assert first.address in problem


def test_all_mistakes_come_in_one_error_with_their_lines():
    """In the order of the plan, with the file's name where there is one."""
    plan = Plan("fleet.yaml")
    plan.add("storage_account", "BAD", line=3, location="x")
    plan.add("hosted_service", "web", line=7, location="x", label=5, colour="red")
    plan.add("affinity_group", "good", line=9, location="x")
    plan.add("nothing", "x", line=12)
    with pytest.raises(PlanError) as caught:
        plan.check()
    found = caught.value.problems
    assert [problem.split(" ")[0] for problem in found] == [
        "fleet.yaml:3:",
        "fleet.yaml:7:",
        "fleet.yaml:7:",
        "fleet.yaml:12:",
    ]
    assert str(caught.value).startswith("the plan has 4 problems:\n  fleet.yaml:3: storage_account")
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_what_else_is_wrong_with_a_resource_is_told_with_a_wrong_type():
    """One error lists all; but nothing that only comes of what was left out."""
    plan = Plan()
    web = plan.hosted_service("web", location="x")
    machine = plan.virtual_machine("d", "vm", service=web, image=UBUNTU, system_config=linux())
    plan.data_disk("d", machine=machine, lun=99, logical_disk_size_in_gb="x")
    plan.virtual_machine("d", "other", service=web, image=5, system_config=linux())
    plan.data_disk("e", machine=machine, lun="x", logical_disk_size_in_gb=1)
    assert [one.partition(": ")[2] for one in problems(plan)] == [
        "logical_disk_size_in_gb must be an int, not str",
        "lun is 99; 0 to 31 are allowed",
        "image must be a os_image of the plan, not int",
        "lun must be an int, not str",
    ]


def test_secrets_are_in_no_error():
    """Whatever else is wrong with them."""
    plan = Plan()
    add_machine(plan, system_config=LINUX | {"user_password": "hush"})
    web = plan.hosted_service("w", location="x")
    plan.service_certificate("c", service=web, data="hush!", password="hush")
    assert "hush" not in " ".join(problems(plan))


# What refers to what.


def test_circles_are_named():
    """Each of them, and no more; also through references."""
    plan = Plan()
    plan.affinity_group("a", location="x", after="affinity_group/b")
    plan.affinity_group("b", location="x", after="affinity_group/a")
    plan.affinity_group("c", location="x", after="affinity_group/a")
    plan.affinity_group("d", location="x", after="affinity_group/d")
    machine = add_machine(plan, image=None, vm_image="golden", system_config=None)
    plan.vm_image("golden", machine=machine)
    found = [problem.partition("it needs itself: ")[2] for problem in problems(plan)]
    assert found == [
        "affinity_group/a needs affinity_group/b needs affinity_group/a",
        "affinity_group/d needs affinity_group/d",
        "virtual_machine/vm needs vm_image/golden needs virtual_machine/vm",
    ]


@pytest.mark.parametrize("text", ["hosted_service/web", "Hosted", "hosted_service/nope", "a/b/c"])
def test_a_reference_to_nothing_is_named(text):
    """In after it names the kind as well."""
    plan = Plan()
    plan.affinity_group("a", location="x", after=text)
    (problem,) = problems(plan)
    assert text in problem


def test_a_resource_of_another_plan_is_no_reference():
    """It would never come up."""
    other = Plan().hosted_service("web", location="x")
    plan = Plan()
    plan.affinity_group("a", location="x", after=other)
    plan.service_certificate("c", service=other, data="aGk=", certificate_format="cer")
    assert [problem.partition(": ")[2] for problem in problems(plan)] == [
        "after names <hosted_service/web>, which is not in this plan",
        "it refers to <hosted_service/web>, which is not in this plan",
    ]


def test_texts_find_what_they_mean():
    """Name, kind and name, or the whole way to it; the case does not matter."""
    plan = Plan()
    one = plan.hosted_service("one", location="x")
    plan.hosted_service("two", location="x")
    first = plan.virtual_machine("d", "vm", service="ONE", image=UBUNTU, system_config=linux())
    second = plan.virtual_machine(
        "d", "vm", service="hosted_service/two", image=UBUNTU, system_config=linux()
    )
    disk = plan.data_disk("x", machine="virtual_machine/one/d/vm", lun=0, logical_disk_size_in_gb=1)
    late = plan.affinity_group("late", location="x", after=["virtual_machine/two/d/vm", disk])
    plan.check()
    assert first.needs == (one,)
    assert disk.properties.machine is first
    assert late.needs == (second, disk)
    assert disk.address == "data_disk/one/d/vm/x"
    plan.data_disk("y", machine="vm", lun=0, logical_disk_size_in_gb=1)
    (problem,) = problems(plan)
    assert "'vm' could be any of virtual_machine/one/d/vm, virtual_machine/two/d/vm" in problem


def test_a_name_that_the_plan_does_not_know_may_exist_outside_of_it():
    """As images of the platform do; with the kind in front it is a mistake."""
    plan = Plan()
    plan.hosted_service("web", affinity_group="theirs")
    plan.check()
    assert plan.resources[0].properties.affinity_group == "theirs"
    plan.hosted_service("shop", affinity_group="affinity_group/theirs")
    (problem,) = problems(plan)
    assert "'affinity_group/theirs' is not in the plan" in problem


@pytest.mark.parametrize(
    ("first", "second", "twins"),
    [
        ({"kind": "hosted_service"}, {"kind": "hosted_service"}, True),
        ({"kind": "hosted_service"}, {"kind": "hosted_service", "name": "WEB"}, True),
        ({"kind": "hosted_service"}, {"kind": "hosted_service", "subscription": OTHER}, True),
        ({"kind": "affinity_group"}, {"kind": "affinity_group", "subscription": OTHER}, False),
        ({"kind": "hosted_service"}, {"kind": "affinity_group"}, False),
    ],
)
def test_two_resources_cannot_have_one_name(first, second, twins):
    """Some names not even in two subscriptions."""
    plan = Plan()
    for line, one in enumerate((first, second), 1):
        plan.add(**{"name": "web", "location": "x", "line": line} | one)
    if twins:
        (problem,) = problems(plan)
        assert problem.startswith("line 2: ")
        assert problem.endswith("it is the same as hosted_service/web of line 1")
    else:
        plan.check()


def test_two_disks_cannot_have_one_number():
    """The service tells them by that, whatever they are called."""
    plan = Plan()
    machine = add_machine(plan)
    for name in ("a", "b"):
        plan.data_disk(name, machine=machine, lun=3, logical_disk_size_in_gb=1)
    (problem,) = problems(plan)
    assert "data_disk 'b': it is the same as data_disk/web-vm/web/vm/a" in problem


def test_parts_are_in_the_subscription_of_their_whole():
    """Unless something else is said, which is a mistake."""
    plan = Plan()
    web = plan.hosted_service("web", location="x", subscription=OTHER)
    machine = plan.virtual_machine("d", "vm", service=web, image=UBUNTU, system_config=linux())
    disk = plan.data_disk("x", machine=machine, lun=0, logical_disk_size_in_gb=1)
    plan.check()
    assert (machine.subscription, disk.subscription) == (OTHER, OTHER)
    plan.data_disk("y", machine=machine, lun=1, logical_disk_size_in_gb=1, subscription="mine")
    (problem,) = problems(plan)
    assert f"it is in subscription mine, but virtual_machine/web/d/vm in {OTHER}" in problem


@pytest.mark.parametrize(("whole", "part"), [(None, "ABCD"), ("ABCD", None), ("abcd", "ABCD")])
def test_the_clients_own_subscription_may_be_named_anywhere(whole, part):
    """Once it is known which that is; any other one is a mistake."""
    plan = Plan()
    web = plan.hosted_service("web", location="x", subscription=whole)
    machine = plan.virtual_machine(
        "d", "vm", service="web", image=UBUNTU, system_config=linux(), subscription=part
    )
    plan.check()
    plan.check("abcd")
    assert machine.subscription == web.subscription == whole
    if whole is None:
        machine.subscription = part
        with pytest.raises(PlanError, match=r"subscription ABCD, but .* in the client's own"):
            plan.check("another")


# What plain data becomes.


def test_dicts_become_models():
    """The one that fits, as files have no classes."""
    plan = Plan()
    one = add_machine(plan, "a", system_config=LINUX)
    two = add_machine(plan, "b", system_config={"computer_name": "pc", "admin_password": "S-123x"})
    three = add_machine(
        plan, "c", data_virtual_hard_disks=[{"lun": 1, "logical_disk_size_in_gb": 5}]
    )
    plan.check()
    assert isinstance(one.properties.system_config, LinuxConfigurationSet)
    assert isinstance(two.properties.system_config, WindowsConfigurationSet)
    assert three.properties.data_virtual_hard_disks[0].lun == 1


def test_a_checked_plan_can_be_checked_again():
    """Nothing has changed by that."""
    plan = Plan()
    add_machine(plan)
    plan.check()
    before = plan.digest
    plan.check()
    assert plan.digest == before
    assert repr(plan) == "<Plan of 2 resources>"
    assert len(plan) == 2


def test_the_digest_tells_plans_apart_but_not_their_secrets():
    """Nor the order they were written in."""

    def digest(*names, password="Secret-123", size="Small"):
        plan = Plan()
        for name in names:
            add_machine(
                plan,
                name,
                role_size=size,
                system_config=LinuxConfigurationSet("host", "user", password, False),
            )
        plan.check()
        return plan.digest

    assert digest("a", "b") == digest("b", "a") == digest("a", "b", password="Other-123")
    assert len({digest("a", "b"), digest("a"), digest("a", "c"), digest("a", "b", size="A5")}) == 4
