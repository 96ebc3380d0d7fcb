"""Somebody's repository in the sandbox, of which act runs a workflow."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from checks.sandbox.container import Sandbox
from provenpages.errors import MachineError

ACTIONS = "/srv/actions"
"""Where tests/workflows/actions is in the sandbox."""
STAND_INS = {"docker/login-action": "login", "docker/setup-qemu-action": "setup",
             "docker/setup-buildx-action": "setup", "actions/attest": "attest"}  # fmt: skip
ACCOUNT = ("DOCKER_USERNAME", "DOCKER_TOKEN")
"""The secrets that publish on Docker Hub."""
COMMIT = 'git -C "$0" -c user.name=V -c user.email=v@example.org commit --quiet --message'
PREPARE = f"""
    cd "$0"
    git init --quiet --initial-branch main
    git add .
    {COMMIT} First
    git clone --quiet --bare . "$0.git"
    git remote add origin "$0.git"
"""
ACT = """
    cd "$0"
    rm --recursive --force ~/.docker ~/attested
    export GITHUB_TOKEN=$PACKAGES_TOKEN
    export DOCKER_USERNAME=hackforlaops DOCKER_TOKEN=${HUB_TOKEN-$TOKEN}
    act "$@" 2>&1
"""
EXPIRED = f"HUB_TOKEN=dckr_pat_expired{ACT}"


class Ran(NamedTuple):
    """What a run of the workflow came to."""

    green: bool
    log: str


@dataclass(frozen=True)
class Repository:
    """A clone in the sandbox, and what GitHub would know of it."""

    machine: Sandbox
    folder: str
    name: str
    """Its owner and what it is called, as on GitHub."""
    workflow: str
    jobs: Mapping[str, str] = field(default_factory=dict)
    """For an event, the job to run with those it needs; all of them where none is named."""
    options: tuple[str, ...] = ()
    """More of act's."""

    def prepare(self) -> None:
        """Make what the folder holds the first commit, on main."""
        self.machine.run("bash", "-ec", PREPARE, self.folder)

    def commit(self, push: bool = True) -> str:
        """Add a commit to main; returns its short name."""
        self.machine.run("bash", "-c", f"{COMMIT} Next --allow-empty", self.folder)
        if push:
            self.machine.run("git", "-C", self.folder, "push", "--quiet", "origin", "main")
        return self.head()

    def change(self, file: str, old: str, new: str) -> str:
        """Commit a change of a file, and push it; returns the commit's short name."""
        script = f'sed -i "s|$2|$3|" "$0/$1" && {COMMIT} Change "$1"'
        self.machine.run("bash", "-c", script, self.folder, file, old, new)
        return self.commit()

    def go_back(self) -> None:
        """Look at the commit before, while main stays."""
        self.machine.run("git", "-C", self.folder, "checkout", "--quiet", "--detach", "HEAD~")

    def head(self, length: int = 7) -> str:
        return self.machine.run("git", "-C", self.folder, "rev-parse", "HEAD")[:length]

    def run(
        self, event: str, ref: str, *, secrets: tuple[str, ...] = (), private: bool = False,
        script: str = ACT,
    ) -> Ran:  # fmt: skip
        """Run the workflow as for an event on a ref."""
        payload = {"ref": ref, "repository": {"private": private}}
        if event == "pull_request":
            payload["pull_request"] = {"number": 7, "head": {"repo": {"fork": True}}}
        else:
            secrets = ("GITHUB_TOKEN", *secrets)
        write(self.machine, "/tmp/event.json", json.dumps(payload))
        options = [
            *self.options,
            *(["--job", self.jobs[event]] if event in self.jobs else []),
            *("--workflows", self.workflow, "--eventpath", "/tmp/event.json"),
            *("--actor", "volunteer", "--platform", "ubuntu-24.04=-self-hosted"),
            *(f"--env={name}={value}" for name, value in self.environment(ref).items()),
            *(f"--secret={name}" for name in secrets),
            *(f"--local-repository={action}" for action in self.stand_ins()),
        ]
        try:
            ran = Ran(True, self.machine.run("bash", "-c", script, self.folder, event, *options))
        except MachineError as error:
            ran = Ran(False, str(error))
        assert not [name for name, one in self.machine.secrets.items() if one in ran.log]
        return ran

    def environment(self, ref: str) -> dict[str, str]:
        """Return what GitHub would say of the run."""
        _, kind, name = ref.split("/", 2)
        return {
            "GITHUB_REPOSITORY": self.name,
            "GITHUB_REPOSITORY_OWNER": self.name.partition("/")[0],
            "GITHUB_SHA": self.head(40),
            "GITHUB_REF": ref,
            "GITHUB_REF_NAME": name,
            "GITHUB_REF_TYPE": "tag" if kind == "tags" else "branch",
        }

    def stand_ins(self) -> list[str]:
        """Return what stands in for each action that the workflow uses."""
        workflow = self.machine.run("cat", f"{self.folder}/{self.workflow}")
        # act copies the clone by itself.
        return [
            f"{action}@{commit}={ACTIONS}/{STAND_INS[action]}"
            for action, commit in sorted(set(re.findall(r"uses: (\S+)@(\S+)", workflow)))
            if action != "actions/checkout"
        ]


def write(machine: Sandbox, path: str, text: str) -> None:
    """Write a file in the sandbox, and the folders that lead there."""
    script = 'mkdir -p "$(dirname "$0")" && printf %s "$1" > "$0"'
    machine.run("sh", "-c", script, path, text)
