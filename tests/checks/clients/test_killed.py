"""The Hub and the registry killed while twenty clients use them: what was acknowledged stays."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import pytest
from docker import DockerClient

from checks.sandbox.container import ACCOUNT, Sandbox, sandbox
from tests.checks.clients.churn import CLIENTS, ENOUGH, PROGRESS

KILLS = 8
KINDS = ("tokens", "revoked", "images", "private")
SERVICES = ("python -m checks.hub serve", "docker-registry serve /opt/hub/registry.yml")
AWAIT = f"""
rounds() {{ grep -c "$1" {PROGRESS}; }}
# await WORD NUMBER: until the clients have ended so many more rounds so.
await() {{
  local before
  before=$(rounds $1)
  until (($(rounds $1) >= before + $2)); do sleep 0.1; done
}}
"""
WORK = f"{AWAIT} await done 1"
"""When one client ends a round, the others are at every stage of theirs."""
KILL = f"""{AWAIT}
pid=$(pgrep -of "$0")
mapfile -d '' command < /proc/$pid/cmdline
cd /proc/$pid/cwd
kill -9 $pid
await failed 1
umask 077
"${{command[@]}}" </dev/null >>/tmp/again.log 2>&1 &
"""
"""Kill a service, and start the same command where it ran, once a client has noticed."""


@pytest.fixture(scope="module")
def own(client: DockerClient) -> Iterator[Sandbox]:
    """A sandbox that no other file uses."""
    with sandbox(client) as machine:
        machine.put(Path(__file__).with_name("churn.py"), "/opt/churn.py")
        yield machine


def churn(machine: Sandbox, line: str) -> dict[str, Any]:
    command = ["timeout", "300", "bash", "-c", f"python3 /opt/churn.py {line}"]
    return dict(json.loads(machine.run(*command)))


def kill(machine: Sandbox) -> None:
    try:
        machine.run("timeout", "60", "bash", "-c", WORK)
        for service in islice(cycle(SERVICES), KILLS):
            machine.run("timeout", "60", "bash", "-c", KILL, service)
            machine.run("timeout", "60", "bash", "-c", WORK)
    finally:
        machine.run("touch", str(ENOUGH))


def test_nothing_acknowledged_is_lost(own: Sandbox) -> None:
    own.run("bash", "-c", f"rm -f {ENOUGH} && : > {PROGRESS}")
    with ThreadPoolExecutor() as pool:
        killing = pool.submit(kill, own)
        seen = churn(own, "run | tee /tmp/seen.json")
        killing.result()
    assert min(len(seen[kind]) for kind in ("pushed", "revoked", "private")) > CLIENTS
    assert seen["tokens"], "no client was left with a token"
    assert seen["failed"], "no client noticed a kill"
    assert churn(own, "verify < /tmp/seen.json") == dict.fromkeys(KINDS, 0)


def test_what_is_not_so_is_noticed(own: Sandbox) -> None:
    own.run("touch", str(ENOUGH))
    seen = churn(own, "run")
    image, _ = next(iter(seen["pushed"])).split(":")
    own.run("rm", "-r", f"/var/lib/registry/docker/registry/v2/repositories/{image}")
    public = next(name.split(":")[0] for name in seen["pushed"] if not name.startswith(f"{image}:"))
    wrong = {
        "tokens": seen["revoked"],
        "revoked": [own.secrets["TOKEN"]],
        "private": [public.removeprefix(f"{ACCOUNT}/")],
    }
    own.run("bash", "-c", 'cat > /tmp/seen.json <<< "$0"', json.dumps(seen | wrong))
    assert churn(own, "verify < /tmp/seen.json") == {
        "tokens": len(seen["revoked"]),
        "revoked": 1,
        "private": 1,
        "images": sum(name.startswith(f"{image}:") for name in seen["pushed"]),
    }
