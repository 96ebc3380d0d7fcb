"""`local-docker-hub`: start the Hub, and what Docker Hub has no HTTP API for."""

import argparse
import json
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Final

import uvicorn

from checks.hub.accounts import Accounts
from checks.hub.application import application
from checks.hub.database import open_database
from checks.hub.pulls import Pulls
from checks.hub.registry import Registry
from checks.hub.repositories import Repositories
from checks.hub.tokens import DOCKER_HUB, GITHUB, Scope, Tokens

LIBRARY: Final = Path("/var/lib")
DATABASE: Final = LIBRARY / "hub/hub.sqlite3"
LONGEST_HEAD: Final = 64 * 1024
"""Bytes of a request's line and headers: more than nginx lets through, which says no in JSON."""


def serve() -> None:
    """Answer, until it is killed."""
    uvicorn.run(
        application(LIBRARY),
        uds="/run/hub.sock",
        log_level="warning",
        h11_max_incomplete_event_size=LONGEST_HEAD,
    )


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


def limit_pulls(*, is_on: bool) -> None:
    """Count pulls, or don't."""
    with closing(open_database(DATABASE)) as database:
        Pulls(database).set_limit(is_on=is_on)


def set_two_factors(account: str, *, is_on: bool) -> None:
    """Have an account ask for a second factor, or not."""
    with closing(open_database(DATABASE)) as database:
        accounts = Accounts(database, Tokens(database, DOCKER_HUB))
        if not accounts.has(account):
            sys.exit(f"local-docker-hub: there is no account {account}")
        accounts.set_two_factors(account, has_two_factors=is_on)


def set_archived(name: str, *, is_on: bool) -> None:
    """Archive a repository, or take it back into use."""
    with closing(open_database(DATABASE)) as database:
        repositories = Repositories(database, Registry(LIBRARY / "registry"))
        repository = repositories.get(name)
        if repository is None:
            sys.exit(f"local-docker-hub: there is no repository {name}; push to it first")
        repositories.put(replace(repository, is_archived=is_on))


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser("local-docker-hub", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("serve", help="answer, until it is killed")
    verbs.add_parser("seed", help="create the accounts that standard input names, print tokens")
    limit = verbs.add_parser("pull-limit", help="count pulls from now on, or don't")
    limit.add_argument("state", choices=["on", "off"])
    factors = verbs.add_parser("two-factor", help="have an account take tokens alone, or not")
    factors.add_argument("account")
    factors.add_argument("state", choices=["on", "off"])
    archive = verbs.add_parser("archive", help="archive a repository, or take it back into use")
    archive.add_argument("repository", help="namespace/name")
    archive.add_argument("state", choices=["on", "off"])
    given = parser.parse_args()
    match given.verb:
        case "serve":
            serve()
        case "seed":
            seed()
        case "pull-limit":
            limit_pulls(is_on=given.state == "on")
        case "two-factor":
            set_two_factors(given.account, is_on=given.state == "on")
        case "archive":
            set_archived(given.repository, is_on=given.state == "on")


if __name__ == "__main__":
    main()
