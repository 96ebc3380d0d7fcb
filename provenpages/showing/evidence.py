"""Evidence: what was seen when the pages were run, in one JSON file."""

import json
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal

from provenpages.errors import MachineError
from provenpages.running.run import Run

FILE: Final = Path("build/evidence.json")
"""Where a run of the checks leaves it; the site publishes a copy."""
Outcome = Literal["passed", "failed", "differs", "left out", "skipped", "not reached"]
"""`differs`: on versions that nobody knows the page to be true on; `left out`: for others."""


@dataclass(frozen=True, slots=True)
class BlockEvidence:
    """What became of one block."""

    line: int
    digest: str
    outcome: Outcome
    reason: str = ""
    """Why it was skipped, not reached, or failed."""
    claims: tuple[str, ...] = ()
    stand_ins: dict[str, str] = field(default_factory=dict)
    runs: tuple[Run, ...] = ()

    @property
    def seconds(self) -> float:
        """How long its commands took."""
        return sum(run.seconds for run in self.runs)


@dataclass(frozen=True, slots=True)
class PageEvidence:
    """What became of one page's blocks, when (ISO 8601, UTC), and on what."""

    source: str
    """The digest of its file as it was then."""
    digest: str
    """The digest of what ran of it."""
    before: str
    """The digest of what ran before it in its journey."""
    date: str
    machine: str
    """What it was run on, as the page shows it."""
    versions: dict[str, str]
    build_cache: str
    """`empty` where everything was built anew, or `kept` from an earlier run."""
    tree: str
    """The digest of the project's files, as they were put on the machine."""
    blocks: tuple[BlockEvidence, ...]


Evidence = dict[str, PageEvidence]
"""Each page's evidence, by the page's path."""
ByMachine = dict[str, Evidence]
"""The evidence of each machine that the pages are run on, by its name; the usual one first."""


def write_evidence(evidence: ByMachine, file: Path) -> None:
    """Write a whole file or none; raises MachineError where it can't be written."""
    part = file.with_suffix(".part")
    machines = {
        name: {path: asdict(page) for path, page in pages.items()}
        for name, pages in evidence.items()
    }
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps({"machines": machines}, indent=1) + "\n")
        part.replace(file)
    except OSError as error:
        raise MachineError(
            f"{file}: {error.strerror}; make room there, or allow writing, and run it again"
        ) from None


def read_evidence(file: Path) -> ByMachine:
    """Return what `write_evidence` wrote, or nothing where there is none that can be read."""
    try:
        machines = json.loads(file.read_text())["machines"]
        return {
            name: {path: _page(page) for path, page in pages.items()}
            for name, pages in machines.items()
        }
    except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
        # Another version's file, or a damaged one, is as good as none: the next run replaces it.
        return {}


def read_once(file: Path) -> ByMachine:
    """Read the evidence anew only when it has changed: MkDocs makes a Markdown for each page."""
    try:
        found = file.stat()
    except FileNotFoundError:
        return {}
    return _read(file, found.st_ino, found.st_mtime_ns)


@lru_cache(maxsize=1)
def _read(file: Path, _inode: int, _changed: int) -> ByMachine:
    return read_evidence(file)


def block_from_json(read: dict[str, Any]) -> BlockEvidence:
    """Return the evidence that `asdict` and JSON made of it."""
    runs = tuple(Run(**run) for run in read["runs"])
    return BlockEvidence(**read | {"claims": tuple(read["claims"]), "runs": runs})


def _page(read: dict[str, Any]) -> PageEvidence:
    return PageEvidence(**read | {"blocks": tuple(map(block_from_json, read["blocks"]))})
