"""Pages: blocks found as the site renders them, trouble named with its line."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from markdown import Markdown
from mkdocs.config.defaults import MkDocsConfig

from checks.sandbox.container import Sandbox
from provenpages.errors import BlockFailed, ChecksError, PageError
from provenpages.reading.command import commands
from provenpages.reading.directive import Match
from provenpages.reading.page import Page, read_page
from provenpages.running.attempt import run_block
from provenpages.running.desk import Desk
from tests.conftest import PAGES, TIME_LIMIT

Read = Callable[[str], Page]
REFUSED = {"unclosed", "after-unclosed"}
PLACEMENTS = sorted((PAGES / "placements").glob("*.md"))


@pytest.mark.parametrize("file", [file for file in PLACEMENTS if file.stem not in REFUSED], ids=str)
def test_a_broken_block_is_caught_wherever_it_stands(
    file: Path, machine: Sandbox, site: MkDocsConfig
) -> None:
    page = read_page(file, file.name, site)
    line = file.read_text().splitlines().index(f"{'cat mended':>{_indent(file)}}") + 1
    (block,) = page.blocks
    broken, mended = (machine.run("mktemp", "-d").strip() for _ in range(2))
    machine.run("touch", f"{mended}/mended")
    with closing(Desk(machine, broken, TIME_LIMIT)) as desk, pytest.raises(BlockFailed) as caught:
        run_block(desk, block, [])
    assert str(caught.value).startswith(f"{file.name}:{line}: exit status 1, documented 0")
    with closing(Desk(machine, mended, TIME_LIMIT)) as desk:
        run_block(desk, block, [])


def _indent(file: Path) -> int:
    return next(len(line) for line in file.read_text().splitlines() if line.endswith("cat mended"))


@pytest.mark.parametrize(
    ("sentence", "is_same"),
    [
        ("The **folder** is [made](a.md) once here.", True),
        ("The folder is made\nonce here.", True),
        ("The folder is made once there.", False),
    ],
)
def test_a_claim_is_what_its_sentence_shows(sentence: str, is_same: bool, read: Read) -> None:
    block = '\n\n<!-- check: proves "made once" -->\n```bash\nmkdir a\n```\n'
    (before,) = read(f"The folder is made once here.{block}").blocks
    (after,) = read(f"{sentence}{block}").blocks
    assert (before.digest == after.digest) == is_same


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_an_unclosed_fence_is_refused(name: str, site: MkDocsConfig) -> None:
    file = PAGES / "placements" / f"{name}.md"
    with pytest.raises(PageError, match=rf"^{name}\.md:3: this fence isn't"):
        read_page(file, file.name, site)


def test_there_are_eleven_placements() -> None:
    assert len(PLACEMENTS) == 11


def test_lines_count_the_front_matter(read: Read) -> None:
    page = read("---\ntitle: A page\n---\n\n# A page\n\n```bash\ntrue\n```\n")
    assert [(block.line, block.content.first) for block in page.blocks] == [(7, 8)]


def test_an_indented_fence_is_a_block_as_on_the_site(read: Read, site: MkDocsConfig) -> None:
    text = "Write this:\n\n    ```bash\n    false\n    ```\n"
    assert len(read(text).blocks) == 1
    markdown = Markdown(extensions=site.markdown_extensions, extension_configs=site.mdx_configs)
    assert ' class="language-bash highlight"><pre>' in markdown.convert(text)


def test_a_site_that_renders_indented_code_is_refused(read: Read, site: MkDocsConfig) -> None:
    site.mdx_configs["pymdownx.superfences"]["disable_indented_code_blocks"] = False
    try:
        with pytest.raises(ChecksError, match=r"^mkdocs\.yml: indented code would be published"):
            read("Words.\n")
    finally:
        site.mdx_configs["pymdownx.superfences"]["disable_indented_code_blocks"] = True


def test_a_directive_shown_in_a_fence_is_no_directive(read: Read) -> None:
    page = read("````markdown\n<!-- check: nonsense -->\n```bash\nfalse\n```\n````\n")
    assert page.blocks == ()


def test_a_hidden_command_may_have_a_tab_that_nobody_reads(read: Read) -> None:
    (block,) = read("<!-- check: hidden\n$ cat <<-END\n> \thi\n> \tEND\nhi\n-->\n").blocks
    assert commands(block)[0].lines == ("cat <<-END", "\thi", "\tEND")


def test_output_belongs_to_the_bash_block_before_it(read: Read) -> None:
    (block,) = read("```bash\necho a\n```\n\n<!-- check: match id -->\n```text\na\n```\n").blocks
    (output,) = block.outputs
    assert (output.lines.first, output.lines.text) == (7, ("a",))
    assert output.meanings == (Match(("id",)),)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("```text\na\n```\n", "1: a `text` block belongs right after"),
        ("```bash\ntrue\n```\n\nWords.\n\n```text\na\n```\n", "7: a `text` block belongs right"),
        ("\n```sh\nfalse\n```\n", "2: `sh` blocks aren't run; write `bash` or `console`"),
        ("```\nfalse\n```\n", "1: blocks without a language aren't run"),
        ("<!-- check: exit 1 -->\n\nWords.\n\n```bash\ntrue\n```\n", "1: this directive has no"),
        ("<!-- check: exit 1 -->\n```yaml\na: 1\n```\n", "2: the directive above belongs to no"),
        (
            "```bash\ntrue\n```\n\n<!-- check: exit 1 -->\n```text\n```\n",
            "6: before an output, only",
        ),
        ("```bash exec\ntrue\n```\n", "1: this fence isn't a block on the site"),
        ("1.  A\n\n    ```bash\n  true\n    ```\n", "3: this fence isn't a block on the site"),
        ("```Bash\nfalse\n```\n", "1: `Bash` blocks aren't run"),
        ("```bash\ntrue\n```\n\n```output\na\n```\n", "5: `output` blocks aren't run"),
        ("```bash\ncat <<-END\n\thi\n\tEND\n```\n", "3: readers get spaces for this tab"),
        ("```console\n$ echo 'a\tb'\na\n```\n", "2: readers get spaces for this tab"),
        ("```console\n$ cat <<-END\n> \thi\n> END\n```\n", "3: readers get spaces for this tab"),
        (
            "```console\n$ a\na\tb\n```\n",
            "3: a terminal shows spaces for this tab; write them: `a       b`",
        ),
        (
            "```bash\na\n```\n\n```text\na\n 字\tb\n```\n",
            "7: a terminal shows spaces for this tab; write them: ` 字     b`",
        ),
        (
            "1.  A\n\n    ```console\n    $ a\n    \tb\n    ```\n",
            "5: a terminal shows spaces for this tab; write them: `        b`",
        ),
        ("1.  A\n\n    ```console\n    $ a\n\tb\n    ```\n", "5: readers get spaces for this tab"),
        (
            "<!-- check: hidden\n$ a\nab\tc\n-->\n",
            "3: a terminal shows spaces for this tab; write them: `ab      c`",
        ),
        ("Words.\n\n<pre><code>$ a</code></pre>\n", "3: HTML's <pre> isn't run; write a fence"),
        ('Words.\n\n--8<-- "a.md"\n', "3: what is included here isn't run; include it in a"),
        ('```bash\n--8<-- "a"\n```\n', "2: commands and outputs aren't included; write them"),
        ('```yaml\n--8<-- "no.yml"\n```\n', "2: there is no file no.yml to include"),
        ('```yaml\n--8<-- "Dockerfile:no"\n```\n', "2: Dockerfile has no section no; mark"),
        ("- <!-- check: hidden\n  $ a\n  -->\n", "1: this directive isn't read"),
        ("Words.\n<!--\ncheck: hidden\n$ a\n-->\n", "2: this directive isn't read"),
        ("Words. <!-- check: exit 1 -->\n", "1: this directive isn't read"),
        ('# No\n\n<!-- check: proves "No" -->\n```bash\n```\n', "3: the page doesn't"),
        ('A claim.\n\n<!-- check: proves "No" -->\n```bash\n```\n', "3: the page doesn't say “No”"),
        ('A `b` c.\n\n<!-- check: proves "A c" -->\n```bash\n```\n', "3: the page doesn't say"),
        ("```bash\nsudo reboot\x15true\n```\n", "2: the control character U+0015 would be a key"),
        ("```bash\ntrue\n```\n\n```text\na\x7f\n```\n", "6: the control character U+007F"),
        ("<!-- check: hidden\n$ a\x04\n-->\n", "2: the control character U+0004"),
        (
            'A.\n\n<!-- check: proves "A" -->\n<!-- check: skip "b", reviewed 2026-11-23 -->\n'
            "```bash\na\n```\n",
            "3: what is skipped proves nothing",
        ),
        ("Words.\r\r```bash\r```\r", "3: this block has no command"),
    ],
)
def test_trouble_is_named_with_its_line(text: str, problem: str, read: Read) -> None:
    with pytest.raises(PageError) as caught:
        read(text)
    assert str(caught.value).startswith(f"docs/page.md:{problem}")


def test_a_claim_may_run_over_lines(read: Read) -> None:
    claim = '<!-- check: proves "can be* revoked" -->'
    text = f"Tokens *can\nbe* revoked.\n\n{claim}\n```bash\ntrue\n```\n"
    assert len(read(text).blocks) == 1


def test_a_block_quote_is_no_text_between(read: Read) -> None:
    (block,) = read("> ```bash\n> echo a\n> ```\n>\n> ```text\n> a\n> ```\n").blocks
    assert len(block.outputs) == 1


def test_bytes_that_are_not_utf8_are_named(tmp_path: Path, site: MkDocsConfig) -> None:
    file = tmp_path / "page.md"
    file.write_bytes(b"# A page\n\nna\xefve\n")
    with pytest.raises(PageError, match=r"^page\.md:3: byte 0xef is not UTF-8; save"):
        read_page(file, "page.md", site)
