"""`python -m checks.serve`: preview the site, with live reload."""

import os
import socket
import sys
from pathlib import Path

from checks.command import run
from provenpages.errors import MachineError
from provenpages.reading.journey import CONFIGURATION, read_site


def main() -> None:
    """Become `mkdocs serve`; raises MachineError where the port is taken."""
    address = read_site(Path()).dev_addr
    try:
        # MkDocs itself would end in a traceback.
        with socket.create_server((address.host, address.port)):
            pass
    except OSError as error:
        raise MachineError(
            f"{CONFIGURATION}: dev_addr {address}: {os.strerror(error.errno or 0)}; stop what"
            " listens there, or set another dev_addr"
        ) from None
    os.environ["LLMS_TXT"] = "false"
    # --livereload: without it some releases of click switch reloading off.
    command = [sys.executable, "-m", "mkdocs", "serve", "--livereload"]
    os.execv(sys.executable, command)


if __name__ == "__main__":
    run(main)
