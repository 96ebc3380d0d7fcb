"""Start the Hub: `python -m checks.hub serve`, or `seed` its accounts from standard input."""

import json
import sys
from contextlib import closing
from pathlib import Path
from typing import Final

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Route

from checks.hub.api import Api, as_json
from checks.hub.keys import Keys
from checks.hub.registry import Registry
from checks.hub.store import DOCKER_HUB, GITHUB, Scope, Store
from checks.hub.token_service import PackagesTokenService, TokenService

STATE: Final = Path("/var/lib/hub")
HUB: Final = STATE / "hub.sqlite3"
PACKAGES: Final = STATE / "packages.sqlite3"
STORAGE: Final = Path("/var/lib/registry")
PACKAGES_STORAGE: Final = Path("/var/lib/packages")


def application() -> Starlette:
    """Return the token services, and the HTTP API beside Docker Hub's."""
    store = Store(HUB)
    keys = Keys(STATE / "token.key", STATE / "token.crt")
    registry = Registry(STORAGE)
    hub = TokenService(store, keys, registry)
    packages = PackagesTokenService(Store(PACKAGES, GITHUB), keys, Registry(PACKAGES_STORAGE))
    routes = [
        Route("/token", hub.get),
        Route("/ghcr.io/token", packages.get),
        *Api(store, keys, registry).routes(),
    ]
    return Starlette(routes=routes, exception_handlers={HTTPException: as_json})


def seed() -> None:
    """Create an account on each registry and print their tokens, which may read and write.

    Reads `{"label", "hub": [account, password], "packages": [account, password]}`, prints
    `{"hub": token, "packages": token}`.
    """
    wanted = json.load(sys.stdin)
    tokens = {}
    for name, path, form in (("hub", HUB, DOCKER_HUB), ("packages", PACKAGES, GITHUB)):
        account, password = wanted[name]
        with closing(Store(path, form)) as store:
            store.add_account(account, password)
            _, tokens[name] = store.add_token(account, wanted["label"], Scope.WRITE)
    print(json.dumps(tokens))


if __name__ == "__main__":
    if sys.argv[1:] == ["seed"]:
        seed()
    else:
        uvicorn.run(application(), uds="/run/hub.sock", log_level="warning")
