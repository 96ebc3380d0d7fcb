"""The screen: what is left of everything that was written to it."""

from time import perf_counter
from typing import Final

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from provenpages.running.screen import render
from tests.provenpages.running.xterm import Xterm

ROWS: Final = 5
COLUMNS: Final = 12
TEXTS: Final = ["a", "word ", "exactly 12 c", "longer than a row", "é", "e\u0301", "漢字", "🐳",
                "⚠️", "👩‍👩‍👧", "👍🏽", "🇩🇪", "✔", "─", "zero\u200bwidth", "soft\u00adhyphen",
                "left\u200fright", "␛", "qxx"]  # fmt: skip
"""What programs print; none begins with what belongs to a character before it."""
CONTROLS: Final = ["\r", "\n", "\r\n", "\b", "\t", "\v", "\f", "\a", "\0", "\x0e", "\x0f", "\x7f",
                   "\x84", "\x85", "\x88"]  # fmt: skip
ESCAPES: Final = ["\x1b7", "\x1b8", "\x1bD", "\x1bE", "\x1bH", "\x1bM", "\x1b=", "\x1b>", "\x1b(0",
                  "\x1b(B", "\x1b)0", "\x1b%G", "\x1b#8", "\x1bc"]  # fmt: skip
MODES: Final = [
    *("\x1b[4h", "\x1b[4l", "\x1b[20hone\ntwo\x1b[20l", "\r\n\x1b[?7lthis is cut off\x1b[?7h"),
    *("\x1b[?45h", "\x1b[?45l", "\x1b[?47h", "\x1b[?47l", "\x1b[?1047h", "\x1b[?1047l"),
    *("\x1b[?1048h", "\x1b[?1048l", "\x1b[?1049h", "\x1b[?1049l", "\x1b[?25l", "\x1b[?2004h"),
    *("\x1b[?2026h", "\x1b[?2026l", "\x1b[!p", "\x1b[s", "\x1b[u"),
    *("\x1b[J", "\r\x1b[1J", "\x1b[2J", "\x1b[3J"),
]
UNSEEN: Final = [
    *("\x1b[<u", "\x1b[>4;1m", "\x1b[=1u", "\x1b[?u", "\x1b[?1$p", "\x1b[2 q", "\x1b[c", "\x1b[>c"),
    *("\x1b[6n", "\x1b[38:2::1:2:3m", "\x1b[1;31m", "\x1b[22;0t", "\x9b1m", "\x1b[\x1b[m"),
    *("\x1b[3\x18", "\x1b[3\x1a", "\x1b[" + "1;" * 99 + "m", "\x1b[" + "9" * 99 + "m"),
    *("\x1b]0;title\a", "\x1b]2;títle\x1b\\", "\x9d2;x\x9c", "\x1b]8;;https://a.example/\x1b\\"),
    *("\x1b]8;;\a", "\x1b]133;A\a", "\x1bP$qm\x1b\\", "\x1bPq#0;2;0;0;0#0~~@@\x1b\\", "\x90q~\x9c"),
    *("\x1b_Gf=24;AAAA\x1b\\", "\x1b^private\x1b\\", "\x1bXstring\x1b\\", "\x1b]0;cut\x18"),
    *("\x1bN", "\x1bPtmux;\x1b\x1b]52;c;YQ==\a\x1b\\"),
]
numbers = st.sampled_from(["", "0", "1", "2", "3", "5", "9", "40"])
counted = st.builds("\x1b[{}{}".format, numbers, st.sampled_from("@ABCDEFGILMPSTXZ`abdegK"))
paired = st.builds("\x1b[{};{}{}".format, numbers, numbers, st.sampled_from("Hfr"))
written = st.lists(
    st.sampled_from([*TEXTS, *TEXTS, *CONTROLS, *ESCAPES, *MODES, *UNSEEN]) | counted | paired,
    max_size=30,
).map("".join)


def shown(written: str | bytes) -> list[str]:
    return render(written.encode() if isinstance(written, str) else written, ROWS, COLUMNS)


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


@pytest.mark.parametrize(
    "text",
    [
        "⚠️ careful",
        "e\u0301a\u0308 b",
        "👩‍👩‍👧 family",
        "👍🏽 ok",
        "🇩🇪 de",
        "漢字 and more",
        "zero\u200bwidth",
        "soft\u00adhyphen",
        "␛ ␀",
        "\u200fright-to-left\u200e",
        "\u0301first",
        "12345678901漢字",
        "12345678901\u0301" + "2\u0301" * 5,
    ],
)
@pytest.mark.parametrize("looks", ["{}", "\x1b[33m{}\x1b[0m", "\x1b[1m\x1b[m{}"])
def test_no_character_makes_others_vanish(text: str, looks: str) -> None:
    assert shown(looks.format(text) + "\r\nnext\r\n") == [text, "next"]


@pytest.mark.parametrize(
    ("written", "lines"),
    [
        ("before\r\n\x1b[?1049h\x1b[Hpager\x1b[?1049lafter\r\n", ["before", "after"]),
        ("before\r\n\x1b[?47hpager\x1b[?47l\rafter\r\n", ["before", "after"]),
        ("before\r\n\x1b[?1047hpager\x1b[?1047l\rafter\r\n", ["before", "after"]),
        ("one\x1b[?1048h\r\ntwo\x1b[?1048l and", ["one and", "two"]),
        ("one\r\n\x1b[?1049h" + "pager\r\n" * 20 + "\x1b[?1049ltwo", ["one", "two"]),
        ("one\r\n\x1b[?1049h\x1b[2;3r\x1b[H\x1b[2J\x1b[?1049ltwo\r\n3\r\n", ["one", "two", "3"]),
        ("one\r\n\x1b[?1049hstill there", ["", "still there"]),
    ],
)
def test_the_alternate_screen_leaves_no_trace(written: str, lines: list[str]) -> None:
    assert shown(written) == lines


@pytest.mark.parametrize(
    ("written", "lines"),
    [
        ("1\r\n2\r\n3\x1b[1;2r\x1b[2H\r\n4\x1b[r", ["1", "2", "4", "3"]),
        ("1\r\n2\r\n3\x1b[2;3r\x1b[3H\r\n4\x1b[r", ["1", "3", "4"]),
        ("1\r\n2\x1b[2;4r\x1b[?6h\x1b[Hx\x1b[9;1Hy\x1b[?6l", ["1", "x", "", "y"]),
        ("abc\x1b[2;4r\x1b[?6h\x1b[3H\x1b[Ax\x1b[5Gy", ["abc", "", "x   y"]),
        ("gone\x1bcleft", ["left"]),
        ("1\x1b[4h\r2\x1b[!p\r3", ["31"]),
        ("1\r\n2\x1b[A\x1b[L0", ["0", "1", "2"]),
        ("1\r\n2\r\n3\x1b[2A\x1b[M", ["2", "3"]),
        ("abc\x1b[2D\x1b[@-", ["a-bc"]),
        ("abc\x1b[2D\x1b[P", ["ac"]),
        ("abc\x1b[2D\x1b[X", ["a c"]),
        ("1\r\n" * 20 + "\x1b[H\x1b[2J\x1b[3Jnew", ["new"]),
        ("1\x1bM0", [" 0", "1"]),
        ("123456789012\b\b3", ["123456789312"]),
        ("1234567890123\b\b4", ["1234567890124"]),
        ("1\x1b[3g\t2", ["1          2"]),
        ("\x1b[4G\x1bH\r1\t2\t3", ["1  2    3"]),
        ("1\t2\x1b[Z3", ["1       3"]),
        ("=\x1b[5b", ["======"]),
        ("漢\x1b[2b", ["漢漢漢"]),
        ("\x1b(0lqk\x1b(B", ["┌─┐"]),
        ("漢字\x1b[2Gx\x1b[4Gy", [" x y"]),
    ],
)
def test_what_is_moved_and_erased(written: str, lines: list[str]) -> None:
    assert shown(written) == lines


@pytest.mark.parametrize(
    ("written", "lines"),
    [
        ("a\tb", ["a       b"]),
        ("a\t\tb", ["a          b"]),
        ("12345678\tb", ["12345678   b"]),
        ("漢\tb", ["漢      b"]),
        ("a\tb\r\nc", ["a       b", "c"]),
        ("exactly 12 c\tb", ["exactly 12 cb"]),
    ],
)
@pytest.mark.parametrize("looks", ["{}", "\x1b[1m{}\x1b[0m"])
def test_a_tab_goes_to_the_next_multiple_of_8(written: str, lines: list[str], looks: str) -> None:
    assert shown(looks.format(written)) == lines


@pytest.mark.parametrize("sequence", [*UNSEEN, "\x1b[1<2m", "\x1b[?1;m", "\x1b_Gé\x1b\\"])
def test_no_control_sequence_leaks(sequence: str) -> None:
    assert shown(f"{sequence}ready") == ["ready"]


@pytest.mark.parametrize(
    "cut",
    ["\x1b", "\x1b[", "\x1b[3", "\x1b[?2", "\x1b]0;title", "\x1bPq#", "\x1b_G", "\x1b(", "\x9b3"],
)
def test_a_sequence_that_is_cut_off_shows_nothing(cut: str) -> None:
    assert shown(f"ready{cut}") == ["ready"]


@pytest.mark.parametrize(
    ("written", "lines"),
    [
        (b"a\xffb", ["a\ufffdb"]),
        (b"\x1b[1ma\xe2\x82b", ["a\ufffdb"]),
        (b"a\x1b[3\xff1mb", ["a1mb"]),
        (b"\x9b1mb", ["\ufffd1mb"]),  # in UTF-8, a control isn't one byte
    ],
)
def test_bytes_that_are_no_text_are_shown_as_such(written: bytes, lines: list[str]) -> None:
    assert shown(written) == lines


def test_what_ends_within_the_end_of_a_line_needs_no_emulation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # An endless command is cut off anywhere, and to emulate takes much longer.
    monkeypatch.setattr("provenpages.running.screen._emulate", None)
    assert render(b"y\r\ny\r", 10, 30) == ["y", "y"]


@given(st.lists(st.sampled_from(TEXTS) | st.text(max_size=20), max_size=9).map("\r\n".join))
def test_colour_changes_no_text(text: str) -> None:
    assert shown(text) == shown(f"\x1b[m{text}")


@given(st.binary() | written.map(str.encode))
@example(b"\x1b[" + b"9" * 5000 + b"A")
def test_any_bytes_are_shown(written: bytes) -> None:
    assert all(line == line.rstrip() for line in shown(written))


@given(written)
def test_it_shows_what_xterm_shows(xterm: Xterm, written: str) -> None:
    assert shown(written) == xterm.show(written, ROWS, COLUMNS)


def test_a_megabyte_takes_seconds() -> None:
    started = perf_counter()
    render(b"\x1b[32mok\x1b[0m a line of some length\r\n" * 27_000, 50, 120)
    assert perf_counter() - started < 10
