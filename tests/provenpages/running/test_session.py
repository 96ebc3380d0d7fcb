"""The session: as a reader's own terminal would behave."""

import base64
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

import pytest

from provenpages.errors import BlockFailed
from provenpages.running.desk import Desk
from provenpages.running.run import Run
from provenpages.running.secrets import REDACTED
from provenpages.running.stopped import Hung, ShellEnded
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


def shown(run: Runner, text: str) -> list[str]:
    """Return what the last command shows."""
    return run(text)[-1].shown


def test_a_command_knows_the_language_and_its_user(each_run: Runner) -> None:
    assert shown(each_run, "```bash\nword=é; printf '\\u00e9\\n'; echo ${#word}\n```\n") == [
        "é",
        "1",
    ]
    assert shown(each_run, "```bash\ntouch café && ls\n```\n") == ["café"]
    told = "```bash\nfor name in USER LOGNAME HOME SHELL TERM PATH PWD LANG; do\n"
    told += '  echo "$name ${!name:+is set}"\ndone\n```\n'
    assert all(line.endswith(" is set") for line in shown(each_run, told))
    assert shown(each_run, '```bash\n[ "$USER:$LOGNAME" = "$(id -un):$(id -un)" ]\n```\n') == []


ASKING = (
    "```bash\nCODE=7\n```\n\n"
    "<!-- check: exit 3 -->\n```bash\ntrue last | (exit 3)\n```\n\n"
    "<!-- check: let abc = $CODE -->\n"
    '<!-- check: answer "Code: " with $CODE -->\n'
)


@pytest.mark.parametrize(
    ("command", "lines"),
    [
        ("a=$? b=(\"${PIPESTATUS[@]}\"); echo $a ${b[@]}; read -p 'Code: '; : abc", "3 0 3"),
        ("echo $?; read -p 'Code: '; : abc", "3"),
        ("echo ${PIPESTATUS[*]}; read -p 'Code: '; : abc", "0 3"),
    ],
)
def test_a_stand_in_and_an_answer_leave_statuses_as_they_were(
    command: str, lines: str, each_run: Runner
) -> None:
    assert shown(each_run, f"{ASKING}```bash\n{command}\n```\n")[0] == lines


def test_the_last_word_of_a_command_stays_known(each_run: Runner) -> None:
    text = "```bash\nCODE=7; echo one two\n```\n\n<!-- check: let abc = $CODE -->\n"
    assert shown(each_run, text + "```bash\necho $_ abc\n```\n") == ["two 7"]


def test_a_background_command_leaves_the_status_as_it_was(each_run: Runner) -> None:
    text = (
        "<!-- check: exit 1 -->\n```bash\nfalse\n```\n\n"
        "<!-- check: background until test -e ready -->\n"
        "```bash\nsleep 0.1; touch ready; sleep 60\n```\n\n"
        "```bash\necho $?\n```\n"
    )
    assert shown(each_run, text) == ["1"]


def test_a_background_command_shows_no_answer(each_run: Runner) -> None:
    text = (
        "```bash\nCODE=correct-horse-battery\n```\n\n"
        '<!-- check: answer "Code: " with $CODE -->\n```bash\nread -rsp "Code: "; echo\n```\n\n'
        "<!-- check: background until test -e ready -->\n"
        "```bash\necho correct-horse-battery; touch ready; sleep 60\n```\n"
    )
    assert shown(each_run, text) == [REDACTED]


@pytest.mark.parametrize(
    ("line", "lines"),
    [
        ("set -x", ["+ echo a", "a"]),
        ("set -v", ["echo a", "a"]),
        ("trap 'echo [$BASH_COMMAND]' DEBUG", ["[echo a]", "a"]),
        ("trap 'echo ERR' ERR", ["a"]),
        ("trap 'echo RET' RETURN", ["a"]),
        ("trap 'echo EXIT' EXIT", ["a"]),
        ("set -TE; trap 'echo DEBUG' DEBUG; trap 'echo ERR' ERR", ["DEBUG", "a"]),
    ],
)
def test_tracing_shows_nothing_of_the_checks(line: str, lines: list[str], each_run: Runner) -> None:
    text = f"```bash\n{line}\n```\n\n<!-- check: let a = $(false; echo a) -->\n"
    runs = each_run(text + "```bash\necho a\n```\n")
    assert not any("133" in one for run in runs for one in run.shown)
    assert runs[-1].shown == lines


def test_a_debugging_trap_counts_the_pages_commands_alone(each_run: Runner) -> None:
    text = "```bash\ntrap 'count=$((count+1))' DEBUG\n```\n\n<!-- check: let 5 = $(echo 1) -->\n"
    assert shown(each_run, text + "```bash\necho $count: 5\n```\n") == ["1: 1"]


def test_history_and_jobs_know_nothing_of_the_checks(each_run: Runner) -> None:
    text = "```bash\nCODE=7\n```\n\n<!-- check: let abc = $CODE -->\n```bash\necho abc\n```\n\n"
    assert shown(each_run, text + "```bash\nhistory; jobs\n```\n") == [
        "    1  CODE=7",
        "    2  echo 7",
        "    3  history; jobs",
    ]


def test_the_end_of_a_job_is_told_though_the_checks_asked_meanwhile(each_run: Runner) -> None:
    text = (
        "```bash\nsleep 0.2 &\n```\n\n```bash\nCODE=7; sleep 0.1\n```\n\n"
        "<!-- check: let abc = $(sleep 0.5; echo $CODE) -->\n<!-- check: let b = $CODE -->\n"
        "```bash\necho abc b\n```\n"
    )
    assert shown(each_run, text) == ["7 7", "[1]+  Done                    sleep 0.2"]


@pytest.mark.parametrize(
    "line",
    [
        "PS1='(venv) $ '",
        'PS1="(venv) $PS1"',
        "PS1='\\[\\e[32m\\](venv)\\[\\e[0m\\] '\"$PS1\"",
        "PS0='now ' PS2='more '",
        "unset PS0 PS1 PS2",
    ],
)
def test_a_page_may_set_the_prompt(line: str, each_run: Runner) -> None:
    text = f"```bash\n{line}; printf 'no newline'; (exit 3)\n```\n"
    runs = each_run(
        f"<!-- check: exit 3 -->\n{text}\n```bash\necho $?\nfor a in 1\ndo\necho $a; done\n```\n"
    )
    assert [run.shown for run in runs] == [["no newline"], ["3"], ["1"]]
    assert shown(each_run, "```bash\nhistory 2\n```\n")[-1].endswith("  history 2")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("PROMPT_COMMAND='PS1=mine'", "the shell's prompt can't be told from the output"),
        ("PS1='x '; readonly PS1", "the shell's prompt can't be told from the output"),
        ("echo a; exec 2> errors", "the shell's prompt can't be told from the output"),
    ],
)
def test_a_prompt_that_cannot_be_told_is_named(line: str, problem: str, each_run: Runner) -> None:
    with pytest.raises(BlockFailed) as caught:
        each_run(f"```bash\n{line}\n```\n")
    assert str(caught.value).startswith(f"docs/page.md:2: {problem}")
    assert "133" not in str(caught.value)


def test_a_terminal_that_takes_no_lines_is_named(each_run: Runner) -> None:
    text = "```bash\nstty -icanon\n```\n\n<!-- check: let abc = $HOME -->\n```bash\necho abc\n```\n"
    with pytest.raises(BlockFailed, match="the shell takes no lines; set the terminal's mode back"):
        each_run(text)


def test_a_virtual_environment_is_entered_and_left(each_run: Runner) -> None:
    lines = "python3 -m venv --without-pip venv\n. venv/bin/activate\necho $?\ndeactivate\necho a"
    text = f"```bash\n{lines}\n```\n"
    assert [run.shown for run in each_run(text)] == [[], [], ["0"], [], ["a"]]


@pytest.mark.parametrize(
    ("command", "reply", "lines"),
    [
        ("read -rsn 1 -p 'Key ' key; echo; echo got $key", "y", ["Key", "got y"]),
        ("read -rn 3 -p 'Key ' key; echo; echo got $key", "yes", ["Key yes", "got yes"]),
        ("read -rn 5 -p 'Key ' key; echo got $key", "yes", ["Key yes", "got yes"]),
        ("read -rep 'Key ' key; echo got $key", "yes", ["Key yes", "got yes"]),
        ("read -rd '#' -p 'Key ' key; echo; echo got $key", "yes#", ["Key yes#", "got yes"]),
    ],
)
def test_a_key_is_pressed_without_enter(
    command: str, reply: str, lines: list[str], each_run: Runner
) -> None:
    text = f"```bash\nREPLY='{reply}'\n```\n\n<!-- check: answer \"Key \" with $REPLY -->\n"
    runs = each_run(f"{text}```bash\n{command}\n```\n\n```bash\necho a\necho b\n```\n")
    assert [run.shown for run in runs[1:]] == [lines, ["a"], ["b"]]


def test_two_keys_are_pressed_one_after_the_other(each_run: Runner) -> None:
    answers = '<!-- check: answer "A " with $X -->\n<!-- check: answer "B " with $Y -->\n'
    line = "read -rn 1 -p 'A ' a; read -rsn 1 -p 'B ' b; echo; echo $a$b"
    text = f"```bash\nX=x; Y=y\n```\n\n{answers}```bash\n{line}\n```\n\n```bash\necho a\n```\n"
    assert [run.shown for run in each_run(text)[1:]] == [["A xB", "xy"], ["a"]]


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("bash", "bash"),
        ("sh", "sh"),
        ("exec bash", "bash"),
        ("exec sh", "sh"),
        ("python3", "python3"),
        ("cat", "cat"),
        ("read -p 'Name: '", "bash"),
        ("bash --norc -c 'sh'", "sh"),
        ("(read x)", "bash"),
    ],
)
def test_what_waits_for_input_is_named_at_once(command: str, name: str, each_run: Runner) -> None:
    began = time.monotonic()
    with pytest.raises(BlockFailed) as caught:
        each_run(f"```bash\n{command}\necho next\n```\n")
    assert str(caught.value).startswith(f"docs/page.md:2: `{name}` waits for input")
    assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    "command", ["sleep 3", "read -t 3 -p '$ ' || true", "sleep 3 | cat", "printf '$ '; sleep 3"]
)
def test_what_takes_its_time_is_waited_for(command: str, each_run: Runner) -> None:
    assert each_run(f"```bash\n{command}\n```\n")[-1].status == 0


@pytest.mark.parametrize("command", ["echo (", "if then fi", "case x in\n) ;;", ")"])
def test_a_syntax_error_can_be_documented(command: str, each_run: Runner) -> None:
    text = f"<!-- check: exit 2 -->\n```bash\n{command}\n```\n"
    assert shown(each_run, text)[0].startswith("bash: syntax error near unexpected token")
    assert shown(each_run, "```bash\necho $?\n```\n") == ["2"]


@pytest.mark.parametrize("line", ['echo "Hello!World"', "!!:p"])
def test_what_history_expansion_stops_is_not_run(line: str, each_run: Runner) -> None:
    each_run("<!-- check: exit 2 -->\n```bash\n(exit 2) # syntax error\n```\n")
    with pytest.raises(BlockFailed, match="bash ran nothing of this line"):
        each_run(f"<!-- check: exit 2 -->\n```bash\n{line}\n```\n")


def test_a_here_document_goes_on_after_a_backslash(each_run: Runner) -> None:
    text = "```bash\ncat <<EOF\nRUN a && \\\n    b\nEOF\n```\n"
    assert shown(each_run, text)[-1] == "RUN a &&     b"


@pytest.mark.parametrize(
    ("reply", "command"),
    [
        ("true", "printf 'Code: '; sleep 0.3; echo"),
        ("yes", "read -rsn 1 -p 'Code: '; echo"),
        ("abcd", "read -n 2 -p 'Code: ' x"),
    ],
)
def test_an_answer_that_is_not_taken_whole_is_named(
    reply: str, command: str, each_run: Runner
) -> None:
    text = f'```bash\nx={reply}\n```\n\n<!-- check: answer "Code: " with $x -->\n'
    with pytest.raises(BlockFailed, match=r"docs/page\.md:7: the command didn't take all of its"):
        each_run(f"{text}```bash\n{command}\n```\n")


def test_an_answer_is_one_line(each_run: Runner) -> None:
    text = "```bash\nx=$'a\\nb'\n```\n\n<!-- check: answer \"Code: \" with $x -->\n"
    with pytest.raises(BlockFailed, match=r"docs/page\.md:6: \$x has several lines"):
        each_run(f"{text}```bash\nread -p 'Code: ' y\n```\n")


@pytest.mark.parametrize("line", ["PS1=", "unset PS1", "PS2='more '", "PS0='[%s]'"])
def test_a_page_may_have_no_prompt(line: str, each_run: Runner) -> None:
    text = f"```bash\n{line}\n```\n\n```bash\necho hi\n```\n"
    assert shown(each_run, text)[-1].endswith("hi")


def test_a_secret_stands_for_nothing(each_run: Runner) -> None:
    known = "```bash\nx=correct-horse-battery\n```\n\n"
    ask = '<!-- check: answer "Code: " with $x -->\n```bash\nread -rsp "Code: " y; echo\n```\n\n'
    let = "<!-- check: let TOKEN = $x -->\n```bash\necho TOKEN\n```\n\n"
    runs = each_run(f"{known}{let}{ask}```bash\necho TOKEN\n```\n\n```text\nTOKEN\n```\n")
    assert (runs[-1].typed, runs[-1].shown) == (f"echo {REDACTED}", [REDACTED])
    with pytest.raises(BlockFailed, match=r"docs/page\.md:2: `let TOKEN = \$x` gives a secret"):
        each_run(let)
