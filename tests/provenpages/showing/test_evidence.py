"""Evidence: written whole or not at all, and read back as it was."""

from pathlib import Path

import pytest

from provenpages.errors import MachineError
from provenpages.running.run import Run
from provenpages.showing.evidence import BlockEvidence, PageEvidence, read_evidence, write_evidence
from tests.conftest import SmallDisk

PAGE = PageEvidence(
    "d" * 64,
    "e" * 64,
    "f" * 64,
    "2026-11-23T10:00:00+00:00",
    "Docker 26.1.5",
    {"distribution": "2.8.3"},
    "kept",
    "c" * 64,
    (
        BlockEvidence(3, "a" * 64, "passed", claims=("so",), stand_ins={"b6": "c7"}, runs=(
            Run(4, "echo a", 0, 0.1, ["a"]),
        )),
        BlockEvidence(7, "b" * 64, "skipped", "needs a browser"),
    ),
)  # fmt: skip


def test_it_reads_back_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "build/evidence.json"
    write_evidence({"testing": {"docs/page.md": PAGE}}, file)
    assert read_evidence(file) == {"testing": {"docs/page.md": PAGE}}


@pytest.mark.parametrize(
    "content", ["", "{", '{"machines": {"a": {"b": {"digest": "other"}}}}', "[]"]
)
def test_a_file_that_cannot_be_read_is_as_good_as_none(content: str, tmp_path: Path) -> None:
    file = tmp_path / "evidence.json"
    file.write_text(content)
    assert read_evidence(file) == {}
    assert read_evidence(tmp_path / "nowhere.json") == {}


def test_a_full_disk_is_named_and_loses_nothing(small_disk: SmallDisk) -> None:
    file = small_disk("64k") / "evidence.json"
    write_evidence({"testing": {"docs/page.md": PAGE}}, file)
    many = {f"docs/{number}.md": PAGE for number in range(1000)}
    with pytest.raises(MachineError, match=r"evidence\.json: No space left on device; make room"):
        write_evidence({"testing": many}, file)
    assert read_evidence(file) == {"testing": {"docs/page.md": PAGE}}
