"""The site: the pages that MkDocs would publish, and each one's place in a journey."""

from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Final

from mkdocs.config.defaults import MkDocsConfig

from provenpages.errors import ChecksError
from provenpages.reading.directive import Timeout
from provenpages.reading.journey import journeys, planned, read_site
from provenpages.reading.page import Page, read_page

JOURNEY: Final = "journey"


class Site:
    """The site in a folder, read as far as it is asked for."""

    def __init__(
        self, root: Path, alone: Sequence[str] = (), configuration: MkDocsConfig | None = None
    ) -> None:
        """`alone` are patterns for the pages that are a journey of their own.

        `configuration` is what `mkdocs.yml` says, where somebody has read it.
        """
        self.root = root
        self._alone = alone
        self._known = configuration
        self._pages: dict[str, Page] = {}

    @cached_property
    def configuration(self) -> MkDocsConfig:
        """What `mkdocs.yml` says; raises ChecksError."""
        return self._known or read_site(self.root)

    @property
    def docs(self) -> Path:
        """The pages' folder."""
        return Path(self.configuration.docs_dir)

    @cached_property
    def places(self) -> dict[str, tuple[int, int]]:
        """Each page's journey and its position there, by the page's path, in nav's order."""
        return {
            f"{self.docs.name}/{file}": (number, position)
            for number, journey in enumerate(journeys(self.configuration, self._alone))
            for position, file in enumerate(journey.files)
        }

    def earlier(self, path: str) -> tuple[str, ...]:
        """Return the pages that come before a page in its journey, by their paths."""
        for journey in planned(self.configuration, self._alone):
            paths = tuple(f"{self.docs.name}/{file}" for file in journey.files)
            if path in paths:
                return paths[: paths.index(path)]
        return ()

    def read(self, file: Path) -> Page:
        """Read one page, by its file; raises PageError."""
        path = f"{self.docs.name}/{file.relative_to(self.docs).as_posix()}"
        self._pages[path] = page = read_page(file, path, self.configuration)
        return page

    def file(self, path: str) -> Path:
        """Return a page's file, by its path."""
        return self.docs / path.removeprefix(f"{self.docs.name}/")

    def page(self, path: str) -> Page:
        """Return one page, by its path; raises PageError."""
        return self._pages.get(path) or self.read(self.file(path))

    def journey_of(self, path: str) -> str | None:
        """Return what tells a page's journey from others; None where there is no such page."""
        place = self.places.get(path)
        return place and f"{JOURNEY} {place[0]}"

    @cached_property
    def time_limits(self) -> dict[str, float]:
        """The seconds that each journey's pages allow for what is slow."""
        found: dict[str, float] = {}
        # Whoever collects the pages says what is wrong with them.
        with suppress(ChecksError):
            for path, (number, _) in self.places.items():
                limits = [
                    one.seconds for block in self.page(path).blocks for one in block.all(Timeout)
                ]
                journey = f"{JOURNEY} {number}"
                found[journey] = found.get(journey, 0) + sum(limits)
        return found
