"""Directives: what they mean, and what is said of those that mean nothing."""

from datetime import date

import pytest

from provenpages.errors import PageError
from provenpages.reading.directive import (
    Answer,
    Background,
    Exact,
    Exit,
    Hidden,
    Let,
    Match,
    Meaning,
    Proves,
    Skip,
    Timeout,
    find_directives,
)


@pytest.mark.parametrize(
    ("text", "meanings"),
    [
        ("let b60 = $(docker images -q a)", [Let("b60", "$(docker images -q a)")]),
        ('answer "Password: " with $TOKEN', [Answer("Password: ", "TOKEN")]),
        ("match id, size", [Match(("id", "size"))]),
        ('skip "x, exit 1 y", reviewed 2026-11-23', [Skip(date(2026, 11, 23), "x, exit 1 y")]),
        ("exit 1, timeout 60s", [Exit(1), Timeout(60)]),
        ("exact", [Exact()]),
        ("match id, size, exact", [Match(("id", "size")), Exact()]),
        ("exact, match age, timeout 5s", [Exact(), Match(("age",)), Timeout(5)]),
        ("background until curl a, b", [Background("curl a, b")]),
        ('skip "a page", reviewed 2026-11-23', [Skip(date(2026, 11, 23), "a page")]),
        ('timeout 5s, proves "it is so"', [Timeout(5), Proves("it is so")]),
    ],
)
def test_each_form_is_read(text: str, meanings: list[Meaning]) -> None:
    (directive,) = find_directives("page.md", ["", f"<!-- check: {text} -->"], [])
    assert list(directive.meanings) == meanings
    assert (directive.line, directive.end) == (2, 2)


def test_hidden_commands_lose_their_indent() -> None:
    lines = ["    <!-- check: hidden", "    $ echo a", "      a", "", "    -->"]
    (directive,) = find_directives("page.md", lines, [])
    assert directive.meanings == (Hidden(),)
    assert directive.body == ("$ echo a", "  a")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("skp -->", "unknown directive `skp`; the directives are let, answer, match, exact, exit"),
        ('skip "no day" -->', 'can\'t read `skip "no day"`; write `<!-- check: skip "the reason"'),
        ("skip -->", "can't read `skip`"),
        ('skip "a", reviewed 2026-13-01 -->', "can't read"),
        ('skip "a", reviewed 2999-01-01 -->', "can't read"),
        ('skip " ", reviewed 2026-01-01 -->', "can't read"),
        (
            "match colour -->",
            "can't read `match colour`; write `<!-- check: match KIND, KIND of id",
        ),
        ("hidden -->", "only `hidden` has commands below it, and it needs some"),
        ("exit 1\n$ true\n-->", "only `hidden` has commands below it"),
        ("exit 1", "this comment isn't closed; end it with -->"),
    ],
)
def test_what_cannot_be_read_is_named(text: str, problem: str) -> None:
    with pytest.raises(PageError) as caught:
        find_directives("page.md", f"<!-- check: {text}".split("\n"), [])
    assert str(caught.value).startswith(f"page.md:1: {problem}")


def test_words_after_the_comment_are_refused() -> None:
    with pytest.raises(PageError, match=r"page\.md:1: text after -->"):
        find_directives("page.md", ["<!-- check: exit 1 --> words"], [])


@pytest.mark.parametrize(("today", "stale"), [(date(2026, 6, 30), False), (date(2026, 7, 1), True)])
def test_a_review_counts_for_some_days(today: date, stale: bool) -> None:
    assert Skip(date(2026, 1, 1), "no").is_stale(today, 180) is stale
