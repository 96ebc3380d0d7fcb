"""What users of MkDocs images have complained of for years, a test for each complaint."""

import json
import re

import pytest

from checks.sandbox.container import Sandbox
from checks.sandbox.image import BASE
from tests.conftest import ROOT
from tests.image.conftest import (
    IMAGE,
    Docker,
    MakeFolder,
    reload_seconds,
    run,
    started,
    stop_seconds,
    wait_for_page,
)

SIZE = 50e6
OWNERS = {
    "the folder's owner": ("1234:5678", "", "1234:5678"),
    "the caller who says --user": ("1234:5678", "--user 4321:4322", "4321:4322"),
    "root and the folder's group": ("0:5678", "", "0:5678"),
    "root where the folder is root's": ("0:0", "", "0:0"),
    "root without capabilities": ("0:0", "--cap-drop ALL", "0:0"),
}
"""The folder's owner, docker's options, and whose the built site must be."""
EVENTS = """
from watchdog.events import FileSystemEventHandler
from watchdog.observers.inotify import InotifyObserver

class Count(FileSystemEventHandler):
    def on_modified(self, event):
        print(event.src_path, flush=True)

observer = InotifyObserver()
observer.schedule(Count(), "/app/docs", recursive=True)
observer.start()
print("watching", flush=True)
observer.join()
"""
SERVE_GIT = """
import functools, http.server, ssl
handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory="/srv/git")
server = http.server.HTTPServer(("127.0.0.1", 4443), handler)
context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain("/var/lib/hub/server.crt", "/var/lib/hub/server.key")
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
"""
COMMIT = "git -c user.name=a -c user.email=a@example.org commit --quiet --allow-empty -m one"


def test_live_reload_works_with_any_release_of_click(
    docker: Docker, machine: Sandbox, derived: str, site: str
) -> None:
    with started(docker, "mkdocs", "serve", folder=site, image=derived):
        reload_seconds(machine, site)


def test_live_reload_works_across_file_sharing_that_sends_no_events(
    docker: Docker, machine: Sandbox, site: str
) -> None:
    # A change below an overlay is seen through it, but nobody is told.
    shared = machine.run("mktemp", "--directory").strip()
    machine.run("mkdir", f"{shared}/upper", f"{shared}/work", f"{shared}/seen")
    machine.run("mount", "-t", "tmpfs", "tmpfs", f"{shared}/upper")
    machine.run("mkdir", f"{shared}/upper/upper", f"{shared}/upper/work")
    layers = f"lowerdir={site},upperdir={shared}/upper/upper,workdir={shared}/upper/work"
    machine.run("mount", "-t", "overlay", "overlay", "-o", layers, f"{shared}/seen")
    try:
        with started(docker, folder=f"{shared}/seen") as container:
            docker("exec", "--detach", container, "sh", "-c", f"python -c '{EVENTS}' > /tmp/events")
            wait = f"until docker exec {container} grep watching /tmp/events; do :; done"
            machine.run("timeout", "20", "sh", "-c", wait)
            reload_seconds(machine, site)
            assert docker("exec", container, "cat", "/tmp/events") == "watching\n"
    finally:
        machine.run("umount", f"{shared}/seen", f"{shared}/upper")


@pytest.mark.parametrize("case", OWNERS)
def test_output_is_not_roots_but_belongs_to(
    case: str, docker: Docker, machine: Sandbox, site: str
) -> None:
    owner, options, expected = OWNERS[case]
    machine.run("chown", "--recursive", owner, site)
    machine.run("chmod", "777", site)
    run(docker, "build", folder=site, options=options)
    written = machine.run("stat", "--format", "%u:%g", f"{site}/site", f"{site}/site/index.html")
    assert written.split() == [expected, expected]


def test_output_of_a_second_command_is_not_roots(
    docker: Docker, machine: Sandbox, site: str
) -> None:
    machine.run("chown", "--recursive", "1234:5678", site)
    with started(docker, "sleep", "60", folder=site) as container:
        docker("exec", container, "mkdocs", "build")
    assert machine.run("stat", "--format", "%u:%g", f"{site}/site") == "1234:5678\n"


def test_no_documented_command_publishes_a_port_to_the_network() -> None:
    documents = [*(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "compose.yaml"]
    published = []
    for document in documents:
        text = document.read_text()
        published += re.findall(r"(?:-p|--publish)[ =](\S*\d:\d\S*)", text)
        published += re.findall(r'ports:\n *- "(.+)"', text)
    assert len(published) >= 3
    assert [port for port in published if not port.startswith("127.0.0.1:")] == []


def test_a_missing_plugin_is_added_by_a_derived_image(
    docker: Docker, machine: Sandbox, derived: str, make_folder: MakeFolder
) -> None:
    files = {
        "mkdocs.yml": "site_name: Small\nplugins: [alias]\n",
        "docs/index.md": "---\nalias: home\n---\n# First\n\n[[home|By its alias]]\n",
    }
    folder = make_folder(files)
    docker("run", "--rm", "--volume", f"{folder}:/app", derived, "build", "--strict")
    assert ">By its alias</a>" in machine.run("cat", f"{folder}/site/index.html")


@pytest.mark.parametrize("place", ["/app", "/docs"])
def test_git_is_there_and_trusts_whoever_owns_the_folder(
    place: str, docker: Docker, machine: Sandbox, make_folder: MakeFolder
) -> None:
    plugin = "git-revision-date-localized: {type: iso_date, fallback_to_build_date: false}"
    files = {
        "mkdocs.yml": f"site_name: Small\ntheme: material\nplugins: [{{ {plugin} }}]\n",
        "docs/index.md": "{{ git_revision_date_localized }}\n",
    }
    folder = make_folder(files)
    machine.run("sh", "-c", f"cd {folder} && git init --quiet && git add . && {COMMIT}")
    machine.run("chmod", "755", folder)
    machine.run("chown", "--recursive", "1234:5678", folder)
    mount = ["--volume", f"{folder}:{place}", "--workdir", place]
    for user in ("0:0", "4321:4321"):
        arguments = ["--user", user, *mount, IMAGE, "build", "--strict", "--site-dir", "/tmp/site"]
        assert "Documentation built" in docker("run", "--rm", *arguments)
        log = docker("run", "--rm", "--user", user, *mount, IMAGE, "git", "log", "--format=%s")
        assert log == "one\n"


def test_git_fetches_over_https(docker: Docker, machine: Sandbox) -> None:
    script = f"mkdir -p /srv/git && cd /srv/git && git init --quiet one && cd one && {COMMIT}"
    machine.run("bash", "-c", f"{script} && git update-server-info")
    python = "/opt/hub/venv/bin/python"
    machine.run("bash", "-c", f"{python} -c '{SERVE_GIT}' > /dev/null 2>&1 & echo $! > /srv/pid")
    options = ["--network", "host", "--add-host", "ghcr.io:127.0.0.1"]
    trusted = "/etc/ssl/certs/ca-certificates.crt"
    clone = "git clone --quiet https://ghcr.io:4443/one/.git one && git -C one log --format=%s"
    try:
        machine.run("timeout", "20", "bash", "-c", "until : < /dev/tcp/127.0.0.1/4443; do :; done")
        said = docker("run", "--rm", *options, "--volume", f"{trusted}:{trusted}:ro", IMAGE,
                      "sh", "-c", clone)  # fmt: skip
        assert said == "one\n"
    finally:
        machine.run("bash", "-c", "kill $(cat /srv/pid)")


@pytest.mark.parametrize("entrypoint", [[], ["--entrypoint", ""]])
def test_the_entrypoint_lets_a_pipelines_shell_run(entrypoint: list[str], docker: Docker) -> None:
    arguments = ["run", "--rm", *entrypoint, IMAGE, "sh", "-c", 'echo "$0: $PWD"', "a  b"]
    assert docker(*arguments) == "a  b: /app\n"


def test_nothing_in_it_is_older_than_what_debian_serves(newest: Docker) -> None:
    status = run(newest, "cat", "/var/lib/dpkg/status")
    inside = dict(re.findall(r"^Package: (\S+)\n(?:.+\n)*?Version: (\S+)$", status, re.M))
    assert {"git", "libc6", "python3"} <= set(inside)
    script = "apt-get -qq update && apt-cache --no-all-versions show " + " ".join(inside)
    served = newest("run", "--rm", BASE, "sh", "-c", script)
    there = dict(re.findall(r"^Package: (\S+)\n(?:.+\n)*?Version: (\S+)$", served, re.M))
    assert inside == there


@pytest.mark.parametrize("command", [[], ["sleep", "60"], ["sh", "-c", "sleep 60; true"]])
def test_it_stops_at_once(command: list[str], docker: Docker, machine: Sandbox, site: str) -> None:
    with started(docker, *command, folder=site) as container:
        if not command:
            wait_for_page(machine, "<title>")
        assert stop_seconds(machine, container) < 1


def test_one_architecture_takes_at_most_50_mb_to_pull(machine: Sandbox, pushed: str) -> None:
    manifest = json.loads(machine.run("cat", f"{pushed}/manifest.json"))
    size = sum(layer["size"] for layer in manifest["layers"])
    print(f"{size / 1e6:.1f} MB")
    assert 10e6 < size <= SIZE


@pytest.mark.parametrize("theme", ["mkdocs", "readthedocs", "material"])
def test_no_theme_is_missing(
    theme: str, docker: Docker, machine: Sandbox, make_folder: MakeFolder
) -> None:
    folder = make_folder({"mkdocs.yml": f"site_name: Small\ntheme: {theme}\n", "docs/index.md": ""})
    run(docker, "build", "--strict", folder=folder)
    assert "Small" in machine.run("cat", f"{folder}/site/index.html")
    fonts = {"mkdocs": "webfonts", "readthedocs": "css/fonts"}.get(theme)
    assert not fonts or ".woff2" in machine.run("ls", f"{folder}/site/{fonts}")


def test_serve_listens_on_all_addresses_in_strict_mode(
    docker: Docker, machine: Sandbox, site: str
) -> None:
    with started(docker, "serve", "--strict", folder=site):
        wait_for_page(machine, "<title>Small")
