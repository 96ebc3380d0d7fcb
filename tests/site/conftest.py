"""What the browser tests share: the checked guide on a web server, and a browser before it."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.conftest import PAGES, ROOT, copy_project

DOCS = ROOT / "docs"
FILES = sorted(file.relative_to(DOCS).as_posix() for file in DOCS.rglob("*.md"))
"""Every page of the guide, by its file."""
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]
PUBLISHED = "https://hackforla.github.io/docker-mkdocs/"
SAMPLES = "INHERIT: mkdocs.yml\ndocs_dir: samples\nsite_dir: samples-site\nnav: [tabs.md]\n"
WIDE = {"width": 1280, "height": 800}
Open = Callable[..., Page]


class _Handler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing of each request."""


@contextmanager
def serve(site: Path, folder: Path) -> Iterator[str]:
    """Serve a site below the path that it has when it is published."""
    copy = shutil.copytree(site, folder / "docker-mkdocs")
    handler = partial(_Handler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        address = f"http://127.0.0.1:{server.server_port}/docker-mkdocs/"
        # Instant navigation goes to what the sitemap names, and there to no other port.
        sitemap = copy / "sitemap.xml"
        sitemap.write_text(sitemap.read_text().replace(PUBLISHED, address))
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield address
        server.shutdown()
        thread.join()


def path_of(file: str) -> str:
    """Where a page's file is published."""
    return file.removesuffix("index.md").replace(".md", "/")


@pytest.fixture(scope="package")
def address(guide: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The checked guide."""
    with serve(guide / "site", tmp_path_factory.mktemp("web")) as address:
        yield address


@pytest.fixture(scope="package")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Pages with what the guide hasn't, built as the guide is."""
    folder = copy_project(tmp_path_factory.mktemp("samples") / "copy")
    (folder / "samples.yml").write_text(SAMPLES)
    shutil.copytree(PAGES / "browser", folder / "samples")
    shutil.copytree(DOCS / "assets", folder / "samples/assets")
    command = [sys.executable, "-m", "mkdocs", "build", "--config-file", "samples.yml"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    with serve(folder / "samples-site", tmp_path_factory.mktemp("web")) as address:
        yield address


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
    assert program, "no browser; run `make test`, which installs one"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """Open an address; what goes wrong in a page's scripts fails the test."""
    errors: list[str] = []
    with ExitStack() as contexts:

        def open_page(url: str, **options: Any) -> Page:
            permissions = ["clipboard-read", "clipboard-write"]
            context = browser.new_context(permissions=permissions, **{"viewport": WIDE} | options)
            context.set_default_timeout(10_000)
            contexts.callback(context.close)
            page = context.new_page()
            page.on("pageerror", lambda error: errors.append(str(error)))
            page.goto(url)
            return page

        yield open_page
    assert not errors


def unfold(page: Page) -> None:
    """Show all that a page holds."""
    page.add_style_tag(content=".tabbed-block { display: block !important }")
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
