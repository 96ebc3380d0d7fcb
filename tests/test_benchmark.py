"""The benchmark: that it builds what it says it measures."""

from pathlib import Path

import pytest

from benchmarks.site import build, make_site


@pytest.mark.parametrize(("marks", "marked"), [(True, 6), (False, 0)])
def test_a_build_has_the_marks_or_not(marks: bool, marked: int, tmp_path: Path) -> None:
    make_site(tmp_path, 6)
    assert build(tmp_path, marks) > 0
    pages = [page.read_text() for page in tmp_path.glob("site/**/index.html")]
    assert len(pages) == 6
    assert sum('class="evidence"' in page for page in pages) == marked
    assert not any('class="evidence stale"' in page for page in pages)
