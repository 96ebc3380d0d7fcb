"""docker-hub, a client of the HTTP API that is on PyPI."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from checks.sandbox.container import ACCOUNT, Sandbox
from tests.checks.clients.conftest import Shell, keep, make_image, secret_of

REQUIREMENTS = Path(__file__).with_name("docker-hub.txt")
PLACE = "/opt/docker-hub"
SIGNED_IN = f"DOCKER_HUB_USERNAME={ACCOUNT} DOCKER_HUB_PASSWORD="
RUN = (
    f"PYTHONPATH={PLACE} REQUESTS_CA_BUNDLE=/etc/ssl/certs/ca-certificates.crt HOME=$PWD"
    f" python3 {PLACE}/bin/docker-hub"
)


@pytest.fixture(scope="module", autouse=True)
def _installed(machine: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("docker-hub")
    install = ["install", "--quiet", "--require-hashes", "--only-binary", ":all:", "--no-compile"]
    install += ["--disable-pip-version-check", "--target", str(folder)]
    # An environment of its own would ask which of its packages fit which of ours.
    command = [sys.executable, "-m", "pip", *install, "--requirement", str(REQUIREMENTS)]
    subprocess.run(command, check=True, capture_output=True)
    machine.put(folder, PLACE)


def test_lists_tags(shell: Shell, repository: str) -> None:
    keep(shell, secret_of(shell, "repo:write"))
    make_image(shell, "docker", f"{repository}:one")
    pushed = shell(f"docker push {repository}:one").out.split()[-3]
    name = repository.removeprefix(f"{ACCOUNT}/")
    ran = shell(f"{SIGNED_IN}$TOKEN {RUN} tags -o {ACCOUNT} -r {name} -f json")
    (tag,) = json.loads(ran.out)
    assert (tag["Name"], tag["Images platform"]) == ("one", "os:linux-(N/A) arch:amd64")
    assert f"sha256:{tag['Digest']}" in pushed


def test_lists_repositories(shell: Shell) -> None:
    ran = shell(f"{SIGNED_IN}$PASSWORD {RUN} repos -o library -f json")
    (found,) = json.loads(ran.out)
    assert (found["Name"], found["Repository Type"]) == ("debian", "image")


def test_wrong_secret(shell: Shell) -> None:
    ran = shell(f"{SIGNED_IN}wrong {RUN} repos -o {ACCOUNT}")
    said = "Invalid credentials. Failed logging in to Docker Hub.\n"
    assert (ran.status, ran.out) == (1, said)


def test_nothing_there(shell: Shell) -> None:
    ran = shell(f"{RUN} tags -o {ACCOUNT} -r nowhere -f json")
    assert ran.out == f"Error 404 fetching tags for: {ACCOUNT}/nowhere\n"
