"""Faults seeded in a copy of the guide: each must make the check fail, at its line."""

import base64
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from checks.sandbox.container import Sandbox
from tests.conftest import Guide, check_project

PUBLISH = "docs/guide/publish.md"
BUILD = "docs/guide/build.md"
Check = Callable[[], subprocess.CompletedProcess[str]]


class Fault(NamedTuple):
    """Replace `old` by `new`; the check must complain of the line that holds `at`."""

    old: str
    new: str
    at: str
    complaint: str
    page: str = PUBLISH


RM = "docker image rm --force b6047b203915\n    docker pull hackforlaops/mkdocs:testing"
TAB = '=== "Linux"\n\n    ```bash\n    ls /nowhere\n    ```\n\n'
FAULTS = {
    "a flag misspelt": Fault(
        "build --tag", "build --tga", "--tga", "exit status 125", BUILD
    ),
    "a tag changed in push only": Fault(
        "docker push hackforlaops/mkdocs:testing", "docker push hackforlaops/mkdocs:testign",
        "docker push hackforlaops/mkdocs:testign", "exit status 1, documented 0",
    ),
    "a stand-in undeclared": Fault(
        "    <!-- check: let b6047b203915 = $(docker images -q local-mkdocs) -->\n", "",
        "local-mkdocs   latest    b6047b203915", "the output isn't as documented", BUILD,
    ),
    "an expected line removed": Fault(
        "    docker.io/hackforlaops/mkdocs:testing\n", "",
        "Status: Downloaded newer", "the output isn't as documented",
    ),
    "a word of expected output changed": Fault(
        "Login Succeeded", "Login succeeded", "Login succeeded", "the output isn't as documented"
    ),
    "a digit changed outside a declared kind": Fault(
        '403 access denied', '402 access denied', "402 access", "the output isn't as"
    ),
    "exit 1 on a command that succeeds": Fault(
        "```bash\ndocker logout", "<!-- check: exit 1 -->\n```bash\ndocker logout",
        "docker logout", "exit status 0, documented 1",
    ),
    "a failure in the middle of three": Fault(
        RM, RM.replace("\n", "\n    docker pull hackforlaops/mkdocs:nowhere\n"),
        "mkdocs:nowhere", "exit status 1, documented 0",
    ),
    "the answer to Password removed": Fault(
        '<!-- check: answer "Password: " with $TOKEN -->', "<!-- check: timeout 2s -->",
        "docker login -u", "still running, or waiting for input, after 2 s",
    ),
    "a fence unclosed": Fault(
        "docker logout\n```", "docker logout", "```bash\ndocker logout", "this fence isn't"
    ),
    "a broken fence in a tab": Fault(
        "## Log in\n", f"{TAB}## Log in\n", "ls /nowhere", "exit status 2"
    ),
    "an unclosed fence in a tab": Fault(
        "## Log in\n", TAB.replace("    ```\n", "") + "## Log in\n",
        "    ```bash\n    ls", "this fence isn't",
    ),
    "a skip without a reason": Fault(
        "```bash\ndocker logout", "<!-- check: skip -->\n```bash\ndocker logout",
        "<!-- check: skip -->", "can't read `skip`; write",
    ),
    "an unknown directive": Fault(
        "check: let", "check: lte", "check: lte", "unknown directive `lte`", BUILD
    ),
    "a block added that nobody runs": Fault(
        "## Log out\n", "## Log out\n\n```sh\ndocker ps\n```\n", "```sh", "`sh` blocks aren't run"
    ),
}  # fmt: skip


@pytest.fixture
def check(copy: Path, machine: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Check:
    """Run the guide's first pages, as the copy has them, in the warm sandbox."""
    elsewhere = ("image", "checks", "guide/troubleshooting.md", "guide/actions.md")
    monkeypatch.setenv("PYTEST_ADDOPTS", " ".join(f"--ignore=docs/{name}" for name in elsewhere))
    return lambda: check_project(copy, machine)


def seed(folder: Path, fault: Fault) -> int:
    """Seed a fault; returns the line that must be complained of."""
    page = folder / fault.page
    text = page.read_text()
    assert fault.old in text
    text = text.replace(fault.old, fault.new, 1)
    page.write_text(text)
    return text[: text.index(fault.at)].count("\n") + 1


@pytest.mark.parametrize("name", FAULTS)
def test_the_check_fails_at_the_line_of(name: str, copy: Path, check: Check) -> None:
    line = seed(copy, FAULTS[name])
    checked = check()
    assert checked.returncode != 0
    fault = FAULTS[name]
    assert f"\n{fault.page}:{line}: {fault.complaint}" in checked.stdout


def test_the_guide_itself_holds_and_no_secret_is_written(guide: Guide, machine: Sandbox) -> None:
    copy, checked = guide
    assert checked.returncode == 0, checked.stdout
    assert "\nall pages" in checked.stdout
    page = (copy / "site/guide/publish/index.html").read_text()
    shown = re.findall(r"docs/guide/publish\.md::.* PASSED", checked.stdout)
    assert page.count('<details class="evidence">') == len(shown) > 5
    logs = machine.run("bash", "-c", "cat /var/log/*.log /var/log/nginx/*")
    container = json.dumps(machine.container.attrs) + machine.container.logs().decode()
    written = [checked.stdout, checked.stderr, logs, container]
    written += [file.read_text(errors="replace") for file in copy.glob("build/**/*.*")]
    written += [file.read_text(errors="replace") for file in copy.glob("site/**/*.*")]
    assert len(written) > 20
    for secret in machine.secrets.values():
        encoded = base64.b64encode(f"hackforlaops:{secret}".encode()).decode()
        for text in written:
            assert secret not in text
            assert encoded not in text


def test_text_edited_after_the_evidence_fails_the_strict_build(copy: Path, guide: Guide) -> None:
    shutil.copytree(guide.folder / "build", copy / "build")
    line = seed(copy, Fault("Nothing appears", "Something appears", "Something", ""))
    command = [sys.executable, "-m", "mkdocs", "build", "--strict"]
    built = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)
    assert built.returncode == 1
    said = f"WARNING -  {PUBLISH}:{line}: not verified since edited; run `make check`"
    assert said in built.stderr


def test_make_check_itself_fails(copy: Path) -> None:
    line = seed(copy, FAULTS["a flag misspelt"])
    # The other journeys have nothing to do with it.
    others = "--ignore=docs/image --ignore=docs/checks"
    checked = subprocess.run(
        ["make", "check"],
        cwd=copy,
        env=os.environ | {"PYTEST_ADDOPTS": others},
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 2
    assert f"\n{BUILD}:{line}: exit status 125" in checked.stdout
    assert re.search(r"1 failed, \d+ passed, \d+ skipped, \d+ not reached", checked.stdout)
    assert re.search(rf"\n{BUILD} +2 +1 +0 +0 ", checked.stdout)
    assert not (copy / "site").exists()
