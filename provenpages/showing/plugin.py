"""The MkDocs plugin: a site that names it has the marks, and how they look."""

from pathlib import Path
from typing import Final

from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import File, Files

EXTENSION: Final = "provenpages.showing.extension"
STYLES: Final = Path(__file__).with_name("assets") / "marks.css"
PUBLISHED: Final = "assets/provenpages.css"


class Options(Config):
    """There are none."""


class ProvenPages(BasePlugin[Options]):
    """Adds the Markdown extension and its style sheet."""

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Name both in the site's configuration."""
        if EXTENSION not in config.markdown_extensions:
            config.markdown_extensions.append(EXTENSION)
        config.extra_css.append(PUBLISHED)
        return config

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Publish the style sheet."""
        files.append(File.generated(config, PUBLISHED, content=STYLES.read_text()))
        return files
