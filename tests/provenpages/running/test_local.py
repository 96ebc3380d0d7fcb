"""The local machine: a scratch folder on this computer."""

from collections import deque
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from provenpages.errors import BlockFailed
from provenpages.running.attempt import run_block
from provenpages.running.desk import Desk
from provenpages.running.local import Local, LocalMachine
from provenpages.running.run import Run
from tests.conftest import PAGES, TIME_LIMIT, Read
from tests.remains import command_of, wait_until


@pytest.fixture
def machine() -> Iterator[LocalMachine]:
    with Local().open("", is_fresh=False) as machine:
        yield machine


@pytest.fixture
def local(machine: LocalMachine, tmp_path: Path) -> Iterator[Desk]:
    project = tmp_path / "project"
    (project / "build").mkdir(parents=True)
    (project / "file").write_text("content")
    machine.put(project, machine.project)
    with closing(Desk(machine, machine.project, TIME_LIMIT)) as desk:
        yield desk


@pytest.mark.parametrize("file", sorted((PAGES / "shell").glob("*.md")), ids=lambda file: file.stem)
def test_it_does_what_a_terminal_does(file: Path, local: Desk, read: Read) -> None:
    for block in read(file.read_text()).blocks:
        run_block(local, block, [])


def test_a_command_finds_the_project_and_nothing_of_the_callers(
    local: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    assert local.session.ask("ls") == ["file"]
    names = local.session.ask("env | grep -o '^[A-Z_]*=' | sort | xargs")
    assert set(names[0].split()) >= {"HOME=", "PATH=", "TERM=", "TMPDIR="}
    assert "AWS" not in names[0]
    (home,) = local.session.ask("cd; pwd; ls -A")
    assert Path(home) != Path.home()


def test_nothing_of_it_is_left(tmp_path: Path) -> None:
    noted = tmp_path / "process"
    with Local().open("", is_fresh=False) as machine:
        machine.put(tmp_path, machine.project)
        with closing(Desk(machine, machine.project, TIME_LIMIT)) as desk:
            line = f"(trap '' HUP; exec sleep 1000) & echo $! > {noted}; disown"
            desk.session.type(line, TIME_LIMIT, deque())
        process = int(noted.read_text())
    assert not machine.folder.exists()
    assert wait_until(lambda: not command_of(process))


@pytest.mark.parametrize("shown", ["a", "a\n", "a\n\n"])
def test_blank_lines_at_an_outputs_end_do_not_count(shown: str, local: Desk, read: Read) -> None:
    runs: list[Run] = []
    for text in (f"```bash\nprintf 'a\\n\\n'\n```\n\n```text\n{shown}\n```\n",
                 f"```console\n$ echo a; echo\n{shown}\n$ true\n```\n"):  # fmt: skip
        (block,) = read(text).blocks
        run_block(local, block, runs)
    assert [run.shown for run in runs] == [["a"], ["a"], []]


def test_a_failure_is_at_its_line(local: Desk, read: Read) -> None:
    (block,) = read("# Page\n\n```bash\nexit 3\n```\n").blocks
    runs: list[Run] = []
    with pytest.raises(BlockFailed, match=r"^docs/page.md:4: "):
        run_block(local, block, runs)


@pytest.mark.parametrize(
    "text",
    [
        "<!-- check: exact -->\n```console\n$ echo Loading failed\nLoading...\n```\n",
        "```bash\necho Loading failed\n```\n\n<!-- check: exact -->\n```text\nLoading...\n```\n",
    ],
)
def test_dots_are_dots_where_the_page_says_so(text: str, local: Desk, read: Read) -> None:
    (block,) = read(text).blocks
    with pytest.raises(BlockFailed, match="the output isn't as documented"):
        run_block(local, block, [])
    (block,) = read(text.replace("Loading failed", "Loading...")).blocks
    run_block(local, block, [])


@pytest.mark.parametrize(
    "lines",
    [
        ["$ cat << END", "> a", ">", "> b", "> END", "a", "", "b"],
        ["$ cat << END | tac", "> > a", "> b", "> END", "b", "> a"],
        ["$ echo; echo '> a'", "", "> a"],
        ["$ printf 'a\\n$ b\\n> c\\n'", "a", "...", "> c"],
        ["$ echo 'a", "> ", ">", "> b'", "a", "", "", "b"],
    ],
)
@pytest.mark.parametrize("form", ["```console\n{}\n```\n", "<!-- check: hidden\n{}\n-->\n"])
def test_a_transcript_is_read_as_it_was_typed(
    lines: list[str], form: str, local: Desk, read: Read
) -> None:
    (block,) = read(form.format("\n".join(lines))).blocks
    run_block(local, block, [])


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        (["$ echo '> a'", "> a"], ":3: bash has run the command above"),
        (["$ echo '>'", ">"], ":3: bash has run the command above"),
        (["$ # a comment", "> touch a"], ":3: bash has run the command above"),
        (["$ cat << END", "> > a", "> END", "> a"], ":5: bash has run the command above"),
        (["$ true # \\", "a"], ":3: bash has run the command above"),
        (["$ echo '$ touch a'", "$ touch a"], r":2: .* a line that begins with `\$ ` is a command"),
        (
            ["$ printf 'a\\n$ touch a\\n'", "a", "$ touch a"],
            r":3: .*begins with `\$ ` is a command",
        ),
        (
            ["$ cat << END", "> a", "", "> END"],
            ":2: bash waits for more lines; .* a blank one as `>`",
        ),
    ],
)
@pytest.mark.parametrize("form", ["```console\n{}\n```\n", "<!-- check: hidden\n{}\n-->\n"])
def test_output_that_looks_typed_is_refused_with_the_way_to_write_it(
    lines: list[str], problem: str, form: str, local: Desk, read: Read
) -> None:
    (block,) = read(form.format("\n".join(lines))).blocks
    with pytest.raises(BlockFailed, match=problem) as caught:
        run_block(local, block, [])
    if "waits" not in problem:
        assert "write a `bash` block, and what it shows in a `text` block" in str(caught.value)
        assert local.session.ask("ls") == ["file"]
