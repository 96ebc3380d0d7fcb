"""Tabs: those of one name go together."""

from playwright.sync_api import expect

from tests.site.conftest import Open


def test_tabs_of_one_name_are_linked(samples: str, open_page: Open) -> None:
    page = open_page(samples + "tabs/")
    expect(page.get_by_text("Third.")).to_be_visible()
    page.get_by_text("Windows", exact=True).first.click()
    expect(page.get_by_text("Fourth.")).to_be_visible()
    expect(page.get_by_text("Third.")).to_be_hidden()
