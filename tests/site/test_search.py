"""The search: it finds flags, image names and error texts as they are typed."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import ROOT
from tests.site.conftest import Open

TROUBLE = "troubleshooting/"
TROUBLES = {*ROOT.glob(f"docs/{TROUBLE}*.md")} - {ROOT / f"docs/{TROUBLE}index.md"}
PUSH, PULL, LOGIN, BUILD, ENGINE = (
    f"{TROUBLE}{name}/#" for name in ("push", "pull", "login", "build", "engine")
)
LIMIT = f"{PULL}toomanyrequests-you-have-reached-your-unauthenticated-pull-rate-limit"
FOUND = {
    "--password-stdin": f"{LOGIN}must-provide-username-with-password-stdin",
    "docker build --tag": f"{TROUBLE}build/",
    "hackforlaops/mkdocs:testing": "guide/publish/#tag-and-push",
    "insufficient scopes": f"{PUSH}unauthorized-access-token-has-insufficient-scopes",
    "port is already allocated": f"{PULL}port-is-already-allocated",
    "local-mkdocs": "guide/build/",
    "insufficient_scope": f"{PUSH}server-message-insufficient_scope-authorization-failed",
    "403 Forbidden": f"{PUSH}unexpected-status-from-put-request-403-forbidden",
    "tag is already assigned": f"{PUSH}this-tag-is-already-assigned-to-an-image-in-this-repository",
    "manifest unknown": f"{PULL}manifest-for-not-found-manifest-unknown",
    "httpReadSeeker": f"{PULL}429-too-many-requests",
    "429 Too Many Requests": f"{PULL}429-too-many-requests",
    "pull rate limit. https://www.docker.com/increase-rate-limit": LIMIT,
}
"""The place that each query must find."""
FIRST = {
    "denied": f"{PUSH}denied-requested-access-to-the-resource-is-denied",
    "access denied": f"{PUSH}denied-requested-access-to-the-resource-is-denied",
    "insufficient scopes": f"{PUSH}authentication-required-access-token-has-insufficient-scopes",
    "429": f"{PULL}429-too-many-requests",
    "rate limit": f"{PULL}error-from-registry-you-have-reached-your-pull-rate-limit",
    "--password-stdin": f"{LOGIN}the-password-stdin-option-requires-username-to-be-set",
    "401": f"{PULL}failed-to-authorize-failed-to-fetch-oauth-token-401-unauthorized",
    "docker.sock": f"{ENGINE}permission-denied-while-trying-to-connect-to-the-docker-daemon-socket"
    "-at-unixvarrundockersock",
    "arm64": f"{PULL}image-was-found-but-does-not-provide-the-specified-platform-linuxarm64",
    "multi-platform": f"{BUILD}multi-platform-build-is-not-supported-for-the-docker-driver",
    "exec format error": f"{PULL}exec-format-error",
    "write_package": f"{TROUBLE}github/#denied-permission_denied-write_package",
}
"""The entry that people in trouble must find first."""


def check_found(page: Page, query: str, place: str, *, is_typed: bool = True) -> None:
    """Fail unless the place is among those of the first three pages found.

    The query is typed, or pasted but for its last letter: the theme searches at every key.
    """
    box = page.get_by_role("textbox", name="Search")
    box.click()
    box.fill("" if is_typed else query[:-1])
    box.press_sequentially(query if is_typed else query[-1])
    best = page.locator(".md-search-result__item:nth-child(-n+3)")
    expect(best.locator(f'a[href="{place}"]')).to_be_attached()
    assert box.input_value() == query
    page.keyboard.press("Escape")


def test_the_search_finds(address: str, open_page: Open) -> None:
    page = open_page(address)
    for query, place in FOUND.items():
        check_found(page, query, address + place)


@pytest.mark.parametrize("query", FIRST)
def test_the_search_finds_first(query: str, address: str, open_page: Open) -> None:
    page = open_page(address)
    box = page.get_by_role("textbox", name="Search")
    box.click()
    box.press_sequentially(query)
    # The page that has the entry stands above it.
    entry = page.locator(".md-search-result__link[href*='#']").first
    expect(entry).to_have_attribute("href", address + FIRST[query])


@pytest.mark.parametrize("name", sorted(file.stem for file in TROUBLES))
def test_the_search_finds_each_trouble_by_its_text(
    name: str, address: str, open_page: Open
) -> None:
    page = open_page(f"{address}{TROUBLE}{name}/")
    # A heading right above another in its own section names a group of them.
    troubles = page.locator("article :is(h2:not(:has(+ h3)), h3)").evaluate_all(
        "all => all.map(one => [one.id, one.innerText])"
    )
    assert troubles
    for place, text in troubles:
        query = text.removesuffix("¶").strip()
        check_found(page, query, f"{address}{TROUBLE}{name}/#{place}", is_typed=False)


def test_the_search_leaves_out_the_marks(guide: Path) -> None:
    index = (guide / "site/search/search_index.json").read_text()
    assert "docker login -u hackforlaops" in index
    assert "local Docker Hub, distribution" not in index


def test_the_search_goes_on_after_instant_navigation(address: str, open_page: Open) -> None:
    page = open_page(address)
    page.wait_for_load_state("networkidle")
    page.evaluate("document.here = true")
    page.locator("article").get_by_role("link", name="Get started").click()
    page.wait_for_url("**/get-started/")
    assert page.evaluate("document.here")
    query = next(iter(FOUND))
    check_found(page, query, address + FOUND[query])
