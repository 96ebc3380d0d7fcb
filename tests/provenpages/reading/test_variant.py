"""Variants: one output for each version, no more and no less."""

import pytest

from provenpages.errors import PageError
from provenpages.reading.variant import variant
from tests.conftest import Read

BASH = "```bash\nshow\n```\n\n"


def output(only: str, text: str) -> str:
    """Write an output for some versions."""
    return f"<!-- check: {only} -->\n```text\n{text}\n```\n\n"


OLD, NEW = output("only docker < 28", "old"), output("only docker >= 28", "new")
TABS = '=== "28"\n\n    <!-- check: only docker >= 28 -->\n    ```text\n    new\n    ```\n\n'
TABS += '=== "Older"\n\n    <!-- check: only docker < 28 -->\n    ```text\n    old\n    ```\n'


@pytest.mark.parametrize("text", [BASH + OLD + NEW, BASH + NEW + OLD, BASH + TABS])
@pytest.mark.parametrize(("version", "shown"), [("26.1.5", "old"), ("28.5.2", "new")])
def test_each_version_has_its_output(text: str, version: str, shown: str, read: Read) -> None:
    (block,) = read(text).blocks
    fitting = variant(block, {"docker": version})
    assert fitting
    assert [one.lines.text for one in fitting.outputs] == [(shown,)]


def test_a_block_is_left_out_where_it_is_for_others(read: Read) -> None:
    text = f"<!-- check: only docker >= 29 -->\n{BASH}```text\nshown\n```\n"
    (block,) = read(text).blocks
    assert variant(block, {"docker": "28.5.2"}) is None
    assert variant(block, {"docker": "29.7.2"}) == block


def test_a_program_that_the_machine_does_not_name_is_named_with_its_line(read: Read) -> None:
    (block,) = read(f"\n<!-- check: only dokcer >= 29 -->\n{BASH}").blocks
    with pytest.raises(PageError) as caught:
        variant(block, {"docker": "29", "bash": "5"})
    assert str(caught.value).startswith("docs/page.md:3: `only dokcer`: this machine doesn't say")
    assert str(caught.value).endswith("name one of docker, bash")


MIDDLE = output("only docker >= 28, < 29", "middle")
NEWEST = output("only docker >= 29", "newest")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (BASH + OLD, "6: no output is for docker >= 28; let each version have one output"),
        (BASH + NEW, "6: no output is for docker < 28"),
        (BASH + OLD + NEWEST, "11: no output is for docker >= 28, < 29"),
        (BASH + OLD + MIDDLE, "11: no output is for docker >= 29"),
        (BASH + OLD + NEW + NEWEST, "16: two outputs are for 29: `docker >= 28` and `docker >="),
        (BASH + OLD + OLD + NEW, "two outputs are for "),
        (BASH + OLD + output("only bash >= 28", "b"), "each output needs `only`, and all of them"),
        (BASH + "```text\na\n```\n\n" + NEW, "each output needs `only`"),
        (BASH + OLD + NEW + "```text\na\n```\n", "15: a `text` block belongs right after"),
        (BASH + OLD + "Words.\n\n" + NEW, "13: the directive above belongs to no"),
        (BASH + output('recorded "Docker 29" on 2026-11-26, reviewed 2026-11-26', "b"),
         "5: `recorded` needs `only`"),
        (BASH + output("only docker >= 29, < 28", "b"), "5: can't read `only docker >= 29, < 28`"),
        (BASH + output("only docker > 29", "b"), "5: can't read `only docker > 29`; write"),
        (BASH + output("only docker >= 29, recorded now", "b"), "5: can't read `recorded now`"),
    ],
)  # fmt: skip
def test_trouble_is_named_with_its_line(text: str, problem: str, read: Read) -> None:
    with pytest.raises(PageError) as caught:
        read(text)
    assert problem in str(caught.value)


def test_a_block_for_some_versions_needs_outputs_for_those_alone(read: Read) -> None:
    text = f"<!-- check: only docker >= 28 -->\n{BASH}{MIDDLE}{NEWEST}"
    assert len(read(text).blocks[0].outputs) == 2
    with pytest.raises(PageError, match="no output is for docker >= 28, < 29"):
        read(f"<!-- check: only docker >= 28 -->\n{BASH}{NEWEST}")
