"""Accounts, and who signs in."""

import sqlite3
from dataclasses import dataclass
from threading import Lock

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from starlette.concurrency import run_in_threadpool

from checks.hub.tokens import Scope, Tokens

WRONG = "incorrect username or password"
TOKEN_NEEDED = (
    "your account must log in with a Personal Access Token (PAT)"
    " - learn more at docs.docker.com/go/access-tokens"
)
"""Facts: "What Hub does", password on an account that must use a token."""


class Refused(Exception):
    """A sign-in that isn't accepted; the text is the one Docker Hub answers with."""


class TokenNeeded(Refused):
    """The right password, of an account that asks for a second factor."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who signed in, and with what: a password has every permission of its account."""

    account: str
    scope: Scope = Scope.ADMIN
    with_token: bool = False


class Accounts:
    """Accounts with passwords, each with its tokens."""

    def __init__(self, database: sqlite3.Connection, tokens: Tokens) -> None:
        self._database = database
        self._tokens = tokens
        self._hasher = PasswordHasher()
        self._hashing = Lock()
        self._nobody = self._hasher.hash("")

    def add(self, name: str, password: str) -> None:
        """Create an account; raises sqlite3.IntegrityError where the name is taken."""
        self._database.execute(
            "insert into account (name, password_hash) values (?, ?)",
            (name, self._hasher.hash(password)),
        )

    def set_two_factors(self, name: str, *, has_two_factors: bool) -> None:
        """Have an account ask for a second factor, which the command line can't give, or not."""
        self._database.execute(
            "update account set has_two_factors = ? where name = ?", (has_two_factors, name)
        )

    def has(self, name: str) -> bool:
        """Whether there is such an account."""
        return self._known(name) is not None

    async def sign_in(self, name: str, secret: str) -> Identity:
        """Return who `name` with a password or token is; raises Refused with Docker Hub's text.

        Others are answered while a password is verified.
        """
        if self._tokens.is_secret(secret):
            return self._with_token(name, secret)
        # Read here: threads that share a connection get each other's rows.
        return await run_in_threadpool(self._with_password, name, self._known(name), secret)

    def _with_password(self, name: str, known: sqlite3.Row | None, secret: str) -> Identity:
        try:
            # Each takes 64 MB; as long for a name that isn't there as for one that is.
            with self._hashing:
                self._hasher.verify(known["password_hash"] if known else self._nobody, secret)
        except VerifyMismatchError:
            known = None
        if known is None:
            raise Refused(WRONG)
        if known["has_two_factors"]:
            raise TokenNeeded(TOKEN_NEEDED)
        return Identity(name)

    def _with_token(self, name: str, secret: str) -> Identity:
        try:
            token = self._tokens.of_secret(secret)
        except KeyError:
            raise Refused(WRONG) from None
        if token.account != name or not token.is_active:
            raise Refused(WRONG)
        if token.has_expired:
            raise Refused("personal access token is expired")
        self._tokens.note_use(token)
        return Identity(name, token.scope, with_token=True)

    def _known(self, name: str) -> sqlite3.Row | None:
        found: sqlite3.Row | None = self._database.execute(
            "select * from account where name = ?", (name,)
        ).fetchone()
        return found
