"""Live reload: a page open in the browser changes by itself, from the preview in the image."""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from checks.sandbox.container import Sandbox
from tests.conftest import ROOT
from tests.site.conftest import Open

PROJECT = "/srv/preview"


@pytest.fixture
def preview(machine: Sandbox) -> Iterator[str]:
    """The preview of this site in the image, at the sandbox's own address."""
    machine.put(ROOT, PROJECT)
    compose = ["docker", "compose", "--project-directory", PROJECT]
    # `compose.yaml` publishes the port on the sandbox's loopback, where no browser is.
    options = ["--build", "--detach", "--name", "preview", "--publish", "8000:8000"]
    try:
        machine.run(*compose, "run", *options, "docs")
        probe = "until curl -fsL http://127.0.0.1:8000/ | grep -q '<title>'; do sleep 0.1; done"
        machine.run("timeout", "60", "bash", "-c", probe)
        yield f"http://{machine.run('hostname', '--ip-address').split()[-1]}:8000/docker-mkdocs/"
    finally:
        machine.run("docker", "rm", "--force", "preview")
        machine.run(*compose, "down")


def test_a_changed_page_reloads_by_itself(preview: str, machine: Sandbox, open_page: Open) -> None:
    page = open_page("about:blank")
    with page.expect_request("**/livereload/**"):
        page.goto(preview + "guide/build/")
    started = time.monotonic()
    machine.run("sed", "-i", "1s/$/ anew/", f"{PROJECT}/docs/guide/build.md")
    expect(page.get_by_role("heading", level=1)).to_contain_text("anew", timeout=20_000)
    print(f"a changed page reloads in {time.monotonic() - started:.2f} s")
