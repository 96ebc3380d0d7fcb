"""Going between pages, which the theme does without loading them anew."""

from tests.browser.conftest import Open


def test_the_way_back_has_the_address_that_was_left(address: str, open_page: Open) -> None:
    page = open_page(f"{address}image/use/")
    page.get_by_role("link", name="Release the image").first.click()
    page.wait_for_url("**/image/release/")
    page.mouse.wheel(0, 1500)
    # The theme could note how far its reader is, in the next page's address also.
    page.wait_for_timeout(500)
    page.go_back()
    page.wait_for_timeout(1000)
    assert page.url == f"{address}image/use/"
    assert page.get_by_role("heading", level=1).inner_text().startswith("Use the image")
