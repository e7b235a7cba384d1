"""The recorded tests replay against the emulator, and the README's table says how far."""

import pytest
from coverage_page import README, results, table, with_table
from coverage_recorded import RECORDINGS, routed
from coverage_shapes import Recorded, compared

from aiosm.emulator import Response

needs_recordings = pytest.mark.skipif(
    not RECORDINGS.exists(), reason="the recordings are not part of the repository"
)
DISKS = "<Disks><Disk><Name>a</Name><OS>Linux</OS></Disk><Disk><Name>b</Name></Disk></Disks>"


@pytest.fixture(scope="module")
def replayed():
    """All of them, once."""
    return results()


@needs_recordings
def test_at_least_95_of_100_recorded_exchanges_go_alike(replayed):
    """Of all operations that the client has."""
    alike = sum(not one.problem for one in replayed)
    assert len(replayed) > 1300
    assert alike / len(replayed) >= 0.95


@needs_recordings
def test_the_table_in_the_readme_is_what_the_replay_finds(replayed):
    """Whoever makes the emulator better, or worse, shows it there."""
    readme = README.read_text(encoding="utf-8")
    assert with_table(readme, table(replayed)) == readme, (
        "run: python tests/emulator/coverage_page.py"
    )


@needs_recordings
def test_nothing_is_left_out_but_what_others_asked_for(replayed):
    """Each exchange that the emulator routes is in the table, or its path served something else."""
    from coverage_recorded import recorded_tests

    counted = {one.exchange["id"] for one in replayed}
    left = [
        exchange for exchanges in recorded_tests().values() for exchange in exchanges
        if routed(exchange)[0] is not None and exchange["id"] not in counted
    ]  # fmt: skip
    assert {routed(one)[0].pattern for one in left if one["status"] != 307} <= {
        "operations/{id}",
        "services/hostedservices/{service}/deployments/{deployment}/roleinstances/{role}/operations",
    }


def judged(answer, body=DISKS, status=200):
    known = Recorded()
    known.learn(DISKS)
    known.learn("<Disks><Disk><Name>c</Name><OS>Linux</OS><Size>1</Size></Disk></Disks>")
    exchange = {"status": status, "response_body": body}
    return compared(exchange, known, Response(200, {}, answer.encode()))


def test_a_body_with_the_recorded_elements_is_equal():
    """Whatever their values are, and however many of them there are."""
    assert judged(DISKS.replace("Linux", "Windows")) == ("", True)


@pytest.mark.parametrize(
    ("disk", "problem"),
    [
        ("<Name>a</Name>", ""),
        ("<Name>a</Name><OS>x</OS><Size>2</Size>", ""),
        ("<OS>x</OS>", "Disks/Disk without Name"),
        ("<Name>a</Name><Colour>red</Colour>", "Disks/Disk with Colour"),
        ("<Name>a</Name><Size>1</Size><OS>x</OS>", "Disks/Disk with Size before OS"),
        ("<Name>a<Deep/></Name>", "Disks/Disk/Name with Deep"),
    ],
)
def test_a_body_is_alike_if_it_could_have_been_recorded(disk, problem):
    """Elements that sometimes are there may be, in their order; others not."""
    assert judged(f"<Disks><Disk>{disk}</Disk></Disks>") == (problem, False)


@pytest.mark.parametrize(
    ("answer", "body", "status", "problem"),
    [
        ("<Disks/>", DISKS, 200, "an empty list"),
        ("", DISKS, 200, "no body"),
        (DISKS, "", 200, "a body where there was none"),
        (DISKS, DISKS, 404, "status 404, not 200"),
        (
            "<Operation><Status>Failed</Status></Operation>",
            "<Operation><Status>Succeeded</Status></Operation>", 200,
            "operation Succeeded, not Failed",
        ),
    ],
)  # fmt: skip
def test_other_differences_are_told(answer, body, status, problem):
    """In words that say which way round it is."""
    assert judged(answer, body, status) == (problem, False)


def test_an_error_is_known_by_its_code():
    """Its text is the emulator's own affair."""
    exchange = {"status": 404, "response_body": "<Error><Code>ResourceNotFound</Code></Error>"}
    for code, problem in (("ResourceNotFound", ""), ("ConflictError", "error code")):
        answer = Response(404, {}, f"<Error><Code>{code}</Code></Error>".encode())
        assert compared(exchange, Recorded(), answer) == (problem, not problem)
