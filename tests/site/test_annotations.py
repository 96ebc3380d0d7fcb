"""Annotations: they have names, and open by click and by keyboard."""

from playwright.sync_api import Page, expect

from tests.site.conftest import FILES, Open, path_of

NOTE = "A note in a tab"


def in_tab(page: Page) -> Page:
    """Show the sample's annotation."""
    page.get_by_text("Windows", exact=True).first.click()
    return page


def test_every_annotation_has_a_name(address: str, open_page: Open) -> None:
    page = open_page(address)
    count = 0
    for file in FILES:
        page.goto(address + path_of(file))
        for marker in page.locator("[data-md-annotation-id]").all():
            name = f"Annotation {marker.get_attribute('data-md-annotation-id')}"
            note = page.get_by_role("note", name=name, exact=True).filter(has=marker)
            expect(note.get_by_role("link", name=name, exact=True)).to_be_visible()
            count += 1
        assert "# (" not in "".join(page.locator("pre code").all_inner_texts())
    assert count


def test_an_annotation_opens_by_click(samples: str, open_page: Open) -> None:
    page = in_tab(open_page(samples + "tabs/"))
    expect(page.get_by_text(NOTE)).to_be_hidden()
    # It pulsates, and Playwright would wait for the end of that.
    page.get_by_role("link", name="Annotation 1").click(force=True)
    expect(page.get_by_text(NOTE)).to_be_visible()


def test_an_annotation_opens_by_keyboard(samples: str, open_page: Open) -> None:
    page = in_tab(open_page(samples + "tabs/"))
    page.locator(".highlight:visible .md-code__button").first.focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("note", name="Annotation 1")).to_be_focused()
    expect(page.get_by_text(NOTE)).to_be_visible()


def test_an_annotation_has_its_name_after_instant_navigation(address: str, open_page: Open) -> None:
    page = open_page(address + "guide/token/")
    page.wait_for_load_state("networkidle")
    page.locator("article").get_by_role("link", name="publish the image").click()
    expect(page.get_by_role("note", name="Annotation 1")).to_be_visible()
