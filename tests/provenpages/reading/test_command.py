"""Commands: what is typed, and what belongs to it."""

import pytest

from provenpages.errors import PageError
from provenpages.reading.block import Block, Lines, Output
from provenpages.reading.command import Command, commands


def console(*lines: str) -> Block:
    return Block("page.md", 4, "console", Lines(5, lines))


def test_a_console_block_has_commands_with_their_output() -> None:
    assert commands(console("$ echo a", "a", "$ true")) == [
        Command(5, ("echo a",), Lines(6, ("a",))),
        Command(7, ("true",), Lines(8, ())),
    ]


def test_a_command_may_go_on() -> None:
    block = console("$ echo \\", "  a", "a", "$ for i in 1", "> do echo $i; done", "1")
    assert [command.lines for command in commands(block)] == [
        ("echo \\", "  a"),
        ("for i in 1", "do echo $i; done"),
    ]


def test_a_blank_line_of_a_command_may_have_lost_its_space() -> None:
    (command,) = commands(
        console("$ cat << END", "> a", ">", "> > b", "> END", "a", "", "> b", ">")
    )
    assert command.lines == ("cat << END", "a", "", "> b", "END")
    assert command.output == Lines(10, ("a", "", "> b", ">"))


def test_a_line_that_ends_in_an_escaped_backslash_does_not_go_on() -> None:
    (command,) = commands(console("$ echo a\\\\", "a\\"))
    assert command == Command(5, ("echo a\\\\",), Lines(6, ("a\\",)))
    (command,) = commands(console("$ echo a\\\\\\", "a\\"))
    assert command.output == Lines(7, ())


def test_a_bash_block_is_typed_as_a_whole() -> None:
    output = Lines(9, ("a",))
    block = Block("page.md", 4, "bash", Lines(5, ("echo a", "true")), outputs=(Output(output),))
    assert commands(block) == [Command(5, ("echo a", "true"), output)]


def test_output_before_any_command_is_refused() -> None:
    with pytest.raises(PageError, match=r"page\.md:5: a console block begins with `\$ `"):
        commands(console("a", "$ echo a"))


def test_a_block_without_commands_is_refused() -> None:
    with pytest.raises(PageError, match=r"page\.md:4: this block has no command"):
        commands(Block("page.md", 4, "bash", Lines(5, ("",))))
