"""How much of what was recorded the emulator does alike: the README's table.

``python tests/emulator/coverage_page.py`` writes the table into the README; with ``--problems`` it
tells what is not alike instead.
"""

import sys
from collections import Counter
from pathlib import Path

README = Path(__file__).parents[2] / "README.md"
BEGIN, END = "<!-- coverage table -->", "<!-- end of coverage table -->"


def results():
    """Every exchange of an operation that the client has, replayed."""
    from coverage_recorded import recorded_tests
    from coverage_replay import replay

    return [result for exchanges in recorded_tests().values() for result in replay(exchanges)]


def table(found):
    """The table, from the results."""
    recorded = Counter(one.area for one in found)
    alike = Counter(one.area for one in found if not one.problem)
    equal = Counter(one.area for one in found if one.equal)
    lines = ["| area | recorded | alike | to the element |", "|---|--:|--:|--:|"]
    for area in sorted(recorded):
        lines.append(f"| {area} | {recorded[area]} | {alike[area]} | {equal[area]} |")

    share = 100 * alike.total() / recorded.total()
    lines.append(
        f"| **all** | **{recorded.total()}** | **{alike.total()}** ({share:.1f} %) "
        f"| **{equal.total()}** |"
    )
    return "\n".join(lines)


def with_table(readme, rows):
    """The README with the table in its place."""
    assert BEGIN in readme, f"the README has no {BEGIN}"
    assert END in readme, f"the README has no {END}"
    before, _, rest = readme.partition(BEGIN)
    return f"{before}{BEGIN}\n\n{rows}\n\n{END}{rest.partition(END)[2]}"


def main():
    """Write the table, or tell what is not in it."""
    found = results()
    if "--problems" in sys.argv:
        for one in found:
            if one.problem:
                sys.stdout.write(f"{one.exchange['id']}: {one.problem}\n")
        return

    readme = README.read_text(encoding="utf-8")
    README.write_text(with_table(readme, table(found)), encoding="utf-8")


if __name__ == "__main__":
    # Run as a program, the project's root is not among the places to import from.
    sys.path.insert(0, str(README.parent))
    main()
