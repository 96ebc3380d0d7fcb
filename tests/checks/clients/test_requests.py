"""What clients ask the token service for (facts: "Scopes clients ask for"), seen at the front."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs

import pytest

from checks.sandbox.container import ACCOUNT, Sandbox
from tests.checks.clients.conftest import Shell, keep, make_image, secret_of

LOG = "/var/log/nginx/access.log"
ASKED = re.compile(
    r'^(\S+) "(GET|POST) /token(?:\?(\S*))? HTTP/1\.1" (\d+) "([^"]*)"$', re.MULTILINE
)
LOGIN = f"docker login -u {ACCOUNT} --password-stdin <<< $TOKEN"
SERVICE = {"service": ["registry.docker.io"]}
SOURCE = "docker://docker.io/library/debian:trixie-slim"
DOCKERFILE = "date +%N > data; printf 'FROM scratch\\nCOPY data /\\n' > Dockerfile"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request of a token; a form's parameters aren't in the log."""

    host: str
    method: str
    parameters: dict[str, list[str]]
    status: str
    client: str


See = Callable[[str], list[Asked]]


@pytest.fixture
def see(machine: Sandbox, shell: Shell) -> See:
    """Run a line, and see each request of a token that it leads to."""

    def see(line: str) -> list[Asked]:
        lines = int(machine.run("wc", "-l", LOG).split()[0])
        ran = shell(line)
        assert ran.status == 0, ran.err
        log = machine.run("tail", "-n", f"+{lines + 1}", LOG)
        return [
            Asked(host, method, parse_qs(query), status, client)
            for host, method, query, status, client in ASKED.findall(log)
        ]

    return see


def test_login_asks_for_no_scope_and_for_a_refresh_token(see: See) -> None:
    (asked,) = see(LOGIN)
    assert (asked.method, asked.status) == ("GET", "200")
    assert asked.parameters == SERVICE | {
        "account": [ACCOUNT],
        "client_id": ["docker"],
        "offline_token": ["true"],
    }


@pytest.mark.models("No refresh token")
def test_login_keeps_the_secret_and_no_refresh_token(see: See, shell: Shell) -> None:
    see(LOGIN)
    assert "identitytoken" not in shell("cat $DOCKER_CONFIG/config.json").out


def test_classic_push_gets(see: See, shell: Shell, classic: str, repository: str) -> None:
    make_image(shell, classic, f"{repository}:one")
    keep(shell, secret_of(shell, "repo:write"))
    (asked,) = see(f"{classic} push {repository}:one")
    scope = {"account": [ACCOUNT], "scope": [f"repository:{repository}:push,pull"]}
    assert (asked.method, asked.parameters, asked.status) == ("GET", SERVICE | scope, "200")


def test_classic_push_of_a_layer_known_elsewhere_asks_for_both(
    see: See, shell: Shell, classic: str, repository: str
) -> None:
    make_image(shell, classic, f"{repository}:one")
    keep(shell, secret_of(shell, "repo:write"))
    shell(f"{classic} push {repository}:one; {classic} tag {repository}:one {repository}-b:one")
    asked = see(f"{classic} push {repository}-b:one")
    push = f"repository:{repository}-b:push,pull"
    assert [one.parameters["scope"] for one in asked] == [
        [push],
        [push, f"repository:{repository}:pull"],
    ]


def test_manifest_inspect_asks_itself(see: See) -> None:
    (asked,) = see("docker manifest inspect debian:trixie-slim")
    assert asked.parameters == SERVICE | {"scope": ["repository:library/debian:pull"]}
    assert asked.client.startswith("Docker-Client/")


def test_index_docker_io_is_never_asked(machine: Sandbox, shell: Shell, repository: str) -> None:
    lines = int(machine.run("wc", "-l", LOG).split()[0])
    make_image(shell, "docker", f"{repository}:one")
    ran = shell(f"{LOGIN} && docker push {repository}:one && docker pull {repository}:one")
    assert ran.status == 0, ran.err
    hosts = {line.split()[0] for line in machine.run("cat", LOG).splitlines()[lines:]}
    assert hosts == {"registry-1.docker.io", "auth.docker.io"}


def test_containerd_push_posts(see: See, shell: Shell, repository: str) -> None:
    make_image(shell, "docker", f"{repository}:one")
    keep(shell, secret_of(shell, "repo:write"))
    (asked,) = see(f"docker push {repository}:one")
    assert (asked.method, asked.status) == ("POST", "200")


def test_pull_asks_for_pull(see: See) -> None:
    (asked,) = see("docker pull debian:trixie-slim")
    scope = {"scope": ["repository:library/debian:pull"]}
    assert (asked.method, asked.parameters, asked.status) == ("GET", SERVICE | scope, "200")


def test_buildx_posts(see: See, shell: Shell, repository: str) -> None:
    keep(shell, secret_of(shell, "repo:write"))
    shell(DOCKERFILE)
    asked = see(f"docker buildx build --push --tag {repository}:one .")
    assert (asked[0].method, asked[0].status) == ("POST", "200")


def test_buildx_gets_where_a_post_is_refused(see: See, shell: Shell, repository: str) -> None:
    keep(shell, secret_of(shell, "repo:read"))
    shell(DOCKERFILE)
    asked = see(f"! docker buildx build --push --tag {repository}:one .")
    assert [(one.method, one.status) for one in asked[:2]] == [("POST", "401"), ("GET", "401")]
    # Once it is refused, buildx may give up what it asks for at the same time: nginx's 499.
    assert {one.status for one in asked} <= {"401", "499"}
    assert asked[1].parameters == SERVICE | {"scope": [f"repository:{repository}:pull,push"]}


def test_skopeo_gets(see: See, repository: str) -> None:
    account = SERVICE | {"account": [ACCOUNT]}
    (login,) = see(f"skopeo login -u {ACCOUNT} --password-stdin docker.io <<< $TOKEN")
    assert (login.method, login.parameters) == ("GET", account)
    copied = see(f"skopeo copy {SOURCE} docker://docker.io/{repository}:one")
    assert copied[-1].parameters == account | {"scope": [f"repository:{repository}:pull,push"]}
    (deleted,) = see(f"! skopeo delete docker://docker.io/{repository}:one")
    assert deleted.parameters == account | {"scope": [f"repository:{repository}:*"]}
    assert deleted.status == "401"
