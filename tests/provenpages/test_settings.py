import sys
from pathlib import Path

import pytest

from provenpages.errors import SettingsError
from provenpages.running.machine import machines_named
from provenpages.settings import Settings, read_settings

LOCAL = '[tool.provenpages]\nmachine = "local"\n'


def read(folder: Path, text: str) -> Settings | None:
    (folder / "pyproject.toml").write_text(text)
    return read_settings(folder)


def test_a_project_without_settings_has_none(tmp_path: Path) -> None:
    assert read_settings(tmp_path) is None
    assert read(tmp_path, "[tool.ruff]\n") is None
    assert read(tmp_path, "tool = 1\n") is None


def test_what_is_not_said_is_usual(tmp_path: Path) -> None:
    assert read(tmp_path, LOCAL) == Settings("local", {}, 60, 180)
    said = read(tmp_path, f"{LOCAL}time_limit = 90\nreview_days = 90\n")
    assert said == Settings("local", {}, 90, 90)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[tool.provenpages]\n", r"\[tool.provenpages\] names no machine; add `machine = "),
        (
            f"{LOCAL}time-limit = 9\n",
            "has no setting `time-limit`; write one of alone, known, ",
        ),
        (f"{LOCAL}time_limit = 0\n", "time_limit = 0: write a number above 0"),
        (f"{LOCAL}time_limit = true\n", "time_limit = True: write a number above 0"),
        (f'{LOCAL}review_days = "9"\n', "review_days = '9': write a number above 0"),
        ("[tool.provenpages]\nmachine = 1\n", "machine = 1: write a string"),
        (f'{LOCAL}machines = "a:B"\n', "machines = 'a:B': write a table of"),
        (f"{LOCAL}machines = {{a = 1}}\n", "write a table of"),
        (f'{LOCAL}known = {{docker = "28"}}\n', "write a table of `program = "),
        (f'{LOCAL}alone = "a.md"\n', "alone = 'a.md': write a list of patterns"),
        ("[tool\n", "; write it as TOML"),
        ("[tool]\nprovenpages = 1\n", r"tool.provenpages = 1: write a table, \[tool.provenpages"),
    ],
)
def test_settings_that_cannot_be_are_named(text: str, complaint: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=rf"^pyproject.toml: .*{complaint}"):
        read(tmp_path, text)


@pytest.mark.parametrize(
    ("settings", "name", "complaint"),
    [
        (Settings("a", {"a": "nowhere:A"}), "a", "No module named 'nowhere'"),
        (Settings("a", {"a": "pathlib:A"}), "a", "has no attribute 'A'"),
        (Settings("a", {"a": "pathlib"}), "a", 'write it as "module:Class"'),
        (Settings("a", {"a": ""}), "a", 'write it as "module:Class"'),
        (
            Settings("a", {"a": "pathlib:Path"}),
            "b",
            'has no `b`; add `b = "module:Class"`, or take `a`',
        ),
        (Settings("a"), "a", 'has no `a`; add `a = "module:Class"`'),
        # Nobody has a stranger's pages run on the computer itself by an option.
        (Settings("a", {"a": "pathlib:Path"}), "local", "has no `local`; add"),
    ],
)
def test_a_machine_that_cannot_be_is_named(
    settings: Settings, name: str, complaint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", sys.path.copy())
    with pytest.raises(SettingsError) as caught:
        machines_named([name], settings, tmp_path)
    assert str(caught.value).startswith("pyproject.toml: ")
    assert complaint in str(caught.value)


def test_a_machine_is_found_in_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", sys.path.copy())
    (tmp_path / "our_machine.py").write_text("class Ours: most = 7\n")
    settings = Settings("ours", {"ours": "our_machine:Ours"})
    assert machines_named([], settings, tmp_path)["ours"].most == 7


def test_settings_that_are_no_text_are_named(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_bytes(b"\xff")
    with pytest.raises(SettingsError, match=r"^pyproject.toml: .*; write it as TOML"):
        read_settings(tmp_path)
