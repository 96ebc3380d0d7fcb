"""`--machine live`: the pages met by a Docker Hub outside the sandbox, another sandbox's here."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from docker import DockerClient

from checks.live import VARIABLES, LiveHub, Traces, live_hub
from checks.sandbox.container import ACCOUNT, Sandbox, sandbox
from provenpages.errors import MachineError
from tests.conftest import PAGES

REPOSITORIES = f"https://hub.docker.com/v2/namespaces/{ACCOUNT}/repositories?page_size=100"
PAGE = (PAGES / "live.md").read_text()
FAILING = PAGE + "\n```bash\nfalse\n```\n"


@pytest.fixture(scope="module")
def elsewhere(client: DockerClient) -> Iterator[Sandbox]:
    """Another sandbox, whose Docker Hub is reached from outside."""
    with sandbox(client) as machine:
        script = r"s/listen 192.0.2.1:\(.*\);/& listen $(hostname --ip-address):\1;/"
        script = f'sed -i "{script}" /opt/hub/nginx.conf && nginx -s reload -c /opt/hub/nginx.conf'
        machine.run("bash", "-c", script)
        yield machine


@pytest.fixture
def environment(elsewhere: Sandbox, tmp_path: Path) -> dict[str, str]:
    """What tells of the other sandbox's Docker Hub."""
    certificates = tmp_path / "certificates.pem"
    certificates.write_text(elsewhere.run("cat", "/var/lib/hub/server.crt"))
    return os.environ | {
        "DOCKER_HUB_USERNAME": ACCOUNT,
        "DOCKER_HUB_TOKEN": elsewhere.secrets["TOKEN"],
        "DOCKER_HUB_PASSWORD": elsewhere.secrets["PASSWORD"],
        "DOCKER_HUB_ADDRESS": elsewhere.run("hostname", "--ip-address").split()[-1],
        "DOCKER_HUB_CERTIFICATES": str(certificates),
    }


def check(folder: Path, page: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a copy of the project with one page, on the other Docker Hub."""
    for file in folder.glob("docs/**/*.md"):
        file.unlink()
    (folder / "docs/index.md").write_text(page)
    configuration = (folder / "mkdocs.yml").read_text()
    before, _, rest = configuration.partition("\nnav:\n")
    after = rest.partition("\n\n")[2]
    (folder / "mkdocs.yml").write_text(f"{before}\nnav: [index.md]\n\n{after}")
    return run(folder, "docs", environment)


def run(folder: Path, pages: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run some pages of a copy, on the other Docker Hub."""
    command = [sys.executable, "-m", "pytest", pages, "--machine", "live", "-rs", "-v"]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def labels(elsewhere: Sandbox) -> str:
    """List the tokens that the other Docker Hub's account has."""
    query = "import sqlite3; print(sqlite3.connect('/var/lib/hub/hub.sqlite3')"
    query += ".execute('select label from token').fetchall())"
    return elsewhere.run("python3", "-c", query)


@pytest.mark.parametrize("page", [PAGE, FAILING], ids=["a page that holds", "one that fails"])
def test_it_runs_there_and_leaves_nothing(
    page: str, copy: Path, elsewhere: Sandbox, environment: dict[str, str]
) -> None:
    checked = check(copy, page, environment)
    assert checked.returncode == (page is FAILING), checked.stdout
    assert "local only: knocks at another's account" in checked.stdout
    evidence = (copy / "build/evidence-live.json").read_text()
    assert f'"Docker Hub": "Docker Hub at {environment["DOCKER_HUB_ADDRESS"]}"' in evidence
    assert f"{ACCOUNT}/checks-" in evidence
    assert not (copy / "build/evidence.json").exists()
    assert elsewhere.run("curl", "-s", REPOSITORIES).count('"count":0') == 1
    assert "left" not in labels(elsewhere)
    for secret in elsewhere.secrets.values():
        assert secret not in checked.stdout + evidence


def test_the_guide_runs_there_and_leaves_nothing(
    copy: Path, elsewhere: Sandbox, environment: dict[str, str]
) -> None:
    """As the weekly workflow runs it."""
    before = labels(elsewhere)
    checked = run(copy, "docs/guide", environment)
    assert checked.returncode == 0, checked.stdout
    assert elsewhere.run("curl", "-s", REPOSITORIES).count('"count":0') == 1
    assert labels(elsewhere) == before


def test_the_wrong_password_is_said_before_anything_is_made(
    copy: Path, environment: dict[str, str]
) -> None:
    checked = check(copy, PAGE, environment | {"DOCKER_HUB_PASSWORD": "wrong"})
    assert checked.returncode == 1
    assert "GET /access-tokens?page_size=100&page=1 is answered with 401; if" in checked.stdout
    assert "DOCKER_HUB_PASSWORD isn't hackforlaops's password" in checked.stdout


def test_what_cannot_be_deleted_is_named(
    client: DockerClient, elsewhere: Sandbox, environment: dict[str, str]
) -> None:
    certificates = Path(environment["DOCKER_HUB_CERTIFICATES"]).read_bytes()
    hub = LiveHub(
        ACCOUNT,
        environment["DOCKER_HUB_TOKEN"],
        environment["DOCKER_HUB_PASSWORD"],
        environment["DOCKER_HUB_ADDRESS"],
        certificates,
    )
    with sandbox(client, hub.outside) as machine:
        traces = Traces(hub, machine)
        elsewhere.run("nginx", "-s", "stop", "-c", "/opt/hub/nginx.conf")
        try:
            with pytest.raises(MachineError) as named:
                traces.delete()
        finally:
            elsewhere.run("nginx", "-c", "/opt/hub/nginx.conf")
    assert f"delete by hand the new tokens ({hub.name}: GET /access-tokens" in str(named.value)
    assert f"the repositories {hub.prefix}* ({hub.name}: GET /namespaces" in str(named.value)


@pytest.mark.parametrize("missing", VARIABLES)
def test_what_the_environment_lacks_is_named(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.setenv(name, "x")
    monkeypatch.delenv(missing)
    with pytest.raises(MachineError, match=rf"^--machine live: set {missing} to "):
        live_hub()


def test_each_repository_gets_a_name_of_the_run() -> None:
    hub = LiveHub("ada", "token", "password", prefix="checks-1-")
    text = "docker push hackforlaops/mkdocs:testing; curl hackforlaops/repositories/mkdocs/tags"
    assert hub.stand_ins(text) == {
        "hackforlaops": "ada",
        "hackforlaops/mkdocs": "ada/checks-1-mkdocs",
        "hackforlaops/repositories/mkdocs": "ada/repositories/checks-1-mkdocs",
    }
