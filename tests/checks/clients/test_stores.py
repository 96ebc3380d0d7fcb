"""`docker push` and `docker pull`, word for word, with both of the engine's image stores."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

import pytest

from checks.sandbox.container import ACCOUNT
from tests.checks.clients.conftest import (
    Shell,
    keep,
    make_image,
    make_immutable,
    secret_of,
    set_privacy,
)

PULL = "pull {repository}:nowhere"
PUSH = "push {repository}:one"
DEBIAN = "debian:trixie-slim"
HEAD = 'Error response from daemon: Head "https://registry-1.docker.io/v2/library/debian/manifests'
DENIED = "denied: requested access to the resource is denied"
OUTSIDER = "server message: insufficient_scope: authorization failed"
NO_ACCESS = (
    f"push access denied, repository does not exist or may require authorization: {OUTSIDER}"
)
RESOLVE = "Error response from daemon: failed to resolve reference"
WEAK = "unauthorized: access token has insufficient scopes"
WRONG = "unauthorized: incorrect username or password"
EXPIRED = "unauthorized: personal access token is expired"
ABSENT = (
    "Error response from daemon: pull access denied for {repository}, repository does not exist or"
    " may require 'docker login'"
)


def refused(*scopes: str) -> str:
    """What containerd says of an answer 401 of the token service: not the answer's own words."""
    asked = "&".join("scope=" + quote(f"repository:{scope}", safe="") for scope in scopes)
    return (
        "failed to authorize: failed to fetch oauth token: unexpected status from GET request to"
        f" https://auth.docker.io/token?{asked}&service=registry.docker.io: 401 Unauthorized"
    )


IMMUTABLE = (
    "denied: requested access to the resource is denied - This tag is already assigned to an image"
    " in this repository and cannot be updated due to immutability settings. To push this image,"
    " use a different tag."
)
DOCKER_TYPE = "application/vnd.docker.distribution.manifest.v2+json"
LIMITED = (
    "toomanyrequests: You have reached your unauthenticated pull rate limit."
    " https://www.docker.com/increase-rate-limit"
)
REFUSED_PUSH = "{refused_push}"
REFUSED_PULL = f'{RESOLVE} "docker.io/library/{DEBIAN}": {refused("library/debian:pull")}'


@dataclass(frozen=True, slots=True)
class Case:
    """Who does what, and what the client says last."""

    who: str
    command: str
    classic: str
    containerd: str


CASES = {
    "nobody pushes": Case("nobody", PUSH, DENIED, NO_ACCESS),
    "a read-only token pushes": Case("repo:read", PUSH, WEAK, REFUSED_PUSH),
    "a public read-only token pushes": Case("repo:public_read", PUSH, WEAK, REFUSED_PUSH),
    "an expired token pushes": Case("expired", PUSH, EXPIRED, REFUSED_PUSH),
    "an expired token pulls": Case(
        "expired", f"pull {DEBIAN}", f'{HEAD}/trixie-slim": {EXPIRED}', REFUSED_PULL
    ),
    "a deleted token pushes": Case("deleted", PUSH, WRONG, REFUSED_PUSH),
    "a deleted token pulls": Case(
        "deleted", f"pull {DEBIAN}", f'{HEAD}/trixie-slim": {WRONG}', REFUSED_PULL
    ),
    "a deactivated token pushes": Case("deactivated", PUSH, WRONG, REFUSED_PUSH),
    "a deactivated token pulls": Case(
        "deactivated", f"pull {DEBIAN}", f'{HEAD}/trixie-slim": {WRONG}', REFUSED_PULL
    ),
    "another's namespace": Case("repo:write", "push someone/one:one", DENIED, NO_ACCESS),
    "no namespace": Case("repo:write", "push docker.io/library/one:one", DENIED, NO_ACCESS),
    "no such repository": Case("repo:write", PULL, f"{ABSENT}: {DENIED}", ABSENT),
    "no such repository, for nobody": Case("nobody", PULL, f"{ABSENT}: {DENIED}", ABSENT),
    "no such tag": Case(
        "nobody",
        "pull debian:nowhere",
        "Error response from daemon: manifest for debian:nowhere not found: manifest unknown:"
        " manifest unknown",
        f'{RESOLVE} "docker.io/library/debian:nowhere": docker.io/library/debian:nowhere:'
        " not found",
    ),
}  # fmt: skip


@pytest.fixture(params=["classic", "containerd"])
def store(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def docker(store: str, classic: str, shell: Shell) -> str:
    docker = classic if store == "classic" else "docker"
    names_driver = "io.containerd.snapshotter.v1" in shell(f"{docker} info").out
    assert names_driver == (store == "containerd")
    return docker


@pytest.mark.parametrize("name", CASES)
def test_refusal(name: str, store: str, docker: str, shell: Shell, repository: str) -> None:
    case = CASES[name]
    make_image(shell, docker, f"{repository}:one")
    for other in ("someone/one:one", "docker.io/library/one:one"):
        shell(f"{docker} tag {repository}:one {other}")
    if case.who != "nobody":
        keep(shell, secret_of(shell, case.who))
    ran = shell(f"{docker} {case.command.format(repository=repository)}")
    said = case.classic if store == "classic" else case.containerd
    refused_push = refused(f"{repository}:pull", f"{repository}:pull,push")
    assert (ran.status, ran.last) == (
        1,
        said.format(repository=repository, refused_push=refused_push),
    )


def test_push_and_pull(docker: str, shell: Shell, repository: str) -> None:
    image = f"{repository}:one"
    make_image(shell, docker, image)
    keep(shell, secret_of(shell, "repo:write"))
    first = shell(f"{docker} push {image}").out
    assert ": Pushed" in first
    digest = first.split()[-3]
    assert first.endswith(f"one: digest: {digest} size: {first.split()[-1]}\n")
    assert ": Layer already exists" in shell(f"{docker} push {image}").out
    shell(f"{docker} image rm {image}")
    assert f"Digest: {digest}\n" in shell(f"{docker} pull {image}").out


@pytest.mark.models("Layers are mounted")
def test_mount(docker: str, shell: Shell, repository: str) -> None:
    keep(shell, secret_of(shell, "repo:write"))
    make_image(shell, docker, f"{repository}:one")
    shell(f"{docker} push {repository}:one; {docker} tag {repository}:one {repository}-b:one")
    assert f": Mounted from {repository}" in shell(f"{docker} push {repository}-b:one").out


def test_outsider_with_layers_from_elsewhere(docker: str, store: str, shell: Shell) -> None:
    shell(f"{docker} pull {DEBIAN}; {docker} tag {DEBIAN} someone/two:one")
    ran = shell(f"{docker} push someone/two:one")
    assert (ran.status, ran.last) == (1, DENIED if store == "classic" else OUTSIDER)


@pytest.mark.models("A repository that is missing")
@pytest.mark.parametrize("who", ["nobody", "repo:read"])
def test_private_repository(
    who: str, docker: str, store: str, shell: Shell, repository: str
) -> None:
    make_image(shell, docker, f"{repository}:one")
    keep(shell, secret_of(shell, "repo:write"))
    shell(f"{docker} push {repository}:one; {docker} image rm {repository}:one")
    set_privacy(shell, repository, is_private=True)
    keep(shell, secret_of(shell, "repo:read"))
    if who == "nobody":
        shell("docker logout")
    ran = shell(f"{docker} pull {repository}:one")
    if who == "nobody":
        said = f"{ABSENT}: {DENIED}" if store == "classic" else ABSENT
        assert (ran.status, ran.last) == (1, said.format(repository=repository))
    else:
        assert ran.status == 0, ran.err


@pytest.mark.models("Immutable tags")
def test_immutable_tag(docker: str, store: str, shell: Shell, repository: str) -> None:
    keep(shell, secret_of(shell, "repo:write"))
    make_image(shell, docker, f"{repository}:one")
    assert shell(f"{docker} push {repository}:one").status == 0
    make_immutable(shell, repository)
    make_image(shell, docker, f"{repository}:one")
    ran = shell(f"{docker} push {repository}:one")
    put = f"https://registry-1.docker.io/v2/{repository}/manifests/one"
    said = IMMUTABLE
    if store == "containerd":
        said = f"unexpected status from PUT request to {put}: 403 Forbidden"
    assert ran.status == 1
    assert ran.last.endswith(said)
    another = f"{docker} tag {repository}:one {repository}:two; {docker} push {repository}:two"
    assert shell(another).status == 0


@pytest.mark.models("An archived repository")
def test_archived_repository(docker: str, store: str, shell: Shell, repository: str) -> None:
    keep(shell, secret_of(shell, "repo:write"))
    make_image(shell, docker, f"{repository}:one")
    missing = shell(f"local-docker-hub archive {repository} on")
    assert (missing.status, repository in missing.err) == (1, True)
    assert shell(f"{docker} push {repository}:one").status == 0
    assert shell(f"local-docker-hub archive {repository} on").status == 0
    make_image(shell, docker, f"{repository}:two")
    ran = shell(f"{docker} push {repository}:two")
    assert (ran.status, ran.last) == (1, DENIED if store == "classic" else NO_ACCESS)
    assert shell(f"{docker} pull {repository}:one").status == 0
    assert shell(f"local-docker-hub archive {repository} off").status == 0
    assert shell(f"{docker} push {repository}:two").status == 0


@pytest.fixture
def counted(shell: Shell) -> Iterator[None]:
    """Have pulls counted."""
    shell("local-docker-hub pull-limit on")
    yield
    shell("local-docker-hub pull-limit off")


@pytest.fixture
def elsewhere(store: str, classic: str, shell: Shell, repository: str) -> str:
    """An image pushed by the other engine: what an engine has already, it doesn't get."""
    other = classic if store == "containerd" else "docker"
    keep(shell, secret_of(shell, "repo:write"))
    make_image(shell, other, f"{repository}:one")
    assert shell(f"{other} push {repository}:one; docker logout").status == 0
    return f"{repository}:one"


@pytest.mark.models("100 pulls")
@pytest.mark.usefixtures("counted")
def test_pull_limit(docker: str, store: str, shell: Shell, elsewhere: str) -> None:
    name = elsewhere.removesuffix(":one")
    service = f"https://auth.docker.io/token?scope=repository:{name}:pull"
    nobodys = json.loads(shell(f"curl -sS '{service}'").out)["token"]
    manifest = f"https://registry-1.docker.io/v2/{name}/manifests/one?[1-100]"
    types = "application/vnd.oci.image.manifest.v1+json, " + DOCKER_TYPE
    headers = f"-H 'Authorization: Bearer {nobodys}' -H 'Accept: {types}'"
    assert shell(f"curl -fsS -o /dev/null {headers} '{manifest}'").status == 0
    ran = shell(f"{docker} pull {elsewhere}")
    assert ran.status == 1
    assert ran.last.endswith(LIMITED)
    assert ("429 Too Many Requests" in ran.last) == (store == "containerd")
    keep(shell, secret_of(shell, "repo:read"))
    assert shell(f"{docker} pull {elsewhere}").status == 0


@pytest.mark.models("A push creates")
def test_account_has_the_repositories_pushed(docker: str, shell: Shell, repository: str) -> None:
    keep(shell, secret_of(shell, "repo:write"))
    make_image(shell, docker, f"{repository}:one")
    shell(f"{docker} push {repository}:one")
    name = repository.removeprefix(f"{ACCOUNT}/")
    found = shell(f"curl -fs https://hub.docker.com/v2/namespaces/{ACCOUNT}/repositories/{name}")
    assert '"is_private":false' in found.out
