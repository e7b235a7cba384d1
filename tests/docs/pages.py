"""The README and the pages of the documentation, and the blocks of code in them.

A comment on the line before a block says how it is tested:

``<!-- test: program -->``          run as it is, in a process of its own
``<!-- test: with client -->``      run where ``client`` and ``emulator`` are; it may await
``<!-- test: with mycert.pem -->``  likewise with ``subscription_id``, a certificate of that name,
                                    and an environment that leads to an emulator
``<!-- test: in pytest -->``        run as a file of tests
``<!-- run -->``                    run in a shell whose environment leads to an emulator
``<!-- run: NAME -->``              by a test of its own
``<!-- file: NAME -->``             is there when later blocks of the page run
``<!-- output -->``                 what the block before it prints; ``...`` stands for anything
``<!-- not run: REASON -->``        not at all
"""

import re
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from textwrap import dedent

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "aiosm/docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]

_BLOCK = re.compile(
    r"^ *(?:<!-- ([^\n]*) -->\n *)?(```+)([^\n`]*)\n(.*?)^ *\2$", re.DOTALL | re.MULTILINE
)


@dataclass(frozen=True)
class Block:
    """A block of code.

    Args:
        page: Path of its page in the repository.
        line: Line of its first line, from 1.
        language: What stands after the opening fence.
        mark: The comment before it, without its signs; empty if there is none.
        code: What is in it.
    """

    page: str
    line: int
    language: str
    mark: str
    code: str

    def __str__(self):
        return f"{self.page}:{self.line}"


def blocks_of(page, text):
    """The blocks of a page, in order, without Sphinx's own such as ``{toctree}``."""
    return [
        Block(
            page,
            text.count("\n", 0, found.start(4)) + 1,
            found[3],
            found[1] or "",
            dedent(found[4]),
        )
        for found in _BLOCK.finditer(text)
        if not found[3].startswith("{")
    ]


BLOCKS = [
    block
    for path in PAGES
    for block in blocks_of(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8"))
]


def marked(mark):
    """All blocks with a mark."""
    return [block for block in BLOCKS if block.mark == mark]


def only(mark):
    """The code of the one block with a mark."""
    (block,) = marked(mark)
    return block.code


def files_before(block):
    """The files that the page has shown so far, by name."""
    earlier = takewhile(lambda one: one is not block, (b for b in BLOCKS if b.page == block.page))
    return {one.mark[6:]: one.code for one in earlier if one.mark.startswith("file: ")}


def output_of(block):
    """What the page says that a block prints, or None."""
    following = BLOCKS[BLOCKS.index(block) + 1 :][:1]
    return next((one.code for one in following if one.mark == "output"), None)
