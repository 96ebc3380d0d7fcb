"""The starter workflow of the guide's page on GitHub Actions, run by act in another project."""

import re

import pytest

from checks.sandbox.container import Sandbox
from tests.conftest import ROOT
from tests.workflows.registries import changed, holdings, repositories
from tests.workflows.repository import ACCOUNT, EXPIRED, Repository, write

STARTER = ROOT / "docs/guide/starter/publish.yml"
OURS = ROOT / ".github/workflows/build-image.yml"
SAVED = ".github/workflows/publish.yml"
HUB = "docker.io/hackforlaops/my-project"
USES = re.compile(r"uses: (.+)")
FORGET = "docker images --quiet {} | sort -u | xargs --no-run-if-empty docker rmi --force"
PULL = """
    docker pull --quiet hackforlaops/my-project:latest > /dev/null
    container=$(docker create hackforlaops/my-project:latest /hello)
    docker cp "$container:/hello" - | tar --extract --to-stdout
    docker rm "$container" > /dev/null
"""
"""It prints the one file that is in the image."""


@pytest.fixture
def project(runner: Sandbox) -> Repository:
    """Somebody's project, which has a Dockerfile, and this workflow."""
    forget_images(runner)
    folder = runner.run("mktemp", "--directory").strip()
    files = {"hello": f"hello from {folder}\n", "Dockerfile": "FROM scratch\nCOPY hello /\n"}
    for name, text in {**files, SAVED: STARTER.read_text()}.items():
        write(runner, f"{folder}/{name}", text)
    project = Repository(runner, folder, "Volunteer/My-Project", SAVED)
    project.prepare()
    return project


def forget_images(machine: Sandbox) -> None:
    """Forget what an earlier run has built: GitHub gives each a machine of its own."""
    for name in ("image", "hackforlaops/my-project"):
        machine.run("bash", "-c", FORGET.format(name))


def is_built(project: Repository) -> bool:
    return bool(project.machine.run("docker", "images", "--quiet", "image"))


# The file


def test_it_is_short() -> None:
    assert len(STARTER.read_text().splitlines()) <= 40


def test_its_actions_are_pinned_as_ours() -> None:
    ours, its = (set(USES.findall(file.read_text())) for file in (OURS, STARTER))
    assert its
    assert its <= ours, f"{STARTER}: pin as {OURS.name} does: {its - ours}"


def test_dependabot_moves_its_pins_too() -> None:
    settings = (ROOT / ".github/dependabot.yml").read_text()
    (watched,) = re.findall(r"github-actions\n +directories: \[(.*)\]", settings)
    assert watched.split(", ") == ["/", f"/{STARTER.parent.relative_to(ROOT)}"]


def test_it_may_only_read() -> None:
    permissions = re.findall(r"permissions:((?:\n +\w+: \w+$)*)", STARTER.read_text(), re.M)
    assert permissions == ["\n  contents: read"]


# What is published


def test_a_push_with_both_secrets_is_published(project: Repository) -> None:
    before = holdings(project.machine)
    ran = project.run("push", "refs/heads/main", secrets=ACCOUNT)
    assert ran.green, ran.log
    assert "Not pushed" not in ran.log
    after = holdings(project.machine)
    tags = changed(before, after)
    assert set(tags) == {f"{HUB}:latest", f"{HUB}:sha-{project.head()}"}
    assert len(set(tags.values())) == 1
    assert repositories(after - before) <= {"hackforlaops/my-project"}
    forget_images(project.machine)
    assert project.machine.run("bash", "-ec", PULL) == f"hello from {project.folder}\n"


@pytest.mark.parametrize("secrets", [(), ACCOUNT[:1], ACCOUNT[1:]], ids=["none", "name", "token"])
def test_a_push_without_them_is_built_only(project: Repository, secrets: tuple[str, ...]) -> None:
    before = holdings(project.machine)
    ran = project.run("push", "refs/heads/main", secrets=secrets)
    assert ran.green, ran.log
    assert "Not pushed, because the secret DOCKER_USERNAME or DOCKER_TOKEN is missing" in ran.log
    assert "Login Succeeded" not in ran.log
    assert is_built(project)
    assert holdings(project.machine) == before


@pytest.mark.parametrize("secrets", [(), ACCOUNT], ids=["from a fork", "of one's own"])
def test_a_pull_request_is_built_only(project: Repository, secrets: tuple[str, ...]) -> None:
    before = holdings(project.machine)
    ran = project.run("pull_request", "refs/pull/7/merge", secrets=secrets)
    assert ran.green, ran.log
    assert "Login Succeeded" not in ran.log
    assert is_built(project)
    assert holdings(project.machine) == before


def test_with_an_expired_token_it_is_red_and_nothing_is_pushed(project: Repository) -> None:
    before = holdings(project.machine)
    ran = project.run("push", "refs/heads/main", secrets=ACCOUNT, script=EXPIRED)
    assert not ran.green
    assert holdings(project.machine) == before


def test_what_does_not_build_is_red_and_nothing_is_pushed(project: Repository) -> None:
    project.change("Dockerfile", "COPY hello", "COPY nothing")
    before = holdings(project.machine)
    ran = project.run("push", "refs/heads/main", secrets=ACCOUNT)
    assert not ran.green
    assert holdings(project.machine) == before
