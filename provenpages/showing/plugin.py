"""The MkDocs plugin: a site that names it has the marks, and how they look."""

from pathlib import Path
from typing import Any, Final

from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from provenpages.errors import ChecksError
from provenpages.reading.page import MARKS
from provenpages.reading.reader import Place
from provenpages.showing.place import Told, make_site

ASSETS: Final = Path(__file__).with_name("assets")
STYLES: Final = "marks.css"
SCRIPT: Final = "marks.js"
PUBLISHED: Final = "assets/provenpages/{}"
MARK: Final = 'class="evidence'


class Teller:
    """Tells the Markdown extension its page, and looks whether all marks are published."""

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Name the extension in the site's configuration; raises PluginError."""
        named = [one for one in config.markdown_extensions if one in MARKS]
        name = named[0] if named else MARKS[-1]
        if not named:
            config.markdown_extensions.append(name)
        try:
            self._told = Told(make_site(Path(config.config_file_path).parent, config))
        except ChecksError as error:
            raise PluginError(str(error)) from None
        options = (config.mdx_configs or {}).get(name, {})
        config.mdx_configs = (config.mdx_configs or {}) | {name: options | {"told": self._told}}
        return config

    @event_priority(-100)  # after other plugins: the text is what Markdown will be given
    def on_page_markdown(self, markdown: str, *, page: Page, **_others: Any) -> None:
        """Tell the extension the page."""
        source = page.file.content_string
        above = max(0, source.count("\n") - markdown.count("\n"))
        path = f"{self._told.site.docs.name}/{page.file.src_uri}"
        self._told.place, self._told.text = Place(path, above), markdown

    @event_priority(100)  # before plugins that make the HTML smaller
    def on_post_page(self, output: str, *, page: Page, **_others: Any) -> None:
        """Look whether all marks are published; raises PluginError."""
        path = f"{self._told.site.docs.name}/{page.file.src_uri}"
        wanted = self._told.marks.get(path, 0)
        if (published := output.count(MARK)) < wanted:
            raise PluginError(
                f"{path}: of its {wanted} marks {published} are published; find which plugin or"
                " template takes the others out"
            )


class Options(Config):
    """There are none."""


class ProvenPages(Teller, BasePlugin[Options]):
    """Adds the style sheet and the script as well."""

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Name all in the site's configuration; raises PluginError."""
        config.extra_css.append(PUBLISHED.format(STYLES))
        config.extra_javascript.append(PUBLISHED.format(SCRIPT))
        return super().on_config(config)

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Publish the style sheet and the script."""
        for name in (STYLES, SCRIPT):
            content = (ASSETS / name).read_text()
            files.append(File.generated(config, PUBLISHED.format(name), content=content))
        return files
