"""Proofs: a claim's link shows the proof unfolded, from its first line on."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.conftest import ROOT
from tests.site.conftest import FILES, Open, path_of

WITH_PROOFS = [file for file in FILES if "check: proves" in (ROOT / "docs" / file).read_text()]
PLACE = """id => {
  const summary = document.getElementById(id).closest("details").querySelector("summary")
  const header = document.querySelector(".md-header").getBoundingClientRect().bottom
  const { top, bottom } = summary.getBoundingClientRect()
  return top >= header && bottom <= innerHeight
}"""

SHOW = """one => {
  one.closest("details")?.setAttribute("open", "")
  const block = one.closest(".tabbed-block")
  if (!block || block.checkVisibility()) return
  const index = [...block.parentElement.children].indexOf(block)
  block.closest(".tabbed-set").querySelectorAll(":scope > .tabbed-labels > label")[index].click()
}"""
"""Unfold the note, or choose the tab, that a claim is in."""


def check_shown(page: Page, identifier: str) -> None:
    """Fail unless the proof is unfolded and its summary in sight."""
    expect(page.locator(f"#{identifier} + pre")).to_be_visible()
    page.wait_for_function(PLACE, arg=identifier, timeout=3000)


@pytest.mark.parametrize("file", WITH_PROOFS)
def test_a_claim_leads_to_its_proof(file: str, address: str, open_page: Open) -> None:
    page = open_page(address + path_of(file), viewport={"width": 1280, "height": 600})
    links = page.locator("a.proof").all()
    assert links
    for link in links:
        link.evaluate(SHOW)
        link.click()
        check_shown(page, proof_of(link))


@pytest.mark.parametrize("file", WITH_PROOFS)
def test_a_phone_that_opens_a_proof_shows_it(file: str, address: str, open_page: Open) -> None:
    url = address + path_of(file)
    page = open_page(url, viewport={"width": 390, "height": 600})
    proofs = list(map(proof_of, page.locator("a.proof").all()))
    for identifier in {proofs[0], proofs[-1]}:
        page.goto("about:blank")
        page.goto(f"{url}#{identifier}")
        check_shown(page, identifier)


def proof_of(link: Locator) -> str:
    """Return the identifier of the proof that a claim's link leads to."""
    return re.sub(".*#", "", link.get_attribute("href") or "")


def test_a_proof_is_shown_when_the_theme_goes_to_the_whole_of_it(
    address: str, open_page: Open
) -> None:
    # Whichever of the two unfolds a proof first: the browser goes to its anchor, the theme to it.
    page = open_page(f"{address}guide/token/", viewport={"width": 1280, "height": 600})
    details = page.locator("details.evidence:has(.anchor)").first
    identifier = details.locator(".anchor").get_attribute("id") or ""
    details.evaluate("details => { details.open = true; details.scrollIntoView() }")
    check_shown(page, identifier)


def test_a_link_followed_again_leads_there_again(address: str, open_page: Open) -> None:
    page = open_page(f"{address}guide/token/", viewport={"width": 1280, "height": 600})
    link = page.locator("a.proof").first
    identifier = proof_of(link)
    for _ in range(3):
        link.evaluate("link => scrollTo(0, scrollY + link.getBoundingClientRect().bottom - 560)")
        # The theme notes where its reader is, and goes back there, a moment later.
        page.wait_for_timeout(500)
        assert not page.evaluate(PLACE, identifier)
        link.click()
        page.wait_for_timeout(500)
        assert page.evaluate(PLACE, identifier)
