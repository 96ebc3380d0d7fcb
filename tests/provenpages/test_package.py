"""The package: what an empty virtual environment has of it, without Docker."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.conftest import ROOT

SITE = {
    "mkdocs.yml": """
site_name: Small
nav: [index.md]
plugins: [provenpages]
markdown_extensions:
  - pymdownx.superfences: {disable_indented_code_blocks: true}
""",
    "pyproject.toml": '[tool.provenpages]\nmachine = "local"\n',
    "docs/index.md": "# Small\n\n```bash\necho hello\n```\n\n```text\nhello\n```\n",
}
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir"]
    subprocess.run([*command, folder, ROOT], check=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What an empty environment has once the wheel is installed."""
    empty = tmp_path_factory.mktemp("empty")
    subprocess.run([sys.executable, "-m", "venv", empty], check=True)
    subprocess.run([empty / "bin/pip", "install", "--quiet", wheel], check=True)
    return empty / "bin"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site of one page."""
    for name, text in SITE.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.fixture
def installed(programs: Path, site: Path) -> Run:
    """Run one of the programs in the site."""

    def run(program: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": f"{programs}:/usr/bin:/bin", "HOME": str(site), **variables}
        return subprocess.run(
            [programs / program, *arguments], cwd=site, env=environment,
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    return run


@pytest.mark.package
def test_the_wheel_holds_the_tool_alone(wheel: Path) -> None:
    with ZipFile(wheel) as opened:
        names = opened.namelist()
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"provenpages"}
    assert "provenpages/showing/assets/marks.css" in names


@pytest.mark.package
def test_a_site_of_one_page_is_run_on_the_computer_itself(installed: Run, site: Path) -> None:
    assert installed("python", "-c", "import docker").returncode == 1
    # As the weekly run does, for which a warning is an error.
    checked = installed("provenpages", PYTEST_ADDOPTS="-W error")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "1 passed" in checked.stdout
    page = (site / "site/index.html").read_text()
    assert '<details class="evidence"><summary' in page
    assert ">Run <time>" in page
    for name in ('href="assets/provenpages/marks.css"', 'src="assets/provenpages/marks.js"'):
        assert name in page
        assert (site / "site" / name.split('"')[1]).stat().st_size
    (site / "docs/index.md").write_text(SITE["docs/index.md"].replace("\nhello", "\nhallo"))
    failed = installed("provenpages")
    assert failed.returncode == 1
    assert "docs/index.md:8: the output isn't as documented" in failed.stdout


@pytest.mark.package
def test_a_project_without_settings_is_left_alone(installed: Run, site: Path) -> None:
    (site / "pyproject.toml").unlink()
    (site / "test_own.py").write_text("def test_own(): pass\n")
    checked = installed("pytest")
    assert checked.returncode == 0, checked.stdout
    assert "collected 1 item" in checked.stdout
    assert installed("pytest", "-n", "auto").returncode == 0
    said = installed("provenpages")
    assert (said.returncode, said.stdout) == (2, "")
    assert said.stderr == 'pyproject.toml: no [tool.provenpages]; add it, with `machine = "…"`\n'
