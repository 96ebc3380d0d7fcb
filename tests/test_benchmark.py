"""The benchmarks: that they measure what they say."""

from pathlib import Path

import pytest

from benchmarks.hub import measure
from benchmarks.site import build, make_site
from checks.sandbox.container import Sandbox


@pytest.mark.parametrize(("marks", "marked"), [(True, 6), (False, 0)])
def test_a_build_has_the_marks_or_not(marks: bool, marked: int, tmp_path: Path) -> None:
    make_site(tmp_path, 6)
    assert build(tmp_path, marks) > 0
    pages = [page.read_text() for page in tmp_path.glob("site/**/index.html")]
    assert len(pages) == 6
    assert sum('class="evidence"' in page for page in pages) == marked
    assert not any('class="evidence stale"' in page for page in pages)


def test_nobody_waits_for_anothers_password(machine: Sandbox) -> None:
    seen = measure(machine, requests=100, megabytes=1, turns=1)
    assert all(value > 0 for value in seen.values())
    assert seen["TOKEN beside PASSWORD"] < seen["PASSWORD 1"] / 4
