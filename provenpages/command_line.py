"""The command line: run the pages, build the site with the evidence, print the table."""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from provenpages.errors import ChecksError, SettingsError
from provenpages.progress import step
from provenpages.reading.site import Site
from provenpages.running.machine import machines_named
from provenpages.settings import FILE as SETTINGS
from provenpages.settings import TABLE, read_settings
from provenpages.showing.evidence import FILE, read_evidence
from provenpages.showing.table import table
from provenpages.testing.capacity import best_workers

SITE = Path("site")
ABOUT = "Run all pages, build the site with the evidence, print the table."
OTHERS = "One page: python -m pytest FILE."


def main() -> int:
    """Return 0 only if everything held."""
    chosen = _arguments()
    try:
        if not (settings := read_settings(Path())):
            raise SettingsError(f'{SETTINGS}: no [{TABLE}]; add it, with `machine = "…"`')
        machines = machines_named(chosen.machine, settings, Path().resolve())
        journeys = {journey for journey, _ in Site(Path(), settings.alone).places.values()}
        workers = min(chosen.workers or best_workers(machines), len(journeys) * len(machines))
        for one in machines.values():
            one.prepare(Path().resolve(), workers, is_fresh=chosen.fresh)
        options = [f"--numprocesses={workers}", *(f"--machine={name}" for name in machines)]
        options += ["--fresh"] if chosen.fresh else []
        # It was imported for this command, before pytest could change its assertions: it has none.
        options += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
        status = int(pytest.main(["-v", *options, "docs"]))
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


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m provenpages", description=ABOUT, epilog=OTHERS)
    about = "how many journeys are run side by side; as many as the machine can bear, unless said"
    parser.add_argument("--workers", type=_count, metavar="N", help=about)
    about = "run them on this machine, of those in the settings; may be said several times"
    parser.add_argument("--machine", action="append", default=[], metavar="NAME", help=about)
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
