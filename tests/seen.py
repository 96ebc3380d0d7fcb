"""Evidence as though every block of a site had just passed."""

from pathlib import Path
from typing import Final

from provenpages.reading.block import Block
from provenpages.reading.directive import Proves, Skip
from provenpages.reading.journey import read_site
from provenpages.reading.page import Page, joined, read_page
from provenpages.running.run import Run
from provenpages.showing.evidence import FILE, BlockEvidence, PageEvidence, write_evidence
from provenpages.showing.place import make_site

VERSIONS: Final = {
    "Debian": "13.8",
    "docker": "26.1.5+dfsg1",
    "buildx": "0.13.1+ds1",
    "distribution": "2.8.3+ds1",
}
MACHINE: Final = "Docker 26.1.5 · local Docker Hub, distribution 2.8.3"


def see_all(folder: Path) -> None:
    """Write the evidence of the site in `folder`, as its pages stand."""
    site = read_site(folder)
    docs = Path(site.docs_dir)
    files = {file: f"docs/{file.relative_to(docs).as_posix()}" for file in docs.rglob("*.md")}
    pages = {path: read_page(file, path, site) for file, path in sorted(files.items())}
    earlier = make_site(folder, site).earlier
    seen = {
        path: see(page, joined(pages[one].digest for one in earlier(path)))
        for path, page in pages.items()
    }
    write_evidence({"testing": seen}, folder / FILE)


def see(page: Page, before: str) -> PageEvidence:
    """Return the evidence of one page."""
    blocks = tuple(map(_see_block, page.blocks))
    date = "2026-11-23T10:00:00+00:00"
    return PageEvidence(
        page.source, page.digest, before, date, MACHINE, VERSIONS, "empty", "", blocks
    )


def _see_block(block: Block) -> BlockEvidence:
    if block.one(Skip):
        return BlockEvidence(block.line, block.digest, "skipped")
    claims = tuple(one.claim for one in block.all(Proves))
    output = block.outputs[0].lines if block.outputs else block.content
    run = Run(block.content.first, block.content.text[0], 0, 0.5, list(output.text))
    return BlockEvidence(block.line, block.digest, "passed", "", claims, {}, (run,))
