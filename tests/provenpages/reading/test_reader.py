"""The reader: what is run is what the site shows, and nothing else."""

from itertools import count
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Comment
from hypothesis import given
from hypothesis import strategies as st
from markdown import Markdown
from mkdocs.config.defaults import MkDocsConfig

from provenpages.errors import ChecksError, NotShown, PageError
from provenpages.reading.command import commands
from provenpages.reading.journey import read_site
from provenpages.reading.languages import RUN
from provenpages.reading.page import MARKS, Page, read_page
from tests.conftest import ROOT, Read
from tests.site.conftest import FILES

CONFIGURATION = """
site_name: All kinds
nav: [page.md]
plugins: []
theme: {name: material, features: [content.code.annotate]}
markdown_extensions:
  - abbr
  - admonition
  - attr_list
  - def_list
  - footnotes
  - md_in_html
  - pymdownx.details
  - pymdownx.highlight: {pygments_lang_class: true}
  - pymdownx.snippets
  - pymdownx.superfences: {disable_indented_code_blocks: true}
  - pymdownx.tabbed: {alternate_style: true}
  - tables
  - toc
"""
ANNOTATION = "\N{SNOWMAN}"
UNSEEN = ("script", "style", "template", "textarea", "noscript", "[hidden]")


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> MkDocsConfig:
    """A site with many extensions."""
    folder = tmp_path_factory.mktemp("rich")
    (folder / "docs").mkdir()
    (folder / "mkdocs.yml").write_text(CONFIGURATION)
    return read_site(folder)


def run(page: Page) -> list[str]:
    """Return what each block that readers see is run from."""
    return [
        "\n".join(block.content.text).strip("\n")
        for block in page.blocks
        if block.language in RUN and not block.is_hidden
    ]


def shown(text: str, site: MkDocsConfig) -> list[str]:
    """Return what a reader of the site would copy, found by other means than ours."""
    extensions = [one for one in site.markdown_extensions if one not in MARKS]
    markdown = Markdown(extensions=extensions, extension_configs=site.mdx_configs)
    html = BeautifulSoup(markdown.convert(text), "html.parser")
    for one in html.find_all(string=lambda one: isinstance(one, Comment)):
        one.extract()
    for unseen in html.select(", ".join(UNSEEN)):
        unseen.decompose()
    found = []
    for fence in html.select(".language-bash.highlight, .language-console.highlight"):
        after = fence.find_next_sibling()
        notes = after.find_all("li", recursive=False) if after and after.name == "ol" else []
        for comment in fence.select(".c, .c1, .cm"):
            numbers = range(1, len(notes) + 1)
            if comment.text.removesuffix("!") in [f"# ({number})" for number in numbers]:
                comment.replace_with(ANNOTATION)
        text = "".join(code.text for code in fence.select("code"))
        found.append(text.replace(f" {ANNOTATION}", "").strip("\n"))
    return found


@pytest.mark.parametrize("file", FILES)
def test_what_is_run_of_this_site_is_what_it_shows(file: str, site: MkDocsConfig) -> None:
    text = (ROOT / "docs" / file).read_text()
    page = read_page(ROOT / "docs" / file, f"docs/{file}", site)
    assert run(page) == shown(text, site)


def indented(text: str) -> str:
    return "".join(f"    {line}" if line.strip() else line for line in text.splitlines(True))


AROUND = {
    "nothing": "{}",
    "comment": "<!--\n{}\n-->",
    "comment on a line": "<!-- Old:\n\n{}\nSo far. -->",
    "comment not closed": "<!--\n{}",
    "item": "1.  An item\n\n{indented}",
    "note": "!!! note\n\n{indented}",
    "details": '??? note "Title"\n\n{indented}',
    "tab": '=== "Tab"\n\n{indented}',
    "div": "<div>\n{}\n</div>",
    "Markdown in a div": "<div markdown>\n\n{}\n\n</div>",
    "hidden div": "<div hidden>\n{}\n</div>",
    "template": "<template>\n{}\n</template>",
    "script": "<script>\n{}\n</script>",
    "style": "<style>\n{}\n</style>",
    "textarea": "<textarea>\n\n{}\n\n</textarea>",
    "open details": "<details><summary>S</summary>\n\n{}\n\n</details>",
    "footnote": "A note.[^1]\n\n[^1]:\n{indented}",
    "footnote that nobody leads to": "[^other]:\n{indented}",
    "definition": "Word\n:   Meaning\n\n{indented}",
    "abbreviation": "*[HTML]: Long\n{}",
    "quote": "> Said.\n\n{}",
    "code": "````markdown\n{}\n````",
}
NUMBERS = count()
FENCES = st.sampled_from(
    [
        "```bash\necho {n}\n```",
        "~~~bash\necho {n}\n\n~~~",
        "```bash\n\necho {n}\n```",
        '```bash hl_lines="1"\necho {n} # (1)!\n```\n\n1.  A note.',
        "```bash\necho {n} # (1)\necho {n} # (2)\n```\n\n1.  A note.",
        "```bash\necho {n} # (1)!\n```",
        "```bash\ncat <<END\n{n} # (1)\n\nEND\n```\n\n1.  A note.",
        "```console\n$ echo {n} # (1)\n```\n\n1.  A note.",
        "```yaml\na: {n}\n```",
        "Words `# (1)` and <b>more</b>.",
    ]
).map(lambda text: text.replace("{n}", str(next(NUMBERS))))


@st.composite
def parts(draw: st.DrawFn, depth: int = 2) -> str:
    inner = draw(FENCES if depth == 0 else st.one_of(FENCES, parts(depth - 1)))
    around = AROUND[draw(st.sampled_from(sorted(AROUND)))]
    return around.replace("{indented}", indented(inner)).replace("{}", inner)


@given(text=st.lists(parts(), min_size=1, max_size=4).map("\n\n".join))
def test_what_is_run_of_any_page_is_what_its_html_shows(
    text: str, rich: MkDocsConfig, tmp_path: Path
) -> None:
    file = tmp_path / "page.md"
    file.write_text(text)
    try:
        page = read_page(file, "docs/page.md", rich)
    except NotShown as error:
        assert text.split("\n")[error.line - 1].lstrip("> ").startswith(("```", "~~~"))
        return
    except PageError:
        return
    # Footnotes are shown at the page's end, and run where they stand.
    arranged = sorted if "[^" in text else list
    assert arranged(run(page)) == arranged(shown(text, rich))


@pytest.mark.parametrize("kind", sorted(kind for kind in AROUND if "comment" in kind))
def test_a_fence_in_a_comment_is_not_run(kind: str, read: Read) -> None:
    text = AROUND[kind].replace("{}", "```bash\nfalse\n```")
    # Markdown shows the begin of a comment that nothing ends.
    assert len(read(text).blocks) == (kind == "comment not closed")


@pytest.mark.parametrize(("begin", "shown"), [("<!-->", 1), ("<!-- a -- > b", 0), ("<!--->", 1)])
def test_a_comment_ends_where_browsers_end_it(begin: str, shown: int, read: Read) -> None:
    assert len(read(f"{begin}\n```bash\nfalse\n```\n<!-- c -->\n").blocks) == shown


def test_what_a_comment_holds_may_be_in_any_language(read: Read) -> None:
    assert read("<!--\n```sh\nfalse\n```\n-->\n").blocks == ()


@pytest.mark.parametrize("kind", ["hidden div", "template", "script", "style", "textarea"])
def test_a_fence_that_readers_never_see_is_named(kind: str, read: Read) -> None:
    text = AROUND[kind].replace("{}", "```bash\nfalse\n```")
    line = text.split("\n").index("```bash") + 1
    said = rf"^docs/page\.md:{line}: readers never see this block; write it where they do"
    with pytest.raises(NotShown, match=said):
        read(text)


@pytest.mark.parametrize(
    ("where", "problem"),
    [
        ("<!-- It is so. -->", "4: the page doesn't say “It is so” above this"),
        ("<template>It is so.</template>", "5: readers don't see “It is so”"),
    ],
)
def test_a_claim_that_is_not_shown_is_said_to_nobody(where: str, problem: str, read: Read) -> None:
    text = f'A.\n{where}\n\n<!-- check: proves "It is so" -->\n```bash\ntrue\n```\n'
    with pytest.raises(PageError, match=rf"^docs/page\.md:{problem}"):
        read(text)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("```bash\necho a # (1)!\n```\n\n1.  A note.", ["echo a"]),
        ("```bash\necho a  # (1)\n```\n\n1.  A note.", ["echo a"]),
        ("```bash\necho a # (2)\n```\n\n1.  A note.", ["echo a # (2)"]),
        ("```bash\necho a # (1)\n```\n\nWords.", ["echo a # (1)"]),
        ("```bash\necho '# (1)'\n```\n\n1.  A note.", ["echo '# (1)'"]),
        ("```bash\ncat <<E\na # (1)\nE\n```\n\n1.  A note.", ["cat <<E", "a # (1)", "E"]),
        ("```console\n$ true # (1)\n```\n\n1.  A note.", ["true"]),
    ],
)
def test_only_a_comment_that_the_site_shows_as_a_note_is_not_typed(
    text: str, lines: list[str], read: Read
) -> None:
    (block,) = read(text).blocks
    assert [line for command in commands(block) for line in command.lines] == lines


@pytest.mark.parametrize(
    ("theme", "fence", "typed"),
    [
        ("{name: material}", "bash", "echo a # (1)"),
        ("{name: material}", "{ .bash .annotate }", "echo a"),
        ("{name: mkdocs, features: [content.code.annotate]}", "bash", "echo a # (1)"),
    ],
)
def test_a_note_takes_a_theme_that_shows_it(
    theme: str, fence: str, typed: str, tmp_path: Path
) -> None:
    (tmp_path / "docs").mkdir()
    configuration = CONFIGURATION.replace(
        "{name: material, features: [content.code.annotate]}", theme
    )
    (tmp_path / "mkdocs.yml").write_text(configuration)
    file = tmp_path / "docs/page.md"
    file.write_text(f"```{fence}\necho a # (1)\n```\n\n1.  A note.\n")
    (block,) = read_page(file, "docs/page.md", read_site(tmp_path)).blocks
    assert block.content.text == (typed,)


def test_a_site_without_superfences_is_refused(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "mkdocs.yml").write_text("site_name: Plain\n")
    file = tmp_path / "docs/page.md"
    file.write_text("Words.\n")
    with pytest.raises(
        ChecksError, match=r"^mkdocs\.yml: fences are read as pymdownx\.superfences"
    ):
        read_page(file, "docs/page.md", read_site(tmp_path))
