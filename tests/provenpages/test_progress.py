"""Progress: plain lines where nobody watches, a live line on a terminal."""

import re
import sys

import pytest

from provenpages.progress import step


def test_plain_lines_elsewhere(capsys: pytest.CaptureFixture[str]) -> None:
    with step("build") as progress:
        progress.say("half of it")
    assert re.fullmatch(r"==> build …\n==> build: \d+\.\d s\n", capsys.readouterr().err)


def test_a_live_line_on_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "30")
    with step("build") as progress:
        progress.say("one\ntwo " + "x" * 50 + "\n")
        progress.say("\n")
    said = capsys.readouterr().err
    assert "\r\x1b[K==> build: two xxxxxxxxxxxxxx" in said
    assert re.search(r"\r\x1b\[K==> build: \d+\.\d s\n$", said)
    assert max(map(len, re.split(r"[\r\n]", said))) <= 29 + len("\x1b[K")
