"""Pages: each asks nobody else for anything, passes axe's rules, and can be linked to."""

import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.site.conftest import FILES, PUBLISHED, Open, path_of, unfold

AXE = str(files("axe_playwright_python") / "axe.min.js")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
CONTRAST = "color-contrast"
COLORS = {"runOnly": CONTRAST}
PATHS = [*map(path_of, FILES), "404.html"]
HEADINGS = "all => all.map(one => one.id)"
STEADY = """document.getAnimations().every(
  (one) => !(one instanceof CSSTransition) || one.playState === "finished")"""
"""A color on its way to another has any contrast."""
SCROLLED = """[...document.querySelectorAll("article :is(pre, code, .md-typeset__scrollwrap)")]
  .filter((one) => one.scrollWidth > one.clientWidth)
  .map((one) => one.textContent)"""


def violations(page: Page, options: dict[str, Any], *, without: str = "") -> list[Any]:
    """Return each rule of axe's that the page breaks, and the first place."""
    page.wait_for_function(STEADY)
    where = {"exclude": [without] if without else []}
    options = options | {"resultTypes": ["violations"]}
    found: dict[str, Any] = page.evaluate("all => axe.run(...all)", [where, options])
    assert len(found["passes"]) > (0 if options["runOnly"] == CONTRAST else 20)
    return [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]]


@pytest.mark.parametrize("path", PATHS)
def test_axe_finds_nothing(path: str, address: str, open_page: Open) -> None:
    """In both schemes and widths; a text's colors, which take long, in each scheme once."""
    page = open_page(address + path, color_scheme="light")
    body = page.locator("body")
    expect(body).to_have_attribute("data-md-color-scheme", "default")
    unfold(page)
    page.add_script_tag(path=AXE)
    assert violations(page, RULES) == []
    check_width(page, 1280)
    page.set_viewport_size({"width": 390, "height": 844})
    assert violations(page, RULES | {"rules": {CONTRAST: {"enabled": False}}}) == []
    assert violations(page, COLORS, without="article") == []
    check_width(page, 390)
    page.emulate_media(color_scheme="dark")
    expect(body).to_have_attribute("data-md-color-scheme", "slate")
    assert violations(page, COLORS) == []
    page.set_viewport_size({"width": 1280, "height": 844})
    assert violations(page, COLORS, without="article") == []


def check_width(page: Page, width: int) -> None:
    """Fail where a page is wider than its window, or a part of it than its place."""
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate(SCROLLED) == []


def test_who_is_lost_finds_home(address: str, open_page: Open) -> None:
    page = open_page(address + "404.html")
    page.get_by_role("link", name="the guide's first page").click()
    page.wait_for_url(address)


@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_asked_of_others(path: str, address: str, open_page: Open) -> None:
    asked: list[str] = []
    page = open_page("about:blank")
    page.context.on("request", lambda request: asked.append(request.url))
    page.goto(address + path, wait_until="networkidle")
    page.get_by_role("textbox", name="Search").press_sequentially("token")
    page.locator(".md-search-result__link").first.wait_for()
    assert len(asked) > 5
    assert [url for url in asked if not url.startswith(address)] == []


@pytest.mark.parametrize("path", PATHS[:-1])
def test_every_heading_can_be_linked_to(path: str, address: str, open_page: Open) -> None:
    page = open_page(address + path, java_script_enabled=False)
    headings = page.locator("article :is(h1, h2, h3, h4, h5, h6)")
    identifiers = headings.evaluate_all(HEADINGS)
    assert identifiers
    assert all(identifiers)


def test_the_sitemap_names_every_page(guide: Path) -> None:
    sitemap = (guide / "site/sitemap.xml").read_text()
    named = re.findall(f"<loc>{PUBLISHED}(.*)</loc>", sitemap)
    assert sorted(named) == sorted(PATHS[:-1])
