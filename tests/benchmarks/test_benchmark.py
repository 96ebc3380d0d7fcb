"""The benchmarks: that they measure what they say."""

from pathlib import Path

import pytest

from benchmarks.hub import measure
from benchmarks.image import CHANGES, MAKES, OURS, build, change, prepare, starts
from benchmarks.site import build as build_site
from benchmarks.site import make_site
from checks.sandbox.container import Sandbox


@pytest.mark.parametrize(("marks", "marked"), [(True, 6), (False, 0)])
def test_a_build_has_the_marks_or_not(marks: bool, marked: int, tmp_path: Path) -> None:
    make_site(tmp_path, 6)
    assert build_site(tmp_path, marks) > 0
    pages = [page.read_text() for page in tmp_path.glob("site/**/index.html")]
    assert len(pages) == 6
    assert sum('class="evidence"' in page for page in pages) == marked
    assert not any('class="evidence stale"' in page for page in pages)


def test_nobody_waits_for_anothers_password(machine: Sandbox) -> None:
    seen = measure(machine, requests=100, megabytes=1, turns=1)
    assert all(value > 0 for value in seen.values())
    assert seen["TOKEN beside PASSWORD"] < seen["PASSWORD 1"] / 4


@pytest.fixture(scope="module")
def images(machine: Sandbox) -> Sandbox:
    prepare(machine)
    return machine


@pytest.mark.parametrize(
    ("what", "rebuilt"),
    [("a page", []), ("the entry point", ["image/"]), ("the packages", ["requirements/", "pip"])],
)
def test_a_change_rebuilds_only(what: str, rebuilt: list[str], images: Sandbox) -> None:
    change(images, CHANGES[what])
    ran = build(images, OURS).ran
    assert all(any(word in step for step in ran) for word in rebuilt), ran
    assert bool(ran) == bool(rebuilt), ran
    installs = any("pip install" in step or "--from=packages" in step for step in ran)
    assert installs == ("pip" in rebuilt), ran


def test_both_images_serve_this_site(images: Sandbox) -> None:
    (line,) = starts(images, 1)
    assert line.count("|") == 5
    assert len(MAKES) == 2
