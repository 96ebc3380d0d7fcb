"""Versions: which a range takes in."""

import re

import pytest

from provenpages.reading.version import RANGE, Only, read_range, unknown


def only(text: str) -> Only:
    """Read a range as a directive has it."""
    found = re.fullmatch(RANGE, text)
    assert found
    return read_range(*found.groups())


@pytest.mark.parametrize(
    ("text", "version", "fits"),
    [
        ("docker >= 29", "29.0.0", True),
        ("docker >= 29", "28.5.2+dfsg4", False),
        ("docker < 28", "26.1.5+dfsg1", True),
        ("docker < 28", "28.0", False),
        ("docker < 28.2", "28.1.9", True),
        ("docker >= 28, < 29", "28.5.2", True),
        ("docker >= 28, < 29", "29.0", False),
        ("docker >= 9", "10.0", True),
        ("docker >= 29", "29", True),
        ("docker < 29", "29.0.0", False),
        ("docker >= 2.39", "git version 2.39.2", True),
        ("docker < 2", "v2.1", False),
    ],
)
def test_a_range_takes_in_versions_by_their_numbers(text: str, version: str, fits: bool) -> None:
    assert only(text).fits({"bash": "5", "docker": version}) is fits
    assert str(only(text)) == text


def test_a_range_with_nothing_in_it_is_refused() -> None:
    empty = ("29, < 29", "29, < 28", "29.1, < 29", "29, < 29.0")
    for text in empty:
        with pytest.raises(ValueError, match=r"docker >= 29"):
            only(f"docker >= {text}")


def test_a_zero_at_the_end_says_nothing() -> None:
    assert only("docker >= 28.0, < 29.0.0") == only("docker >= 28, < 29")
    assert unknown({"docker": "28.5.0"}, {"docker": ["28.5"]}) == ""


def test_a_program_that_is_not_there_is_named() -> None:
    with pytest.raises(KeyError, match="dokcer"):
        only("dokcer >= 29").fits({"docker": "29"})
    with pytest.raises(KeyError, match="docker"):
        only("docker < 29").fits({"docker": "unknown"})


def test_versions_that_nobody_knows_are_named() -> None:
    known = {"docker": ["26.1.5", "28.5.2"], "podman": ["5"]}
    assert unknown({"docker": "28.5.2+dfsg4", "bash": "5.3"}, known) == ""
    assert unknown({"docker": "28.5.3+dfsg1", "bash": "5.3"}, known) == "docker 28.5.3"
