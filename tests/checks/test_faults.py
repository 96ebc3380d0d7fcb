"""Faults seeded in the guide, and in a small page: each must fail at its line."""

import base64
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from checks.sandbox.container import Sandbox
from provenpages.reading.directive import Proves
from provenpages.reading.site import Site
from tests.conftest import PAGES, ROOT, SETTINGS, copy_project

PUBLISH = "docs/guide/publish.md"
TOKEN = "docs/guide/token.md"
SMALL = "docs/index.md"
LOGIN = "```bash\ndocker login"
JOURNEY = [f"docs/guide/{name}.md" for name in ("build", "token", "publish", "packages")]
"""The pages on which tokens and passwords are used."""
CONFIGURATION = """
site_name: Faults
nav: [index.md]
markdown_extensions:
  - pymdownx.superfences: {disable_indented_code_blocks: true}
  - pymdownx.tabbed: {alternate_style: true}
"""


class Fault(NamedTuple):
    """Replace `old` by `new`; the check must complain of the line that holds `at`."""

    old: str
    new: str
    at: str
    complaint: str
    page: str = SMALL


class Checked(NamedTuple):
    """The guide with all of its faults, and what its check says."""

    folder: Path
    lines: dict[str, int]
    """Which each fault must be complained of at."""
    status: int
    said: str


TAB = '=== "Linux"\n\n    ```bash\n    ls /nowhere\n    ```\n\n'
LAST = "## The last one\n"
IN_THE_GUIDE = {
    "a flag misspelt": Fault(
        "docker login -u", "docker login --usr", "docker login --usr", "exit status 125"
    ),
    "the answer to Password removed": Fault(
        '<!-- check: answer "Password: " with $TOKEN -->', "<!-- check: timeout 2s -->",
        "docker login -u", "still running, or waiting for input, after 2 s", PUBLISH,
    ),
    "an image's name changed in one command": Fault(
        "pull --quiet debian:", "pull --quiet debain:", "pull --quiet debain:",
        "exit status 1, documented 0", "docs/troubleshooting/push.md",
    ),
    "an expected line removed": Fault(
        "INFO    -  Writing config file: ./mkdocs.yml\n", "",
        "INFO    -  Writing initial docs", "the output isn't as documented", "docs/image/use.md",
    ),
    "a stand-in undeclared": Fault(
        "\n\n<!-- check: let b6047b203915 = $(docker images -q debian:trixie-slim) -->\n", "\n\n",
        "docker tag b6047b203915 example\n```\n\n## How",
        "exit status 1, documented 0", "docs/checks/write.md",
    ),
}  # fmt: skip
"""One in each journey, so that one run meets them all."""
IN_A_SMALL_PAGE = {
    "a word of expected output changed": Fault(
        "\nLogin Succeeded", "\nLogin succeeded", "Login succeeded", "the output isn't as"
    ),
    "a digit changed outside a declared kind": Fault(
        "\n403 access", "\n402 access", "402 access", "the output isn't as documented"
    ),
    "an ID changed to what is none": Fault(
        "\nb6047b203915", "\nb6047b20391z", "b6047b20391z\n", "the output isn't as documented"
    ),
    "exit 1 on a command that succeeds": Fault(
        "```bash\nexport", "<!-- check: exit 1 -->\n```bash\nexport",
        "export", "exit status 0, documented 1",
    ),
    "a failure in the middle of three": Fault(
        "    :\n", "    docker pull hackforlaops/mkdocs:nowhere\n",
        "mkdocs:nowhere", "exit status 1, documented 0",
    ),
    "a fence unclosed": Fault(
        "export LAST=1\n```", "export LAST=1", "```bash\nexport", "this fence isn't"
    ),
    "a broken fence in a tab": Fault(LAST, TAB + LAST, "ls /nowhere", "exit status 2"),
    "an unclosed fence in a tab": Fault(
        LAST, TAB.replace("    ```\n", "") + LAST, "    ```bash\n    ls", "this fence isn't"
    ),
    "a skip without a reason": Fault(
        "```bash\nexport", "<!-- check: skip -->\n```bash\nexport",
        "<!-- check: skip -->", "can't read `skip`; write",
    ),
    "an unknown directive": Fault(
        "check: match", "check: mtach", "check: mtach", "unknown directive `mtach"
    ),
    "a block added that nobody runs": Fault(
        LAST, f"```sh\ndocker ps\n```\n\n{LAST}", "```sh", "`sh` blocks aren't run"
    ),
}  # fmt: skip

LISTED = "docker-mkdocs action push\n        repo:write\n"
WRONG = "curl: (22) The requested URL returned error: 401\n        "
DIFFERS = "the output isn't as documented"
IN_THE_STEPS = {
    "token_label misspelt": Fault("token_label:", "token_lable:", LISTED, DIFFERS),
    "other permissions": Fault("[\"repo:write", "[\"repo:admin", "repo:write\n        2", DIFFERS),
    "expires_at misspelt": Fault("expires_at:", "expire_at:", "2027-", DIFFERS),
    "another expiry": Fault("90 * 24", "90 * 25", "90 days\n        -->", DIFFERS),
    "-fsS dropped at the sign-in": Fault(
        "curl -fsS --json @- https", "curl --json @- https", 3 * WRONG, DIFFERS
    ),
    "-fsS dropped at the creation": Fault(
        "curl -fsS --json @- -H", "curl --json @- -H", 2 * WRONG + "left", DIFFERS
    ),
}  # fmt: skip
"""In the commands of the token page."""


def seed(folder: Path, fault: Fault) -> int:
    """Seed a fault; returns the line that must be complained of."""
    page = folder / fault.page
    text = page.read_text()
    assert fault.old in text
    text = text.replace(fault.old, fault.new, 1)
    page.write_text(text)
    return text[: text.index(fault.at)].count("\n") + 1


@pytest.fixture
def small(pytester: pytest.Pytester, warm: Sandbox) -> pytest.Pytester:
    """A site of the small page."""
    assert warm
    (pytester.path / "mkdocs.yml").write_text(CONFIGURATION)
    (pytester.path / "pyproject.toml").write_text(SETTINGS)
    shutil.copytree(PAGES / "faults", pytester.path / "docs")
    return pytester


def test_the_small_page_holds(small: pytest.Pytester) -> None:
    small.runpytest_inprocess("-p", "provenpages.pytest_plugin", "docs").assert_outcomes(passed=4)


@pytest.mark.parametrize("name", IN_A_SMALL_PAGE)
def test_a_small_page_fails_at_the_line_of(name: str, small: pytest.Pytester) -> None:
    assert_found(IN_A_SMALL_PAGE[name], small)


def assert_found(fault: Fault, site: pytest.Pytester) -> None:
    """Seed a fault in a site and run it: it must be complained of."""
    line = seed(site.path, fault)
    checked = site.runpytest_inprocess("-p", "provenpages.pytest_plugin", "docs")
    assert checked.ret != 0
    assert f"\n{SMALL}:{line}: {fault.complaint}" in checked.stdout.str()


@pytest.fixture
def steps(small: pytest.Pytester) -> pytest.Pytester:
    """A site of the commands that make a token."""
    page = (ROOT / TOKEN).read_text()
    commands = re.search(
        r'^=== "On the command line"\n.*?(?=^\?\?\?)', page, re.DOTALL | re.MULTILINE
    )
    assert commands
    (small.path / SMALL).write_text(commands[0])
    return small


def test_the_steps_hold(steps: pytest.Pytester) -> None:
    steps.runpytest_inprocess("-p", "provenpages.pytest_plugin", "docs").assert_outcomes(passed=7)


@pytest.mark.parametrize("name", IN_THE_STEPS)
def test_the_steps_fail_at_the_line_of(name: str, steps: pytest.Pytester) -> None:
    assert_found(IN_THE_STEPS[name], steps)


def test_no_secret_is_written(pytester: pytest.Pytester, warm: Sandbox) -> None:
    copy = copy_project(pytester.path)
    checked = pytester.runpytest_inprocess("-v", *JOURNEY)
    assert checked.ret == 0
    command = [sys.executable, "-m", "mkdocs", "build"]
    subprocess.run(command, cwd=copy, capture_output=True, check=True)
    page = (copy / "site/guide/publish/index.html").read_text()
    ran = {*map(int, re.findall(r"docs/guide/publish\.md::(\d+) .* PASSED", checked.stdout.str()))}
    # What prepares another block stands in that one's mark.
    blocks = Site(copy).page(PUBLISH).blocks
    preparations = {one.line for one in blocks if one.is_hidden and not one.all(Proves)}
    assert page.count('<details class="evidence">') == len(ran - preparations) > 5
    logs = warm.run("bash", "-c", "cat /var/log/*.log /var/log/nginx/*")
    container = json.dumps(warm.container.attrs) + warm.container.logs().decode()
    written = [checked.stdout.str(), checked.stderr.str(), logs, container]
    written += [file.read_text(errors="replace") for file in copy.glob("build/**/*.*")]
    written += [file.read_text(errors="replace") for file in copy.glob("site/**/*.*")]
    assert len(written) > 20
    for secret in warm.secrets.values():
        encoded = base64.b64encode(f"hackforlaops:{secret}".encode()).decode()
        for text in written:
            assert secret not in text
            assert encoded not in text


def test_a_block_edited_after_the_evidence_fails_the_strict_build(copy: Path, guide: Path) -> None:
    shutil.copytree(guide / "build", copy / "build")
    line = seed(copy, Fault(LOGIN, f"{LOGIN} --debug", LOGIN, "", PUBLISH))
    command = [sys.executable, "-m", "mkdocs", "build", "--strict"]
    built = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)
    assert built.returncode == 1
    said = f"WARNING -  {PUBLISH}:{line}: not verified since edited; run `make check`"
    assert said in built.stderr


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Checked:
    """Run `make check` on a guide with a fault in each journey."""
    copy = copy_project(tmp_path_factory.mktemp("guide") / "copy")
    lines = {name: seed(copy, fault) for name, fault in IN_THE_GUIDE.items()}
    ran = subprocess.run(["make", "check"], cwd=copy, capture_output=True, text=True, check=False)
    return Checked(copy, lines, ran.returncode, ran.stdout)


@pytest.mark.engine
@pytest.mark.parametrize("name", IN_THE_GUIDE)
def test_the_guide_fails_at_the_line_of(name: str, checked: Checked) -> None:
    fault = IN_THE_GUIDE[name]
    assert f"\n{fault.page}:{checked.lines[name]}: {fault.complaint}" in checked.said


@pytest.mark.engine
def test_make_check_itself_fails(checked: Checked) -> None:
    assert checked.status == 2
    said = rf"{len(IN_THE_GUIDE)} failed, \d+ passed, \d+ skipped, \d+ not reached"
    assert re.search(said, checked.said)
    assert re.search(rf"\n{SMALL} +1 +1 +0 +0 ", checked.said)
    assert not (checked.folder / "site").exists()
