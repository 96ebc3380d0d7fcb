"""Going between pages, which the theme does without loading them anew."""

from tests.site.conftest import Open


def test_the_way_back_has_the_address_that_was_left(address: str, open_page: Open) -> None:
    page = open_page(f"{address}image/use/")
    # Time enough for the theme to note how far its reader is, were it to.
    page.mouse.wheel(0, 900)
    page.wait_for_timeout(900)
    page.get_by_role("link", name="Release the image").first.click()
    page.wait_for_timeout(900)
    page.mouse.wheel(0, 1500)
    page.wait_for_timeout(900)
    page.go_back()
    page.wait_for_timeout(900)
    assert page.get_by_role("heading", level=1).inner_text().startswith("Use the image")
    assert page.url == f"{address}image/use/"
