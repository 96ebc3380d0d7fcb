"""`docker buildx build --push` and `docker compose push`."""

from collections.abc import Callable

import pytest

from checks.sandbox.container import ACCOUNT
from tests.checks.clients.conftest import Ran, Shell, keep, make_immutable, secret_of
from tests.checks.clients.test_stores import NO_ACCESS, refused

COMPOSE = """
services:
  one: {{build: ., image: "{repository}:one"}}
  two: {{build: ., image: "{repository}:two"}}
"""
Push = Callable[[str], Ran]


@pytest.fixture
def buildx(shell: Shell) -> Push:
    """Build an image of its own and push it."""

    def push(image: str) -> Ran:
        shell("head -c 99 /dev/urandom > data; printf 'FROM scratch\\nCOPY data /\\n' > Dockerfile")
        return shell(f"docker buildx build --progress plain --push --tag {image} .")

    return push


@pytest.fixture
def compose(shell: Shell, repository: str) -> Shell:
    """Have an image of each of two services."""
    shell("head -c 99 /dev/urandom > data; printf 'FROM scratch\\nCOPY data /\\n' > Dockerfile")
    shell(f"cat > compose.yaml <<< '{COMPOSE.format(repository=repository)}'")
    assert shell("docker compose build").status == 0
    return shell


def test_buildx_pushes(buildx: Push, shell: Shell, repository: str) -> None:
    keep(shell, secret_of(shell, "repo:write"))
    ran = buildx(f"{repository}:one")
    assert ran.status == 0, ran.err
    assert f"[auth] {repository}:pull,push token for registry-1.docker.io" in ran.err
    digest = ran.err.split("exporting manifest list ")[1].split()[0]
    seen = shell(f"docker buildx imagetools inspect {repository}:one")
    assert f"Digest:    {digest}\n" in seen.out
    assert '"os": "linux"' in shell(f"docker manifest inspect {repository}:one").out


@pytest.mark.parametrize("kind", ["repo:read", "repo:public_read", "expired", "deleted"])
def test_buildx_with_a_token_that_is_refused(
    kind: str, buildx: Push, shell: Shell, repository: str
) -> None:
    keep(shell, secret_of(shell, kind))
    ran = buildx(f"{repository}:one")
    said = f"failed to push docker.io/{repository}:one: {refused(f'{repository}:pull,push')}"
    assert (ran.status, ran.last) == (1, f"ERROR: failed to solve: {said}")


@pytest.mark.models("Another's namespace")
@pytest.mark.parametrize(
    ("who", "namespace"),
    [("nobody", ACCOUNT), ("repo:write", "someone"), ("repo:admin", "library")],
)
def test_buildx_by_an_outsider(who: str, namespace: str, buildx: Push, shell: Shell) -> None:
    if who != "nobody":
        keep(shell, secret_of(shell, who))
    ran = buildx(f"{namespace}/outside:one")
    said = f"ERROR: failed to solve: failed to push docker.io/{namespace}/outside:one: {NO_ACCESS}"
    assert (ran.status, ran.last) == (1, said)


@pytest.mark.models("Immutable tags")
def test_buildx_to_an_immutable_tag(buildx: Push, shell: Shell, repository: str) -> None:
    """As in docker/hub-feedback#2466; kimai/kimai#5791 had the answer's own words."""
    keep(shell, secret_of(shell, "repo:write"))
    assert buildx(f"{repository}:one").status == 0
    make_immutable(shell, repository)
    ran = buildx(f"{repository}:one")
    put = f"https://registry-1.docker.io/v2/{repository}/manifests/one"
    said = f"unexpected status from PUT request to {put}: 403 Forbidden"
    assert ran.status == 1
    assert ran.last.endswith(said)


def test_compose_pushes_all_services(compose: Shell, repository: str) -> None:
    keep(compose, secret_of(compose, "repo:write"))
    pushed = compose("docker compose push")
    assert pushed.status == 0, pushed.err
    listed = compose(f"skopeo list-tags docker://docker.io/{repository}")
    assert '"one",' in listed.out
    assert '"two"' in listed.out
    assert compose("docker compose pull").status == 0


def test_compose_with_a_read_only_token(compose: Shell, repository: str) -> None:
    keep(compose, secret_of(compose, "repo:read"))
    ran = compose("docker compose push")
    scopes = (f"{repository}:pull", f"{repository}:pull,push")
    assert (ran.status, ran.last) == (1, refused(*scopes))
