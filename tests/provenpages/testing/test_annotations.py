"""Annotations of failures: at the page's line, only where GitHub runs the checks."""

import pytest

from provenpages.testing.annotations import PLACE
from tests.provenpages.test_pytest_plugin import run, site_of, write

__all__ = ["site_of"]
WRONG = "# Second\n\n```console\n$ echo 100 %\n99 %\n```\n"
ANNOTATION = "::error file=docs/second.md,line=5::the output isn't as documented%0A"


@pytest.fixture(autouse=True)
def no_actions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)


def annotations(result: pytest.RunResult) -> list[str]:
    return [line for line in result.outlines if line.startswith("::")]


def test_a_failure_is_annotated_at_its_line(
    site_of: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(site_of, "second", WRONG)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    (annotation,) = annotations(run(site_of, "-p", "provenpages.testing.annotations"))
    assert annotation.startswith(ANNOTATION)
    assert annotation.endswith("- 99 %25%0A    + 100 %25")


def test_a_page_that_cannot_be_read_is_annotated(
    site_of: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(site_of, "second", "```bash\ntrue\n")
    write(site_of, "forgotten", "# Forgotten\n")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    found = annotations(run(site_of, "-p", "provenpages.testing.annotations"))
    assert [one[: one.index("::", 2)] for one in found] == ["::error file=docs/forgotten.md,line=1"]
    (site_of.path / "docs/forgotten.md").unlink()
    found = annotations(run(site_of, "-p", "provenpages.testing.annotations"))
    assert [one[: one.index("::", 2)] for one in found] == ["::error file=docs/second.md,line=1"]


def test_elsewhere_nothing_is_annotated(site_of: pytest.Pytester) -> None:
    write(site_of, "second", WRONG)
    result = run(site_of, "-p", "provenpages.testing.annotations")
    assert result.ret == 1
    assert annotations(result) == []


def test_only_a_place_on_a_page_is_one() -> None:
    assert PLACE.match("docs/page.md:3: a problem")
    assert not PLACE.match("in the sandbox, docker failed: docs/page.md:3: not a place")
