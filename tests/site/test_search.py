"""The search: it finds flags, image names and error texts as they are typed."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.site.conftest import Open

TROUBLE = "guide/troubleshooting/"
LIMIT = "toomanyrequests-you-have-reached-your-unauthenticated-pull-rate-limit"
FOUND = {
    "--password-stdin": "guide/publish/#log-in",
    "docker build --tag": "guide/build/",
    "hackforlaops/mkdocs:testing": "guide/publish/#tag-and-push",
    "insufficient scopes": f"{TROUBLE}#unauthorized-access-token-has-insufficient-scopes",
    "port is already allocated": f"{TROUBLE}#port-is-already-allocated",
    "local-mkdocs": "guide/build/",
    "insufficient_scope": f"{TROUBLE}#denied-requested-access-to-the-resource-is-denied",
    "403 Forbidden": f"{TROUBLE}#cannot-be-updated-due-to-immutability-settings",
    "tag is already assigned": f"{TROUBLE}#cannot-be-updated-due-to-immutability-settings",
    "manifest unknown": f"{TROUBLE}#not-found",
    "httpReadSeeker": f"{TROUBLE}#{LIMIT}",
    "429 Too Many Requests": f"{TROUBLE}#{LIMIT}",
    "pull rate limit. https://www.docker.com/increase-rate-limit": f"{TROUBLE}#{LIMIT}",
}
"""The place that each query must find."""


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


def test_the_search_finds_each_trouble_by_its_text(address: str, open_page: Open) -> None:
    page = open_page(address + TROUBLE)
    troubles = page.locator("article h3").evaluate_all(
        "all => all.map(one => [one.id, one.innerText])"
    )
    assert len(troubles) > 20
    for place, text in troubles:
        query = text.removesuffix("¶").strip()
        check_found(page, query, f"{address}{TROUBLE}#{place}", is_typed=False)


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
