"""What the tests share: the engine, one sandbox kept warm, and sites made of small pages."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, nullcontext
from pathlib import Path

import hypothesis
import pytest
from docker import DockerClient
from mkdocs.config.defaults import MkDocsConfig

from checks.engine import connect
from checks.machine import DockerHub
from checks.sandbox.container import ACCOUNT, TOKEN_LABEL, Sandbox, sandbox
from provenpages.reading.journey import read_site
from provenpages.reading.page import Page, read_page
from provenpages.running.attempt import run_block
from provenpages.running.desk import Desk
from provenpages.running.run import Run
from provenpages.showing.evidence import FILE, read_evidence
from provenpages.tree import tree_digest

ROOT = Path(__file__).parents[1]
PAGES = ROOT / "tests/pages"
SETTINGS = """
[tool.provenpages]
machine = "testing"

[tool.provenpages.machines]
testing = "checks.machine:Testing"
live = "checks.live:LiveDockerHub"
"""
"""A small site's."""
TIME_LIMIT = 60
"""Seconds that a command may take."""
COPIED = (".github", "benchmarks", "checks", "docs", "image", "provenpages", "requirements",
          "scripts", "tests", "theme", "compose.yaml", "conftest.py", "Dockerfile", ".dockerignore",
          "Makefile", "mkdocs.yml", "pyproject.toml", "README.md", "CONTRIBUTING.md",
          "CHANGELOG.md", "LICENSE")  # fmt: skip
hypothesis.settings.register_profile(
    "checks",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=300,
    # Accounts, images and processes may serve many examples; some pages take long to convert.
    suppress_health_check=[
        hypothesis.HealthCheck.function_scoped_fixture,
        hypothesis.HealthCheck.too_slow,
    ],
)
hypothesis.settings.register_profile(
    "fuzz", hypothesis.settings.get_profile("checks"), derandomize=False, max_examples=10_000
)
hypothesis.settings.load_profile("checks")
SmallDisk = Callable[[str], Path]
Read = Callable[[str], Page]
STOP = """
docker ps -aq | xargs -r docker rm -f
"""
FORGET_TOKENS = f"""
hub=https://hub.docker.com/v2
bearer=$(jq -n '{{identifier: "{ACCOUNT}", secret: env.PASSWORD}}' |
  curl -fsS --json @- $hub/auth/token | jq -r '"Authorization: Bearer " + .access_token')
curl -fsS -H "$bearer" "$hub/access-tokens?page_size=100" |
  jq -r '.results[] | select(.token_label != "{TOKEN_LABEL}").uuid' |
  xargs -rI{{}} curl -fsS -X DELETE -H "$bearer" $hub/access-tokens/{{}}
"""
RESET = f"""{STOP}{FORGET_TOKENS}
docker images -q | sort -u | xargs -r docker rmi -f
export CONTAINERD_ADDRESS=/var/run/docker/containerd/containerd.sock CONTAINERD_NAMESPACE=moby
ctr content ls | while read -r blob _ _ _ labels; do
  for label in ${{labels//,/ }}; do
    [[ $label != containerd.io/distribution.source.* ]] || echo "$blob" "${{label%%=*}}="
  done
done | xargs -rn 2 -P 4 ctr content label > /dev/null || true
rm -rf ~/.docker ~/*
pkill --full '[h]ttp.server|[/]run/classic' && sleep 1
ip link delete classic 2> /dev/null || true
"""
"""Forget all that a journey made, but for the build cache and what is published.

The engine remembers where it has pushed a layer to, and would ask to mount it from there.
"""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs an engine, a browser or Node, by its fixtures; some of it begins first."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if fixtures & {"client", "guide"}:
            item.add_marker("engine")
        if "browser" in fixtures:
            item.add_marker("browser")
        if "xterm" in fixtures:
            item.add_marker("node")
    slow = {item.path for item in items if {"engine", "browser"} & {*item.keywords}}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep the machine's Docker settings out of every test, but for where its engine is."""
    for name in os.environ:
        if name.startswith("DOCKER") and name != "DOCKER_HOST":
            monkeypatch.delenv(name)
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "docker-config"))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Copy the project."""
    return copy_project(tmp_path / "copy")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """Mount a disk of some size, as `64k`; it goes with the test."""
    disk = tmp_path / "disk"

    def mount(size: str) -> Path:
        disk.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(disk)]
        if subprocess.run(command, check=False, capture_output=True).returncode:
            pytest.skip("making a small disk takes root")
        return disk

    yield mount
    if disk.is_mount():
        subprocess.run(["umount", "--recursive", str(disk)], check=True)


@pytest.fixture(scope="session")
def client() -> Iterator[DockerClient]:
    with closing(connect()) as client:
        yield client


@pytest.fixture(scope="session")
def machine(client: DockerClient) -> Iterator[Sandbox]:
    """One sandbox for all tests; what a test leaves in it is its own trouble.

    Its Docker is the one whose words the tests of the clients know.
    """
    with sandbox(client, docker="stable") as machine:
        yield machine


@pytest.fixture
def warm(machine: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """Have the plugin use the warm sandbox, where nothing of a journey is left."""
    machine.run("bash", "-c", RESET)
    monkeypatch.setattr(DockerHub, "open", lambda *_, **_choices: nullcontext(machine))
    yield machine
    # A container that goes on would keep a port from the tests after.
    machine.run("bash", "-c", STOP)


@pytest.fixture(scope="session")
def guide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with the evidence of its check, and its site; nobody changes it.

    The check is the last `make check`, if that was of this very tree, or one made now.
    """

    def make(folder: Path) -> None:
        copy_project(folder)
        if holds_of_this_tree():
            for made in ("build", "site"):
                shutil.copytree(ROOT / made, folder / made)
        else:
            command = [sys.executable, "-m", "provenpages"]
            subprocess.run(command, cwd=folder, capture_output=True, check=True)

    return made_once(tmp_path_factory, "guide", make)


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """Return a folder that one worker makes and all of them use."""
    shared = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    folder = shared / name
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            part = shared / f"{name}.part"
            shutil.rmtree(part, ignore_errors=True)
            make(part)
            part.rename(folder)
    return folder


def holds_of_this_tree() -> bool:
    """Whether the evidence in `build/` and the site with it are of the project as it is now."""
    published = ROOT / "site/evidence.json"
    if not published.is_file() or published.read_bytes() != (ROOT / FILE).read_bytes():
        return False
    pages = [page for pages in read_evidence(published).values() for page in pages.values()]
    blocks = [block for page in pages for block in page.blocks]
    return {page.tree for page in pages} == {tree_digest(ROOT)} and all(
        block.outcome in ("passed", "skipped", "left out") for block in blocks
    )


def copy_project(folder: Path) -> Path:
    """Copy the project, without what the checks have made of it."""
    folder.mkdir(exist_ok=True)
    for name in COPIED:
        source = ROOT / name
        ignore = shutil.ignore_patterns("__pycache__")
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=ignore)
        else:
            shutil.copy(source, folder / name)
    (folder / ".venv").symlink_to(ROOT / ".venv")
    return folder


@pytest.fixture
def desk(machine: Sandbox) -> Iterator[Desk]:
    """A terminal of its own, in an empty folder of the warm sandbox."""
    folder = machine.run("mktemp", "-d").strip()
    with closing(Desk(machine, folder, TIME_LIMIT)) as desk:
        yield desk


@pytest.fixture(scope="session")
def site() -> MkDocsConfig:
    return read_site(ROOT)


@pytest.fixture
def read(tmp_path: Path, site: MkDocsConfig) -> Read:
    """Read a text as the page `docs/page.md`."""

    def read(text: str) -> Page:
        file = tmp_path / "page.md"
        file.write_text(text)
        return read_page(file, "docs/page.md", site)

    return read


@pytest.fixture
def run(read: Read, desk: Desk) -> Callable[[str], list[Run]]:
    """Run all blocks of a text, at one desk."""

    def run(text: str) -> list[Run]:
        runs: list[Run] = []
        for block in read(text).blocks:
            run_block(desk, block, runs)
        return runs

    return run
