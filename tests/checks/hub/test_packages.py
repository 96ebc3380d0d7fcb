"""GitHub Packages' stand-in, met by the docker client."""

from collections import deque
from collections.abc import Callable, Iterator

import pytest

from checks.sandbox.container import GITHUB_ACCOUNT, Sandbox
from provenpages.running.desk import Desk

IMAGE = f"ghcr.io/{GITHUB_ACCOUNT}/packages:one"
Type = Callable[[str], list[str]]


@pytest.fixture
def typed(desk: Desk, machine: Sandbox) -> Iterator[Type]:
    """Type one line, signed in as nobody at the start."""
    # What is asked knows nothing of later questions: a copy of the shell answers each.
    desk.session.type("export DOCKER_CONFIG=$PWD/config", 10, deque())
    desk.session.ask("docker pull -q debian:trixie-slim")
    desk.session.ask(f"docker tag debian:trixie-slim {IMAGE}")

    def typed(line: str) -> list[str]:
        return desk.session.type(line, 30, deque()).shown

    yield typed
    root = "/var/lib/packages/docker/registry/v2/repositories"
    machine.run("rm", "-rf", f"{root}/{GITHUB_ACCOUNT}/packages")


def login(typed: Type, secret: str) -> str:
    return typed(f"echo {secret} | docker login ghcr.io -u {GITHUB_ACCOUNT} --password-stdin")[-1]


@pytest.mark.parametrize("secret", ["$TOKEN", "$PASSWORD", "ghp_wrong"])
def test_no_other_secret_signs_in(secret: str, typed: Type) -> None:
    assert login(typed, secret) == (
        'Error response from daemon: Get "https://ghcr.io/v2/": denied: denied'
    )


def test_its_token_is_none_of_docker_hubs(typed: Type) -> None:
    said = typed("echo $PACKAGES_TOKEN | docker login -u hackforlaops --password-stdin")[-1]
    assert said.endswith("unauthorized: incorrect username or password")


def test_a_new_package_is_private(typed: Type) -> None:
    assert login(typed, "$PACKAGES_TOKEN") == "Login Succeeded"
    pushed = typed(f"docker push {IMAGE}")[-1].split()[2]
    typed(f"docker image rm {IMAGE}")
    assert f"Digest: {pushed}" in typed(f"docker pull {IMAGE}")
    typed(f"docker logout ghcr.io; docker image rm {IMAGE}")
    assert "pull access denied" in typed(f"docker pull {IMAGE}")[-1]


def test_nobody_cannot_push(typed: Type) -> None:
    assert "insufficient_scope: authorization failed" in typed(f"docker push {IMAGE}")[-1]
