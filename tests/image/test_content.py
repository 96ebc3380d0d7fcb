"""What is in the image, what isn't, and where it runs with next to nothing allowed."""

import json
import re

import pytest

from checks.sandbox.container import Sandbox
from checks.sandbox.image import CERTIFICATES
from provenpages.errors import MachineError
from tests.conftest import ROOT
from tests.image.conftest import (
    ALL_STEPS,
    IMAGE,
    PROJECT,
    SECRET,
    TRUSTED,
    Docker,
    MakeFolder,
    run,
    started,
)

SAMPLE = f"{PROJECT}/image/sample"
CONFINED = "--read-only --cap-drop ALL --user 4321:4321 --network none"
PROGRAMS = """
import pathlib, re, sys
files = [file for name in sys.argv[1:] for file in pathlib.Path(name).rglob("*") if file.is_file()]
first = [file.open("rb").readline(200).decode(errors="replace") for file in files]
print(*sorted({found[1] for line in first if (found := re.match(r"#! ?(\\S+)", line))}), sep="\\n")
"""
"""Which programs the scripts in some folders are for."""
SMALL = r"^iniconfig==.*?(?=^\S)"
"""A small package, with its hashes."""
FILES = "jq -r '.layers[].digest' < manifest.json | cut -d: -f2 | xargs -n 1 tar --list --file"


def test_a_site_that_uses_everything_builds(
    docker: Docker, machine: Sandbox, make_folder: MakeFolder
) -> None:
    folder = make_folder({})
    machine.run("cp", "--recursive", SAMPLE, f"{folder}/one")
    run(docker, "build", "--strict", folder=f"{folder}/one")
    page, blog, samples = (
        machine.run("cat", f"{folder}/one/site/{name}index.html")
        for name in ("", "blog/", "code/samples/")
    )
    for used in ("twemoji", "admonition", "tabbed-set", "annotate", "mermaid", "md-tag"):
        assert used in page
    assert "1. März 2026" in blog
    assert '<span class="nb">echo</span>' in samples
    machine.run("test", "-f", f"{folder}/one/site/llms.txt")


@pytest.mark.parametrize("options", [CONFINED, f"{CONFINED} --tmpfs /tmp"])
def test_a_preview_runs_with_next_to_nothing_allowed(
    options: str, docker: Docker, site: str, machine: Sandbox
) -> None:
    machine.run("chmod", "755", site)
    docker("run", "--detach", "--name", "two", *options.split(), "-v", f"{site}:/app:ro", IMAGE)
    try:
        wait = "until docker exec two healthcheck.sh; do sleep 0.1; done"
        machine.run("timeout", "20", "sh", "-c", wait)
    finally:
        docker("rm", "--force", "two")


@pytest.mark.parametrize("address", ["", "-a 0.0.0.0:8005", "--dev-addr=0.0.0.0:8005"])
def test_it_is_healthy_once_the_preview_answers(
    address: str, docker: Docker, machine: Sandbox, site: str
) -> None:
    options = "--health-interval 1s --health-start-interval 200ms"
    with started(docker, "serve", *address.split(), folder=site, options=options) as container:
        health = f"docker inspect --format '{{{{.State.Health.Status}}}}' {container}"
        wait = f"until {health} | grep -x healthy; do sleep 0.1; done"
        machine.run("timeout", "20", "sh", "-c", wait)
        # Deaf, but alive.
        machine.run("pkill", "-STOP", "--full", "[b]in/mkdocs")
        with pytest.raises(MachineError, match=r"healthcheck\.sh failed"):
            docker("exec", container, "healthcheck.sh")


@pytest.mark.usefixtures("docker")
def test_it_compiles_nothing_at_its_start(machine: Sandbox) -> None:
    command = ["python", "-v", "-m", "mkdocs", "build", "--site-dir", "/tmp/site"]
    said = machine.run("sh", "-c", 'docker run --rm -v "$0:/app" "$@" 2>&1', SAMPLE, IMAGE,
                       *command)  # fmt: skip
    assert len(re.findall(r"^# code object from '/opt/mkdocs/bytecode", said, re.M)) > 400
    sources = re.findall(r"^# code object from '?(/\S+\.py)\b", said, re.M)
    assert sources == []


def test_what_is_pushed_carries_nothing_of_its_build(
    docker: Docker, machine: Sandbox, pushed: str
) -> None:
    layers = machine.run("bash", "-c", f'cd "$0" && {FILES}', pushed).splitlines()
    assert len(layers) > 10_000
    left = r"^(tmp|var/tmp|var/cache|var/log|var/lib/apt)/.|(^|/)(__pycache__|\.cache)/."
    assert [name for name in layers if re.search(left, name)] == []
    assert not any(name in layers for name in (CERTIFICATES[1:], TRUSTED[1:]))
    [settings] = json.loads(docker("image", "inspect", IMAGE))
    names = [variable.partition("=")[0] for variable in settings["Config"]["Env"]]
    silence = {"DISABLE_MKDOCS_2_WARNING", "NO_MKDOCS_2_WARNING"}
    python = {"PIP_NO_CACHE_DIR", "PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX"}
    assert set(names) == {"HOME", "PATH", *silence, *python}
    # The certificates it trusts are Debian's.
    script = "cat /usr/share/ca-certificates/*/*.crt | tr -d '\\n' | md5sum"
    bundle = "tr -d '\\n' < /etc/ssl/certs/ca-certificates.crt | md5sum"
    debians, trusted = (run(docker, "sh", "-c", command) for command in (script, bundle))
    assert trusted == debians


@pytest.mark.usefixtures("certificates")
def test_a_build_trusts_the_certificates_of_its_secret(
    docker: Docker, make_folder: MakeFolder, machine: Sandbox
) -> None:
    """With the Dockerfile's own lines, and one small package in the place of all."""
    _, after = (ROOT / "Dockerfile").read_text().split("# --8<-- [start:secret]\n")
    begin = f"FROM {IMAGE}\nENV PIP_RETRIES=0\nCOPY image.txt /tmp/\n"
    dockerfile = begin + after.partition("# --8<-- [end")[0]
    found = re.search(SMALL, (ROOT / "requirements/checks.txt").read_text(), re.M | re.S)
    assert found
    folder = make_folder({"Dockerfile": dockerfile, "image.txt": found[0]})
    # A secret counts for nothing in the cache.
    build = ["build", "--no-cache", "--progress", "plain", folder, "--tag", "trusting", "--secret"]
    # Another's certificate: nobody that pip asks has one of its.
    with pytest.raises(MachineError, match="CERTIFICATE_VERIFY_FAILED"):
        docker(*build, "id=certificates,src=/var/lib/hub/server.crt")
    docker(*build, SECRET)
    trusted = "/etc/ssl/certs/ca-certificates.crt"
    kept = (
        f"docker run --rm trusting cat {trusted} | cmp - <(docker run --rm {IMAGE} cat {trusted})"
    )
    machine.run("bash", "-c", kept)


def test_two_builds_of_the_same_sources_are_the_same(newest: Docker, machine: Sandbox) -> None:
    """The first is the other tests', of today or before; the second runs all steps again.

    Their commits, and so their times, are different.
    """
    layers = []
    for name, time, steps in (("one", 1700000000, []), ("two", 1800000000, ALL_STEPS)):
        output = f"type=oci,dest=/srv/{name}.tar"
        epoch = ["--build-arg", f"SOURCE_DATE_EPOCH={time}", "--provenance=false"]
        newest("build", "--quiet", *steps, *epoch, "--output", output, PROJECT)
        script = """
            mkdir -p /srv/$0 && tar x -f /srv/$0.tar -C /srv/$0 && cd /srv/$0/blobs/sha256
            manifest=$(jq -r '.manifests[0].digest' ../../index.json)
            jq -r '.layers[].digest' ${manifest#sha256:}
        """
        layers.append(machine.run("sh", "-c", script, name))
    assert layers[0].count("sha256:") >= 4
    assert layers[0] == layers[1]


def test_a_changed_page_rebuilds_nothing_and_a_script_no_dependency(
    docker: Docker, machine: Sandbox
) -> None:
    format_ = "{{json .RootFS.Layers}}"
    machine.run("cp", "--recursive", PROJECT, "/srv/changed")
    docker("build", "--quiet", "--tag", "changed", "/srv/changed")
    before = json.loads(docker("image", "inspect", "--format", format_, "changed"))
    machine.run("sh", "-c", "echo Changed. >> /srv/changed/docs/index.md")
    docker("build", "--quiet", "--tag", "changed", "/srv/changed")
    assert json.loads(docker("image", "inspect", "--format", format_, "changed")) == before
    machine.run("sh", "-c", "echo '# Another one.' >> /srv/changed/image/entrypoint.sh")
    docker("build", "--quiet", "--tag", "changed", "/srv/changed")
    after = json.loads(docker("image", "inspect", "--format", format_, "changed"))
    assert after[:-1] == before[:-1]
    assert after != before


def test_no_link_or_script_leads_to_what_was_left_out(docker: Docker) -> None:
    places = "/usr/bin /usr/sbin /etc/alternatives /usr/lib/git-core"
    lost = f"for name in $(find {places} -type l); do [ -e $name ] || echo $name; done"
    assert run(docker, "sh", "-c", lost) == ""
    folders = [*places.split(), "/opt/mkdocs/bin"]
    programs = run(docker, "python", "-c", PROGRAMS, *folders).splitlines()
    assert "/bin/sh" in programs
    assert run(docker, "sh", "-c", 'for name; do [ -x "$name" ] || echo "$name"; done', "sh",
               *(name for name in programs if "perl" not in name)) == ""  # fmt: skip
    assert (
        run(docker, "sh", "-c", "which awk && echo 1 2 | awk '{ print $2 }'") == "/usr/bin/awk\n2\n"
    )


def test_a_build_without_a_library_fails(docker: Docker, machine: Sandbox) -> None:
    remove = r"s|^loader=|rm usr/lib/*/libpcre2-8.so*; &|"
    script = 'cp -r "$0" /srv/faulty && sed -i "$1" /srv/faulty/image/system.sh'
    machine.run("bash", "-c", script, PROJECT, remove)
    with pytest.raises(MachineError, match="cannot open shared object file"):
        docker("build", "--progress", "plain", "--target", "system", "/srv/faulty")


def test_its_labels_name_it_and_its_source(docker: Docker) -> None:
    labels = json.loads(docker("image", "inspect", "--format", "{{json .Config.Labels}}", IMAGE))
    assert {name.removeprefix("org.opencontainers.image.") for name in labels} == {
        "title", "description", "source", "url", "licenses"
    }  # fmt: skip


def test_scanners_see_its_packages(docker: Docker) -> None:
    debian = run(docker, "grep", "^Package: ", "/var/lib/dpkg/status")
    assert "Package: git\n" in debian
    assert "Package: perl\n" not in debian
    python = run(docker, "pip", "list", "--format", "freeze")
    plugins = ("", "-material", "-llmstxt", "-autolinks-plugin", "-awesome-pages-plugin",
               "-git-revision-date-localized-plugin")  # fmt: skip
    assert {f"mkdocs{name}" for name in plugins} <= set(re.findall(r"^(\S+)==", python, re.M))
