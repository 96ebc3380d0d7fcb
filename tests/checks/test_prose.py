"""Prose: misspelt words and undefined references, with their places."""

from collections.abc import Callable
from pathlib import Path

import pytest
from spellchecker import SpellChecker

from checks.prose import OWN_WORDS, main
from tests.conftest import ROOT

Faults = Callable[[str, str], list[str]]


@pytest.fixture
def faults(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Faults:
    """Name the faults of a text in a file of this name, each as `line: problem`."""
    (tmp_path / OWN_WORDS).parent.mkdir()
    (tmp_path / OWN_WORDS).write_text("mkdocs\n")
    monkeypatch.chdir(tmp_path)

    def faults(name: str, text: str) -> list[str]:
        Path(name).write_text(text)
        status = main([name])
        named = capsys.readouterr().out.splitlines()
        assert status == (1 if named else 0)
        return [one.removeprefix(f"{name}:").partition(";")[0] for one in named]

    return faults


@pytest.mark.parametrize(
    "prose",
    [
        "The container's images aren't there.",
        "Use mkdocs, MkDocs, an API, `regsitry`, ``a ` regsitry`` and `two\nregsitry`.",
        "[This](regsitry.md){ .regsitry } <https://regsitry.io/> <br class='regsitry'>",
        "<!-- check: hidden\n$ regsitry >\n-->",
        "    ```bash\n    regsitry\n    ```",
        "````markdown\n```bash\nregsitry\n```\nregsitry\n````",
        "[This](a.md) [that](b.md)",
        "[this][That one] and [that\n one][] and ![this][THAT ONE]\n\n[that one]: a.md",
        "`[this][that]` and $x[1]",
    ],
)
def test_good_prose_has_no_faults(prose: str, faults: Faults) -> None:
    assert faults("page.md", f"# A page\n\n{prose}\n") == []


@pytest.mark.parametrize(
    ("prose", "fault"),
    [
        ("We publsih it.", "3: no dictionary knows “publsih”"),
        ("It says:\n\n```text\nregsitry\n```\n\nA Regsitry's", "9: no dictionary knows “Regsitry”"),
        ("*regsitry*", "3: no dictionary knows “regsitry”"),
        ('Click ++"Genrate"++.', "3: no dictionary knows “Genrate”"),
        ("=== “Tab”\n\n    - a\n\n        - recieve", "7: no dictionary knows “recieve”"),
        ("- [this][that]", "3: the reference [that] is defined nowhere on this page"),
        ("Two\n[this][]", "4: the reference [this] is defined nowhere on this page"),
        (
            "![this][that]\n\n[other]: a.md",
            "3: the reference [that] is defined nowhere on this page",
        ),
    ],
)
def test_a_fault_is_named_with_its_line(prose: str, fault: str, faults: Faults) -> None:
    assert faults("page.md", f"# A page\n\n{prose}\n") == [fault]


def test_docstrings_and_comments_are_prose_and_code_is_not(faults: Faults) -> None:
    code = '"""Says\n\nregsitry."""\n\nregsitry = "publsih"  # recieve\n'
    assert faults("module.py", code) == [
        "3: no dictionary knows “regsitry”",
        "5: no dictionary knows “recieve”",
    ]


def test_the_own_words_are_sorted_and_in_no_dictionary() -> None:
    words = (ROOT / OWN_WORDS).read_text().splitlines()
    assert words == sorted(set(words))
    assert SpellChecker().unknown(words) == set(words)
