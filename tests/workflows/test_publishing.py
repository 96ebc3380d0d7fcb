"""The publishing workflow, run by act in the sandbox: what the registries hold afterwards.

GitHub isn't there: tests/workflows/actions stands in for the actions that the workflow uses, and
for GitHub's events are the few things that it reads of them. Its own steps run as they are, but for
the last job's, which list what is in the image.
"""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from checks.sandbox.container import Sandbox
from provenpages.errors import MachineError
from tests.conftest import ROOT

WORKFLOW = ".github/workflows/build-image.yml"
STAND_INS = {"docker/login-action": "login", "docker/setup-qemu-action": "setup",
             "docker/setup-buildx-action": "setup", "actions/attest": "attest"}  # fmt: skip
PACKAGES = "ghcr.io/volunteer/mkdocs"
HUB = "docker.io/hackforlaops/mkdocs"
ACCOUNT = ("DOCKER_USERNAME", "DOCKER_TOKEN")
COMMIT = 'git -C "$0" -c user.name=V -c user.email=v@example.org commit --quiet --message'
PREPARE = f"""
    cd "$0"
    git init --quiet --initial-branch main
    git add .
    {COMMIT} First
    git clone --quiet --bare . "$0.git"
    git remote add origin "$0.git"
"""
CLONE = """
    cp -a "$1/." "$0"
    cp -a "$1.git" "$0.git"
    git -C "$0" remote set-url origin "$0.git"
"""
SMALL_IMAGE = """
FROM debian:trixie-slim
RUN printf '#!/bin/sh\\n[ "$1" = build ] || exec sleep 600\\n' > /usr/local/bin/mkdocs \\
 && chmod 755 /usr/local/bin/mkdocs \\
 && ln -s /bin/true /usr/local/bin/python3
COPY --chmod=755 image/entrypoint.sh /usr/local/bin/
WORKDIR /app
ENTRYPOINT ["entrypoint.sh"]
CMD ["mkdocs", "serve"]
"""
"""It passes its test at once: its MkDocs builds nothing, its Python finds every site served."""
ACT = """
    cd "$0"
    rm --recursive --force ~/.docker ~/attested
    export GITHUB_TOKEN=$PACKAGES_TOKEN
    export DOCKER_USERNAME=hackforlaops DOCKER_TOKEN=${HUB_TOKEN-$TOKEN}
    act "$@" 2>&1
"""
HOLDINGS = "grep -rs '' /var/lib/registry /var/lib/packages --include link || true"
TAG = re.compile(
    r"/var/lib/(registry|packages)/.+/repositories/(.+)/_manifests/tags/(.+)/current/link:(.+)"
)
Commit = Callable[[], str]


class Ran(NamedTuple):
    """What a run of the workflow came to."""

    green: bool
    log: str


class Fork:
    """Somebody's repository: a clone in the sandbox, of which act runs the workflow."""

    def __init__(self, machine: Sandbox, folder: str) -> None:
        self.machine = machine
        self.folder = folder

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
        _, kind, name = ref.split("/", 2)
        environment = {
            "GITHUB_REPOSITORY": "Volunteer/docker-mkdocs",
            "GITHUB_REPOSITORY_OWNER": "Volunteer",
            "GITHUB_SHA": self.head(40),
            "GITHUB_REF": ref,
            "GITHUB_REF_NAME": name,
            "GITHUB_REF_TYPE": "tag" if kind == "tags" else "branch",
        }
        write(self.machine, "/tmp/event.json", json.dumps(payload))
        # Listing what is in the image takes the whole set-up, which the sandbox hasn't.
        job = [] if event == "pull_request" else ["--job", "publish"]
        options = [
            *job,
            *("--workflows", WORKFLOW, "--eventpath", "/tmp/event.json", "--actor", "volunteer"),
            *("--platform", "ubuntu-24.04=-self-hosted", "--var", "PLATFORMS=linux/amd64"),
            *(f"--env={name}={value}" for name, value in environment.items()),
            *(f"--secret={name}" for name in secrets),
            *(f"--local-repository={action}" for action in stand_ins(self.folder)),
        ]
        try:
            ran = Ran(True, self.machine.run("bash", "-c", script, self.folder, event, *options))
        except MachineError as error:
            ran = Ran(False, str(error))
        assert not [name for name, one in self.machine.secrets.items() if one in ran.log]
        return ran


@pytest.fixture(scope="module")
def forked(machine: Sandbox) -> str:
    """A folder with the project, as its first commit, and act beside it."""
    program = shutil.which("act", path=ROOT / ".venv/bin")
    assert program
    machine.put(Path(program), "/usr/local/bin/act")
    machine.put(ROOT, "/srv/forked")
    machine.run("bash", "-ec", PREPARE, "/srv/forked")
    return "/srv/forked"


@pytest.fixture
def whole_fork(machine: Sandbox, forked: str) -> Fork:
    """A fork with a commit of its own, which nobody has built."""
    folder = machine.run("mktemp", "--directory").strip()
    machine.run("bash", "-ec", CLONE, folder, forked)
    fork = Fork(machine, folder)
    machine.run("bash", "-c", f'{COMMIT} "$1" --allow-empty', folder, folder)
    fork.commit()
    return fork


@pytest.fixture
def fork(whole_fork: Fork) -> Fork:
    """One with a small image, for what doesn't depend on what is in it."""
    machine, folder = whole_fork.machine, whole_fork.folder
    write(machine, f"{folder}/Dockerfile", SMALL_IMAGE)
    machine.run("bash", "-c", f"{COMMIT} Small --all", folder)
    whole_fork.commit()
    return whole_fork


def stand_ins(folder: str) -> list[str]:
    """Return what stands in for each action that the workflow uses."""
    used = set(re.findall(r"uses: (\S+)@(\S+)", (ROOT / WORKFLOW).read_text()))
    # act copies the clone by itself.
    return [
        f"{action}@{commit}={folder}/tests/workflows/actions/{STAND_INS[action]}"
        for action, commit in sorted(used)
        if action != "actions/checkout"
    ]


def write(machine: Sandbox, path: str, text: str) -> None:
    machine.run("sh", "-c", 'printf %s "$1" > "$0"', path, text)


def holdings(machine: Sandbox) -> set[str]:
    """All that both registries hold: tags, manifests, layers."""
    return set(machine.run("sh", "-c", HOLDINGS).splitlines())


def tags(held: set[str]) -> dict[str, str]:
    """Return each tag among it, with its repository, and its digest."""
    hosts = {"registry": "docker.io", "packages": "ghcr.io"}
    found = [match.groups() for line in sorted(held) if (match := TAG.match(line))]
    return {f"{hosts[host]}/{name}:{tag}": digest for host, name, tag, digest in found}


def repositories(held: set[str]) -> set[str]:
    """Return the names of all that something was pushed to, tagged or not."""
    return {line.partition("/repositories/")[2].partition("/_")[0] for line in held}


# What is published


def test_a_pull_request_from_a_fork_is_tried_and_publishes_nothing(whole_fork: Fork) -> None:
    before = holdings(whole_fork.machine)
    ran = whole_fork.run("pull_request", "refs/pull/7/merge")
    assert ran.green, ran.log
    assert "local-mkdocs works on linux/amd64" in ran.log
    assert "Login Succeeded" not in ran.log
    assert holdings(whole_fork.machine) == before


def test_a_pull_request_that_would_publish_is_refused(fork: Fork) -> None:
    fork.change(WORKFLOW, "run: make image", "run: make push-image")
    before = holdings(fork.machine)
    ran = fork.run("pull_request", "refs/pull/7/merge")
    assert not ran.green
    assert "unauthorized" in ran.log or "denied" in ran.log, ran.log
    assert holdings(fork.machine) == before


def test_a_push_to_main_of_a_fork_without_secrets_goes_to_its_packages(fork: Fork) -> None:
    before = holdings(fork.machine)
    ran = fork.run("push", "refs/heads/main")
    assert ran.green, ran.log
    assert "Not published on Docker Hub" in ran.log
    after = holdings(fork.machine)
    assert changed(before, after) == {
        f"{PACKAGES}:sha-{fork.head()}": digest_in(ran),
        f"{PACKAGES}:latest": digest_in(ran),
    }
    assert repositories(after - before) <= {"volunteer/mkdocs"}
    assert attested(fork.machine) == [f"ghcr.io/Volunteer/mkdocs@{digest_in(ran)}"]


def test_a_push_to_main_with_secrets_goes_to_both(whole_fork: Fork) -> None:
    before = holdings(whole_fork.machine)
    ran = whole_fork.run("push", "refs/heads/main", secrets=ACCOUNT)
    assert ran.green, ran.log
    digest = digest_in(ran)
    pushed = holdings(whole_fork.machine)
    wanted = [
        f"{name}:{tag}"
        for name in (PACKAGES, HUB)
        for tag in (f"sha-{whole_fork.head()}", "latest")
    ]
    assert changed(before, pushed) == dict.fromkeys(wanted, digest)
    assert repositories(pushed - before) <= {"volunteer/mkdocs", "hackforlaops/mkdocs"}


def test_a_commit_is_built_once_and_its_version_is_the_same(fork: Fork) -> None:
    first = fork.run("push", "refs/heads/main", secrets=ACCOUNT)
    assert first.green, first.log
    digest = digest_in(first)
    pushed = holdings(fork.machine)

    again = fork.run("push", "refs/heads/main", secrets=ACCOUNT)
    assert again.green, again.log
    assert holdings(fork.machine) == pushed
    assert attested(fork.machine) == []

    version = fork.run("push", "refs/tags/v1.2.3", secrets=ACCOUNT)
    assert version.green, version.log
    released = holdings(fork.machine)
    assert changed(pushed, released) == dict.fromkeys([f"{PACKAGES}:1.2.3", f"{HUB}:1.2.3"], digest)


def test_a_version_of_an_earlier_commit_leaves_latest(fork: Fork) -> None:
    fork.commit()
    fork.go_back()
    before = holdings(fork.machine)
    ran = fork.run("push", "refs/tags/v0.9.0", secrets=ACCOUNT)
    assert ran.green, ran.log
    wanted = [
        f"{name}:{tag}" for name in (PACKAGES, HUB) for tag in (f"sha-{fork.head()}", "0.9.0")
    ]
    assert changed(before, holdings(fork.machine)) == dict.fromkeys(wanted, digest_in(ran))


def test_an_earlier_run_that_is_repeated_leaves_latest(fork: Fork) -> None:
    assert fork.run("push", "refs/heads/main").green
    fork.commit()
    assert fork.run("push", "refs/heads/main").green
    before = holdings(fork.machine)
    fork.go_back()
    ran = fork.run("push", "refs/heads/main")
    assert ran.green, ran.log
    assert "latest stays as it is" in ran.log
    assert holdings(fork.machine) == before


def test_the_weekly_run_builds_anew(fork: Fork) -> None:
    first = fork.run("push", "refs/heads/main")
    before = holdings(fork.machine)
    ran = fork.run("schedule", "refs/heads/main")
    assert ran.green, ran.log
    assert digest_in(ran) != digest_in(first)
    wanted = [f"{PACKAGES}:sha-{fork.head()}", f"{PACKAGES}:latest"]
    assert changed(before, holdings(fork.machine)) == dict.fromkeys(wanted, digest_in(ran))


# What isn't, and what then


def test_an_image_that_fails_its_test_gets_no_tag(fork: Fork) -> None:
    fork.change("image/entrypoint.sh", "^exec .*", "exit 3")
    before = holdings(fork.machine)
    ran = fork.run("push", "refs/heads/main", secrets=ACCOUNT)
    assert not ran.green
    assert changed(before, holdings(fork.machine)) == {}


def test_with_one_secret_only_docker_hub_is_skipped(fork: Fork) -> None:
    before = holdings(fork.machine)
    for secret in ACCOUNT:
        ran = fork.run("push", "refs/heads/main", secrets=(secret,))
        assert ran.green, ran.log
        assert "Not published on Docker Hub" in ran.log
        found = changed(before, holdings(fork.machine))
        assert set(found) == {f"{PACKAGES}:sha-{fork.head()}", f"{PACKAGES}:latest"}


def test_a_private_fork_publishes_without_an_attestation(fork: Fork) -> None:
    before = holdings(fork.machine)
    ran = fork.run("push", "refs/heads/main", private=True)
    assert ran.green, ran.log
    assert f"{PACKAGES}:latest" in changed(before, holdings(fork.machine))
    assert attested(fork.machine) == []


def test_a_release_missing_on_docker_hub_is_red_and_can_be_repeated(fork: Fork) -> None:
    before = holdings(fork.machine)
    expired = f"HUB_TOKEN=dckr_pat_expired{ACT}"
    refused = fork.run("push", "refs/heads/main", secrets=ACCOUNT, script=expired)
    assert not refused.green
    mine = {f"{PACKAGES}:sha-{fork.head()}", f"{PACKAGES}:latest"}
    assert set(changed(before, holdings(fork.machine))) == mine
    ran = fork.run("push", "refs/heads/main", secrets=ACCOUNT)
    assert ran.green, ran.log
    wanted = mine | {f"{HUB}:sha-{fork.head()}", f"{HUB}:latest"}
    assert changed(before, holdings(fork.machine)) == dict.fromkeys(wanted, digest_in(ran))


def attested(machine: Sandbox) -> list[str]:
    """Return what the last run would have GitHub attest."""
    return machine.run("sh", "-c", "cat ~/attested 2> /dev/null || true").split()


def changed(before: set[str], after: set[str]) -> dict[str, str]:
    """Return the tags that are new or lead elsewhere; none may have gone."""
    old, new = tags(before), tags(after)
    assert old.keys() <= new.keys()
    return {tag: digest for tag, digest in new.items() if old.get(tag) != digest}


def digest_in(ran: Ran) -> str:
    """Return the digest that a run has built, or has found built."""
    (digest,) = set(re.findall(r"set-output:: digest=(sha256:[0-9a-f]{64})$", ran.log, re.M))
    return str(digest)
