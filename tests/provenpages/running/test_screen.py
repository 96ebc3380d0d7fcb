"""The screen: what is left of everything that was written to it."""

import pytest

from provenpages.running.screen import render


@pytest.mark.parametrize(
    ("written", "lines"),
    [
        (b"", []),
        (b"a\r\nb\r\n", ["a", "b"]),
        (b"50%\r100%\r\n", ["100%"]),
        (b"\x1b[31mred\x1b[0m\r\n", ["red"]),
        (
            b"a: Waiting\r\nb: Waiting\r\n\x1b[2A\x1b[2Ka: Pushed\r\x1b[2B",
            ["a: Pushed", "b: Waiting"],
        ),
        (b"\x1b[1m" + b"x" * 95 + b"\r\ny\r\n", ["x" * 95, "y"]),
        (b"\x1b[1m" + b"x" * 30 + b"\r\ny\r\n", ["x" * 30, "y"]),
        (b"x" * 95 + b"\r\n", ["x" * 95]),
        (b"\x1b[0mna\xc3\xafve\r\n", ["naïve"]),
    ],
)
def test_what_it_shows(written: bytes, lines: list[str]) -> None:
    assert render(written, 10, 30) == lines


def test_what_scrolled_off_counts() -> None:
    written = b"\x1b[0m" + b"".join(b"line %d\r\n" % number for number in range(1000))
    assert render(written, 10, 30) == [f"line {number}" for number in range(1000)]


def test_what_ends_within_the_end_of_a_line_needs_no_emulation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # An endless command is cut off anywhere, and to emulate a megabyte takes half a minute.
    monkeypatch.setattr("provenpages.running.screen._emulate", None)
    assert render(b"y\r\ny\r", 10, 30) == ["y", "y"]
