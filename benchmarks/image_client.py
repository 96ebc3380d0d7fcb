"""Run in the sandbox by benchmarks/image.py: starts images in turn, and prints seconds as JSON."""

import json
import subprocess
import sys
import time
from contextlib import suppress
from http.client import HTTPConnection, HTTPException

HOME_PAGE = "/docker-mkdocs/"
NAME = "bench"
PORT = 8000
LIMIT = 60
"""Seconds that a start may take."""


def start_seconds(image: str, site: str, mount: str) -> float:
    """Return how long it takes from `docker run` to the site's home page."""
    command = ["docker", "run", "--rm", "--name", NAME, "--publish", f"127.0.0.1:{PORT}:8000"]
    command += ["--volume", f"{site}:{mount}", image]
    started = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
        while not is_served():
            if time.monotonic() - started > LIMIT:
                sys.exit(f"{image} serves nothing after {LIMIT} s")
            # So seldom that asking doesn't slow what is measured, so often that it measures well.
            time.sleep(0.01)
        seconds = time.monotonic() - started
        subprocess.run(["docker", "rm", "--force", NAME], check=True, capture_output=True)
        run.wait()
    return seconds


def is_served() -> bool:
    """Whether the home page is there."""
    connection = HTTPConnection("127.0.0.1", PORT, timeout=LIMIT)
    # Until the site is built, the port is published and nobody listens behind it.
    with suppress(OSError, HTTPException):
        connection.request("GET", HOME_PAGE)
        return connection.getresponse().status == 200
    return False


def main(site: str, runs: int, *makes: str) -> None:
    """Start each image so many times, in turn."""
    mounts = dict(zip(makes[::2], makes[1::2], strict=True))
    seen: dict[str, list[float]] = {image: [] for image in mounts}
    for _ in range(runs):
        for image, mount in mounts.items():
            seen[image].append(start_seconds(image, site, mount))
    print(json.dumps(seen))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:])
