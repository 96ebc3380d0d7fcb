"""The Hub and the registry killed while twenty clients use them: what was acknowledged stays."""

import json
import time
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from threading import Thread
from typing import Any, cast

import pytest
from docker import DockerClient

from checks.sandbox.container import ACCOUNT, Sandbox, sandbox

CLIENTS = 20
SECONDS = 30
KILLS = 8
KINDS = ("tokens", "revoked", "images", "private")
SERVICES = ("python -m checks.hub serve", "docker-registry serve /opt/hub/registry.yml")
AGAIN = """
pid=$(pgrep -of "$0")
mapfile -d '' command < /proc/$pid/cmdline
cd /proc/$pid/cwd
kill -9 $pid
sleep 0.5
umask 077
"${command[@]}" </dev/null >>/tmp/again.log 2>&1 &
"""
"""Kill a service, and start the same command where it ran."""


@pytest.fixture
def own(client: DockerClient) -> Iterator[Sandbox]:
    """A sandbox that no other test uses."""
    with sandbox(client) as machine:
        machine.put(Path(__file__).with_name("churn.py"), "/opt/churn.py")
        yield machine


def churn(machine: Sandbox, line: str) -> dict[str, Any]:
    command = ["timeout", "300", "bash", "-c", f"python3 /opt/churn.py {line}"]
    ran = machine.container.exec_run(command, environment=machine.secrets)
    assert ran.exit_code == 0, ran.output
    return dict(json.loads(cast(bytes, ran.output)))


def kill(machine: Sandbox) -> None:
    for service in islice(cycle(SERVICES), KILLS):
        # The kills are spread over the clients' whole time.
        time.sleep(SECONDS / (KILLS + 1) - 0.5)
        machine.run("bash", "-c", AGAIN, service)


def test_nothing_acknowledged_is_lost(own: Sandbox) -> None:
    killing = Thread(target=kill, args=[own])
    killing.start()
    seen = churn(own, f"run {SECONDS} | tee /tmp/seen.json")
    killing.join()
    assert min(len(seen[kind]) for kind in ("pushed", "revoked", "private")) > CLIENTS
    assert seen["tokens"], "no client was left with a token"
    assert seen["failed"], "no client noticed a kill"
    assert churn(own, "verify < /tmp/seen.json") == dict.fromkeys(KINDS, 0)


def test_what_is_not_so_is_noticed(own: Sandbox) -> None:
    seen = churn(own, "run 1")
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
