"""`--machine live`: a Docker Hub that isn't ours, and an account there."""

import json
import os
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from checks.engine import connect
from checks.machine import Testing
from checks.sandbox.container import ACCOUNT, Sandbox, sandbox
from checks.sandbox.host_names import Outside
from provenpages.errors import MachineError

VARIABLES: Final = {
    "DOCKER_HUB_USERNAME": "the account that stands in for the guide's",
    "DOCKER_HUB_TOKEN": "a token of it with Read & Write",
    "DOCKER_HUB_PASSWORD": "its password, with which what was made is deleted",
}
"""What the environment must say."""
ADDRESS: Final = "DOCKER_HUB_ADDRESS"
"""The IP address of another Docker Hub than Docker's, if there is one."""
CERTIFICATES: Final = "DOCKER_HUB_CERTIFICATES"
"""A file with the certificates to trust for it."""
API: Final = "https://hub.docker.com/v2"


@dataclass(frozen=True, slots=True)
class LiveHub:
    """A Docker Hub outside the sandbox, and whom to be there."""

    account: str
    token: str = field(repr=False)
    password: str = field(repr=False)
    address: str | None = None
    certificates: bytes = b""
    prefix: str = field(default_factory=lambda: f"checks-{secrets.token_hex(4)}-")
    """What the run's repositories are called first, so that they are told from all others."""

    @property
    def name(self) -> str:
        """What the evidence calls it."""
        return f"Docker Hub at {self.address}" if self.address else "Docker Hub"

    @property
    def outside(self) -> Outside:
        """What the sandbox must know of it."""
        secrets = {"TOKEN": self.token, "PASSWORD": self.password}
        return Outside(self.address, self.certificates, secrets)

    def stand_ins(self, text: str) -> dict[str, str]:
        """Return what stands for the guide's account, and for its repositories in a text."""
        found = {ACCOUNT: self.account}
        for name in re.finditer(rf"{ACCOUNT}(/repositories)?/([a-z0-9][a-z0-9._-]*)", text):
            found[name[0]] = f"{self.account}{name[1] or ''}/{self.prefix}{name[2]}"
        return found


def live_hub() -> LiveHub:
    """Return the Docker Hub of the environment; raises MachineError where it isn't said."""
    for name, meaning in VARIABLES.items():
        if not os.environ.get(name):
            raise MachineError(f"--machine live: set {name} to {meaning}")
    account, token, password = (os.environ[name] for name in VARIABLES)
    certificates = os.environ.get(CERTIFICATES)
    try:
        trusted = Path(certificates).read_bytes() if certificates else b""
    except OSError as error:
        raise MachineError(f"{CERTIFICATES}: {certificates}: {error.strerror}") from None
    return LiveHub(account, token, password, os.environ.get(ADDRESS), trusted)


Deletion = Callable[[dict[str, Any]], tuple[str, str] | None]
"""What something listed is called, and its path; None where it isn't the run's."""


class Traces:
    """What a run has left on a live Docker Hub: repositories with its prefix, new tokens."""

    def __init__(self, hub: LiveHub, machine: Sandbox) -> None:
        self._hub = hub
        self._machine = machine
        try:
            self._had = {token["uuid"] for token in self._all("/access-tokens")}
        except MachineError as error:
            wrong = f"isn't {hub.account}'s password, or a second factor is asked for"
            raise MachineError(f"{error}; if that is 401, DOCKER_HUB_PASSWORD {wrong}") from None

    def delete(self) -> None:
        """Delete it all; raises MachineError, naming what must be deleted by hand."""
        repositories = f"/namespaces/{self._hub.account}/repositories"
        left = self._left_of("/access-tokens", "the new tokens", self._token)
        left += self._left_of(
            repositories, f"the repositories {self._hub.prefix}*", self._repository
        )
        if left:
            raise MachineError(f"{self._hub.name}: delete by hand {', '.join(left)}")

    def _left_of(self, path: str, all_of_them: str, deletion: Deletion) -> list[str]:
        """Delete what is listed at a path, where it is the run's; returns what couldn't be."""
        try:
            listed = self._all(path)
        except MachineError as error:
            return [f"{all_of_them} ({error})"]
        left = []
        for name, own in filter(None, map(deletion, listed)):
            try:
                self._ask("DELETE", own)
            except MachineError as error:
                left.append(f"{name} ({error})")
        return left

    def _token(self, token: dict[str, Any]) -> tuple[str, str] | None:
        if token["uuid"] in self._had:
            return None
        return f"the token {token['token_label']}", f"/access-tokens/{token['uuid']}"

    def _repository(self, repository: dict[str, Any]) -> tuple[str, str] | None:
        if not repository["name"].startswith(self._hub.prefix):
            return None
        name = f"{self._hub.account}/{repository['name']}"
        return f"the repository {name}", f"/repositories/{name}/"

    def _all(self, path: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        page = 1
        while True:
            answer = self._ask("GET", f"{path}?page_size=100&page={page}")
            found += answer["results"]
            if not answer["next"]:
                return found
            page += 1

    def _ask(self, method: str, path: str) -> Any:
        """Return the API's answer, None where it has no body; raises MachineError if it refuses."""
        said = self._machine.run("bash", "-c", ASK, method, API + path, self._hub.account)
        text, _, status = said.rpartition("\n")
        if not status.startswith("2"):
            answered = "isn't answered" if status == "000" else f"is answered with {status}"
            raise MachineError(f"{self._hub.name}: {method} {path} {answered}")
        return json.loads(text) if text else None


ASK: Final = r"""
bearer=$(jq -n --arg name "$2" '{identifier: $name, secret: env.PASSWORD}' |
  curl -s --json @- https://hub.docker.com/v2/auth/token | jq -r .access_token)
curl -s -X "$0" -H "Authorization: Bearer $bearer" -w '\n%{http_code}' "$1" || true
"""
"""Asks from inside the sandbox, where Docker Hub's names lead to the right one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveSandbox(Sandbox):
    """A sandbox that meets a Docker Hub outside."""

    hub: LiveHub

    def versions(self) -> dict[str, str]:
        """What runs in it, and which Docker Hub it meets."""
        # Without arguments, `super` doesn't find a class with slots.
        return {**Sandbox.versions(self), "Docker Hub": self.hub.name}

    def description(self, versions: dict[str, str], /) -> str:
        """Say what the commands were run on."""
        return f"Docker {versions['docker'].split('+')[0]} · {self.hub.name}"

    def stand_ins(self, text: str, /) -> dict[str, str]:
        """What stands for the guide's account and its repositories."""
        return self.hub.stand_ins(text)


class LiveDockerHub(Testing):
    """Makes sandboxes that meet the Docker Hub of the environment."""

    is_published = False
    is_local = False
    # One account takes one journey at a time.
    most = 1

    def __init__(self) -> None:
        self._hub = live_hub()

    @contextmanager
    def open(self, place: str, *, is_fresh: bool) -> Iterator[LiveSandbox]:
        """Start a sandbox and end it; nothing of the run's is left on the Docker Hub outside."""
        with (
            closing(connect(place)) as client,
            sandbox(client, self._hub.outside, is_fresh=is_fresh) as made,
        ):
            traces = Traces(self._hub, made)
            try:
                yield LiveSandbox(made.container, made.secrets, made.build_cache, hub=self._hub)
            finally:
                traces.delete()
