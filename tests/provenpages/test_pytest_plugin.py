"""The plugin: one test a block, in nav order, and what becomes of the rest."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from checks.sandbox.container import Sandbox
from tests.conftest import ROOT, SETTINGS

EXTENSIONS = """
markdown_extensions:
  - pymdownx.superfences: {disable_indented_code_blocks: true}
"""
CONFIGURATION = f"""
site_name: Test
nav:
  - index.md
  - Guide: [second.md, first.md]
{EXTENSIONS}
"""


@pytest.fixture
def site_of(pytester: pytest.Pytester, warm: Sandbox) -> pytest.Pytester:
    """A site with a page outside any section and a section of two."""
    assert warm
    (pytester.path / "mkdocs.yml").write_text(CONFIGURATION)
    (pytester.path / "pyproject.toml").write_text(SETTINGS)
    docs = pytester.mkdir("docs")
    for name in ("index", "first", "second"):
        (docs / f"{name}.md").write_text(f"# {name}\n")
    return pytester


def write(site_of: pytest.Pytester, name: str, text: str) -> None:
    (site_of.path / f"docs/{name}.md").write_text(text)


def run(site_of: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return site_of.runpytest_inprocess("-p", "provenpages.pytest_plugin", "-v", "docs", *arguments)


def test_blocks_run_in_nav_order_and_share_a_shell(site_of: pytest.Pytester) -> None:
    write(site_of, "index", "```bash\ntrue\n```\n")
    write(site_of, "first", '```bash\ntest "$STEP" = 2\n```\n')
    write(
        site_of, "second", "```bash\nexport STEP=2\n```\n\n```bash\npwd | grep docker-mkdocs\n```\n"
    )
    result = run(site_of)
    result.stdout.fnmatch_lines(
        [
            "docs/index.md::1 true PASSED*",
            "docs/second.md::1 export STEP=2 PASSED*",
            "docs/second.md::5 pwd | grep docker-mkdocs PASSED*",
            'docs/first.md::1 test "$STEP" = 2 PASSED*',
        ]
    )
    assert result.ret == 0


def test_journeys_know_nothing_of_each_other(site_of: pytest.Pytester) -> None:
    write(site_of, "index", "```bash\nSTEP=1\nfalse\n```\n")
    write(site_of, "first", '```bash\ntest -z "$STEP"\n```\n')
    run(site_of).assert_outcomes(failed=1, passed=1)


def test_after_a_failure_the_rest_of_the_journey_is_not_reached(site_of: pytest.Pytester) -> None:
    write(site_of, "second", "# Second\n\n```bash\ntrue\nfalse\n```\n\n```bash\ntrue\n```\n")
    write(site_of, "first", "```bash\ntrue\n```\n")
    result = run(site_of)
    result.stdout.fnmatch_lines(
        [
            "docs/second.md::3 true FAILED*",
            "docs/second.md::8 true NOT REACHED*",
            "docs/first.md::1 true NOT REACHED*",
            "docs/second.md:5: exit status 1, documented 0",
            "*1 failed, 2 not reached*",
        ]
    )
    assert result.ret == 1
    pages = json.loads((site_of.path / "build/evidence.json").read_text())["machines"]["testing"]
    outcomes = [block["outcome"] for block in pages["docs/second.md"]["blocks"]]
    assert outcomes == ["failed", "not reached"]


def test_a_page_that_cannot_be_read_stops_the_run(site_of: pytest.Pytester) -> None:
    write(site_of, "second", "```bash\ntrue\n```\n")
    write(site_of, "first", "# First\n\n```bash\ntrue\n")
    result = run(site_of)
    result.stdout.fnmatch_lines(["docs/first.md:3: this fence isn't a block*", "*1 error*"])
    result.assert_outcomes(errors=1)
    assert not (site_of.path / "build/evidence.json").exists()


def test_a_page_missing_in_nav_stops_the_run(site_of: pytest.Pytester) -> None:
    write(site_of, "forgotten", "# Forgotten\n")
    result = run(site_of)
    result.stdout.fnmatch_lines(["docs/forgotten.md:1: this page is missing in nav; add*"])
    result.assert_outcomes(errors=1)


@pytest.mark.parametrize(("days", "stale"), [(90, False), (270, True)])
def test_a_skip_that_is_too_old_warns(days: int, stale: bool, site_of: pytest.Pytester) -> None:
    day = datetime.now(UTC).date() - timedelta(days)
    skip = f'<!-- check: skip "no", reviewed {day} -->'
    write(site_of, "index", f"{skip}\n```bash\nfalse\n```\n")
    result = run(site_of)
    result.assert_outcomes(skipped=1, warnings=int(stale))
    weekly = run(site_of, "-W", "error")
    weekly.assert_outcomes(skipped=not stale, failed=int(stale))


def test_evidence_of_pages_that_were_not_run_is_kept(site_of: pytest.Pytester) -> None:
    for name in ("index", "first"):
        write(site_of, name, "```bash\ntrue\n```\n")
    run(site_of)
    file = site_of.path / "build/evidence.json"
    before = json.loads(file.read_text())["machines"]["testing"]
    site_of.runpytest_inprocess("-p", "provenpages.pytest_plugin", "docs/first.md")
    after = json.loads(file.read_text())["machines"]["testing"]
    assert before.keys() == after.keys() == {"docs/index.md", "docs/first.md"}
    assert before["docs/index.md"] == after["docs/index.md"]


def test_other_projects_are_left_alone(pytester: pytest.Pytester) -> None:
    pytester.makefile(".md", page="```bash\nfalse\n```\n")
    result = pytester.runpytest_inprocess("-p", "provenpages.pytest_plugin")
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED
    assert pytester.path != ROOT


def test_the_settings_count(pytester: pytest.Pytester) -> None:
    day = datetime.now(UTC).date() - timedelta(30)
    skip = f'<!-- check: skip "no", reviewed {day} -->\n```bash\nfalse\n```\n'
    (pytester.path / "mkdocs.yml").write_text(f"site_name: Test\nnav: [index.md]\n{EXTENSIONS}")
    pytester.mkdir("docs")
    write(pytester, "index", f"{skip}\n```bash\nsleep 5\n```\n")
    settings = '[tool.provenpages]\nmachine = "local"\ntime_limit = 1\nreview_days = 10\n'
    (pytester.path / "pyproject.toml").write_text(settings)
    result = run(pytester)
    result.assert_outcomes(skipped=1, failed=1, warnings=1)
    result.stdout.fnmatch_lines(["docs/index.md:7: still running*after 1 s*"])
