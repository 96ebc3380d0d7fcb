"""`python -m benchmarks.site`: the strict build with the marks, as many times one without them."""

import json
import re
import subprocess
import sys
import time
from itertools import cycle, islice
from pathlib import Path
from shutil import copytree
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

from mkdocs.utils.yaml import yaml_load

from provenpages.reading.journey import CONFIGURATION
from provenpages.showing.evidence import FILE
from tests.seen import see_all

ROOT: Final = Path(__file__).parents[1]
RUNS: Final = {10: 7, 100: 5, 1000: 3}
"""How often the sites of so many pages are built each way."""
MARKS: Final = "provenpages.showing.extension"


def main() -> None:
    """Print the medians for each size."""
    print(f"{'pages':>5} {'runs':>5} {'without, s':>11} {'with, s':>8} {'ratio':>6}")
    for pages, runs in RUNS.items():
        with TemporaryDirectory() as name:
            folder = Path(name)
            make_site(folder, pages)
            without, marked = measure(folder, runs)
        print(
            f"{pages:5} {runs:5} {without:11.2f} {marked:8.2f} {marked / without:6.2f}", flush=True
        )


def make_site(folder: Path, pages: int) -> None:
    """Make a site of copies of the guide's pages, no two alike, and the evidence of each."""
    copytree(ROOT / "docs/assets", folder / "docs/assets")
    copytree(ROOT / "theme", folder / "theme")
    guide = [file.read_text() for file in sorted((ROOT / "docs/guide").glob("*.md"))]
    for number, text in enumerate(islice(cycle(guide), pages)):
        name = f"page-{number}.md" if number else "index.md"
        (folder / "docs" / name).write_text(vary(text, number))
    configure(folder, marks=True)
    see_all(folder)


def vary(text: str, number: int) -> str:
    """Return a page with another title, other commands, and links that lead somewhere."""
    text = re.sub(r"\]\([\w./-]+\.(?:md|yml)[^)]*\)", "](index.md)", text)
    return re.sub(r"^# .*", rf"\g<0> {number}", text).replace("hackforlaops", f"ops{number}")


def configure(folder: Path, marks: bool) -> None:
    """Write the guide's own configuration, its marks in or out."""
    configuration = yaml_load((ROOT / CONFIGURATION).read_text())
    # With a thousand pages in nav the theme alone takes half a minute, and hides what is measured.
    configuration |= {"nav": ["index.md"], "not_in_nav": "page-*.md", "watch": []}
    configuration["plugins"] = ["search"]
    configuration["hooks"] = [str(ROOT / one) for one in configuration["hooks"] if marks]
    extensions = configuration["markdown_extensions"]
    extensions.remove(MARKS)
    if marks:
        extensions.append({MARKS: {"evidence": str(folder / FILE)}})
    (folder / CONFIGURATION).write_text(json.dumps(configuration))


def measure(folder: Path, runs: int) -> tuple[float, float]:
    """Return the medians of builds without the marks and with them, made in turn."""
    turns = [(build(folder, marks=False), build(folder, marks=True)) for _ in range(runs)]
    without, marked = zip(*turns, strict=True)
    return median(without), median(marked)


def build(folder: Path, marks: bool) -> float:
    """Build the site strictly; returns the seconds it took."""
    configure(folder, marks)
    command = [sys.executable, "-m", "mkdocs", "build", "--strict"]
    command += ["--config-file", str(folder / CONFIGURATION), "--site-dir", str(folder / "site")]
    started = time.monotonic()
    built = subprocess.run(command, cwd=ROOT, check=False, stderr=subprocess.PIPE, text=True)
    seconds = time.monotonic() - started
    if built.returncode:
        sys.exit(f"the site can't be built:\n{built.stderr}")
    return seconds


if __name__ == "__main__":
    main()
