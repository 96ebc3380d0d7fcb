"""Misspelling: what is meant as a directive is noticed, and ordinary comments are left alone."""

import pytest

from provenpages.reading.misspelling import names_directive


@pytest.mark.parametrize(
    "comment",
    [
        "chekc: exit 1",
        "Check: exit 1",
        "check: x",
        "checks: x",
        " hidden",
        'prooves "x"',
        "hiden\n$ a",
    ],
)
def test_a_misspelt_directive_is_noticed(comment: str) -> None:
    assert names_directive(comment)


@pytest.mark.parametrize(
    "comment",
    [
        *("markdownlint-disable", "a note", "", "more text: here", "let me think", "only for now"),
        *("hidden gem", "Local variables:", "Later: check: this", "Skip this section", "Checklist"),
    ],
)
def test_other_comments_are_comments(comment: str) -> None:
    assert not names_directive(comment)
