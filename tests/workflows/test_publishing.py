"""The publishing workflow, run by act in the sandbox: what the registries hold afterwards.

GitHub isn't there: tests/workflows/actions stands in for the actions that the workflow uses, and
for GitHub's events are the few things that it reads of them. Its own steps run as they are, but for
the last job's, which list what is in the image.
"""

import re

import pytest

from checks.sandbox.container import Sandbox
from tests.conftest import ROOT
from tests.workflows.registries import changed, holdings, repositories
from tests.workflows.repository import ACCOUNT, COMMIT, EXPIRED, Ran, Repository, write

WORKFLOW = ".github/workflows/build-image.yml"
JOBS = {"pull_request": "try", "push": "publish", "schedule": "publish"}
"""Listing what is in the image takes the whole set-up, which the sandbox hasn't."""
PACKAGES = "ghcr.io/volunteer/mkdocs"
HUB = "docker.io/hackforlaops/mkdocs"
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


def repository(machine: Sandbox, folder: str) -> Repository:
    platform = ("--var", "PLATFORMS=linux/amd64")
    return Repository(machine, folder, "Volunteer/docker-mkdocs", WORKFLOW, JOBS, platform)


@pytest.fixture(scope="module")
def forked(runner: Sandbox) -> Repository:
    """One with the project as its first commit."""
    runner.put(ROOT, "/srv/forked")
    forked = repository(runner, "/srv/forked")
    forked.prepare()
    return forked


@pytest.fixture
def whole_fork(forked: Repository) -> Repository:
    """A fork with a commit of its own, which nobody has built."""
    machine = forked.machine
    folder = machine.run("mktemp", "--directory").strip()
    machine.run("bash", "-ec", CLONE, folder, forked.folder)
    machine.run("bash", "-c", f'{COMMIT} "$1" --allow-empty', folder, folder)
    fork = repository(machine, folder)
    fork.commit()
    return fork


@pytest.fixture
def fork(whole_fork: Repository) -> Repository:
    """One with a small image, for what doesn't depend on what is in it."""
    machine, folder = whole_fork.machine, whole_fork.folder
    write(machine, f"{folder}/Dockerfile", SMALL_IMAGE)
    machine.run("bash", "-c", f"{COMMIT} Small --all", folder)
    whole_fork.commit()
    return whole_fork


# What is published


def test_a_pull_request_from_a_fork_is_tried_and_publishes_nothing(whole_fork: Repository) -> None:
    before = holdings(whole_fork.machine)
    ran = whole_fork.run("pull_request", "refs/pull/7/merge")
    assert ran.green, ran.log
    assert "local-mkdocs works on linux/amd64" in ran.log
    assert "Login Succeeded" not in ran.log
    assert holdings(whole_fork.machine) == before


def test_a_pull_request_that_would_publish_is_refused(fork: Repository) -> None:
    fork.change(WORKFLOW, "run: make image", "run: make push-image")
    before = holdings(fork.machine)
    ran = fork.run("pull_request", "refs/pull/7/merge")
    assert not ran.green
    assert "unauthorized" in ran.log or "denied" in ran.log, ran.log
    assert holdings(fork.machine) == before


def test_a_push_to_main_of_a_fork_without_secrets_goes_to_its_packages(fork: Repository) -> None:
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


def test_a_push_to_main_with_secrets_goes_to_both(whole_fork: Repository) -> None:
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


def test_a_commit_is_built_once_and_its_version_is_the_same(fork: Repository) -> None:
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


def test_a_version_of_an_earlier_commit_leaves_latest(fork: Repository) -> None:
    fork.commit()
    fork.go_back()
    before = holdings(fork.machine)
    ran = fork.run("push", "refs/tags/v0.9.0", secrets=ACCOUNT)
    assert ran.green, ran.log
    wanted = [
        f"{name}:{tag}" for name in (PACKAGES, HUB) for tag in (f"sha-{fork.head()}", "0.9.0")
    ]
    assert changed(before, holdings(fork.machine)) == dict.fromkeys(wanted, digest_in(ran))


def test_an_earlier_run_that_is_repeated_leaves_latest(fork: Repository) -> None:
    assert fork.run("push", "refs/heads/main").green
    fork.commit()
    assert fork.run("push", "refs/heads/main").green
    before = holdings(fork.machine)
    fork.go_back()
    ran = fork.run("push", "refs/heads/main")
    assert ran.green, ran.log
    assert "latest stays as it is" in ran.log
    assert holdings(fork.machine) == before


def test_the_weekly_run_builds_anew(fork: Repository) -> None:
    first = fork.run("push", "refs/heads/main")
    before = holdings(fork.machine)
    ran = fork.run("schedule", "refs/heads/main")
    assert ran.green, ran.log
    assert digest_in(ran) != digest_in(first)
    wanted = [f"{PACKAGES}:sha-{fork.head()}", f"{PACKAGES}:latest"]
    assert changed(before, holdings(fork.machine)) == dict.fromkeys(wanted, digest_in(ran))


# What isn't, and what then


def test_an_image_that_fails_its_test_gets_no_tag(fork: Repository) -> None:
    fork.change("image/entrypoint.sh", "^exec .*", "exit 3")
    before = holdings(fork.machine)
    ran = fork.run("push", "refs/heads/main", secrets=ACCOUNT)
    assert not ran.green
    assert changed(before, holdings(fork.machine)) == {}


def test_with_one_secret_only_docker_hub_is_skipped(fork: Repository) -> None:
    before = holdings(fork.machine)
    for secret in ACCOUNT:
        ran = fork.run("push", "refs/heads/main", secrets=(secret,))
        assert ran.green, ran.log
        assert "Not published on Docker Hub" in ran.log
        found = changed(before, holdings(fork.machine))
        assert set(found) == {f"{PACKAGES}:sha-{fork.head()}", f"{PACKAGES}:latest"}


def test_a_private_fork_publishes_without_an_attestation(fork: Repository) -> None:
    before = holdings(fork.machine)
    ran = fork.run("push", "refs/heads/main", private=True)
    assert ran.green, ran.log
    assert f"{PACKAGES}:latest" in changed(before, holdings(fork.machine))
    assert attested(fork.machine) == []


def test_a_release_missing_on_docker_hub_is_red_and_can_be_repeated(fork: Repository) -> None:
    before = holdings(fork.machine)
    refused = fork.run("push", "refs/heads/main", secrets=ACCOUNT, script=EXPIRED)
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


def digest_in(ran: Ran) -> str:
    """Return the digest that a run has built, or has found built."""
    (digest,) = set(re.findall(r"set-output:: digest=(sha256:[0-9a-f]{64})$", ran.log, re.M))
    return str(digest)
