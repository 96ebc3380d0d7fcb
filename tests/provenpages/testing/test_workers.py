"""Journeys side by side: seen as one after the other; and an interruption leaves nothing."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import inf
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final, NamedTuple, cast
from xml.etree import ElementTree

import pytest
from docker import DockerClient
from docker.errors import DockerException

from checks.machine import Testing
from checks.sandbox.image import LABEL, sandbox_image
from provenpages.reading.site import Site
from provenpages.testing.workers import DIED, PLACE, Workers
from tests.conftest import ROOT, SETTINGS
from tests.remains import (
    all_containers,
    command_of,
    everything,
    in_session,
    processes,
    running,
    wait_until,
)

CONFIGURATION: Final = """
site_name: Test
nav:
  - One: [one.md, more.md]
  - Two: [two.md]
markdown_extensions:
  - pymdownx.superfences: {disable_indented_code_blocks: true}
"""
LONG: Final = f"sleep {10**6 + os.getpid()}"
"""A command that no other process runs."""
HUB: Final = {f"DOCKER_HUB_{name}": "no" for name in ("USERNAME", "TOKEN", "PASSWORD")}
PASSES: Final = {
    "one": "# One\n\n```bash\nexport STEP=1\n```\n\n```bash\ntrue\n```\n",
    "more": '# More\n\n```bash\ntest "$STEP" = 1\n```\n',
    # Quiet: how much of a pull's progress is seen depends on how long it takes.
    "two": "# Two\n\n```bash\ndocker run --quiet --detach debian:trixie-slim sleep 600\n```\n",
}
FAILS: Final = {
    **PASSES,
    "two": f'{PASSES["two"]}\n<!-- check: skip "no", reviewed {{today}} -->\n```bash\nfalse\n```\n'
    "\n```console\n$ echo 100 %\n99 %\n```\n\n```bash\ntrue\n```\n",
}
STAYS: Final = {
    **PASSES,
    "one": f"# One\n\n<!-- check: timeout 600s -->\n```bash\n{LONG}\n```\n\n```bash\ntrue\n```\n",
}


class Seen(NamedTuple):
    """What a run has shown."""

    status: int
    output: str
    folder: Path

    def evidence(self) -> dict[str, Any]:
        """Return the evidence, by page."""
        pages: dict[str, Any] = json.loads((self.folder / "build/evidence.json").read_text())
        return cast(dict[str, Any], pages["machines"]["testing"])

    def outcomes(self, page: str) -> list[str]:
        """Return what became of a page's blocks."""
        return [block["outcome"] for block in self.evidence()[f"docs/{page}.md"]["blocks"]]


def write(folder: Path, pages: dict[str, str]) -> None:
    """Write a site's pages."""
    (folder / "docs").mkdir(exist_ok=True)
    (folder / "mkdocs.yml").write_text(CONFIGURATION)
    (folder / "pyproject.toml").write_text(SETTINGS)
    for name, text in pages.items():
        today = time.strftime("%Y-%m-%d", time.gmtime())
        (folder / f"docs/{name}.md").write_text(text.replace("{today}", today))


@contextmanager
def started(folder: Path, *arguments: str, **more: str) -> Iterator[subprocess.Popen[str]]:
    """Run the checks of a site in a session of their own, of which nothing stays."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    kept.pop("GITHUB_ACTIONS", None)
    plugins = [
        "-p",
        "provenpages.pytest_plugin",
        "-p",
        "provenpages.testing.annotations",
        "--rootdir",
        str(folder),
    ]
    # Jobs in the background of a script ignore Ctrl-C, and so would what they start.
    command = ["env", "--default-signal=INT", sys.executable, "-m", "pytest", *plugins, "docs"]
    with (folder / "output").open("w") as output:
        checking = subprocess.Popen(
            [*command, *arguments],
            cwd=folder,
            env=kept | {"PYTHONPATH": str(ROOT)} | more,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
    try:
        yield checking
    finally:
        if checking.poll() is None:
            os.killpg(checking.pid, signal.SIGINT)
        checking.wait(60)


def run(folder: Path, *arguments: str, **more: str) -> Seen:
    """Run the checks of a site to their end."""
    with started(folder, "-v", *arguments, **more) as checking:
        status = checking.wait(300)
    return Seen(status, (folder / "output").read_text(), folder)


@pytest.fixture(scope="module")
def image(client: DockerClient) -> str:
    """The sandbox's image, made before anything is counted."""
    return sandbox_image(client)


@pytest.fixture(scope="module")
def both(image: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Seen, Seen]:
    """A site with a failing block, run by one process, and by two workers."""
    assert image
    found = []
    for workers in ("0", "2"):
        folder = tmp_path_factory.mktemp("site")
        write(folder, FAILS)
        found.append(run(folder, "-n", workers, "--junitxml=junit.xml", GITHUB_ACTIONS="1"))
    return found[0], found[1]


def test_a_journey_stays_whole_and_in_order_on_one_of_two_workers(both: tuple[Seen, Seen]) -> None:
    ran = re.findall(r"^\[(gw\d)\].* docs/(\w+)\.md::(\d+)", both[1].output, re.MULTILINE)
    one = [(worker, page, line) for worker, page, line in ran if page != "two"]
    two = [(worker, page, line) for worker, page, line in ran if page == "two"]
    (first,) = {worker for worker, *_ in one}
    (second,) = {worker for worker, *_ in two}
    assert first != second
    assert [(page, line) for _, page, line in one] == [("one", "3"), ("one", "7"), ("more", "3")]
    assert [line for *_, line in two] == ["3", "8", "12", "17"]


def test_a_failing_block_stops_its_journey_alone(both: tuple[Seen, Seen]) -> None:
    for seen in both:
        assert seen.status == 1
        assert "\ndocs/two.md:14: the output isn't as documented" in seen.output
        assert seen.outcomes("two") == ["passed", "skipped", "failed", "not reached"]
        assert seen.outcomes("one") + seen.outcomes("more") == ["passed"] * 3


def test_two_workers_see_what_one_process_sees(both: tuple[Seen, Seen]) -> None:
    one, two = both
    assert [*one.evidence()] == [*two.evidence()] == [f"docs/{page}.md" for page in PASSES]
    assert comparable(one.evidence()) == comparable(two.evidence())
    assert junit(one) == junit(two)
    assert annotations(one) == annotations(two) != []


def comparable(evidence: Any) -> Any:
    """Leave out what differs from run to run: dates, seconds, IDs, and what a cache has kept."""
    if isinstance(evidence, dict):
        different = {"date", "seconds", "build_cache"}
        return {key: comparable(one) for key, one in evidence.items() if key not in different}
    if isinstance(evidence, list):
        return [comparable(one) for one in evidence]
    return re.sub(r"^[0-9a-f]{64}$", "ID", evidence) if isinstance(evidence, str) else evidence


def junit(seen: Seen) -> list[tuple[str | None, ...]]:
    """List the outcomes that a JUnit file tells, by test."""
    found = []
    for case in ElementTree.parse(seen.folder / "junit.xml").iter("testcase"):
        said = [(part.tag, part.get("message")) for part in case if part.tag != "properties"]
        found.append((case.get("classname"), case.get("name"), *map(str, said)))
    return sorted(found, key=str)


def annotations(seen: Seen) -> list[str]:
    """List what GitHub is told."""
    return [line for line in seen.output.splitlines() if line.startswith("::")]


@pytest.mark.usefixtures("image")
def test_a_killed_worker_fails_its_block_and_nothing_is_resumed(
    client: DockerClient, tmp_path: Path
) -> None:
    write(tmp_path, STAYS)
    with started(tmp_path, "-v", "-n", "2", GITHUB_ACTIONS="1") as checking:
        owner = reach("block", client, checking)
        os.kill(owner, signal.SIGKILL)
        status = checking.wait(120)
    seen = Seen(status, (tmp_path / "output").read_text(), tmp_path)
    assert seen.status == 1
    assert f"\ndocs/one.md:4: {DIED}" in seen.output
    assert annotations(seen) == [f"::error file=docs/one.md,line=4::{DIED}"]
    assert seen.outcomes("one") == ["failed", "not reached"]
    assert seen.outcomes("more") == ["not reached"]
    assert seen.outcomes("two") == ["passed"]
    assert "1 failed, 1 passed, 2 not reached" in seen.output


def test_time_limits_tell_how_long_a_new_journey_takes(tmp_path: Path) -> None:
    limit = "<!-- check: timeout 300s -->\n```bash\ntrue\n```\n\n"
    write(tmp_path, {**PASSES, "two": limit * 2})
    assert Site(tmp_path).time_limits == {"journey 0": 0, "journey 1": 600}
    # An earlier run tells how long one takes of which it has run every test.
    seconds = {"docs/one.md::3 true": 2.0, "docs/more.md::3 true": 3.0, "docs/two.md::4 true": 9.0}
    cache = SimpleNamespace(get=lambda _name, _default: seconds)
    config = SimpleNamespace(cache=cache, getvalue=lambda _name: ["2*popen"])
    workers = Workers(cast(Any, config), Site(tmp_path), {"testing": Testing()}, [])
    expected = workers.pytest_xdist_make_scheduler(cast(Any, config))._expected
    known = [*seconds]
    assert expected("journey 0 on testing", known[:2]) == 5
    assert expected("journey 1 on testing", [known[2], "docs/two.md::9 true"]) == 600
    assert (
        expected(
            "tests/provenpages/reading/test_page.py",
            ["tests/provenpages/reading/test_page.py::test_new"],
        )
        == inf
    )
    # Whoever collects the pages says what is wrong with one.
    write(tmp_path, {**PASSES, "two": "```bash\n"})
    assert Site(tmp_path).time_limits == {"journey 0": 0}


def test_a_hub_outside_takes_no_workers(tmp_path: Path) -> None:
    write(tmp_path, PASSES)
    seen = run(tmp_path, "--machine", "live", "-n", "2", **HUB)
    assert seen.status == pytest.ExitCode.USAGE_ERROR
    said = "ERROR: --machine live: 1 at a time, and no more; leave out -n\n"
    assert seen.output.strip() == said.strip()


def test_each_worker_gets_the_engine_that_the_fewest_have(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOSTS", "tcp://one:2376  tcp://two:2376")
    troubles: list[str] = []
    workers = Workers(cast(pytest.Config, None), cast(Any, None), {"testing": Testing()}, troubles)
    nodes = [cast(Any, Node()) for _ in range(5)]
    for node in nodes[:3]:
        workers.pytest_configure_node(node)
    one, two = "tcp://one:2376", "tcp://two:2376"
    assert [node.host for node in nodes[:3]] == [one, two, one]
    workers.pytest_testnodedown(nodes[0], None)
    workers.pytest_testnodedown(nodes[2], None)
    for node in nodes[3:]:
        workers.pytest_configure_node(node)
    assert [node.host for node in nodes[3:]] == [one, one]
    assert troubles == ["trouble"] * 2


def test_without_a_list_each_worker_finds_the_engine_itself() -> None:
    workers, node = (
        Workers(cast(pytest.Config, None), cast(Any, None), {"testing": Testing()}, []),
        cast(Any, Node()),
    )
    workers.pytest_configure_node(node)
    assert node.host == ""


class Node:
    """As much of a worker as is asked."""

    def __init__(self) -> None:
        self.workerinput: dict[str, str] = {}
        self.workeroutput = {"troubles": ["trouble"]}

    @property
    def host(self) -> str:
        return self.workerinput[PLACE]


MOMENTS: Final = {
    "create": "create",
    "start": "start",
    "accounts": "exec_create: local-docker-hub",
    "terminal": "exec_create: bash",
}
"""What the engine tells of a sandbox, in this order."""


def reach(moment: str, client: DockerClient, checking: subprocess.Popen[str]) -> int:
    """Wait for a moment of a run; returns the worker that has got there."""
    if moment == "workers":
        assert wait_until(lambda: len(workers_of(checking.pid)) == 2)
        return workers_of(checking.pid)[0]
    if moment == "block":
        assert wait_until(is_asleep, 120)
        (process,) = (one for one in running() if command_is(one, LONG))
        cgroup = Path(f"/proc/{process}/cgroup").read_text()
        (box,) = (one for one in all_containers(client) if str(one.id) in cgroup)
        return owner_of(box.labels)
    filters = {"type": "container", "label": LABEL}
    events = client.events(decode=True, filters=filters, until=int(time.time()) + 240)
    for event in events:
        owner = owner_of(event["Actor"]["Attributes"])
        if event["Action"].startswith(MOMENTS[moment]) and owner in in_session(checking.pid):
            events.close()
            return owner
    raise AssertionError(moment)


def has_ended(checking: subprocess.Popen[str]) -> bool:
    return checking.poll() is not None


def is_asleep() -> bool:
    """Whether a worker is in the block that takes long."""
    return any(command_is(one, LONG) for one in running())


def command_is(process: int, command: str) -> bool:
    try:
        return command_of(process).strip() == command
    except OSError:
        return False


def owner_of(labels: dict[str, str]) -> int:
    return int((labels[LABEL].split() or ["", "0"])[1])


def workers_of(controller: int) -> list[int]:
    return [one for one, command in in_session(controller).items() if "execnet" in command
            or "sys.stdin.readline" in command]  # fmt: skip


def box_of(client: DockerClient, owner: int) -> Any:
    (box,) = (one for one in all_containers(client) if owner_of(one.labels) == owner)
    return box


def ctrl_c(_client: DockerClient, controller: int, _worker: int) -> None:
    """As a terminal does: all of them get it."""
    os.killpg(controller, signal.SIGINT)


def kill_controller(_client: DockerClient, controller: int, _worker: int) -> None:
    os.kill(controller, signal.SIGKILL)


def kill_worker(_client: DockerClient, _controller: int, worker: int) -> None:
    os.kill(worker, signal.SIGKILL)


def kill_sandbox(client: DockerClient, _controller: int, worker: int) -> None:
    box = box_of(client, worker)
    try:
        box.kill()
    except DockerException:
        # It was only created.
        box.remove(force=True)


Interruption = Callable[[DockerClient, int, int], None]
OFTEN: Final = [
    (ctrl_c, "block"),
    (kill_controller, "block"),
    (kill_worker, "create"),
    (kill_sandbox, "block"),
]
RARELY: Final = [
    (interruption, moment)
    for interruption in (ctrl_c, kill_controller, kill_worker, kill_sandbox)
    for moment in ("workers", *MOMENTS, "block")
    if (interruption, moment) not in [*OFTEN, (kill_sandbox, "workers")]
]


@pytest.mark.parametrize(
    ("interruption", "moment"),
    [*OFTEN, *(pytest.param(*one, marks=pytest.mark.thorough) for one in RARELY)],
)
@pytest.mark.usefixtures("image")
def test_nothing_is_left_after(
    interruption: Interruption, moment: str, client: DockerClient, tmp_path: Path
) -> None:
    write(tmp_path, STAYS)
    with nothing_left(client, tmp_path, "-n", "2") as checking:
        worker = reach(moment, client, checking)
        interruption(client, checking.pid, worker)
        if moment == "block":
            assert wait_until(lambda: not is_asleep())
        elif interruption in (kill_worker, kill_sandbox):
            # The other worker goes on, and would for long.
            assert wait_until(lambda: has_ended(checking) or is_asleep(), 120)
            if not has_ended(checking):
                ctrl_c(client, checking.pid, worker)
    write(tmp_path, PASSES)
    assert run(tmp_path, "-n", "2").status == 0


@pytest.mark.parametrize("moment", ["create", "block"])
@pytest.mark.usefixtures("image")
def test_nothing_is_left_after_ctrl_c_of_one_process(
    moment: str, client: DockerClient, tmp_path: Path
) -> None:
    write(tmp_path, STAYS)
    with nothing_left(client, tmp_path) as checking:
        ctrl_c(client, checking.pid, reach(moment, client, checking))


@contextmanager
def nothing_left(
    client: DockerClient, folder: Path, *arguments: str
) -> Iterator[subprocess.Popen[str]]:
    """Start a run that is to be interrupted, after which nothing of it may be there."""
    before, ran_before = everything(client), processes(client)
    with started(folder, *arguments) as checking:
        yield checking
        since = time.monotonic()
        output = (folder / "output").read_text()
        assert wait_until(lambda: has_ended(checking), 60), output
    assert checking.returncode != 0
    assert wait_until(lambda: not in_session(checking.pid)), in_session(checking.pid)
    assert wait_until(lambda: everything(client) <= before), everything(client) - before
    assert wait_until(lambda: processes(client) <= ran_before), processes(client) - ran_before
    print(f"gone after {time.monotonic() - since:.1f} s")
    assert "Traceback" not in (folder / "output").read_text()
