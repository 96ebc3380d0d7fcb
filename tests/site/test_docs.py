"""The pages themselves: that what they show of the site is on the site."""

import re
from pathlib import Path

from provenpages.reading.directive import FORMS
from provenpages.showing.evidence import FILE, read_evidence
from provenpages.showing.table import table
from tests.conftest import ROOT

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


def test_the_readmes_table_is_the_checks(guide: Path) -> None:
    counts = re.compile(r"^(?:page|docs/\S+|all pages)(?: +[a-z0-9]+){4}", re.MULTILINE)
    shown = counts.findall(README.read_text())
    assert len(shown) > 10
    assert shown == counts.findall(table(read_evidence(guide / FILE)))


def test_the_readmes_relatives_are_pages() -> None:
    for name in ("CONTRIBUTING.md", "CHANGELOG.md"):
        assert Path(ROOT / name).samefile(ROOT / "docs" / name.lower())
