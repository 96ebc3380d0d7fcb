#!/opt/mkdocs/bin/python
"""Run MkDocs; whatever fails for want of something outside it is said in one sentence."""

import errno
import sys
from pathlib import Path
from typing import Any

from mkdocs.__main__ import cli
from mkdocs.commands import serve
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, ConfigurationError

GONE = "Error: the folder that was mounted is gone: start the container again"
FORBIDDEN = "run the container as a user who may, or without --user as the folder's owner"
UNWRITABLE = "mount a folder there that may be written, or choose another with --site-dir"
REMEDIES = {
    errno.EADDRINUSE: "end the program that has the port, or choose another with --dev-addr",
    errno.EADDRNOTAVAIL: "choose an address of the container's with --dev-addr, as 0.0.0.0:8000",
    errno.EACCES: FORBIDDEN,
    errno.ENOSPC: UNWRITABLE,
    errno.EPERM: FORBIDDEN,
    errno.EROFS: UNWRITABLE,
}


def load(*arguments: Any, **options: Any) -> MkDocsConfig:
    """Load a preview's configuration, as before each of its builds.

    Ends the preview where its folder is gone. Raises Abort, not ConfigurationError, for a file
    that can't be read: MkDocs shows an Abort's message, of anything else the traceback.
    """
    try:
        Path.cwd().stat()
    except OSError:
        sys.exit(GONE)
    try:
        return load_config(*arguments, **options)
    except ConfigurationError as error:
        raise Abort(f"Error: {error}") from error


def main() -> None:
    """Run the command line; ends with status 1 where the system refuses something."""
    serve.load_config = load  # type: ignore[attr-defined]  # imported there to be used, not exported
    try:
        cli()
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        remedy = REMEDIES.get(error.errno or 0, "")
        sys.exit(f"Error: {place}{error.strerror or error}{remedy and ': '}{remedy}")


if __name__ == "__main__":
    main()
