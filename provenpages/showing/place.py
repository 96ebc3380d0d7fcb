"""Where the text being converted is from: the site's generator says it, or the text itself."""

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from markdown import Markdown
from mkdocs.config.defaults import MkDocsConfig

from provenpages.reading.journey import CONFIGURATION
from provenpages.reading.reader import Place
from provenpages.reading.site import Site
from provenpages.settings import read_settings

ZENSICAL: Final = "rendering_context"
"""The name under which Zensical lets extensions find the page."""


@dataclass(slots=True)
class Told:
    """What the MkDocs plugin says: the site, and the page whose text comes next."""

    site: Site
    place: Place | None = None
    text: str = ""
    marks: dict[str, int] = field(default_factory=dict)
    """How many marks each page has, by its path."""


def site_in(root: Path) -> Site:
    """Return the site in a folder, where no plugin tells of it; raises ChecksError."""
    file = root / CONFIGURATION
    return _read(root, file.stat().st_mtime_ns if file.is_file() else 0)


def make_site(root: Path, configuration: MkDocsConfig | None = None) -> Site:
    """Return the site in a folder, with its project's journeys; raises SettingsError."""
    settings = read_settings(root)
    return Site(root, settings.alone if settings else (), configuration)


@lru_cache(maxsize=1)
def _read(root: Path, _changed: int) -> Site:
    return make_site(root)


def place_of(md: Markdown, lines: list[str], site: Site, told: Told | None) -> Place | None:
    """Return where the text with these lines is from; None where nobody can tell."""
    if told and told.place and told.text.split("\n") == lines:
        return told.place
    if ZENSICAL in md.preprocessors:
        zensical: Any = md.preprocessors[ZENSICAL]
        return _place(site, site.docs / zensical.page.path, lines)
    files = sorted(site.docs.rglob("*.md"))
    found = [place for file in files if (place := _place(site, file, lines))]
    return found[0] if len(found) == 1 else None


def _place(site: Site, file: Path, lines: list[str]) -> Place | None:
    whole = file.read_text("utf-8-sig").split("\n")
    above = len(whole) - len(lines)
    if above < 0 or whole[above:] != lines:
        return None
    return Place(f"{site.docs.name}/{file.relative_to(site.docs).as_posix()}", above)
