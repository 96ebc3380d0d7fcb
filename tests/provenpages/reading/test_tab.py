"""Tabs: what a page should have in their place."""

from hypothesis import given
from hypothesis import strategies as st

from provenpages.reading.tab import as_shown
from provenpages.running.screen import render


@given(st.lists(st.sampled_from(["", "a", "word", "longer text", "漢字", "é"])).map("\t".join))
def test_the_line_to_write_is_the_one_that_a_terminal_shows(line: str) -> None:
    assert render(f"{line}|".encode(), 2, 1000) == [as_shown(f"{line}|")]
