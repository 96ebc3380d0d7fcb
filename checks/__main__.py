"""`python -m checks`: run the guide, build the site with the evidence, print the table."""

import argparse
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from checks.engine import connect, hosts
from checks.errors import ChecksError
from checks.evidence import FILE, BlockEvidence, PageEvidence, read_evidence
from checks.progress import step
from checks.sandbox.image import sandbox_image

SITE = Path("site")
ABOUT = "Run the whole guide, build the site with the evidence, print the table."
OTHERS = (
    "One page: python -m pytest FILE. Another Docker Hub: python -m pytest docs/guide --hub live."
)
COLUMNS = ("blocks", "commands", "claims", "skipped", "seconds")


def main() -> int:
    """Return 0 only if everything held."""
    chosen = _arguments()
    try:
        for host in hosts():
            with closing(connect(host)) as client:
                sandbox_image(client)
        fresh = ["--fresh"] if chosen.fresh else []
        status = int(pytest.main(["-v", f"--numprocesses={chosen.workers}", *fresh, "docs"]))
        sys.stdout.flush()
        if status == 0:
            status = _build_site()
        if FILE.is_file() and status in (0, 1):
            _print_table(read_evidence(FILE))
    except ChecksError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    return status


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m checks", description=ABOUT, epilog=OTHERS)
    about = "how many journeys are run side by side; as many as the machine can bear, unless said"
    parser.add_argument("--workers", default="auto", help=about)
    about = "start from nothing: without the build cache that earlier runs have left"
    parser.add_argument("--fresh", action="store_true", help=about)
    return parser.parse_args()


def _build_site() -> int:
    with step("build the site"):
        # Never --quiet: it hides the warnings that --strict would count.
        built = subprocess.run([sys.executable, "-m", "mkdocs", "build", "--strict"], check=False)
    if built.returncode == 0:
        shutil.copy(FILE, SITE)
    return built.returncode


def _print_table(pages: dict[str, PageEvidence]) -> None:
    width = max(len(path) for path in [*pages, "all pages"])
    print(f"\n{'page':{width}}" + "".join(f"{name:>10}" for name in COLUMNS))
    for path, page in pages.items():
        print(f"{path:{width}}" + _cells(list(page.blocks)))
    every = [block for page in pages.values() for block in page.blocks]
    print(f"{'all pages':{width}}" + _cells(every))


def _cells(blocks: list[BlockEvidence]) -> str:
    passed = [block for block in blocks if block.outcome == "passed"]
    counts = (
        len(blocks),
        sum(len(block.runs) for block in blocks),
        sum(len(block.claims) for block in passed),
        sum(block.outcome == "skipped" for block in blocks),
    )
    seconds = sum(block.seconds for block in blocks)
    return "".join(f"{count:10}" for count in counts) + f"{seconds:10.1f}"


if __name__ == "__main__":
    sys.exit(main())
