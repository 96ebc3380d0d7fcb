"""`python -m checks`: run the guide, build the site with the evidence, print the table."""

import argparse
import shutil
import subprocess
import sys
from contextlib import closing
from math import ceil
from pathlib import Path

import pytest

from checks.engine import connect, hosts
from checks.sandbox.cache import fill_caches
from checks.sandbox.image import sandbox_image
from provenpages.errors import ChecksError
from provenpages.progress import step
from provenpages.reading.site import Site
from provenpages.showing.evidence import FILE, read_evidence
from provenpages.showing.table import table
from provenpages.testing.capacity import best_workers

SITE = Path("site")
ABOUT = "Run the whole guide, build the site with the evidence, print the table."
OTHERS = (
    "One page: python -m pytest FILE. Another Docker Hub: python -m pytest docs/guide --hub live."
)


def main() -> int:
    """Return 0 only if everything held."""
    chosen = _arguments()
    try:
        journeys = {journey for journey, _ in Site(Path()).places.values()}
        workers = min(chosen.workers or best_workers(), len(journeys))
        _prepare(workers, chosen.fresh)
        fresh = ["--fresh"] if chosen.fresh else []
        status = int(pytest.main(["-v", f"--numprocesses={workers}", *fresh, "docs"]))
        sys.stdout.flush()
        if status == 0:
            status = _build_site()
        if FILE.is_file() and status in (0, 1):
            print(f"\n{table(read_evidence(FILE))}")
    except ChecksError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    return status


def _prepare(workers: int, is_fresh: bool) -> None:
    """Have what all workers of an engine use there before they start."""
    for host in hosts():
        with closing(connect(host)) as client:
            sandbox_image(client)
            if not is_fresh:
                fill_caches(client, Path().resolve(), ceil(workers / len(hosts())))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m checks", description=ABOUT, epilog=OTHERS)
    about = "how many journeys are run side by side; as many as the machine can bear, unless said"
    parser.add_argument("--workers", type=_count, metavar="N", help=about)
    about = "start from nothing: without the build cache that earlier runs have left"
    parser.add_argument("--fresh", action="store_true", help=about)
    return parser.parse_args()


def _count(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of workers; write 1, 2, …")
    return int(text)


def _build_site() -> int:
    with step("build the site"):
        # Never --quiet: it hides the warnings that --strict would count.
        built = subprocess.run([sys.executable, "-m", "mkdocs", "build", "--strict"], check=False)
    if built.returncode == 0:
        shutil.copy(FILE, SITE)
    return built.returncode


if __name__ == "__main__":
    sys.exit(main())
