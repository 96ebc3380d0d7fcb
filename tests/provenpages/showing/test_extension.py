"""Marks: what the published page shows, and when a strict build fails."""

import logging
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from unittest.mock import Mock

import pytest
from markdown import Markdown
from markdown.preprocessors import Preprocessor
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import BuildError

from provenpages.reading.journey import read_site
from provenpages.reading.page import MARKS, Page, joined, read_page
from provenpages.reading.reader import Place
from provenpages.reading.site import Site
from provenpages.running.run import Run
from provenpages.showing.evidence import BlockEvidence, Outcome, PageEvidence, write_evidence
from provenpages.showing.place import Told
from tests.conftest import ROOT

DATE = "2026-11-23T10:00:00+00:00"
MACHINE = "Docker 26.1.5 & more"
TEXT = """# A page

It is so.

<!-- check: let b6047b203915 = $(cat id) -->
```bash
# Not typed.
echo b6047b203915
```

```text
b6047b203915
```

=== "Tab"

    <!-- check: skip "needs a <browser>", reviewed 2026-11-23 -->
    ```bash
    firefox # (1)!
    ```

    1.  An annotation.

<!-- check: proves "It is so" -->
<!-- check: hidden
$ echo "<proof>" hidden-words
<proof> hidden-words
-->
"""
CONFIGURATION = """
site_name: Marks
nav: [page.md]
plugins: []
theme: {name: material, features: [content.code.annotate]}
markdown_extensions:
  - attr_list
  - pymdownx.highlight: {pygments_lang_class: true, line_spans: __line}
  - pymdownx.snippets
  - pymdownx.superfences: {disable_indented_code_blocks: true}
  - pymdownx.tabbed: {alternate_style: true}
  - toc: {permalink: true}
  - provenpages.showing.extension
"""
Convert = Callable[[str], str]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").mkdir()
    (tmp_path / "mkdocs.yml").write_text(CONFIGURATION)
    return tmp_path


@pytest.fixture
def site(folder: Path) -> MkDocsConfig:
    return read_site(folder)


@pytest.fixture
def page(folder: Path, site: MkDocsConfig) -> Page:
    """The page as it was when it was run, and its evidence."""
    file = folder / "docs/page.md"
    file.write_text(f"---\ntitle: A page\n---\n{TEXT}")
    return read_page(file, "docs/page.md", site)


def evidence(page: Page, outcome: Outcome = "passed") -> None:
    """Write what was seen of the page's three blocks."""
    shown, skipped, hidden = page.blocks
    tag = Run(11, "echo cb417fa5775f", 0, 0.04, ["cb417fa5775f"])
    proof = Run(24, 'echo "<proof>" hidden-words', 0, 12.3, ["<proof> hidden-words"])
    live = {"b6047b203915": "cb417fa5775f"}
    blocks = (
        BlockEvidence(shown.line, shown.digest, outcome, "", (), live, (tag,)),
        BlockEvidence(skipped.line, skipped.digest, "skipped"),
        BlockEvidence(hidden.line, hidden.digest, outcome, "", ("It is so",), {}, (proof,)),
    )
    write(page, blocks)


def write(page: Page, blocks: tuple[BlockEvidence, ...]) -> None:
    """Write a page's evidence."""
    known = PageEvidence(
        page.source, page.digest, joined([]), DATE, MACHINE, {}, "empty", "", blocks
    )
    write_evidence({"testing": {"docs/page.md": known}}, Path("build/evidence.json"))


@pytest.fixture
def convert(site: MkDocsConfig) -> Convert:
    """Convert `docs/page.md` as MkDocs does, with the plugin."""
    told = Told(Site(Path(), configuration=site))

    def convert(text: str) -> str:
        file = Path("docs/page.md")
        whole = file.read_text() if file.exists() else text
        told.place, told.text = Place(str(file), max(0, whole.count("\n") - text.count("\n"))), text
        return markdown(site, told).convert(text)

    return convert


def markdown(site: MkDocsConfig, told: Told) -> Markdown:
    """Return what MkDocs makes for each page."""
    return Markdown(
        extensions=site.markdown_extensions,
        extension_configs=site.mdx_configs | {MARKS[-1]: {"told": told}},
    )


def test_a_block_shows_when_and_on_what_it_ran(page: Page, convert: Convert) -> None:
    evidence(page)
    html = convert(TEXT)
    assert "Run <time>2026-11-23</time> in 0.04 s · Docker 26.1.5 &amp; more<" in html
    transcript = "# b6047b203915 stands for cb417fa5775f\n$ echo cb417fa5775f\ncb417fa5775f"
    assert f"<pre>{transcript}</pre>" in html
    assert "</code></pre><details" in html


def test_a_block_that_another_extension_takes_away_is_named(page: Page, site: MkDocsConfig) -> None:
    """Its mark would be nowhere: any build fails."""

    class Take(Preprocessor):
        def run(self, lines: list[str]) -> list[str]:
            start = next(index for index, line in enumerate(lines) if "firefox" in line)
            return lines[: start - 2] + lines[start + 2 :]

    evidence(page)
    told = Told(Site(Path(), configuration=site), Place("docs/page.md", 3), TEXT)
    taking = markdown(site, told)
    taking.preprocessors.register(Take(taking), "take", 26)
    said = rf"^docs/page\.md:{page.blocks[1].line}: readers never see this block; write it where"
    with pytest.raises(BuildError, match=said):
        taking.convert(TEXT)


def test_the_copy_button_gives_what_was_typed(page: Page, convert: Convert) -> None:
    evidence(page)
    html = convert(TEXT)
    assert '<div data-copy="echo b6047b203915" class="language-bash highlight">' in html
    assert '<div data-copy="firefox" class="language-bash highlight">' in html
    assert html.count('<div class="no-copy language-text highlight">') == 1
    assert html.count("<div data-copy") == 2


def test_the_copy_button_gives_only_commands_and_whole_ones(
    folder: Path, site: MkDocsConfig, convert: Convert
) -> None:
    text = (
        "# A page\n\n```console\n$ cat <<END | tee a\n> # <a>\n> \n> b\n> END\n# <a>\n\nb\n"
        "# nothing\n$ true\n```\n\n```yaml\na: 1\n```\n"
    )
    assert convert(text).count("data-copy") == 1
    file = folder / "docs/page.md"
    file.write_text(text)
    page = read_page(file, "docs/page.md", site)
    (block,) = page.blocks
    runs = (
        Run(4, "cat <<END | tee a\n# <a>\n\nb\nEND", 0, 0.1, ["# <a>", "", "b"]),
        Run(13, "true", 0, 0.1, []),
    )
    seen = BlockEvidence(block.line, block.digest, "passed", runs=runs)
    write(page, (seen,))
    html = convert(f"\n\n{text}")
    assert 'data-copy="cat &lt;&lt;END | tee a\n# &lt;a&gt;\n\nb\nEND\ntrue"' in html


def test_a_claim_leads_to_its_proof(page: Page, convert: Convert) -> None:
    evidence(page)
    html = convert(TEXT)
    assert '<p>It is so <a class="proof" href="#proof-1">proven</a>.</p>' in html
    assert '<span class="anchor" id="proof-1"></span><pre data-search-exclude>$ echo' in html
    assert "$ echo &quot;&lt;proof&gt;&quot; " in html
    assert "Proven: “It is so” · <time>2026-11-23</time> in 12 s" in html


PREPARED = """# Prepared

<!-- check: hidden
$ touch here
-->

<!-- check: exit 1 -->
```bash
false
```

<!-- check: hidden
$ echo last
last
-->
"""


def prepared(folder: Path, site: MkDocsConfig, outcome: Outcome) -> str:
    """Write a page with a hidden block before a visible one, and what was seen of it."""
    file = folder / "docs/page.md"
    file.write_text(PREPARED)
    page = read_page(file, "docs/page.md", site)
    touch, fails, last = page.blocks
    runs = () if outcome == "left out" else (Run(4, "touch here", 0, 0.1, []),)
    blocks = (
        BlockEvidence(touch.line, touch.digest, outcome, runs=runs),
        BlockEvidence(fails.line, fails.digest, "passed", runs=(Run(9, "false", 1, 0.1, []),)),
        BlockEvidence(
            last.line, last.digest, "passed", runs=(Run(13, "echo last", 0, 1, ["last"]),)
        ),
    )
    write(page, blocks)
    return PREPARED


def test_what_prepares_a_block_is_in_its_transcript(
    folder: Path, site: MkDocsConfig, convert: Convert
) -> None:
    html = convert(prepared(folder, site, "passed"))
    assert "<pre># Before this\n$ touch here\n# This\n$ false</pre>" in html
    assert html.count("<summary") == 2
    assert html.count("Prepared <time>") == 1, "nothing comes after the last one"


def test_what_is_for_other_versions_prepares_nothing(
    folder: Path, site: MkDocsConfig, convert: Convert
) -> None:
    html = convert(prepared(folder, site, "left out"))
    assert "<pre>$ false</pre>" in html
    assert "Not verified" not in html


def test_a_block_is_not_proven_where_what_prepares_it_is_not(
    folder: Path, site: MkDocsConfig, convert: Convert
) -> None:
    html = convert(prepared(folder, site, "failed"))
    assert "$ false" not in html
    assert html.count("Not verified since edited") == 1


def test_nobody_copies_what_is_meant_to_fail(
    folder: Path, site: MkDocsConfig, convert: Convert
) -> None:
    html = convert(prepared(folder, site, "passed"))
    assert '<div class="no-copy language-bash highlight">' in html
    assert "data-copy" not in html


def test_a_skipped_block_shows_why(page: Page, convert: Convert) -> None:
    evidence(page)
    assert "Not run: needs a &lt;browser&gt; (reviewed 2026-11-23)</p></div>" in convert(TEXT)


def test_a_good_page_warns_of_nothing(
    page: Page, convert: Convert, caplog: pytest.LogCaptureFixture
) -> None:
    evidence(page)
    convert(TEXT)
    assert not caplog.records


def test_without_evidence_nothing_hidden_is_shown(convert: Convert) -> None:
    html = convert(TEXT)
    assert "hidden-words" not in html
    assert "check:" not in html
    assert html.count("Not verified since edited") == 2
    assert '<p>It is so <span class="proof stale">not verified since edited</span>.</p>' in html


@pytest.mark.parametrize(
    ("old", "edited"),
    [
        ("It is so.", "28: It is so!"),
        ("It is so", "28: Not that it is so: It is so"),
        ("echo b6047b203915", "9: echo  b6047b203915"),
        ("\n```text\nb60", "9: \n```text\n\nb60"),
        ("let b6047b203915", "9: let 6047b203915"),
        ('echo "', "28: echo '\""),
    ],
)
def test_an_edit_is_named_with_its_line(
    old: str, edited: str, page: Page, convert: Convert, caplog: pytest.LogCaptureFixture
) -> None:
    evidence(page)
    line, _, new = edited.partition(": ")
    text = TEXT.replace(old, new, 1)
    Path("docs/page.md").write_text(f"---\ntitle: A page\n---\n{text}")
    convert(text)
    (record,) = caplog.records
    assert record.name.startswith("mkdocs.")
    assert record.levelno == logging.WARNING
    said = f"docs/page.md:{line}: not verified since edited; run `make check`"
    assert record.getMessage() == said


def test_what_is_not_run_may_be_edited(
    page: Page, convert: Convert, caplog: pytest.LogCaptureFixture
) -> None:
    evidence(page)
    text = TEXT.replace("# A page", "# A typo less").replace("firefox", "chromium")
    text = text.replace("1.  An", "1.  One").replace("## ", "\n## ").replace("# (1)!", "# (1)")
    text = f"Words.\n\n{text}"
    Path("docs/page.md").write_text(text)
    html = convert(text)
    assert "in 0.04 s" in html
    assert "Proven: “It is so”" in html
    assert not caplog.records


def test_a_block_that_includes_a_file_is_no_obstacle(
    folder: Path, convert: Convert, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / "included.yml").write_text("included: true\n")
    html = convert('```yaml\n--8<-- "included.yml"\n```\n\n```bash\ntrue\n```\n')
    assert "included" in html
    assert html.count("Not verified since edited") == 1
    assert "published without its mark" not in caplog.text


def test_claims_may_overlap_and_code_is_left_alone(
    folder: Path, convert: Convert, caplog: pytest.LogCaptureFixture
) -> None:
    text = (
        "# Tags can move\n\nTags can move, and `tags can move` back.\n\n"
        '<!-- check: proves "Tags can move" -->\n<!-- check: proves "can move, and" -->\n'
        "```bash\nif true; then\n  \n  true\nfi\n```\n"
    )
    (folder / "docs/page.md").write_text(text)
    html = convert(text)
    assert html.startswith('<h1 id="tags-can-move">Tags can move<a')
    stale = ' <span class="proof stale">not verified since edited</span>'
    assert f"<p>Tags can move{stale}, and{stale} <code>tags can move</code> back.</p>" in html
    assert html.count("Not verified since edited") == 1
    assert len(caplog.records) == 1


def test_trouble_in_a_page_is_named_with_its_place(
    folder: Path, convert: Convert, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / "docs/page.md").write_text("---\ntitle: A\n---\n# A\n\n```sh\nls\n```\n")
    convert("# A\n\n```sh\nls\n```\n")
    (record,) = caplog.records
    said = "docs/page.md:6: `sh` blocks aren't run; write `bash` or `console`"
    assert record.getMessage() == said


def test_a_failed_block_is_named(
    page: Page, convert: Convert, caplog: pytest.LogCaptureFixture
) -> None:
    evidence(page, "failed")
    convert(TEXT)
    assert [record.getMessage() for record in caplog.records] == [
        "docs/page.md:9: failed when it was last run; run `make check`"
    ]


def test_a_page_without_blocks_needs_no_evidence(
    folder: Path, convert: Convert, caplog: pytest.LogCaptureFixture
) -> None:
    assert convert("# A page\n\nWords.\n").endswith("<p>Words.</p>")
    assert folder.is_dir()
    assert not caplog.records


def test_new_evidence_is_seen_without_a_restart(page: Page, convert: Convert) -> None:
    assert "0.04 s" not in convert(TEXT)
    evidence(page)
    assert "0.04 s" in convert(TEXT)
    evidence(page, "failed")
    assert "0.04 s" not in convert(TEXT)


def test_evidence_is_read_once_for_all_pages(
    page: Page, convert: Convert, monkeypatch: pytest.MonkeyPatch
) -> None:
    evidence(page)
    read = Mock(return_value={})
    monkeypatch.setattr("provenpages.showing.evidence.read_evidence", read)
    for _ in range(3):
        convert("```bash\ntrue\n```\n")
    read.assert_called_once_with(Path("build/evidence.json"))


def test_a_preview_loads_neither_docker_nor_pytest() -> None:
    script = "import sys, provenpages.showing.extension; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert {"mkdocs", "docker", "pytest"} & {*loaded.stdout.split()} == {"mkdocs"}
