"""Start the Hub: `python -m checks.hub serve`, or `seed` its account from standard input."""

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
from checks.hub.store import Scope, Store
from checks.hub.token_service import TokenService

STATE: Final = Path("/var/lib/hub")
STORAGE: Final = Path("/var/lib/registry")


def application() -> Starlette:
    """Return the token service and the HTTP API over one store."""
    store = Store(STATE / "hub.sqlite3")
    keys = Keys(STATE / "token.key", STATE / "token.crt")
    registry = Registry(STORAGE)
    service = TokenService(store, keys, registry)
    routes = [Route("/token", service.get), *Api(store, keys, registry).routes()]
    return Starlette(routes=routes, exception_handlers={HTTPException: as_json})


def seed() -> None:
    """Create the account of `{"account", "password", "label"}` and print its Read & Write token."""
    wanted = json.load(sys.stdin)
    with closing(Store(STATE / "hub.sqlite3")) as store:
        store.add_account(wanted["account"], wanted["password"])
        _, secret = store.add_token(wanted["account"], wanted["label"], Scope.WRITE)
    print(secret)


if __name__ == "__main__":
    if sys.argv[1:] == ["seed"]:
        seed()
    else:
        uvicorn.run(application(), uds="/run/hub.sock", log_level="warning")
