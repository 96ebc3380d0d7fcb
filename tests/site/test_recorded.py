"""Recorded outputs: what no machine at hand shows stands as it was seen."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from provenpages.reading.block import Block, Output
from provenpages.reading.command import commands
from provenpages.reading.directive import Exact, Match, Recorded
from provenpages.reading.languages import RUN
from provenpages.reading.site import Site
from provenpages.running.expect import first_difference
from tests.conftest import ROOT

RECORDED: Final = ROOT / "tests/recorded"
FOLDERS: Final = {"Docker 29.7.2": RECORDED / "docker-29.7.2"}


def test_each_folder_says_where_its_texts_come_from() -> None:
    assert {folder for folder in RECORDED.iterdir() if folder.is_dir()} == {*FOLDERS.values()}
    for folder in FOLDERS.values():
        for file in folder.iterdir():
            assert re.match(r"# .*Docker 29\.7\.2 .*2026-11-26", file.read_text()), file


def recorded(machine: str) -> Iterator[list[str]]:
    """Yield what each command on a machine has shown, with and without what came before."""
    for file in sorted(FOLDERS[machine].iterdir()):
        for entry in file.read_text().split("\n--- ")[1:]:
            yield entry.rstrip("\n").split("\n")[1:]


def variants(root: Path) -> Iterator[tuple[str, Recorded, list[str], list[str], bool]]:
    """Yield the place of each recorded variant, what it says, its lines, kinds, exactness."""
    site = Site(root)
    for path in site.places:
        for block in site.page(path).blocks:
            for output in [*block.outputs, *_own(block)]:
                meanings = [*output.meanings, *block.meanings]
                kinds = [kind for one in meanings if isinstance(one, Match) for kind in one.kinds]
                is_exact = any(isinstance(one, Exact) for one in meanings)
                for one in meanings:
                    if isinstance(one, Recorded):
                        yield (
                            f"{path}:{output.lines.first}",
                            one,
                            [*output.lines.text],
                            kinds,
                            is_exact,
                        )


def _own(block: Block) -> list[Output]:
    """Return the outputs in a block of both commands and outputs."""
    if block.outputs or block.language not in RUN:
        return []
    return [Output(command.output) for command in commands(block) if command.output]


def trouble(root: Path) -> list[str]:
    """Return the places of the recorded variants that aren't as they were recorded."""
    return [
        place
        for place, said, lines, kinds, is_exact in variants(root)
        if said.machine not in FOLDERS
        or not any(
            first_difference(lines, one, kinds, is_exact=is_exact) is None
            for one in recorded(said.machine)
        )
    ]


def test_recorded_outputs_stand_as_they_were_recorded() -> None:
    assert trouble(ROOT) == []


PAGE: Final = """```bash
docker ps
```

<!-- check: only docker < 29 -->
```text
Old
```

<!-- check: only docker >= 29, recorded "{machine}" on 2026-11-26, reviewed 2026-11-26 -->
```text
{text}
```
"""


@pytest.mark.parametrize(
    ("machine", "text", "lines"),
    [
        ("Docker 29.7.2", "29.7.2", []),
        ("Docker 29.7.2", "error ... identity token", ["docs/index.md:12"]),
        ("Docker 29.7.3", "29.7.2", ["docs/index.md:12"]),
        ("Docker 29.7.2", "29.7.3", ["docs/index.md:12"]),
    ],
)
def test_what_was_never_recorded_is_named(
    machine: str, text: str, lines: list[str], tmp_path: Path
) -> None:
    extension = "pymdownx.superfences: {disable_indented_code_blocks: true}"
    settings = f"site_name: A\nnav: [index.md]\nmarkdown_extensions: [{extension}]\n"
    (tmp_path / "mkdocs.yml").write_text(settings)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/index.md").write_text(PAGE.format(machine=machine, text=text))
    assert trouble(tmp_path) == lines
