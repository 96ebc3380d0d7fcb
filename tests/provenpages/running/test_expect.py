"""Comparing: what a documented line stands for, and what it doesn't."""

import pytest

from provenpages.running.expect import difference, first_difference


@pytest.mark.parametrize(
    ("documented", "real", "kinds"),
    [
        (["a", "b"], ["a", "b"], []),
        (["a  "], ["a"], []),
        (["..."], [], []),
        (["a", "...", "z"], ["a", "z"], []),
        (["a", "...", "m", "...", "z"], ["a", "b", "m", "m", "c", "z"], []),
        (["took ... to do"], ["took 3 hours to do"], []),
        (["digest: sha256:" + "a" * 64], ["digest: sha256:" + "b" * 64], ["digest"]),
        (["289MB"], ["1.2GB"], ["size"]),
        (["5 seconds ago"], ["About a minute ago"], ["age"]),
        (["IMAGE ID    CREATED"], ["IMAGE ID          CREATED"], ["table"]),
        (["26.1.5"], ["28.2"], ["version"]),
        (["in 0.3s"], ["in 17.21s"], ["duration"]),
        (["2026-11-23T10:00:00Z"], ["2027-01-01"], ["date"]),
    ],
)
def test_as_documented(documented: list[str], real: list[str], kinds: list[str]) -> None:
    assert first_difference(documented, real, kinds) is None


@pytest.mark.parametrize(
    ("documented", "real", "kinds", "index"),
    [
        (["a", "b"], ["a", "c"], [], 1),
        (["a"], ["a", "b"], [], 1),
        (["a", "b"], ["a"], [], 1),
        ([], ["a"], [], 0),
        (["a"], [" a"], [], 0),
        (["...", "z"], ["a", "b"], [], 1),
        (["a", "...", "m", "z"], ["a", "x", "m", "y"], [], 3),
        (["a.c"], ["abc"], [], 0),
        (["289MB"], ["290MB"], [], 0),
        (["289MB 7"], ["290MB 8"], ["size"], 0),
        (["b6047b203915"], ["b6047b20391"], ["id"], 0),
        (["a  b"], ["a   b"], ["table"], 0),
    ],
)
def test_not_as_documented(
    documented: list[str], real: list[str], kinds: list[str], index: int
) -> None:
    assert first_difference(documented, real, kinds) == index


def test_the_difference_shows_what_an_ellipsis_stands_for() -> None:
    shown = difference(["a", "...", "z"], ["a", "b", "c", "Z"], [])
    assert shown.splitlines() == [
        "      a",
        "    - ...",
        "    - z",
        "    + b",
        "    + c",
        "    + Z",
    ]
    shown = difference(["a", "...", "y", "z"], ["a", "b", "c", "y", "Z"], [])
    assert shown.splitlines()[:4] == ["      a", "      b", "      c", "      y"]


def test_the_difference_of_long_texts_is_short_and_quick() -> None:
    shown = difference([f"a{n}" for n in range(3000)], [f"b{n}" for n in range(3000)], ["number"])
    assert len(shown.splitlines()) == 201


def test_the_difference_shows_only_what_differs() -> None:
    shown = difference(
        ["REPO   SIZE", "a   289MB", "gone"], ["REPO   SIZE", "a   1MB", "new"], ["size"]
    )
    assert shown.splitlines() == ["      REPO   SIZE", "      a   1MB", "    - gone", "    + new"]


def test_dots_are_dots_where_the_page_says_so() -> None:
    assert first_difference(["Loading..."], ["Loading failed"], []) is None
    assert first_difference(["Loading..."], ["Loading failed"], [], is_exact=True) == 0
    assert first_difference(["Loading...", "..."], ["Loading...", "..."], [], is_exact=True) is None
    assert first_difference(["a", "..."], ["a", "b"], [], is_exact=True) == 1
    assert first_difference(["took 1s..."], ["took 12s..."], ["duration"], is_exact=True) is None
    assert difference(["...", "z"], ["a", "z"], [], is_exact=True).splitlines() == [
        "    - ...",
        "    + a",
        "      z",
    ]
