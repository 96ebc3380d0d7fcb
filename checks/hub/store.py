"""Accounts and their personal access tokens, in SQLite."""

import hashlib
import secrets
import sqlite3
import string
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from pathlib import Path
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

SCHEMA: Final = """
create table if not exists account (name text primary key, password_hash text not null) strict;
create table if not exists token (
    uuid text primary key, account text not null references account, label text not null,
    scope integer not null, digest text not null unique, created_at text not null,
    expires_at text, is_active integer not null default 1, last_used text) strict;
"""


class Scope(IntEnum):
    """What a token may do; each scope implies the lower ones (Docker Hub API, access tokens)."""

    PUBLIC_READ = 1
    READ = 2
    WRITE = 3
    ADMIN = 4

    @property
    def api_name(self) -> str:
        """The scope as the HTTP API spells it: `repo:write`."""
        return "repo:" + self.name.lower()

    @classmethod
    def from_api_name(cls, name: str) -> "Scope":
        """Return the scope that the API calls `name`; raises ValueError for any other name."""
        for scope in cls:
            if scope.api_name == name:
                return scope
        raise ValueError(name)


@dataclass(frozen=True, slots=True)
class TokenForm:
    """What the secrets of a service's access tokens look like."""

    prefix: str
    length: int
    """How many characters follow the prefix."""
    alphabet: str

    def new_secret(self) -> str:
        """Return a random secret."""
        return self.prefix + "".join(secrets.choice(self.alphabet) for _ in range(self.length))


DOCKER_HUB: Final = TokenForm("dckr_pat_", 27, string.ascii_letters + string.digits + "_-")
GITHUB: Final = TokenForm("ghp_", 36, string.ascii_letters + string.digits)


class Refused(Exception):
    """A sign-in that isn't accepted; the text is the one Docker Hub answers with."""


@dataclass(frozen=True, slots=True)
class Token:
    """A personal access token as it is kept: never its secret."""

    uuid: str
    account: str
    label: str
    scope: Scope
    created_at: str
    expires_at: str | None
    is_active: bool
    last_used: str | None


@dataclass(frozen=True, slots=True)
class Identity:
    """Who signed in, and with what: a password has every permission of its account."""

    account: str
    scope: Scope = Scope.ADMIN
    with_token: bool = False


class Store:
    """The accounts' one file; every call is a transaction of its own."""

    def __init__(self, path: Path, form: TokenForm = DOCKER_HUB) -> None:
        self._form = form
        self._database = sqlite3.connect(path, isolation_level=None)
        self._database.row_factory = sqlite3.Row
        self._database.execute("pragma journal_mode = wal")
        self._database.executescript(SCHEMA)
        self._hasher = PasswordHasher()

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def add_account(self, name: str, password: str) -> None:
        """Create an account; raises sqlite3.IntegrityError where the name is taken."""
        self._database.execute(
            "insert into account values (?, ?)", (name, self._hasher.hash(password))
        )

    def add_token(
        self, account: str, label: str, scope: Scope, expires_at: str | None = None
    ) -> tuple[Token, str]:
        """Create a token; its secret is returned here and nowhere else again."""
        secret = self._form.new_secret()
        row = (str(uuid.uuid4()), account, label, scope, _digest(secret), _now(), expires_at)
        self._database.execute(
            "insert into token (uuid, account, label, scope, digest, created_at, expires_at)"
            " values (?, ?, ?, ?, ?, ?, ?)",
            row,
        )
        return self._token("uuid", row[0]), secret

    def sign_in(self, name: str, secret: str) -> Identity:
        """Return who `name` with a password or token is; raises Refused with Docker Hub's text."""
        if not secret.startswith(self._form.prefix):
            return self._sign_in_with_password(name, secret)
        try:
            token = self._token("digest", _digest(secret))
        except KeyError:
            raise Refused("incorrect username or password") from None
        if token.account != name or not token.is_active:
            raise Refused("incorrect username or password")
        if token.expires_at and datetime.fromisoformat(token.expires_at) <= datetime.now(UTC):
            raise Refused("personal access token is expired")
        self._database.execute(
            "update token set last_used = ? where uuid = ?", (_now(), token.uuid)
        )
        return Identity(name, token.scope, with_token=True)

    def _sign_in_with_password(self, name: str, password: str) -> Identity:
        row = self._database.execute(
            "select password_hash from account where name = ?", (name,)
        ).fetchone()
        try:
            self._hasher.verify(row["password_hash"] if row else self._hasher.hash(""), password)
        except VerifyMismatchError:
            raise Refused("incorrect username or password") from None
        if not row:
            raise Refused("incorrect username or password")
        return Identity(name)

    def _token(self, column: str, value: str) -> Token:
        row = self._database.execute(f"select * from token where {column} = ?", (value,)).fetchone()
        if not row:
            raise KeyError(value)
        return Token(
            row["uuid"],
            row["account"],
            row["label"],
            Scope(row["scope"]),
            row["created_at"],
            row["expires_at"],
            bool(row["is_active"]),
            row["last_used"],
        )


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
