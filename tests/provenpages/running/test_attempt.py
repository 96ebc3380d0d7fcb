"""Attempts: what is said when a block doesn't do what the page says."""

from collections.abc import Callable

import pytest

from provenpages.errors import BlockFailed, PageError
from provenpages.running.desk import Desk
from provenpages.running.run import Run

Runner = Callable[[str], list[Run]]


def failure(run: Runner, text: str) -> str:
    with pytest.raises(BlockFailed) as caught:
        run(text)
    return str(caught.value)


def test_the_failure_shows_command_status_and_difference(run: Runner) -> None:
    assert failure(run, "```bash\necho one\necho two\n```\n\n```text\none\nthree\n```\n") == (
        "docs/page.md:8: the output isn't as documented\n"
        "    $ echo one\n"
        "    documented (-), real (+):\n"
        "      one\n"
        "    - three\n"
        "    + two"
    )


def test_the_first_failing_command_is_named(run: Runner) -> None:
    said = failure(run, "```bash\ntrue\nls /nowhere\ntouch reached\n```\n")
    assert said.startswith("docs/page.md:3: exit status 2, documented 0\n    $ ls /nowhere\n")
    assert "    + ls: cannot access '/nowhere': No such file or directory" in said
    run("<!-- check: exit 1 -->\n```bash\ntest -e reached\n```\n")


def test_a_documented_failure_must_fail(run: Runner) -> None:
    run("<!-- check: exit 3 -->\n```bash\ntrue\n(exit 3)\n# done\n```\n")
    assert "2: exit status" not in failure(run, "<!-- check: exit 3 -->\n```bash\ntrue\n```\n")


def test_console_output_is_compared_where_none_is_shown(run: Runner) -> None:
    assert failure(run, "```console\n$ echo a\n```\n").startswith(
        "docs/page.md:2: the output isn't"
    )


def test_a_stand_in_stands_for_the_live_value(run: Runner, desk: Desk) -> None:
    runs = run(
        "<!-- check: let b6047b203915 = $(cat /etc/hostname) -->\n"
        "```console\n$ echo b6047b203915\nb6047b203915\n```\n\n"
        "```bash\n[ b6047b203915 = sandbox ]\n```\n"
    )
    assert [run.typed for run in runs] == ["echo sandbox", "[ sandbox = sandbox ]"]
    assert desk.stand_ins == {"b6047b203915": "sandbox"}


@pytest.mark.parametrize(
    ("expression", "gave"), [("$(true)", "gives nothing"), ("$(printf 'a\\nb')", "gives 'a\\nb'")]
)
def test_a_stand_in_for_nothing_is_refused(expression: str, gave: str, run: Runner) -> None:
    said = failure(run, f"<!-- check: let abc = {expression} -->\n```bash\necho abc\n```\n")
    assert said == f"docs/page.md:2: `let abc = {expression}` {gave}; it must give one word here"


def test_a_stand_in_that_the_block_does_not_show_is_refused(run: Runner) -> None:
    said = failure(run, "<!-- check: let abc = x -->\n```bash\ntrue\n```\n")
    assert said == "docs/page.md:2: `let abc = x`: the block below doesn't show it"


def test_a_stand_in_that_takes_long_is_refused(
    run: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("provenpages.running.session.PATIENCE", 0.5)
    said = failure(run, "<!-- check: let abc = $(sleep 9) -->\n```bash\necho abc\n```\n")
    expected = "docs/page.md:2: `let abc = $(sleep 9)`: still running; write a quick command"
    assert said.startswith(expected)


def test_a_prompt_that_is_never_seen_is_named(run: Runner) -> None:
    said = failure(run, '<!-- check: answer "Pasword: " with $TOKEN -->\n```bash\necho hi\n```\n')
    assert said.startswith("docs/page.md:2: the prompt 'Pasword: ' was never seen")
    assert "+ hi" in said


def test_an_answer_nobody_has_is_named(run: Runner) -> None:
    said = failure(run, '<!-- check: answer "Name: " with $NAME -->\n```bash\ntrue\n```\n')
    assert said == "docs/page.md:2: there is no $NAME to answer with; set it in an earlier block"


def test_an_answer_may_come_from_the_page(run: Runner) -> None:
    runs = run(
        "```bash\nCODE=open-sesame-now\n```\n\n"
        '<!-- check: answer "Code: " with $CODE -->\n'
        "```bash\nread -rsp 'Code: ' given; echo; echo ${#given}; echo $given\n```\n"
    )
    assert runs[-1].shown == ["Code:", "15", "[secret]"]


def test_a_short_answer_is_no_secret(run: Runner) -> None:
    runs = run(
        "```bash\nREPLY=yes\n```\n\n"
        '<!-- check: answer "Sure? " with $REPLY -->\n'
        "```bash\nread -rp 'Sure? ' given; echo $given, yesterday\n```\n"
    )
    assert runs[-1].shown == ["Sure? yes", "yes, yesterday"]


def test_a_command_that_is_not_finished_is_named(run: Runner) -> None:
    said = failure(run, "```bash\necho 'a\n```\n")
    assert said.startswith("docs/page.md:2: bash waits for more lines; finish the command")


def test_a_background_command_is_awaited_and_goes_on(run: Runner) -> None:
    runs = run(
        "<!-- check: background until test -e ready -->\n"
        "```bash\nsleep 0.3; touch ready; echo serving; sleep 60\n```\n\n"
        "```console\n$ pgrep --full 'sleep 6[0]' >/dev/null && echo still there\nstill there\n```\n"
    )
    assert runs[0].status is None
    assert runs[0].seconds >= 0.3


def test_a_background_command_is_one_line(run: Runner) -> None:
    said = failure(run, "<!-- check: background until true -->\n```bash\ncd /\nsleep 9\n```\n")
    assert said.startswith("docs/page.md:3: a background command is one line, alone in its block")


def test_a_background_command_that_ends_is_named(run: Runner) -> None:
    said = failure(run, "<!-- check: background until false -->\n```bash\necho no; false\n```\n")
    assert said.startswith("docs/page.md:3: ended with status 1; it must go on after `false`")
    assert "+ no" in said


def test_a_probe_that_holds_already_is_refused(run: Runner) -> None:
    said = failure(run, "<!-- check: background until true -->\n```bash\nno-such-thing\n```\n")
    assert said.startswith("docs/page.md:3: `true` succeeds before the command runs")


def test_a_line_of_which_bash_runs_nothing_is_named(run: Runner) -> None:
    said = failure(run, '```bash\necho "Hello!World"\n```\n')
    assert said.startswith("docs/page.md:2: bash ran nothing of this line")
    assert "event not found" in said


def test_a_command_that_never_stops_printing_is_stopped(run: Runner) -> None:
    said = failure(run, "<!-- check: timeout 1s -->\n```bash\nyes\n```\n")
    assert "still running, or waiting for input, after 1 s" in said


def test_a_background_command_that_is_never_ready_is_named(run: Runner) -> None:
    directives = "<!-- check: timeout 1s -->\n<!-- check: background until false -->"
    text = f"{directives}\n```bash\nsleep 60\n```\n"
    assert failure(run, text).startswith("docs/page.md:4: `false` didn't succeed in 1 s")


def test_a_line_too_long_for_a_terminal_is_refused(run: Runner) -> None:
    said = failure(run, f"```bash\necho {'x' * 5000} | wc -c\n```\n")
    assert said.startswith("docs/page.md:2: a terminal takes 4,095 bytes a line")


def test_a_command_that_ends_the_shell_is_named(run: Runner) -> None:
    said = failure(run, "```bash\nexit 3\n```\n")
    assert said.startswith("docs/page.md:2: the command ended the shell")


def test_a_block_without_commands_is_refused(run: Runner) -> None:
    with pytest.raises(PageError, match=r"docs/page\.md:1: this block has no command"):
        run("```bash\n# nothing\n```\n")


ANSWERED = '```bash\nNAME=Ada\n```\n\n<!-- check: answer "Name: " with $NAME -->\n'
PASTED = "the prompt of the command above takes this line where the block is pasted"


@pytest.mark.parametrize(
    ("block", "line"),
    [
        ("```bash\nread -rp 'Name: ' name\necho $name\n```\n", 8),
        ("```bash\nread -rp 'Name: ' name\n\n# A comment\n```\n", 9),
        ("```bash\nuntil read -rp 'Name: ' name\ndo\n:\ndone\ntrue\n```\n", 11),
        ("```console\n$ read -rp 'Name: ' name\nName: Ada\n$ echo $name\nAda\n```\n", 9),
        ("<!-- check: hidden\n$ read -rp 'Name: ' name\nName: Ada\n$ echo $name\nAda\n-->\n", 9),
    ],
)
def test_a_line_that_an_earlier_prompt_would_take_is_refused(
    block: str, line: int, each_run: Runner
) -> None:
    said = failure(each_run, ANSWERED + block)
    assert said.startswith(f"docs/page.md:{line}: {PASTED}")


@pytest.mark.parametrize(
    "block",
    [
        "```bash\necho first\nread -rp 'Name: ' name\n```\n",
        "```bash\nuntil read -rp 'Name: ' name\ndo\n:\ndone\n```\n",
        "```bash\nread -rp 'Name: ' name; cat <<END\nto $name\nEND\n```\n",
        "```console\n$ echo first\nfirst\n$ read -rp 'Name: ' name\nName: Ada\n```\n",
    ],
)
def test_the_command_that_asks_may_come_last(block: str, each_run: Runner) -> None:
    each_run(ANSWERED + block)
