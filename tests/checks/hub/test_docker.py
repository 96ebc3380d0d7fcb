"""The token service, met by the docker client: what it answers, word for word."""

import json
from collections import deque
from collections.abc import Callable, Iterator

import pytest

from checks.sandbox.container import ACCOUNT, Sandbox
from provenpages.running.desk import Desk

DENIED = "denied: requested access to the resource is denied"
Type = Callable[[str], list[str]]


@pytest.fixture
def typed(desk: Desk, machine: Sandbox) -> Iterator[Type]:
    """Type one line, signed in as nobody at the start."""
    # What is asked knows nothing of later questions: a copy of the shell answers each.
    desk.session.type("export DOCKER_CONFIG=$PWD/config", 10, deque())
    desk.session.ask("docker pull -q debian:trixie-slim")
    desk.session.ask(f"docker tag debian:trixie-slim {ACCOUNT}/tokens:one")

    def typed(line: str) -> list[str]:
        return desk.session.type(line, 30, deque()).shown

    yield typed
    root = "/var/lib/registry/docker/registry/v2/repositories"
    machine.run("rm", "-rf", f"{root}/{ACCOUNT}/tokens")


def login(typed: Type, secret: str) -> list[str]:
    return typed(f"echo {secret} | docker login -u {ACCOUNT} --password-stdin 2>&1")


def new_token(typed: Type, scope: str) -> None:
    """Set $NEW to a new token of some scope."""
    typed("api=https://hub.docker.com/v2 json='Content-Type: application/json'")
    body = f'{{\\"identifier\\": \\"{ACCOUNT}\\", \\"secret\\": \\"$PASSWORD\\"}}'
    typed(f'bearer=$(curl -s -H "$json" -d "{body}" $api/auth/token | jq -r .access_token)')
    body = f'{{"token_label": "for a test", "scopes": ["{scope}"]}}'
    headers = '-H "$json" -H "Authorization: Bearer $bearer"'
    typed(f"NEW=$(curl -s {headers} -d '{body}' $api/access-tokens | jq -r .token)")


@pytest.mark.parametrize("secret", ["$PASSWORD", "$TOKEN"])
def test_the_right_secret_signs_in(secret: str, typed: Type) -> None:
    assert login(typed, secret)[-1] == "Login Succeeded"


@pytest.mark.parametrize("secret", ["wrong", "dckr_pat_abcdefghijklmnopqrstuvwxyz1"])
def test_the_wrong_secret_is_refused_in_docker_hubs_words(secret: str, typed: Type) -> None:
    assert login(typed, secret)[-1] == (
        'Error response from daemon: Get "https://registry-1.docker.io/v2/": unauthorized:'
        " incorrect username or password"
    )


def test_read_and_write_pushes(typed: Type) -> None:
    login(typed, "$TOKEN")
    assert typed(f"docker push {ACCOUNT}/tokens:one")[-1].startswith("one: digest: sha256:")


@pytest.mark.models("Too weak a token for a push")
@pytest.mark.parametrize("scope", ["repo:public_read", "repo:read"])
def test_read_only_signs_in_and_cannot_push(scope: str, typed: Type) -> None:
    new_token(typed, scope)
    assert login(typed, "$NEW")[-1] == "Login Succeeded"
    # This engine's image store, containerd's, keeps the answer's words to itself.
    assert typed(f"docker push {ACCOUNT}/tokens:one")[-1].endswith(": 401 Unauthorized")
    asked = f"scope=repository:{ACCOUNT}/tokens:pull,push"
    said = typed(f"curl -s -u {ACCOUNT}:$NEW 'https://auth.docker.io/token?{asked}'")
    assert json.loads(said[0]) == {"details": "access token has insufficient scopes"}


def test_nobody_cannot_push(typed: Type) -> None:
    said = typed(f"docker push {ACCOUNT}/tokens:one")[-1]
    assert "insufficient_scope: authorization failed" in said or said == DENIED


def test_someone_elses_namespace_is_refused(typed: Type) -> None:
    login(typed, "$TOKEN")
    typed("docker tag debian:trixie-slim somebody/tokens:one")
    said = typed("docker push somebody/tokens:one")[-1]
    assert "insufficient_scope: authorization failed" in said or said == DENIED


def test_what_was_pushed_is_public(typed: Type) -> None:
    login(typed, "$TOKEN")
    pushed = typed(f"docker push {ACCOUNT}/tokens:one")[-1].split()[2]
    typed("docker logout")
    typed(f"docker image rm {ACCOUNT}/tokens:one")
    assert f"Digest: {pushed}" in typed(f"docker pull {ACCOUNT}/tokens:one")


def test_a_repository_that_is_not_there_is_denied(typed: Type) -> None:
    assert typed(f"docker pull {ACCOUNT}/nowhere")[-1].startswith(
        f"Error response from daemon: pull access denied for {ACCOUNT}/nowhere, repository does"
        " not exist or may require 'docker login'"
    )


def test_a_tag_that_is_not_there_is_not_found(typed: Type) -> None:
    said = typed("docker pull debian:nowhere")[-1]
    assert said.startswith("Error response from daemon:")
    assert "docker.io/library/debian:nowhere: not found" in said or "manifest unknown" in said


@pytest.mark.parametrize(
    "header", ["Basic", "Basic !", "Basic YQ==", "Bearer a", "Basic /w==", "Basic a b"]
)
def test_a_header_that_is_none_is_refused(header: str, machine: Sandbox) -> None:
    wanted = ["-s", "-w", "\n%{http_code}", "-H", f"Authorization: {header}"]
    text, _, status = machine.run("curl", *wanted, "https://auth.docker.io/token").rpartition("\n")
    assert status == "401"
    assert json.loads(text) == {"details": "incorrect username or password"}


@pytest.mark.parametrize(
    "scope", ["", "nonsense", "repository:a/b", "repository:../b:pull", "registry:catalog:*",
              "repository:library/debian:fly", "repository:library/DEBIAN:pull"],
)  # fmt: skip
def test_a_scope_that_is_none_grants_nothing(scope: str, machine: Sandbox) -> None:
    wanted = ["-s", "-G", "--data-urlencode", f"scope={scope}", "https://auth.docker.io/token"]
    token = json.loads(machine.run("curl", *wanted))["token"]
    header = f"Authorization: Bearer {token}"
    manifest = "https://registry-1.docker.io/v2/library/debian/manifests/trixie-slim"
    status = machine.run(
        "curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "-H", header, manifest
    )
    assert status == "401"
