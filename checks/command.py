"""A command of the guide's: how it ends."""

import sys
from collections.abc import Callable

from provenpages.errors import ChecksError


def run(main: Callable[[], None]) -> None:
    """Run a command; its own errors are one sentence and status 2, ctrl+c is status 130."""
    try:
        main()
    except ChecksError as failure:
        print(failure, file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
