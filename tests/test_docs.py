"""The pages themselves: that what they show of the site is on the site."""

import re
from pathlib import Path

from checks.directive import FORMS
from tests.conftest import ROOT, Guide

README = ROOT / "README.md"
WRITE = ROOT / "docs/checks/write.md"
EXAMPLE = re.compile(
    r"^````markdown\n(.*?)^````\n(.*?)(?=^````markdown|\Z)", re.DOTALL | re.MULTILINE
)


def examples() -> list[tuple[str, str]]:
    """Return each example of a checked block, and the page from there to the next."""
    return EXAMPLE.findall(WRITE.read_text())


def test_every_example_is_a_real_block_right_below_it() -> None:
    assert len(examples()) >= 10
    for example, below in examples():
        assert example in below, f"{WRITE.name} shows what isn't there:\n{example}"


def test_every_directive_has_an_example() -> None:
    shown = "".join(example for example, _ in examples())
    assert [name for name in FORMS if not re.search(rf"<!-- check: .*\b{name}\b", shown)] == []


def test_the_readmes_table_is_the_checks(guide: Guide) -> None:
    table = re.findall(r"^(docs/\S+|all pages)((?: +\d+){4}) +[\d.]+$", README.read_text(), re.M)
    assert len(table) > 10
    for page, counts in table:
        assert f"\n{page}" in guide.checked.stdout
        assert re.search(rf"^{re.escape(page)}{counts} +[\d.]+$", guide.checked.stdout, re.M)


def test_the_readmes_relatives_are_pages() -> None:
    for name in ("CONTRIBUTING.md", "CHANGELOG.md"):
        assert Path(ROOT / name).samefile(ROOT / "docs" / name.lower())
