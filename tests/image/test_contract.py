"""The image's contract with those who use it, a test for each point."""

import re

import pytest

from checks.sandbox.container import Sandbox
from tests.image.conftest import (
    IMAGE,
    PROJECT,
    Docker,
    MakeFolder,
    reload_seconds,
    run,
    started,
    stop_seconds,
    wait_for_page,
)

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


@pytest.mark.parametrize(
    "command",
    [[], ["serve"], ["mkdocs", "serve"], ["--verbose", "serve"], ["sh", "-c", "mkdocs serve"]],
)
def test_serve_is_reached_from_outside_and_reloads(
    command: list[str], docker: Docker, machine: Sandbox, site: str
) -> None:
    with started(docker, *command, folder=site):
        reload_seconds(machine, site)


def test_the_callers_own_address_counts(docker: Docker, machine: Sandbox, site: str) -> None:
    command = ["mkdocs", "serve", "-a", "0.0.0.0:8005"]
    with started(docker, *command, folder=site, port=8005):
        wait_for_page(machine, "<title>Small")


def test_port_8000_is_exposed(docker: Docker) -> None:
    ports = docker("image", "inspect", "--format", "{{json .Config.ExposedPorts}}", IMAGE)
    assert ports == '{"8000/tcp":{}}\n'


# Who owns what


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


# Its plugins


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
