"""The guide as Markdown, for those who read with a language model."""

import re
from pathlib import Path

from tests.conftest import ROOT

FENCE = re.compile(r"^ *(`{3,}).*?^ *\1$", re.DOTALL | re.MULTILINE)


def test_every_page_is_there_as_markdown(guide: Path) -> None:
    site = guide / "site"
    index = (site / "llms.txt").read_text()
    files = [file.relative_to(ROOT / "docs") for file in (ROOT / "docs").rglob("*.md")]
    assert len(files) > 4
    for file in files:
        folder = file.parent if file.name == "index.md" else file.with_suffix("")
        assert f"/docker-mkdocs/{(folder / 'index.md').as_posix()})" in index
        text = (site / folder / "index.md").read_text()
        assert text.startswith("# ")
        assert "check:" not in FENCE.sub("", text)
        assert "data-copy" not in text
    publish = (site / "guide/publish/index.md").read_text()
    output = "Removing login credentials for https://index.docker.io/v1/"
    block = f"```bash\ndocker logout\n```\n\n```text\n{output}\n```\n\nRun 2"
    assert block in publish
