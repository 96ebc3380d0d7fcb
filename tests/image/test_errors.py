"""What fails for want of something outside the image: a sentence, status 1, and no traceback."""

import pytest

from checks.sandbox.container import Sandbox
from tests.image.conftest import IMAGE, SITE, Docker, MakeFolder, started, wait_for_page

FOLDERS = {
    "no mkdocs.yml": ({"other": ""}, "Error: Config file 'mkdocs.yml' does not exist."),
    "broken YAML": (
        {"mkdocs.yml": "site_name: Small\nnav: [\n"},
        'in "/app/mkdocs.yml", line 3, column 1',
    ),
    "an unknown plugin": (
        {**SITE, "mkdocs.yml": "site_name: Small\nplugins: [nowhere]\n"},
        'The "nowhere" plugin is not installed',
    ),
    "no docs folder": (
        {"mkdocs.yml": "site_name: Small\n"},
        "The path '/app/docs' isn't an existing directory.",
    ),
}
REFUSALS = {
    "a folder that is read-only": (
        "--read-only",
        "build --site-dir /site",
        "Error: /site: Read-only file system: mount a folder there that may be written, or write"
        " elsewhere",
    ),
    "a folder that is somebody else's": (
        "--user 4321:4321",
        "build",
        "Error: /app/site: Permission denied: run the container as a user who may, or without"
        " --user as the folder's owner",
    ),
    "to become another's": (
        "--cap-drop ALL",
        "build",
        "Error: root needs capabilities to become the folder's owner: say --user 1234:5678",
    ),
    "an address of another machine": (
        "",
        "serve --dev-addr 192.0.2.9:8000",
        "Error: Cannot assign requested address: choose an address of the container's with"
        " --dev-addr, as 0.0.0.0:8000",
    ),
}
"""docker's options, the command, and the last line of what it says."""
TAKEN = """
python -m http.server 8000 > /dev/null 2>&1 &
until wget -q -O /dev/null http://127.0.0.1:8000/; do sleep 0.05; done
exec entrypoint.sh serve
"""


def complaint(machine: Sandbox, *arguments: str) -> str:
    """Run a container that must end with status 1, without a traceback; returns what it says."""
    script = 'timeout 30 docker run --rm "$@" 2>&1 && exit 1; [ $? = 1 ]'
    said = machine.run("sh", "-c", script, "sh", *arguments)
    assert "Traceback" not in said
    return said


@pytest.mark.usefixtures("docker")
@pytest.mark.parametrize("command", ["build", "serve"])
@pytest.mark.parametrize("case", FOLDERS)
def test_it_says_what_is_wrong_with_the_folder(
    case: str, command: str, machine: Sandbox, make_folder: MakeFolder
) -> None:
    files, expected = FOLDERS[case]
    assert expected in complaint(machine, "-v", f"{make_folder(files)}:/app", IMAGE, command)


@pytest.mark.usefixtures("docker")
@pytest.mark.parametrize("case", REFUSALS)
def test_it_says_what_the_system_refuses(case: str, machine: Sandbox, site: str) -> None:
    options, command, expected = REFUSALS[case]
    machine.run("chmod", "755", site)
    machine.run("chown", "1234:5678", site)
    mounted = [*options.split(), "-v", f"{site}:/app", IMAGE]
    said = complaint(machine, *mounted, *command.split())
    assert said.splitlines()[-1] == expected


@pytest.mark.usefixtures("docker")
def test_it_says_that_the_port_is_taken(machine: Sandbox, site: str) -> None:
    said = complaint(machine, "-v", f"{site}:/app", IMAGE, "sh", "-c", TAKEN)
    assert said.splitlines()[-1] == (
        "Error: Address already in use: end the program that has the port, or choose another with"
        " --dev-addr"
    )


def test_a_preview_ends_when_its_folder_is_gone(
    docker: Docker, machine: Sandbox, site: str
) -> None:
    with started(docker, folder=site) as container:
        wait_for_page(machine, "<title>")
        machine.run("rm", "--recursive", site)
        assert machine.run("timeout", "20", "docker", "wait", container) == "1\n"
        said = docker("logs", container)
    assert "Traceback" not in said
    assert "Error: the folder that was mounted is gone: start the container again" in said


def test_a_preview_outlives_broken_yaml(docker: Docker, machine: Sandbox, site: str) -> None:
    with started(docker, folder=site) as container:
        wait_for_page(machine, "<title>Small")
        machine.run("sh", "-c", f"echo 'nav: [' >> {site}/mkdocs.yml")
        wait = f"until docker logs {container} 2>&1 | grep 'line 3, column 1'; do sleep 0.1; done"
        machine.run("timeout", "20", "sh", "-c", wait)
        assert "Traceback" not in docker("logs", container)
        machine.run("sh", "-c", f"echo 'site_name: Mended' > {site}/mkdocs.yml")
        wait_for_page(machine, "<title>Mended")
