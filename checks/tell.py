"""The guide's hook for MkDocs, which tells the marks their page.

The package's plugin does so where the package is installed: here, and in the image, it is beside
the pages.
"""

from provenpages.showing.plugin import Teller

_teller = Teller()
on_config = _teller.on_config
on_page_markdown = _teller.on_page_markdown
on_post_page = _teller.on_post_page
