"""Personal access tokens: kept as digests, never as secrets."""

import hashlib
import secrets
import sqlite3
import string
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from typing import Final

from checks.hub.database import timestamp


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


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it is kept."""

    uuid: str
    account: str
    label: str
    scope: Scope
    created_at: str
    expires_at: str | None
    is_active: bool
    last_used: str | None

    @property
    def has_expired(self) -> bool:
        """Whether its time is over."""
        if self.expires_at is None:
            return False
        return datetime.fromisoformat(self.expires_at) <= datetime.now(UTC)


class Tokens:
    """The tokens of all accounts; a token that isn't there is a KeyError."""

    def __init__(self, database: sqlite3.Connection, form: TokenForm) -> None:
        self._database = database
        self._form = form

    def create(
        self, account: str, label: str, scope: Scope, expires_at: str | None = None
    ) -> tuple[Token, str]:
        """Create a token; its secret is returned here and nowhere else again."""
        secret = self._form.new_secret()
        row = (str(uuid.uuid4()), account, label, scope, _digest(secret), timestamp(), expires_at)
        self._database.execute(
            "insert into token (uuid, account, label, scope, digest, created_at, expires_at)"
            " values (?, ?, ?, ?, ?, ?, ?)",
            row,
        )
        return self.get(account, row[0]), secret

    def is_secret(self, text: str) -> bool:
        """Whether a text looks like a token's secret, and not like a password."""
        return text.startswith(self._form.prefix)

    def of_secret(self, secret: str) -> Token:
        """Return the token that a secret is of."""
        return self._one("select * from token where digest = ?", _digest(secret))

    def note_use(self, token: Token) -> None:
        """Remember that a token was used now."""
        self._database.execute(
            "update token set last_used = ? where uuid = ?", (timestamp(), token.uuid)
        )

    def of(self, account: str) -> list[Token]:
        """Return an account's tokens, the newest first."""
        return self._find(
            "select * from token where account = ? order by created_at desc, uuid", account
        )

    def get(self, account: str, identifier: str) -> Token:
        """Return one of an account's tokens."""
        return self._one("select * from token where account = ? and uuid = ?", account, identifier)

    def update(self, token: Token, label: str, is_active: bool) -> Token:
        """Rename, activate or deactivate a token."""
        self._database.execute(
            "update token set label = ?, is_active = ? where uuid = ?",
            (label, is_active, token.uuid),
        )
        return self.get(token.account, token.uuid)

    def delete(self, token: Token) -> None:
        """Forget a token."""
        self._database.execute("delete from token where uuid = ?", (token.uuid,))

    def _one(self, query: str, *values: object) -> Token:
        found = self._find(query, *values)
        if not found:
            raise KeyError("there is no such token")
        return found[0]

    def _find(self, query: str, *values: object) -> list[Token]:
        return [
            Token(
                row["uuid"],
                row["account"],
                row["label"],
                Scope(row["scope"]),
                row["created_at"],
                row["expires_at"],
                bool(row["is_active"]),
                row["last_used"],
            )
            for row in self._database.execute(query, values).fetchall()
        ]


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
