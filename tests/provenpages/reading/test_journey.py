"""Journeys: nav sections, and what nav must name."""

from collections.abc import Callable
from pathlib import Path

import pytest

from provenpages.errors import ChecksError, PageError
from provenpages.reading.journey import Journey, journeys, read_site

Site = Callable[..., Path]


@pytest.fixture
def site_of(tmp_path: Path) -> Site:
    """Make a site with some nav and some pages."""

    def make(nav: str, *files: str) -> Path:
        (tmp_path / "mkdocs.yml").write_text(f"site_name: Test\nnav: {nav}\n")
        for file in files:
            path = tmp_path / "docs" / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("# A page\n")
        return tmp_path

    return make


def test_a_section_is_a_journey(site_of: Site) -> None:
    nav = "[index.md, {Guide: [{First: a.md}, {More: [b/c.md]}, https://example.org]}]"
    site = read_site(site_of(nav, "index.md", "a.md", "b/c.md"))
    assert journeys(site) == [Journey(("index.md",)), Journey(("a.md", "b/c.md"))]


def test_a_page_alone_is_a_journey_of_its_own(site_of: Site) -> None:
    nav = "[{Guide: [a.md, b/c.md, d.md, b/e.md]}, {Trouble: [b/f.md]}]"
    site = read_site(site_of(nav, "a.md", "b/c.md", "d.md", "b/e.md", "b/f.md"))
    found = [journey.files for journey in journeys(site, ["b/*.md"])]
    assert found == [("a.md", "d.md"), ("b/c.md",), ("b/e.md",), ("b/f.md",)]


def test_a_page_that_nav_forgets_is_named(site_of: Site) -> None:
    site = read_site(site_of("[index.md]", "index.md", "b/forgotten.md"))
    with pytest.raises(PageError, match=r"^docs/b/forgotten\.md:1: this page is missing in nav"):
        journeys(site)


def test_a_page_that_nav_invents_is_named(site_of: Site) -> None:
    site = read_site(site_of("[index.md, nowhere.md]", "index.md"))
    with pytest.raises(ChecksError, match=r"^mkdocs\.yml: nav names nowhere\.md, and there is no"):
        journeys(site)


def test_a_page_that_nav_names_twice_is_named(site_of: Site) -> None:
    site = read_site(site_of("[{A: [a.md]}, {B: [a.md]}]", "a.md"))
    with pytest.raises(ChecksError, match=r"^mkdocs\.yml: nav names a\.md twice"):
        journeys(site)


def test_a_broken_configuration_is_named(site_of: Site) -> None:
    folder = site_of("[index.md]\nplugins: [nowhere]", "index.md")
    with pytest.raises(ChecksError, match=r"^mkdocs\.yml: "):
        read_site(folder)
