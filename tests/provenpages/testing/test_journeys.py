"""Journeys: on several machines, each block for those that it's for."""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

from provenpages.showing.evidence import FILE, ByMachine, read_evidence
from provenpages.showing.table import table
from tests.conftest import ROOT

CONFIGURATION: Final = """
site_name: Test
nav: [index.md]
markdown_extensions:
  - pymdownx.superfences: {disable_indented_code_blocks: true}
  - provenpages.showing.extension
"""
SETTINGS: Final = """
[tool.provenpages]
machine = "new"
known = {show = ["1.9", "2.5"]}

[tool.provenpages.machines]
new = "machines:New"
old = "machines:Old"
newest = "machines:Newest"
"""
MACHINES: Final = '''
"""The computer itself, as though `show` were of three versions."""
from contextlib import contextmanager
from provenpages.running.local import Local, LocalMachine
class Machine(LocalMachine):
    def versions(self):
        return {"show": self.version}
    def description(self, versions):
        return f"Show {self.version} · this computer"
    def put(self, folder, destination):
        LocalMachine.put(self, folder, destination)
        with open(f"{destination}/show", "w") as script:
            print(f"echo I am {self.version}", file=script)
class Machines(Local):
    @contextmanager
    def open(self, place, **choices):
        with Local().open(place) as made:
            kind = type("Kind", (Machine,), {"version": self.version})
            yield kind(made.folder)
class New(Machines): version = "2.5.1"
class Old(Machines): version = "1.9"
class Newest(Machines): version = "3.0"
'''
SHOW: Final = "```bash\n. ./show\n```\n\n"
OUTPUTS: Final = """<!-- check: only show < 2 -->
```text
I am 1.9
```

<!-- check: only show >= 2 -->
```text
I am 2.5.1
```

"""


@pytest.fixture
def site_of(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A site of one page, whose commands can be run on three machines."""
    (pytester.path / "mkdocs.yml").write_text(CONFIGURATION)
    (pytester.path / "pyproject.toml").write_text(SETTINGS.replace('"2.5"', '"2.5.1"'))
    (pytester.path / "machines.py").write_text(MACHINES)
    pytester.mkdir("docs")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    return pytester


def run(site_of: pytest.Pytester, text: str, *arguments: str) -> pytest.RunResult:
    (site_of.path / "docs/index.md").write_text(text)
    plugin = ("-p", "provenpages.pytest_plugin")
    return site_of.runpytest_inprocess(*plugin, "-v", *arguments, "docs")


def outcomes(site_of: pytest.Pytester) -> dict[str, list[str]]:
    """Return what became of the page's blocks, by machine."""
    evidence = read_evidence(site_of.path / FILE)
    return {
        name: [block.outcome for block in pages["docs/index.md"].blocks]
        for name, pages in evidence.items()
    }


BOTH: Final = ("--machine", "old", "--machine", "new")


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_each_machine_is_compared_with_its_own_output(
    workers: tuple[str, ...], site_of: pytest.Pytester
) -> None:
    result = run(site_of, SHOW + OUTPUTS, *BOTH, *workers)
    result.assert_outcomes(passed=2)
    assert outcomes(site_of) == {"new": ["passed"], "old": ["passed"]}
    assert [*outcomes(site_of)] == ["new", "old"], "the usual machine's evidence comes first"
    wrong = OUTPUTS.replace("I am 1.9", "I am 1.8")
    result = run(site_of, SHOW + wrong, *BOTH, *workers)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["docs/index.md:7: the output isn't as documented"])
    assert outcomes(site_of) == {"new": ["passed"], "old": ["failed"]}


def test_a_failure_on_one_machine_ends_its_journey_there_alone(site_of: pytest.Pytester) -> None:
    text = "```bash\n. ./show | grep 2.5\n```\n\n```bash\ntrue\n```\n"
    run(site_of, text, *BOTH)
    assert outcomes(site_of) == {"new": ["passed"] * 2, "old": ["failed", "not reached"]}


def test_what_became_a_secret_is_in_no_evidence(site_of: pytest.Pytester) -> None:
    secret = "correct-horse-battery"
    let = "<!-- check: let CODE = $x -->\n```bash\necho CODE\n```\n\n"
    ask = '<!-- check: answer "Code: " with $x -->\n```bash\nread -rsp "Code: "; echo\n```\n\n'
    text = f"```bash\nx=$(printf correct-; printf horse-battery)\n```\n\n{let}{ask}"
    run(site_of, f"{text}```bash\necho CODE\n```\n").assert_outcomes(passed=4)
    *_, last = read_evidence(site_of.path / FILE)["new"]["docs/index.md"].blocks
    assert secret not in repr(last)
    assert last.stand_ins == {"CODE": "[secret]"}


def test_a_block_for_others_is_left_out(site_of: pytest.Pytester) -> None:
    text = f"<!-- check: only show >= 2 -->\n{SHOW}```bash\ntrue\n```\n"
    result = run(site_of, text, *BOTH, "-rs")
    result.assert_outcomes(passed=3, skipped=1)
    result.stdout.fnmatch_lines(["SKIPPED*only show >= 2"])
    assert outcomes(site_of) == {"new": ["passed"] * 2, "old": ["left out", "passed"]}


def test_evidence_of_other_machines_is_kept(site_of: pytest.Pytester) -> None:
    run(site_of, SHOW + OUTPUTS, "--machine", "old")
    before = read_evidence(site_of.path / FILE)
    run(site_of, SHOW + OUTPUTS)
    after = read_evidence(site_of.path / FILE)
    assert [*after] == ["new", "old"]
    assert after["old"] == before["old"]


def test_the_table_has_a_column_for_each_machine(site_of: pytest.Pytester) -> None:
    text = f"<!-- check: only show >= 2 -->\n{SHOW}```bash\ntrue\n```\n"
    run(site_of, text, *BOTH)
    evidence: ByMachine = read_evidence(site_of.path / FILE)
    head, page, every = table(evidence).splitlines()
    columns = ["page", "blocks", "commands", "claims", "skipped", "Show", "2.5.1", "Show", "1.9"]
    assert head.split() == [*columns, "seconds"]
    assert page.split()[:-1] == ["docs/index.md", "2", "2", "0", "0", "2", "1"]
    assert every.split()[2:-1] == ["2", "2", "0", "0", "2", "1"]


def test_a_difference_on_versions_that_nobody_knows_warns(site_of: pytest.Pytester) -> None:
    text = SHOW + OUTPUTS + "```bash\ntrue\n```\n"
    result = run(site_of, text, "--machine", "newest")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["*::1 . ./show DIFFERS*", "*1 passed, 1 warning, 1 differs*"])
    said = "the pages aren't known to be true on show 3.0: make them true there, and add it to*"
    result.stdout.fnmatch_lines(["*docs/index.md:12: the output isn't as documented*", f"*{said}"])
    assert outcomes(site_of) == {"newest": ["differs", "passed"]}
    weekly = run(site_of, text, "--machine", "newest", "-W", "error")
    weekly.assert_outcomes(failed=1, passed=1)
    assert "Traceback" not in weekly.stdout.str()


def test_what_takes_too_long_fails_on_any_version(site_of: pytest.Pytester) -> None:
    text = "<!-- check: timeout 1s -->\n```bash\nsleep 60\n```\n"
    run(site_of, text, "--machine", "newest").assert_outcomes(failed=1)


@pytest.mark.parametrize(("days", "stale"), [(90, False), (270, True)])
def test_a_recorded_output_is_reviewed_like_a_skip(
    days: int, stale: bool, site_of: pytest.Pytester
) -> None:
    day = datetime.now(UTC).date() - timedelta(days)
    recorded = f'only show >= 3, recorded "Show 3" on 2026-01-02, reviewed {day}'
    newest = f"<!-- check: {recorded} -->\n```text\nI am 3.0\n```\n"
    text = SHOW + OUTPUTS.replace(">= 2", ">= 2, < 3") + newest
    result = run(site_of, text)
    result.assert_outcomes(passed=1, warnings=int(stale))
    run(site_of, text, "--machine", "newest").assert_outcomes(passed=1, warnings=int(stale))


def test_a_machine_is_said_once(site_of: pytest.Pytester) -> None:
    result = run(site_of, SHOW + OUTPUTS, *BOTH, "--machine", "old")
    result.assert_outcomes(passed=2)


def test_the_page_says_on_which_machines_a_block_ran(site_of: pytest.Pytester) -> None:
    recorded = 'only show >= 3, recorded "Show 3" on 2026-01-02, reviewed 2026-11-20'
    newest = f"<!-- check: {recorded} -->\n```text\nI am 3.0\n```\n\n"
    others = "<!-- check: only show < 1 -->\n```bash\nfalse\n```\n\n```bash\ntrue\n```\n"
    text = SHOW + OUTPUTS.replace(">= 2", ">= 2, < 3") + newest + others
    run(site_of, text, *BOTH)
    built = site_of.run(sys.executable, "-m", "mkdocs", "build", "--strict")
    assert built.ret == 0
    html = (Path(site_of.path) / "site/index.html").read_text()
    marks = [
        mark.partition("</summary>")[0].partition("</p>")[0]
        for mark in html.split('class="evidence')[1:]
    ]
    assert [mark.rpartition(" s · ")[2] for mark in marks[:2]] == [
        "Show 1.9 · this computer",
        "Show 2.5.1 · this computer",
    ]
    assert marks[2] == '">Recorded with Show 3 on 2026-01-02; not run here'
    assert marks[3] == '">Not run here: it is for show < 1'.replace("<", "&lt;")
    assert marks[4].endswith("Show 2.5.1 and 1.9 · this computer")
    run(site_of, SHOW + OUTPUTS, "--machine", "newest")
    site_of.run(sys.executable, "-m", "mkdocs", "build")
    html = (Path(site_of.path) / "site/index.html").read_text()
    assert "Differs on Show 3.0<" in html
