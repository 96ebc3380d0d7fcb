"""The session: as a reader's own terminal would behave."""

import base64
from collections import deque
from collections.abc import Callable
from pathlib import Path

import pytest

from provenpages.errors import BlockFailed
from provenpages.running.desk import Desk
from provenpages.running.run import Run
from provenpages.running.session import REDACTED, Hung, ShellEnded
from tests.conftest import PAGES

Runner = Callable[[str], list[Run]]
FAILING = {
    "right-output-exit-3": "4: exit status 3, documented 0",
    "first-of-two-fails": "4: exit status 1, documented 0",
    "eats-stdin": "5: still running, or waiting for input, after 1 s",
    "hangs": "5: still running, or waiting for input, after 1 s",
}


@pytest.mark.parametrize("file", sorted((PAGES / "shell").glob("*.md")), ids=lambda file: file.stem)
def test_it_does_what_a_terminal_does(file: Path, run: Runner) -> None:
    run(file.read_text())


@pytest.mark.parametrize("name", FAILING)
def test_it_shows_the_failures_a_reader_would_meet(name: str, run: Runner) -> None:
    text = (PAGES / "shell-failing" / f"{name}.md").read_text()
    with pytest.raises(BlockFailed) as caught:
        run(text)
    assert str(caught.value).startswith(f"docs/page.md:{FAILING[name]}")


def test_there_are_twelve_behaviours() -> None:
    assert len([*(PAGES / "shell").glob("*.md"), *(PAGES / "shell-failing").glob("*.md")]) == 12


def test_a_line_that_is_not_finished_waits_for_more(desk: Desk) -> None:
    statuses = [desk.session.type(line, 5, deque()).status for line in ("if true", "then :", "fi")]
    assert statuses == [None, None, 0]


def test_a_prompt_is_answered_as_a_person_would(desk: Desk) -> None:
    answers = deque([("Name: ", "Ada")])
    typed = desk.session.type('read -p "Name: " name; echo "hello $name"', 5, answers)
    assert typed.shown == ["Name: Ada", "hello Ada"]
    assert not answers


def test_a_secret_waits_until_the_terminal_is_silent(desk: Desk) -> None:
    token = desk.machine.secrets["TOKEN"]
    ask = "printf 'Password: '; sleep 0.3; read -rs secret; echo; echo ${#secret}"
    typed = desk.session.type(ask, 5, deque([("Password: ", token)]))
    assert typed.shown == ["Password:", str(len(token))]


def test_the_prompt_survives_a_command_that_sets_its_own(desk: Desk) -> None:
    desk.session.type("PS1='(venv) $ '", 5, deque())
    assert desk.session.ask("echo a") == ["a"]


def test_a_command_that_hangs_says_what_it_showed(desk: Desk) -> None:
    with pytest.raises(Hung) as caught:
        desk.session.type("echo before; sleep 60", 0.5, deque())
    assert caught.value.shown == ["before"]


def test_a_command_that_ends_the_shell_is_noticed(desk: Desk) -> None:
    with pytest.raises(ShellEnded):
        desk.session.type("echo bye; exit 3", 5, deque())


@pytest.mark.parametrize(
    "command", ['echo "$TOKEN"', 'echo -n "user:$TOKEN" | base64 -w0', "env", 'echo "${TOKEN}x"']
)
def test_secrets_never_leave_it(command: str, desk: Desk) -> None:
    shown = "\n".join(desk.session.ask(command))
    token = desk.machine.secrets["TOKEN"]
    encoded = base64.b64encode(f"user:{token}".encode()).decode()
    assert REDACTED in shown
    assert token not in shown
    assert encoded[8:-8] not in shown
