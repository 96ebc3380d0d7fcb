"""The plugin: each page has its own marks, and no page is published without them."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from markdown import Markdown
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort, BuildError

from provenpages.reading.journey import read_site
from provenpages.reading.page import MARKS
from provenpages.showing.evidence import FILE, read_evidence, write_evidence
from tests.conftest import ROOT
from tests.seen import see_all

CONFIGURATION = f"""
site_name: Small
nav: [index.md, {{Guide: [one.md, two.md, three.md]}}, other.md]
plugins: []
hooks: [{ROOT}/checks/tell.py]
theme: {{name: null, custom_dir: theme}}
markdown_extensions:
  - pymdownx.superfences: {{disable_indented_code_blocks: true}}
"""
PAGE = "# A page\n\nWords.\n\n```bash\necho same\n```\n\n```bash\necho last\n```\n"
NAMES = ("index", "one", "two", "three", "other")
ALL = dict.fromkeys(NAMES, 2)
"""How many blocks of each page are verified at first."""
Build = Callable[[], dict[str, str]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site of equal pages, that have all just passed."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "theme").mkdir()
    (tmp_path / "theme/main.html").write_text("{{ page.content }}")
    (tmp_path / "mkdocs.yml").write_text(CONFIGURATION)
    (tmp_path / "docs").mkdir()
    for name in NAMES:
        (tmp_path / f"docs/{name}.md").write_text(PAGE)
    see_all(tmp_path)
    return tmp_path


@pytest.fixture
def built(folder: Path) -> Build:
    """Build the site; returns each page's HTML."""

    def built() -> dict[str, str]:
        build(load_config(str(folder / "mkdocs.yml")))
        files = (folder / "site").rglob("index.html")
        return {file.parent.name.replace("site", "index"): file.read_text() for file in files}

    return built


def edit(folder: Path, name: str, old: str, new: str) -> None:
    file = folder / f"docs/{name}.md"
    file.write_text(file.read_text().replace(old, new, 1))


def verified(pages: dict[str, str]) -> dict[str, int]:
    """Return how many blocks of each page are verified."""
    return {name: pages[name].count("Run <time>") for name in NAMES}


def fail(path: str) -> None:
    """Have a page's first block have failed."""
    evidence = read_evidence(FILE)
    page = evidence["testing"][path]
    blocks = (replace(page.blocks[0], outcome="failed", runs=()), *page.blocks[1:])
    evidence["testing"][path] = replace(page, blocks=blocks)
    write_evidence(evidence, FILE)


def test_equal_pages_have_their_own_marks(built: Build, caplog: pytest.LogCaptureFixture) -> None:
    fail("docs/other.md")
    assert verified(built()) == ALL | {"other": 1}
    said = "docs/other.md:5: failed when it was last run; run `make check`"
    assert caplog.messages.count(said) == 1


def test_a_new_block_has_no_other_pages_mark(folder: Path, built: Build) -> None:
    edit(folder, "three", "Words.", "```bash\necho last\n```")
    assert verified(built())["three"] == 0


def test_prose_may_be_corrected(
    folder: Path, built: Build, caplog: pytest.LogCaptureFixture
) -> None:
    edit(folder, "one", "Words.", "Right words.\n\nAnd more.")
    assert verified(built()) == ALL
    assert not [one for one in caplog.records if one.levelname == "WARNING"]


def test_a_changed_block_takes_the_marks_of_all_later_ones(
    folder: Path, built: Build, caplog: pytest.LogCaptureFixture
) -> None:
    edit(folder, "one", "echo last", "echo least")
    assert verified(built()) == ALL | {"one": 1, "two": 0, "three": 0}
    assert [one.getMessage() for one in caplog.records if one.levelname == "WARNING"] == [
        "docs/one.md:9: not verified since edited; run `make check`",
        "docs/three.md:5: not verified since edited before it in its journey; run `make check`",
        "docs/two.md:5: not verified since edited before it in its journey; run `make check`",
    ]


def test_a_changed_block_takes_the_marks_of_those_below_it(folder: Path, built: Build) -> None:
    edit(folder, "other", "echo same", "echo other")
    assert verified(built()) == ALL | {"other": 0}


def test_the_order_of_a_journey_counts(folder: Path, built: Build) -> None:
    (folder / "mkdocs.yml").write_text(CONFIGURATION.replace("one.md, two.md,", "two.md,"))
    (folder / "docs/one.md").unlink()
    pages = built() | {"one": ""}
    assert verified(pages) == ALL | {"one": 0, "two": 0, "three": 0}


def test_a_page_without_blocks_does_not_count(folder: Path, built: Build) -> None:
    (folder / "mkdocs.yml").write_text(CONFIGURATION.replace("one.md, two", "new.md, one.md, two"))
    (folder / "docs/new.md").write_text("# Words\n")
    assert verified(built()) == ALL


def test_a_hidden_block_counts(folder: Path, built: Build) -> None:
    edit(folder, "two", "Words.", "<!-- check: hidden\n$ true\n-->")
    assert verified(built()) == ALL | {"two": 0, "three": 0}


def test_a_skipped_block_does_not_count(folder: Path, built: Build) -> None:
    skip = '<!-- check: skip "no", reviewed 2026-11-23 -->\n```bash\nno\n```'
    edit(folder, "one", "Words.", skip)
    assert verified(built()) == ALL


@pytest.mark.parametrize("language", ["bash", "yaml"])
def test_what_superfences_swallows_fails_any_build(
    language: str,
    folder: Path,
    built: Build,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    (folder / "docs/one.md").write_text(f"# One\n\n```{language}\na: 1\n```\n")
    for name in ("index", "two", "three", "other"):
        (folder / f"docs/{name}.md").write_text("# Words\n")

    def broken(*_: object, **_options: object) -> str:
        raise KeyError("swallowed")

    monkeypatch.setattr("pymdownx.superfences.SuperFencesBlockPreprocessor.highlight", broken)
    with pytest.raises(Abort):
        built()
    said = "docs/one.md:3: the site doesn't render this fence as a block; write it simpler"
    assert said in caplog.messages


def test_a_theme_that_leaves_the_marks_out_fails_any_build(
    folder: Path, built: Build, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / "theme/main.html").write_text("{{ page.content | striptags }}")
    with pytest.raises(Abort):
        built()
    assert "of its 2 marks 0 are published" in caplog.text


def alone(folder: Path, text: str) -> str:
    """Convert with the extension alone, which nobody tells the page."""
    site = read_site(folder)
    extensions = [*site.markdown_extensions, MARKS[-1]]
    return Markdown(extensions=extensions, extension_configs=site.mdx_configs).convert(text)


def test_untold_equal_pages_have_no_marks(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert "Run <time>" not in alone(folder, PAGE)
    assert "no page of docs/ alone has this text; to tell which page it is, add" in caplog.text


def test_an_untold_page_that_is_like_no_other_has_its_marks(folder: Path) -> None:
    edit(folder, "two", "Words.", "Other words.")
    text = (folder / "docs/two.md").read_text()
    assert alone(folder, text).count("Run <time>") == 2


def test_without_a_plugin_trouble_ends_the_build(folder: Path) -> None:
    with pytest.raises(BuildError, match="`sh` blocks aren't run"):
        alone(folder, "```sh\nls\n```\n")
