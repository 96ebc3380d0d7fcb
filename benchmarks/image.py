"""`python -m benchmarks.image`: size, start and rebuild of our image beside one of another make."""

import json
import re
import secrets
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any, Final

from checks.engine import connect
from checks.sandbox.container import ACCOUNT, Sandbox, sandbox

ROOT: Final = Path(__file__).parents[1]
PROJECT: Final = "/srv/bench/project"
SITE: Final = "/srv/bench/mounted"
CLIENT: Final = Path(__file__).with_name("image_client.py")
PLACE: Final = "/opt/image_client.py"
STARTS: Final = 10
ENTRY_POINT: Final = "image/entrypoint.sh"
CHANGES: Final = {
    "a page": "docs/index.md",
    "the entry point": ENTRY_POINT,
    "the packages": "requirements/image.txt",
}
"""What is changed before a rebuild. The other image has no such entry point."""
NAMED: Final = ("mkdocs", "mkdocs-material")
"""Packages whose versions stand beside the figures."""


@dataclass(frozen=True, slots=True)
class Make:
    """One way to make an image of the same packages."""

    image: str
    dockerfile: str
    mount: str
    """Where it looks for the site."""


@dataclass(frozen=True, slots=True)
class Rebuild:
    """What a build took."""

    seconds: float
    ran: list[str]
    """The Dockerfile's instructions that were not in the cache."""


OURS: Final = Make(f"{ACCOUNT}/bench:ours", "Dockerfile", "/app")
OTHER: Final = Make(f"{ACCOUNT}/bench:other", "benchmarks/image.Dockerfile", "/docs")
MAKES: Final = (OURS, OTHER)


def main() -> None:
    """Print the table."""
    with closing(connect()) as client, sandbox(client) as machine:
        prepare(machine)
        rows = [*sizes(machine), *starts(machine, STARTS), *rebuilds(machine)]
        about = versions(machine)
    print(f"Measured on {datetime.now(UTC):%Y-%m-%d}: {about}.\n")
    print("| measured | this image | the other | ratio |\n| --- | ---: | ---: | ---: |")
    print("\n".join(rows))


def prepare(machine: Sandbox) -> None:
    """Have both images, and a site that belongs to somebody as a reader's does."""
    machine.put(ROOT, PROJECT)
    machine.put(ROOT, SITE)
    machine.run("chown", "--recursive", "1000:1000", SITE)
    machine.put(CLIENT, PLACE)
    for make in MAKES:
        build(machine, make)


def build(machine: Sandbox, make: Make) -> Rebuild:
    """Build an image; returns what that took."""
    dockerfile = ["--file", f"{PROJECT}/{make.dockerfile}"]
    command = ["docker", "build", "--progress", "plain", "--tag", make.image, *dockerfile, PROJECT]
    started = time.monotonic()
    said = machine.run("timeout", "600", *command)
    return Rebuild(time.monotonic() - started, steps_run(said))


def steps_run(said: str) -> list[str]:
    """Return the instructions that a build says it ran."""
    steps = dict(re.findall(r"^#(\d+) \[(?!internal)[^\]]*\d+/\d+\] (?!FROM )(.*)$", said, re.M))
    cached = set(re.findall(r"^#(\d+) CACHED$", said, re.M))
    return [step for number, step in steps.items() if number not in cached]


def row(name: str, digits: int, ours: float, other: float | None) -> str:
    """Return a row of the table; the other image may have no such figure."""
    compared = "– | –" if other is None else f"{other:.{digits}f} | {ours / other:.2f}"
    return f"| {name} | {ours:.{digits}f} | {compared} |"


def sizes(machine: Sandbox) -> list[str]:
    """Measure what is pulled, and what that unpacks to."""
    login = f'printf %s "$TOKEN" | docker login --username {ACCOUNT} --password-stdin'
    machine.run("bash", "-c", login)
    pulled = [compressed(machine, make.image) for make in MAKES]
    on_disk = [unpacked(machine, make.image) for make in MAKES]
    return [row("compressed, MB", 1, *pulled), row("size of its files, MB", 1, *on_disk)]


def compressed(machine: Sandbox, image: str) -> float:
    """Push an image; returns the megabytes of its layers, as its manifest says there."""
    machine.run("docker", "push", "--quiet", image)
    seen = json.loads(machine.run("skopeo", "inspect", f"docker://{image}"))
    return sum(int(layer["Size"]) for layer in seen["LayersData"]) / 1e6


def unpacked(machine: Sandbox, image: str) -> float:
    """Return the megabytes of an image's files."""
    run = ["docker", "run", "--rm", "--entrypoint", "du", image]
    said = machine.run(*run, "-s", "-x", "-b", "/")
    return int(said.split()[0]) / 1e6


def starts(machine: Sandbox, runs: int) -> list[str]:
    """Measure from `docker run` to this site's home page, in turn."""
    makes = [word for make in MAKES for word in (make.image, make.mount)]
    seen = json.loads(machine.run("timeout", "600", "python3", PLACE, SITE, str(runs), *makes))
    medians = [median(seen[make.image]) for make in MAKES]
    return [row(f"start to the first page, s, median of {runs}", 2, *medians)]


def rebuilds(machine: Sandbox) -> list[str]:
    """Measure a build after each change, where the image has what changed."""
    rows = []
    for name, file in CHANGES.items():
        change(machine, file)
        ours = build(machine, OURS).seconds
        other = None if file == ENTRY_POINT else build(machine, OTHER).seconds
        rows.append(row(f"rebuild after a change of {name}, s", 1, ours, other))
    return rows


def change(machine: Sandbox, file: str) -> None:
    """Add a line to one of the project's files that changes nothing else."""
    # The build cache may hold the change of an earlier run.
    line = f"# Changed: {secrets.token_hex(8)}."
    machine.run("sh", "-c", 'echo "$1" >> "$0"', f"{PROJECT}/{file}", line)


def versions(machine: Sandbox) -> str:
    """What was measured, and where."""
    listed = machine.run("docker", "run", "--rm", OURS.image, "pip", "list", "--format", "json")
    packages: list[dict[str, Any]] = json.loads(listed)
    found = {one["name"]: one["version"] for one in packages if one["name"] in NAMED}
    return ", ".join(f"{name} {version}" for name, version in (machine.versions() | found).items())


if __name__ == "__main__":
    main()
