"""Any text at all: it can be read as a page, or the error says where and what is wrong."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mkdocs.config.defaults import MkDocsConfig

from provenpages.errors import PageError
from provenpages.reading.journey import read_site
from provenpages.reading.page import read_page
from tests.conftest import ROOT
from tests.site.conftest import DOCS, FILES

PIECES = [
    *("```bash", "```", "~~~~ console", "~~~~", "```text", "```{ .bash hl_lines=1 }"),
    *("````markdown", "---"),
    *("$ echo a", "> b", ">", "a", "    a", "\ta", "> ```bash", "> ```", "- ```bash", "1.  Note."),
    *("<!-- check: hidden", "-->", "<!-- check: exit 1, timeout 5s -->", "<!-- check: exact -->"),
    *('<!-- check: proves "a" -->', '<!-- check: skip "a", reviewed 2026-11-23 -->', "<!-- chekc"),
    *("<!-- check: only docker >= 28, < 29 -->", "<!-- check: match id, size -->", "<!--", "<pre>"),
    *('=== "A"', '!!! note "A"', '??? note', "--8<-- 'a'", '--8<-- "docs/index.md"', "# (1)!"),
    *("<div markdown>", "</div>", "<script>", "</template>", "[^1]: a", "a[^1]", "*[a]: b"),
]  # fmt: skip
LONGEST = 60
"""Lines of a real page that are changed at once."""
PLACE = re.compile(r"docs/page\.md:(\d+): \S")


@pytest.fixture(scope="module")
def site() -> MkDocsConfig:
    """This one: with all that its pages use."""
    return read_site(ROOT)


@st.composite
def changed_pages(draw: st.DrawFn) -> bytes:
    """Take a part of a real page, and change some of its lines."""
    lines = (DOCS / draw(st.sampled_from(FILES))).read_bytes().split(b"\n")
    start = draw(st.integers(0, max(0, len(lines) - LONGEST)))
    lines = lines[start : start + LONGEST]
    for _ in range(draw(st.integers(1, 4))):
        at, end = sorted(draw(st.tuples(*[st.integers(0, len(lines))] * 2)))
        other = [piece.encode() for piece in draw(st.lists(st.sampled_from(PIECES), max_size=2))]
        lines[at:end] = draw(st.sampled_from([other, [*lines[at:end], *other], lines[at:end] * 2]))
    return b"\n".join(lines)


pieces = st.lists(st.sampled_from(PIECES) | st.text(max_size=20), max_size=20)
texts = pieces.map("\n".join).map(lambda text: text.encode(errors="replace"))


@given(content=st.binary(max_size=300) | texts | changed_pages())
def test_any_text_is_read_or_its_error_says_where(
    content: bytes, site: MkDocsConfig, tmp_path: Path
) -> None:
    page = tmp_path / "page.md"
    page.write_bytes(content)
    try:
        read_page(page, "docs/page.md", site)
    except PageError as error:
        place = PLACE.match(str(error))
        assert place
        assert 1 <= int(place[1]) <= len(re.split(rb"\r\n|\r|\n", content)) + 1
