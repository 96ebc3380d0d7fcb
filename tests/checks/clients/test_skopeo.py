"""skopeo: a client with another library than docker's."""

import json
from collections.abc import Callable

import pytest

from checks.sandbox.container import ACCOUNT
from tests.checks.clients.conftest import API, Ran, Shell, bearer_of, secret_of

SOURCE = "docker://docker.io/library/debian:trixie-slim"
WEAK = (
    "unable to retrieve auth token: invalid username/password: unauthorized: access token has"
    " insufficient scopes"
)
DENIED = "requested access to the resource is denied"
Login = Callable[[str], Ran]


@pytest.fixture
def login(shell: Shell) -> Login:
    """Sign in with a new token of some kind."""

    def login(kind: str) -> Ran:
        secret = secret_of(shell, kind)
        return shell(f"echo {secret} | skopeo login -u {ACCOUNT} --password-stdin docker.io")

    return login


@pytest.fixture
def image(repository: str) -> str:
    return f"docker://docker.io/{repository}:one"


def fails(ran: Ran, text: str) -> bool:
    """Whether skopeo ended with a text."""
    return ran.status != 0 and json.loads(ran.last.split("msg=")[1]).endswith(text)


@pytest.mark.parametrize("kind", ["repo:public_read", "repo:read", "repo:write", "repo:admin"])
def test_login(kind: str, login: Login, shell: Shell) -> None:
    assert login(kind).out == "Login Succeeded!\n"
    assert shell("skopeo login --get-login docker.io").out == f"{ACCOUNT}\n"
    assert shell("skopeo logout docker.io").out == "Removed login credentials for docker.io\n"


@pytest.mark.parametrize("kind", ["expired", "deleted"])
def test_login_with_a_token_that_is_refused(kind: str, login: Login) -> None:
    assert fails(login(kind), 'logging into "docker.io": invalid username/password')


def test_copy_inspect_and_list_tags(login: Login, shell: Shell, image: str) -> None:
    login("repo:write")
    ran = shell(f"skopeo copy --preserve-digests --digestfile pushed {SOURCE} {image}")
    assert ran.status == 0, ran.err
    shell("skopeo logout docker.io")
    seen = json.loads(shell(f"skopeo inspect {image}").out)
    assert seen["Digest"] == shell("cat pushed").out.strip()
    assert seen["RepoTags"] == ["one"]
    assert seen["Digest"] == json.loads(shell(f"skopeo inspect {SOURCE}").out)["Digest"]
    listed = json.loads(shell(f"skopeo list-tags {image.removesuffix(':one')}").out)
    assert listed["Tags"] == ["one"]


@pytest.mark.parametrize("kind", ["repo:public_read", "repo:read"])
def test_copy_with_a_weak_token(kind: str, login: Login, shell: Shell, image: str) -> None:
    login(kind)
    assert fails(shell(f"skopeo copy {SOURCE} {image}"), WEAK)


def test_copy_to_another_namespace(login: Login, shell: Shell) -> None:
    login("repo:admin")
    ran = shell(f"skopeo copy {SOURCE} docker://docker.io/someone/one:one")
    assert fails(ran, f"exists in docker.io/someone/one: {DENIED}")


def test_nothing_there(shell: Shell, image: str) -> None:
    assert fails(shell(f"skopeo inspect {image}"), DENIED)
    assert fails(shell("skopeo inspect docker://docker.io/library/debian:no"), "manifest unknown")


@pytest.mark.models("Deleting a digest")
def test_delete(login: Login, shell: Shell, image: str, repository: str) -> None:
    login("repo:admin")
    shell(f"skopeo copy --preserve-digests --digestfile pushed {SOURCE} {image}")
    # skopeo deletes the manifest that a tag names, and Docker Hub none that has a tag.
    tagged = "denied: the manifest is tagged or referenced by another"
    assert fails(shell(f"skopeo delete {image}"), tagged)
    bearer = bearer_of(shell, "$PASSWORD")
    tag = f"{API}/repositories/{repository}/tags/one/"
    shell(f"curl -fsS -X DELETE -H 'Authorization: Bearer {bearer}' {tag}")
    digest = shell("cat pushed").out.strip()
    untagged = f"{image.removesuffix(':one')}@{digest}"
    assert shell(f"skopeo inspect {untagged}").status == 0
    assert shell(f"skopeo delete {untagged}").status == 0
    assert fails(shell(f"skopeo inspect {untagged}"), "manifest unknown")


def test_delete_with_a_weak_token(login: Login, shell: Shell, image: str) -> None:
    login("repo:write")
    shell(f"skopeo copy {SOURCE} {image}")
    assert fails(shell(f"skopeo delete {image}"), WEAK)
    assert shell(f"skopeo inspect {image}").status == 0
