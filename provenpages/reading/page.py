"""Pages: Markdown files and their blocks, in reading order."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Never

from markdown import Markdown
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.utils.meta import get_data

from provenpages.errors import PageError
from provenpages.reading.block import Block
from provenpages.reading.reader import Place, Reader, theme_annotates

MARKS: Final = ("provenpages", "provenpages.showing.extension")
"""The extension that shows the evidence, by the names that a site may call it."""


@dataclass(frozen=True, slots=True)
class Page:
    """One Markdown file: `path` as its failures name it, `source` the digest of its bytes."""

    path: str
    source: str
    blocks: tuple[Block, ...]

    @property
    def digest(self) -> str:
        """Tell what is run on this page, and its order, from anything else; empty if nothing is."""
        ran = [block.digest for block in self.blocks if block.digest]
        return joined(ran) if ran else ""


def read_page(file: Path, path: str, site: MkDocsConfig) -> Page:
    """Read a page's blocks; raises PageError, with the line and what to do."""
    content = file.read_bytes()
    text = _decoded(content, path)
    body = get_data(text)[0]
    extensions = [one for one in site.markdown_extensions if one not in MARKS]
    markdown = Markdown(extensions=extensions, extension_configs=site.mdx_configs)
    reader = _PageReader(markdown, Place(path, text.count("\n") - body.count("\n")), site)
    markdown.convert(body)
    return Page(path, hashlib.sha256(content).hexdigest(), reader.blocks)


def joined(digests: Iterable[str]) -> str:
    """Return one digest of several, in their order; empty ones are of nothing."""
    return hashlib.sha256(" ".join(filter(None, digests)).encode()).hexdigest()


class _PageReader(Reader):
    """Reads one page, and publishes nothing."""

    def __init__(self, md: Markdown, place: Place, site: MkDocsConfig) -> None:
        super().__init__(md)
        self._place = place
        self._site = site
        self.blocks: tuple[Block, ...] = ()

    def place(self, _lines: list[str]) -> Place:
        return self._place

    def annotates(self) -> bool | None:
        return theme_annotates(self._site)

    def trouble(self, error: PageError) -> Never:
        raise error

    def publish(self, blocks: tuple[Block, ...], html: str) -> str:
        self.blocks = blocks
        return html


def _decoded(content: bytes, path: str) -> str:
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        problem = f"byte {content[error.start]:#04x} is not UTF-8; save the page as UTF-8"
        raise PageError(path, line, problem) from None
