"""The image on another architecture: built and run for arm64, under Debian's emulator.

Over ten minutes long, so not a part of `make test`: `make test-arm64` runs it.
"""

import os
import platform
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from checks.sandbox.container import Sandbox
from checks.sandbox.image import BASE, CERTIFICATES, SLIM, SUITE
from tests.conftest import ROOT

pytestmark = pytest.mark.emulated
EMULATOR = Path("/usr/lib/binfmt.d/qemu-aarch64.conf")
"""What Debian's package has the kernel told: its flag F keeps the emulator open for containers."""
FORMATS = Path("/proc/sys/fs/binfmt_misc")
ENTRY = FORMATS / "qemu-aarch64"
PLATFORM = ["--platform", "linux/arm64"]
PROJECT = "/srv/arm64"
PLAIN = "hackforlaops/plain:arm64"
ARM_BASE = "hackforlaops/debian:arm64"
IMAGE = "hackforlaops/mkdocs:arm64"
# As our base image for this machine's architecture: where TLS is inspected, pip needs to know.
TRUSTING = f"""
FROM {BASE} AS machine
RUN mkdir /extra && if [ -f {CERTIFICATES} ]; then cp {CERTIFICATES} /extra/; fi
FROM {PLAIN}
COPY --from=machine /extra/ {Path(CERTIFICATES).parent}/
"""


@contextmanager
def emulator() -> Iterator[None]:
    """Have the kernel run arm64's programs, and forget it again."""
    if platform.machine() == "aarch64":
        pytest.skip("this machine is arm64 itself: test_image.py is the test")
    if os.geteuid():
        pytest.skip("telling the kernel of an emulator takes root")
    missing = [name for name in ("mmdebstrap", "arch-test") if not shutil.which(name)]
    missing += [] if EMULATOR.exists() else ["qemu-user-static"]
    if missing:
        pytest.skip(f"missing, as Debian's packages: {', '.join(missing)}")
    with mounted_formats(), registered():
        yield


@contextmanager
def mounted_formats() -> Iterator[None]:
    """Mount the kernel's list of formats, unless it is."""
    if (FORMATS / "register").exists():
        yield
        return
    mount = ["mount", "-t", "binfmt_misc", "binfmt_misc", str(FORMATS)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("this kernel, or container, has no binfmt_misc")
    try:
        yield
    finally:
        subprocess.run(["umount", str(FORMATS)], check=True)


@contextmanager
def registered() -> Iterator[None]:
    """Tell the kernel of the emulator, unless it knows one."""
    if ENTRY.exists():
        yield
        return
    (FORMATS / "register").write_text(EMULATOR.read_text().strip())
    try:
        yield
    finally:
        ENTRY.write_text("-1")


@pytest.fixture(scope="module")
def image(machine: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Build the image from an arm64 base, which the local Docker Hub hasn't."""
    with emulator():
        bootstrap(machine, tmp_path_factory.mktemp("arm64"))
        build(machine)
        yield IMAGE


def bootstrap(machine: Sandbox, folder: Path) -> None:
    """Make the base image for arm64 from Debian's packages."""
    root = folder / "root.tar"
    options = [f"--dpkgopt={option}" for option in SLIM]
    command = ["mmdebstrap", "--quiet", "--arch=arm64", "--variant=minbase", *options, SUITE]
    environment = os.environ | {"TMPDIR": str(folder)}
    subprocess.run([*command, str(root)], check=True, timeout=900, env=environment)
    machine.put(root, f"{PROJECT}.tar")
    machine.run("docker", "import", *PLATFORM, f"{PROJECT}.tar", PLAIN)
    trusting = TRUSTING + (f"ENV PIP_CERT={CERTIFICATES}\n" if os.environ.get("PIP_CERT") else "")
    line = 'printf %s "$0" | docker build --quiet "$@" -'
    machine.run("bash", "-c", line, trusting, *PLATFORM, "--tag", ARM_BASE)


def build(machine: Sandbox) -> None:
    """Build the image as it stands."""
    machine.put(ROOT, PROJECT)
    base = ["--build-context", f"{BASE}=docker-image://{ARM_BASE}"]
    command = ["docker", "build", "--progress", "plain", *PLATFORM, *base, "--tag", IMAGE, PROJECT]
    machine.run("timeout", "1500", *command)


def test_its_programs_are_arm64s(machine: Sandbox, image: str) -> None:
    assert machine.run("docker", "run", "--rm", *PLATFORM, image, "uname", "-m") == "aarch64\n"


def test_its_manifest_says_arm64(machine: Sandbox, image: str) -> None:
    seen = machine.run("docker", "image", "inspect", "--format", "{{.Os}}/{{.Architecture}}", image)
    assert seen == "linux/arm64\n"


def test_it_builds_a_site(machine: Sandbox, image: str) -> None:
    folder = machine.run("mktemp", "--directory").strip()
    run = ["docker", "run", "--rm", *PLATFORM, "--volume", f"{folder}:/app", image]
    machine.run(*run, "new", ".")
    said = machine.run(*run, "build", "--strict", "--theme", "material")
    assert "Documentation built" in said
    assert "Welcome to MkDocs" in machine.run("cat", f"{folder}/site/index.html")
