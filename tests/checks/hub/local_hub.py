"""The real application on a loopback port, with accounts to ask it as and images to ask it for."""

import hashlib
import http.client
import json
import socket
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from time import sleep
from typing import Any, Final
from unittest.mock import patch

import httpx
import uvicorn
from argon2 import PasswordHasher
from jwt.utils import base64url_decode

from checks.hub.accounts import Accounts
from checks.hub.application import application
from checks.hub.database import open_database
from checks.hub.keys import Keys
from checks.hub.tokens import DOCKER_HUB, Tokens
from tests.checks.hub.storage import Storage

HOSTS: Final = {
    "api": "hub.docker.com",
    "auth": "auth.docker.io",
    "registry": "registry-1.docker.io",
}
NUMBERS: Final = count(1)


@dataclass(frozen=True)
class LocalHub:
    """A running Hub; a client for each of its host names."""

    library: Path
    keys: Keys
    storage: Storage
    api: httpx.Client
    auth: httpx.Client
    registry: httpx.Client

    @contextmanager
    def database(self) -> Iterator[sqlite3.Connection]:
        """Open what the Hub keeps, beside the Hub."""
        with closing(open_database(self.library / "hub/hub.sqlite3")) as database:
            yield database

    def account(self, name: str) -> "Account":
        """Create an account; its name is made its own."""
        account = Account(self, f"{name}{next(NUMBERS)}", "correct horse")
        with self.database() as database:
            Accounts(database, Tokens(database, DOCKER_HUB)).add(account.name, account.password)
        return account

    def raw(self, host: str, method: str, target: str, **headers: str) -> tuple[int, bytes]:
        """Ask without any tidying of the address; returns status and body."""
        url = self.api.base_url
        with closing(http.client.HTTPConnection(url.host, url.port or 0, timeout=20)) as connection:
            connection.request(method, target, headers={"Host": HOSTS[host], **headers})
            answer = connection.getresponse()
            return answer.status, answer.read()

    def digest(self) -> str:
        """Return what tells whether anything is kept otherwise than before."""
        with self.database() as database:
            queries = [f"select * from {name}" for name in ("account", "token", "repository")]
            rows = [tuple(row) for query in queries for row in database.execute(query)]
        files = sorted(map(str, (self.library / "registry").rglob("*")))
        return hashlib.sha256(repr((rows, files)).encode()).hexdigest()


@dataclass(frozen=True)
class Account:
    """Someone with an account."""

    hub: LocalHub
    name: str
    password: str = field(repr=False)

    def bearer(self, secret: str | None = None) -> dict[str, str]:
        """Exchange a secret, or the password, for a bearer token; returns it as a header."""
        wanted = {"identifier": self.name, "secret": secret or self.password}
        answer = self.hub.api.post("/v2/auth/token", json=wanted)
        assert answer.status_code == 200
        return {"Authorization": f"Bearer {answer.json()['access_token']}"}

    def token(self, scope: str, **more: Any) -> dict[str, Any]:
        """Create an access token; returns the API's answer."""
        wanted = {"token_label": "for a test", "scopes": [scope], **more}
        answer = self.hub.api.post("/v2/access-tokens", json=wanted, headers=self.bearer())
        assert answer.status_code == 201
        return dict(answer.json())

    def as_token(self, scope: str) -> dict[str, str]:
        """Return the header of who signed in with a token of some scope."""
        return self.bearer(self.token(scope)["token"])

    def registry_token(self, *scopes: str, secret: str | None = None) -> dict[str, str]:
        """Exchange a secret, or the password, for a token of the registry; returns its header."""
        who = (self.name, secret or self.password)
        answer = self.hub.auth.get("/token", params={"scope": scopes}, auth=who)
        assert answer.status_code == 200
        return {"Authorization": f"Bearer {answer.json()['token']}"}

    def repository(self, name: str, *, is_private: bool = False) -> str:
        """Create a repository; returns its path in the API."""
        wanted = {"name": name, "namespace": self.name, "is_private": is_private}
        path = f"/v2/namespaces/{self.name}/repositories"
        answer = self.hub.api.post(path, json=wanted, headers=self.bearer())
        assert answer.status_code == 201
        return f"{path}/{name}"


@contextmanager
def serve(library: Path) -> Iterator[LocalHub]:
    """Run the Hub in a thread of its own, where its databases are opened."""
    for folder in ("hub", "registry", "packages"):
        (library / folder).mkdir()
    make_key(library / "hub")
    # Argon2 takes its time by intention; the tests sign in a thousand times.
    quick = partial(PasswordHasher, time_cost=1, memory_cost=8, parallelism=1)
    with (
        patch("checks.hub.accounts.PasswordHasher", quick),
        _server(library) as port,
        _clients(port) as clients,
    ):
        yield LocalHub(library, _keys(library), Storage(library / "registry"), **clients)


@contextmanager
def _server(library: Path) -> Iterator[int]:
    # With the protocol named, the server sends each answer at once (TCP_NODELAY), not 40 ms later.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        # Opened in the serving thread: SQLite's connections stay in theirs.
        config = uvicorn.Config(lambda: application(library), factory=True, log_level="warning")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        while thread.is_alive() and not server.started:
            sleep(0.01)
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()


def make_key(folder: Path) -> None:
    """Make a key and its certificate, as the sandbox does."""
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-subj", "/CN=auth.docker.io", "-keyout", "token.key", "-out", "token.crt"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


@contextmanager
def _clients(port: int) -> Iterator[dict[str, httpx.Client]]:
    clients = {
        name: httpx.Client(base_url=f"http://127.0.0.1:{port}", headers={"Host": host}, timeout=20)
        for name, host in HOSTS.items()
    }
    try:
        yield clients
    finally:
        for client in clients.values():
            client.close()


def _keys(library: Path) -> Keys:
    return Keys(library / "hub/token.key", library / "hub/token.crt")


def claims_of(token: str) -> dict[str, Any]:
    """Return a token's claims, unverified."""
    return dict(json.loads(base64url_decode(token.split(".")[1])))


def header_of(token: str) -> dict[str, Any]:
    """Return a token's header."""
    return dict(json.loads(base64url_decode(token.split(".", maxsplit=1)[0])))
