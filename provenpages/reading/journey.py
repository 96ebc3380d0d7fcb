"""Journeys: the pages of one nav section, in nav order, or one page alone."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final

from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, ConfigurationError

from provenpages.errors import ChecksError, PageError

CONFIGURATION: Final = "mkdocs.yml"


@dataclass(frozen=True, slots=True)
class Journey:
    """Pages that share one sandbox and one shell; `files` are relative to the docs' folder."""

    files: tuple[str, ...]


def read_site(folder: Path) -> MkDocsConfig:
    """Return the site's configuration; raises ChecksError."""
    try:
        return load_config(str(folder / CONFIGURATION))
    except (Abort, ConfigurationError) as error:
        # MkDocs has logged each mistake by then, with the setting's name.
        raise ChecksError(f"{CONFIGURATION}: {error} Mend what is named above.") from None


def journeys(site: MkDocsConfig, alone: Sequence[str] = ()) -> list[Journey]:
    """Return the site's journeys in nav order.

    A page is one of its own outside a section, and where a pattern of `alone` matches its path.

    Raises PageError where a page is missing in nav, ChecksError where nav names a missing one.
    """
    found = planned(site, alone)
    docs = Path(site.docs_dir)
    named = {file for journey in found for file in journey.files}
    for file in sorted(path.relative_to(docs).as_posix() for path in docs.rglob("*.md")):
        if file not in named:
            problem = f"this page is missing in nav; add `{file}` to nav in {CONFIGURATION}"
            raise PageError(f"{docs.name}/{file}", 1, problem)
    places = Counter(file for journey in found for file in journey.files)
    for file in sorted(named):
        if places[file] > 1:
            problem = f"nav names {file} twice; a page has one place, in one journey"
            raise ChecksError(f"{CONFIGURATION}: {problem}")
        if not (docs / file).is_file():
            raise ChecksError(f"{CONFIGURATION}: nav names {file}, and there is no such page")
    return found


def planned(site: MkDocsConfig, alone: Sequence[str] = ()) -> list[Journey]:
    """Return the journeys that nav names, whether or not their pages are there."""
    entries = [_pages(entry) for entry in site.nav or []]
    return [Journey(files) for entry in entries for files in _parts(entry, alone)]


def _pages(entry: Any) -> list[str]:
    return [file for file in _files(entry) if file.endswith(".md")]


def _parts(pages: list[str], alone: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Take a section apart: what stays together, and each page that is a journey of its own."""
    single = [page for page in pages if any(fnmatchcase(page, pattern) for pattern in alone)]
    if together := tuple(page for page in pages if page not in single):
        yield together
    yield from ((page,) for page in single)


def _files(entry: Any) -> list[str]:
    if isinstance(entry, str):
        return [entry]
    if isinstance(entry, dict):
        return [file for value in entry.values() for file in _files(value)]
    return [file for item in entry for file in _files(item)]
