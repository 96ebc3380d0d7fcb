"""What the clients share: a shell without a terminal, tokens of every kind, and image names."""

import base64
import json
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from checks.hub.database import timestamp
from checks.sandbox.container import ACCOUNT, Sandbox
from checks.sandbox.execution import execute

API = "https://hub.docker.com/v2"
START = """
# Without a bridge of its own it would take the other engine's down.
ip link add clients type bridge && ip address add 198.51.100.5/30 dev clients
dockerd --host unix:///run/classic.sock --pidfile /run/classic.pid --config-file /dev/null \
  --data-root /var/lib/docker/classic --exec-root /run/classic --bridge clients --iptables=false \
  </dev/null >/var/log/classic.log 2>&1 &
for _ in {1..300}; do docker --host unix:///run/classic.sock version && exit; sleep 0.1; done
cat /var/log/classic.log; exit 1
"""
"""An engine whose image store is its own, as before containerd's."""
STOP = """
kill $(cat /run/classic.pid)
while [[ -f /run/classic.pid ]]; do sleep 0.1; done
ip link delete clients
"""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command did."""

    status: int
    out: str
    err: str

    @property
    def last(self) -> str:
        """The last line of what it complained of."""
        return self.err.strip().split("\n")[-1]


Shell = Callable[[str], Ran]


@pytest.fixture(scope="module")
def classic(machine: Sandbox) -> Iterator[str]:
    """An engine with the classic image store, beside the sandbox's own."""
    machine.run("bash", "-c", START)
    yield "docker --host unix:///run/classic.sock"
    machine.run("bash", "-c", STOP)


@pytest.fixture
def folder(machine: Sandbox) -> str:
    return machine.run("mktemp", "-d").strip()


@pytest.fixture
def shell(machine: Sandbox, folder: str) -> Shell:
    """Run a line of bash without a terminal, for a minute at most; signed in as nobody."""
    environment = machine.secrets | {
        "DOCKER_CONFIG": f"{folder}/config",
        "REGISTRY_AUTH_FILE": f"{folder}/auth.json",
    }

    def shell(line: str) -> Ran:
        command = ["timeout", "60", "bash", "-c", line]
        ended = execute(machine.container, environment, *command, folder=folder)
        return Ran(ended.status, ended.output, ended.errors)

    return shell


def ask(shell: Shell, method: str, path: str, body: object, bearer: str = "") -> str:
    """Ask the HTTP API with curl; returns what it answers with 2xx."""
    headers = "-H 'Content-Type: application/json'"
    headers += f" -H 'Authorization: Bearer {bearer}'" if bearer else ""
    ran = shell(f"curl -fsS -X {method} {headers} -d '{json.dumps(body)}' {API}/{path}")
    assert ran.status == 0, ran.err
    return ran.out


def bearer_of(shell: Shell, secret: str) -> str:
    """Return the API's bearer token for a secret, `$PASSWORD` among them."""
    given = {"identifier": ACCOUNT, "secret": shell(f"echo -n {secret}").out}
    return str(json.loads(ask(shell, "POST", "auth/token", given))["access_token"])


def secret_of(shell: Shell, kind: str) -> str:
    """Return a new token's secret; `kind` is a scope, `expired`, `deactivated` or `deleted`."""
    bearer = bearer_of(shell, "$PASSWORD")
    scope = kind if kind.startswith("repo:") else "repo:write"
    a_second_ago = timestamp(datetime.now(UTC) - timedelta(seconds=1))
    wanted: dict[str, object] = {"token_label": "for a client", "scopes": [scope]}
    wanted |= {"expires_at": a_second_ago} if kind == "expired" else {}
    token = json.loads(ask(shell, "POST", "access-tokens", wanted, bearer))
    if kind == "deactivated":
        ask(shell, "PATCH", f"access-tokens/{token['uuid']}", {"is_active": False}, bearer)
    if kind == "deleted":
        ask(shell, "DELETE", f"access-tokens/{token['uuid']}", None, bearer)
    return str(token["token"])


def set_privacy(shell: Shell, repository: str, *, is_private: bool) -> None:
    """Make a repository private, or public."""
    bearer = bearer_of(shell, "$PASSWORD")
    ask(shell, "POST", f"repositories/{repository}/privacy/", {"is_private": is_private}, bearer)


def make_immutable(shell: Shell, repository: str) -> None:
    """Have each tag of a repository pushed once."""
    wanted = {"immutable_tags": True, "immutable_tags_rules": []}
    path = f"namespaces/{repository.replace('/', '/repositories/')}/immutabletags"
    ask(shell, "PATCH", path, wanted, bearer_of(shell, "$PASSWORD"))


def keep(shell: Shell, secret: str) -> None:
    """Keep a secret where `docker login` would, whether or not it is still good."""
    auth = base64.b64encode(f"{ACCOUNT}:{secret}".encode()).decode()
    kept = json.dumps({"auths": {"https://index.docker.io/v1/": {"auth": auth}}})
    shell(f"mkdir -p $DOCKER_CONFIG && echo '{kept}' > $DOCKER_CONFIG/config.json")


@pytest.fixture
def repository() -> str:
    """A repository that isn't there yet."""
    return f"{ACCOUNT}/client-{secrets.token_hex(4)}"


def make_image(shell: Shell, docker: str, image: str) -> None:
    """Make a small image that nothing else has a layer of."""
    ran = shell(f"head -c 99 /dev/urandom > data && tar c data | {docker} import - {image}")
    assert ran.status == 0, ran.err
