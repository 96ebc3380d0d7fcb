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
    ],
)
def test_a_range_takes_in_versions_by_their_numbers(text: str, version: str, fits: bool) -> None:
    assert only(text).fits({"bash": "5", "docker": version}) is fits
    assert str(only(text)) == text


def test_a_range_with_nothing_in_it_is_refused() -> None:
    for text in ("docker >= 29, < 29", "docker >= 29, < 28", "docker >= 29.1, < 29"):
        with pytest.raises(ValueError, match=text):
            only(text)


def test_a_program_that_is_not_there_is_named() -> None:
    with pytest.raises(KeyError, match="dokcer"):
        only("dokcer >= 29").fits({"docker": "29"})


def test_versions_that_nobody_knows_are_named() -> None:
    known = {"docker": ["26.1.5", "28.5.2"], "podman": ["5"]}
    assert unknown({"docker": "28.5.2+dfsg4", "bash": "5.3"}, known) == ""
    assert unknown({"docker": "28.5.3+dfsg1", "bash": "5.3"}, known) == "docker 28.5.3"
