#!/opt/mkdocs/bin/python
"""Run MkDocs; whatever fails for want of something outside it is said in one sentence."""

import errno
import os
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
UNWRITABLE = "mount a folder there that may be written, or write elsewhere"
FULL = "make room there, or mount a folder there that has some"
# MkDocs' own address isn't reached from outside the container, and some releases of click switch
# reloading off.
DEFAULTS = {"serve": {"dev_addr": "0.0.0.0:8000", "livereload": True}}
REMEDIES = {
    errno.EADDRINUSE: "end the program that has the port, or choose another with --dev-addr",
    errno.EADDRNOTAVAIL: "choose an address of the container's with --dev-addr, as 0.0.0.0:8000",
    errno.EACCES: FORBIDDEN,
    errno.ENOSPC: FULL,
    errno.EPERM: FORBIDDEN,
    errno.EROFS: UNWRITABLE,
}


def become_owner() -> None:
    """Become the owner of the folder that MkDocs works in, who couldn't remove root's files."""
    owner = Path.cwd().stat()
    if os.geteuid() == 0 and (owner.st_uid, owner.st_gid) != (0, 0):
        os.setgroups([])
        os.setgid(owner.st_gid)
        os.setuid(owner.st_uid)


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
        become_owner()
        cli(default_map=DEFAULTS)
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        remedy = REMEDIES.get(error.errno or 0, "")
        sys.exit(f"Error: {place}{error.strerror or error}{remedy and ': '}{remedy}")


if __name__ == "__main__":
    main()
