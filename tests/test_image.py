"""The image: its contract with those who use it, a test for each point."""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from checks.sandbox.container import Sandbox
from checks.sandbox.image import BASE, CERTIFICATES
from tests.conftest import ROOT

# As it is published. The engine would ask to mount the layers of what `FROM local-mkdocs` names
# from `library/local-mkdocs` whenever it pushes them, and this one fails where that is refused
# (containerd before 2.1, containerd/containerd#11709).
IMAGE = "hackforlaops/mkdocs"
PROJECT = "/srv/project"
SITE = {"mkdocs.yml": "site_name: Small\n", "docs/index.md": "# First\n"}
DERIVED = {
    "Dockerfile": """
        FROM hackforlaops/mkdocs
        RUN pip install mkdocs-alias-plugin==0.12.0
        COPY requirements.txt .
        RUN pip install -r requirements.txt
    """,
    # A release of click with which MkDocs reloads only if it is told to.
    "requirements.txt": "click==8.3.3\n",
}
TRUSTING = f"FROM {IMAGE}\nCOPY --from={BASE} {CERTIFICATES} {CERTIFICATES}\n"
TRUSTING += f"ENV PIP_CERT={CERTIFICATES}\n"
OWNERS = {
    "the folder's owner": ("1234:5678", "", "1234:5678"),
    "the caller who says --user": ("1234:5678", "--user 4321:4322", "4321:4322"),
    "root and the folder's group": ("0:5678", "", "0:5678"),
    "root where the folder is root's": ("0:0", "", "0:0"),
    "root without capabilities": ("0:0", "--cap-drop ALL", "0:0"),
}
"""The folder's owner, docker's options, and whose the built site must be."""
Docker = Callable[..., str]
MakeFolder = Callable[[dict[str, str]], str]


@pytest.fixture(scope="module")
def docker(machine: Sandbox) -> Docker:
    """Run docker in the sandbox, where the image is built."""

    def docker(*command: str) -> str:
        return machine.run("docker", *command)

    machine.put(ROOT, PROJECT)
    docker("build", "--quiet", "--tag", IMAGE, PROJECT)
    return docker


@pytest.fixture(scope="module")
def make_folder(machine: Sandbox) -> MakeFolder:
    """Make a folder with files in the sandbox."""

    def make_folder(files: dict[str, str]) -> str:
        folder = machine.run("mktemp", "--directory").strip()
        for name, text in files.items():
            write(machine, f"{folder}/{name}", text)
        return folder

    return make_folder


@pytest.fixture
def site(make_folder: MakeFolder) -> str:
    return make_folder(SITE)


@pytest.fixture(scope="module")
def derived(docker: Docker, make_folder: MakeFolder) -> str:
    """An image that extends ours."""
    if os.environ.get("PIP_CERT"):
        # This machine's TLS is inspected: pip needs the certificates that our base image has here.
        docker("build", "--quiet", "--tag", IMAGE, make_folder({"Dockerfile": TRUSTING}))
    # Not --quiet: should it fail, what pip says is wanted.
    docker("build", "--progress", "plain", "--tag", "derived", make_folder(DERIVED))
    docker("build", "--quiet", "--tag", IMAGE, PROJECT)
    return "derived"


def write(machine: Sandbox, path: str, text: str) -> None:
    script = 'mkdir -p "$(dirname "$0")" && printf %s "$1" > "$0"'
    machine.run("sh", "-c", script, path, text)


def run(docker: Docker, *arguments: str, folder: str = "", options: str = "") -> str:
    """Run the image once, with a folder mounted; returns what it says."""
    mount = ["--volume", f"{folder}:/app"] if folder else []
    return docker("run", "--rm", *mount, *options.split(), IMAGE, *arguments)


@contextmanager
def started(
    docker: Docker, *arguments: str, folder: str, image: str = IMAGE, port: int = 8000
) -> Iterator[str]:
    """Start the image in the background, its port published; gives the container's name."""
    publish = ["--publish", f"127.0.0.1:8000:{port}"]
    mount = ["--volume", f"{folder}:/app"]
    try:
        docker("run", "--detach", "--name", "one", *publish, *mount, image, *arguments)
        yield "one"
    finally:
        docker("rm", "--force", "one")


def wait_for_page(machine: Sandbox, text: str) -> None:
    probe = 'until curl -fsL http://127.0.0.1:8000/ | grep -q "$0"; do sleep 0.02; done'
    machine.run("timeout", "20", "bash", "-c", probe, text)


def reload_seconds(machine: Sandbox, folder: str) -> float:
    """Change the page that is shown; returns how long it takes until the change is served."""
    wait_for_page(machine, "<title>")
    script = """
        since=$EPOCHREALTIME
        echo 'Changed just now.' >> "$0/docs/index.md"
        until curl -sL http://127.0.0.1:8000/ | grep -q 'Changed just now.'; do sleep 0.02; done
        echo $((${EPOCHREALTIME/./} - ${since/./}))
    """
    return int(machine.run("timeout", "20", "bash", "-c", script, folder)) / 1e6


def stop_seconds(machine: Sandbox, container: str) -> float:
    """Stop a container; returns how long it takes."""
    script = """
        since=$EPOCHREALTIME
        docker stop "$0" > /dev/null
        echo $((${EPOCHREALTIME/./} - ${since/./}))
    """
    return int(machine.run("bash", "-c", script, container)) / 1e6


# Calling it


@pytest.mark.parametrize("command", ["mkdocs build", "build", "build --strict", "--verbose build"])
def test_mkdocs_takes_arguments_with_or_without_its_name(
    command: str, docker: Docker, machine: Sandbox, site: str
) -> None:
    run(docker, *command.split(), folder=site)
    assert "Small" in machine.run("cat", f"{site}/site/index.html")


def test_every_command_of_mkdocs_is_known(docker: Docker) -> None:
    commands = run(docker, "mkdocs", "--help").partition("Commands:")[2]
    names = re.findall(r"^  (\S+)", commands, re.M)
    assert len(names) >= 5
    for name in names:
        assert f"Usage: mkdocs {name} " in run(docker, name, "--help")


def test_another_command_runs_as_given(docker: Docker) -> None:
    assert run(docker, "sh", "-c", 'echo "$0: $PWD"', "a  b") == "a  b: /app\n"


@pytest.mark.parametrize("command", [[], ["serve"], ["mkdocs", "serve"]])
def test_serve_is_reached_from_outside_and_reloads(
    command: list[str], docker: Docker, machine: Sandbox, site: str
) -> None:
    with started(docker, *command, folder=site):
        reload_seconds(machine, site)


def test_serve_reloads_with_any_release_of_click(
    docker: Docker, machine: Sandbox, derived: str, site: str
) -> None:
    with started(docker, "mkdocs", "serve", folder=site, image=derived):
        reload_seconds(machine, site)


def test_the_callers_own_address_counts(docker: Docker, machine: Sandbox, site: str) -> None:
    command = ["mkdocs", "serve", "-a", "0.0.0.0:8005"]
    with started(docker, *command, folder=site, port=8005):
        wait_for_page(machine, "<title>Small")


def test_port_8000_is_exposed(docker: Docker) -> None:
    ports = docker("image", "inspect", "--format", "{{json .Config.ExposedPorts}}", IMAGE)
    assert ports == '{"8000/tcp":{}}\n'


# Who owns what


@pytest.mark.parametrize("case", OWNERS)
def test_what_it_writes_belongs_to(case: str, docker: Docker, machine: Sandbox, site: str) -> None:
    owner, options, expected = OWNERS[case]
    machine.run("chown", "--recursive", owner, site)
    machine.run("chmod", "777", site)
    run(docker, "build", folder=site, options=options)
    written = machine.run("stat", "--format", "%u:%g", f"{site}/site", f"{site}/site/index.html")
    assert written.split() == [expected, expected]


def test_the_owner_has_no_other_groups(docker: Docker, machine: Sandbox, site: str) -> None:
    machine.run("chown", "1234:5678", site)
    assert run(docker, "id", "-G", folder=site, options="--group-add 27") == "5678\n"


@pytest.mark.parametrize("options", ["", "--user 4321:4321"])
def test_a_user_without_a_name_has_a_home(
    options: str, docker: Docker, machine: Sandbox, site: str
) -> None:
    machine.run("chown", "1234:5678", site)
    script = 'id -un >/dev/null 2>&1 || { : > "$HOME/file" && echo "$HOME"; }'
    assert run(docker, "sh", "-c", script, folder=site, options=options) == "/tmp\n"


def test_a_user_without_a_name_sees_no_other_messages(
    docker: Docker, machine: Sandbox, site: str
) -> None:
    machine.run("chmod", "777", site)
    said = []
    for options in ("--user 4321:4321", ""):
        text = run(docker, "build", folder=site, options=options)
        said.append(re.sub(r"[\d.]+ seconds", "", text))
        machine.run("rm", "--recursive", f"{site}/site")
    assert "Documentation built" in said[0]
    assert said[0] == said[1]


# Extending it


def test_a_derived_image_finds_what_pip_installs(
    docker: Docker, machine: Sandbox, derived: str, make_folder: MakeFolder
) -> None:
    files = {
        "mkdocs.yml": "site_name: Small\nplugins: [alias]\n",
        "docs/index.md": "---\nalias: home\n---\n# First\n\n[[home|By its alias]]\n",
    }
    folder = make_folder(files)
    docker("run", "--rm", "--volume", f"{folder}:/app", derived, "build", "--strict")
    assert ">By its alias</a>" in machine.run("cat", f"{folder}/site/index.html")


def test_autolinks_and_awesome_pages_are_there(
    docker: Docker, machine: Sandbox, make_folder: MakeFolder
) -> None:
    pages = {
        "mkdocs.yml": "site_name: Small\nplugins: [autolinks, awesome-pages]\n",
        "docs/.pages": "nav:\n  - Chosen title: deep/below.md\n  - index.md\n",
        "docs/index.md": "[Found by its name](below.md)\n",
        "docs/deep/below.md": "# Below\n",
    }
    folder = make_folder(pages)
    run(docker, "build", folder=folder)
    page = machine.run("cat", f"{folder}/site/index.html")
    assert '<a href="deep/below/">Found by its name</a>' in page
    assert "Chosen title" in page


# Ending it


@pytest.mark.parametrize("command", [[], ["sleep", "60"], ["sh", "-c", "sleep 60; true"]])
def test_it_stops_at_once(command: list[str], docker: Docker, machine: Sandbox, site: str) -> None:
    with started(docker, *command, folder=site) as container:
        if not command:
            wait_for_page(machine, "<title>")
        assert stop_seconds(machine, container) < 1


def test_its_exit_status_is_the_commands(docker: Docker, machine: Sandbox) -> None:
    docker("run", "--name", "two", "--detach", IMAGE, "sh", "-c", "exit 7")
    assert machine.run("sh", "-c", "docker wait two && docker rm two") == "7\ntwo\n"


# docker compose


def test_compose_previews_this_site_with_live_reload(docker: Docker, machine: Sandbox) -> None:
    compose = ["compose", "--file", f"{PROJECT}/compose.yaml"]
    try:
        docker(*compose, "up", "--detach", "--quiet-pull")
        assert docker(*compose, "port", "docs", "8000") == "127.0.0.1:8000\n"
        wait_for_page(machine, "<title>Docker Hub guide")
        print(f"a change shows after {reload_seconds(machine, PROJECT):.2f} s")
        container = docker(*compose, "ps", "--quiet", "docs").strip()
        assert stop_seconds(machine, container) < 1
    finally:
        docker(*compose, "down")
