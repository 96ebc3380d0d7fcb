"""Compared lines: a bare `...` is none."""

from pathlib import Path

import pytest

from checks import compared
from tests.conftest import Read

VARIANTS = """```bash
true
```

<!-- check: only docker < 28 -->
```text
one
two
```

<!-- check: only docker >= 28 -->
```text
...
one
```
"""


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("```bash\ntrue\n```\n", 0),
        ("```bash\ntrue\n```\n\n```text\na\n...\nb ...\n```\n", 2),
        ("```console\n$ true\na\n...\n$ true\nb\n```\n", 2),
        ("<!-- check: hidden\n$ true\na\n-->\n", 1),
        ('<!-- check: skip "no", reviewed 2026-11-23 -->\n```console\n$ true\na\n```\n', 0),
        (VARIANTS, 1),
    ],
)
def test_what_is_compared_counts(text: str, lines: int, read: Read) -> None:
    assert sum(map(compared.compared, read(text).blocks)) == lines


def test_fewer_lines_than_ever_are_complained_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/index.md").write_text("```bash\ntrue\n```\n\n```text\na\n...\n```\n")
    extension = "pymdownx.superfences: {disable_indented_code_blocks: true}"
    settings = f"site_name: A\nnav: [index.md]\nmarkdown_extensions: [{extension}]\n"
    (tmp_path / "mkdocs.yml").write_text(settings)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(compared, "LEAST", 1)
    assert compared.main() == 0
    monkeypatch.setattr(compared, "LEAST", 2)
    assert compared.main() == 1
    said = "docs: 1 lines of output are compared, where there were 2; "
    said += "write them out in place of `...`\n"
    assert capsys.readouterr().out.endswith(said)
