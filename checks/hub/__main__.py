"""Start the Hub: `python -m checks.hub serve`, or `seed` its accounts from standard input."""

import json
import sys
from contextlib import closing
from pathlib import Path
from typing import Final

import uvicorn

from checks.hub.accounts import Accounts
from checks.hub.application import application
from checks.hub.database import open_database
from checks.hub.tokens import DOCKER_HUB, GITHUB, Scope, Tokens

LIBRARY: Final = Path("/var/lib")
LONGEST_HEAD: Final = 64 * 1024
"""Bytes of a request's line and headers: more than nginx lets through, which says no in JSON."""


def seed() -> None:
    """Create an account on each registry and print their tokens, which may read and write.

    Reads `{"label", "hub": [account, password], "packages": [account, password]}`, prints
    `{"hub": token, "packages": token}`.
    """
    wanted = json.load(sys.stdin)
    tokens = {}
    for name, form in (("hub", DOCKER_HUB), ("packages", GITHUB)):
        account, password = wanted[name]
        with closing(open_database(LIBRARY / f"hub/{name}.sqlite3")) as database:
            all_tokens = Tokens(database, form)
            Accounts(database, all_tokens).add(account, password)
            _, tokens[name] = all_tokens.create(account, wanted["label"], Scope.WRITE)
    print(json.dumps(tokens))


if __name__ == "__main__":
    if sys.argv[1:] == ["seed"]:
        seed()
    else:
        uvicorn.run(
            application(LIBRARY),
            uds="/run/hub.sock",
            log_level="warning",
            h11_max_incomplete_event_size=LONGEST_HEAD,
        )
