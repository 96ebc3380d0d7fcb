"""Accounts: who may sign in, and with what."""

import asyncio
import hashlib
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from checks.hub.accounts import Accounts, Identity, Refused
from checks.hub.database import open_database
from checks.hub.tokens import DOCKER_HUB, Scope, Tokens


@pytest.fixture
def database(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(open_database(tmp_path / "hub.sqlite3")) as database:
        yield database


@pytest.fixture
def tokens(database: sqlite3.Connection) -> Tokens:
    return Tokens(database, DOCKER_HUB)


@pytest.fixture
def accounts(database: sqlite3.Connection, tokens: Tokens) -> Accounts:
    accounts = Accounts(database, tokens)
    accounts.add("ada", "correct horse")
    accounts.add("bob", "battery staple")
    return accounts


def sign_in(accounts: Accounts, name: str, secret: str) -> Identity:
    return asyncio.run(accounts.sign_in(name, secret))


@pytest.mark.models("A password may do")
def test_a_password_has_every_permission(accounts: Accounts) -> None:
    signed_in = sign_in(accounts, "ada", "correct horse")
    assert signed_in == Identity("ada", Scope.ADMIN, with_token=False)


@pytest.mark.parametrize("scope", Scope)
def test_a_token_has_its_scope(scope: Scope, accounts: Accounts, tokens: Tokens) -> None:
    _, secret = tokens.create("ada", "a token", scope)
    assert sign_in(accounts, "ada", secret) == Identity("ada", scope, with_token=True)


@pytest.mark.models("Four scopes")
@pytest.mark.parametrize("scope", Scope)
def test_scopes_have_the_names_of_the_api(scope: Scope) -> None:
    assert (
        scope.api_name
        == {1: "repo:public_read", 2: "repo:read", 3: "repo:write", 4: "repo:admin"}[scope]
    )


def test_a_token_looks_like_docker_hubs(tokens: Tokens) -> None:
    _, secret = tokens.create("ada", "a token", Scope.WRITE)
    assert re.fullmatch(r"dckr_pat_[A-Za-z0-9_-]{27}", secret)


@pytest.mark.parametrize("name", ["ada", "nobody"])
@pytest.mark.parametrize("secret", ["wrong", "", "dckr_pat_x", "battery staple"])
def test_anything_else_is_refused(name: str, secret: str, accounts: Accounts) -> None:
    with pytest.raises(Refused, match=r"^incorrect username or password$"):
        sign_in(accounts, name, secret)


def test_a_token_is_its_own_accounts_only(accounts: Accounts, tokens: Tokens) -> None:
    _, secret = tokens.create("ada", "a token", Scope.WRITE)
    with pytest.raises(Refused, match="incorrect username or password"):
        sign_in(accounts, "bob", secret)


def test_an_expired_token_is_refused_by_name(accounts: Accounts, tokens: Tokens) -> None:
    for days in (1, -1):
        expires = (datetime.now(UTC) + timedelta(days)).isoformat()
        _, secret = tokens.create("ada", "a token", Scope.WRITE, expires)
        if days > 0:
            sign_in(accounts, "ada", secret)
            continue
        with pytest.raises(Refused, match=r"^personal access token is expired$"):
            sign_in(accounts, "ada", secret)


def test_with_a_second_factor_a_token_is_needed(accounts: Accounts, tokens: Tokens) -> None:
    _, secret = tokens.create("ada", "a token", Scope.READ)
    accounts.set_two_factors("ada", has_two_factors=True)
    with pytest.raises(
        Refused,
        match=r"^your account must log in with a Personal Access Token \(PAT\)"
        r" - learn more at docs\.docker\.com/go/access-tokens$",
    ):
        sign_in(accounts, "ada", "correct horse")
    with pytest.raises(Refused, match="incorrect username or password"):
        sign_in(accounts, "ada", "wrong")
    assert sign_in(accounts, "ada", secret).scope == Scope.READ
    assert sign_in(accounts, "bob", "battery staple").scope == Scope.ADMIN
    accounts.set_two_factors("ada", has_two_factors=False)
    assert sign_in(accounts, "ada", "correct horse").scope == Scope.ADMIN


@pytest.mark.models("A password may do")
@pytest.mark.usefixtures("accounts")
def test_secrets_are_not_kept(tokens: Tokens, tmp_path: Path) -> None:
    _, secret = tokens.create("ada", "a token", Scope.WRITE)
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir() if file.is_file())
    assert b"a token" in kept
    assert secret.encode() not in kept
    assert hashlib.sha256(secret.encode()).hexdigest().encode() in kept
    assert b"correct horse" not in kept
    assert b"$argon2id$" in kept


def test_an_account_is_created_once(accounts: Accounts) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        accounts.add("ada", "again")
