"""Signing in to the API: `/v2/auth/token` and `/v2/users/login`."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.checks.hub.local_hub import Account, LocalHub, claims_of

PAST = "2001-01-01T00:00:00Z"


@pytest.mark.models("`/v2/auth/token`")
@pytest.mark.parametrize("secret", ["password", "token"])
def test_auth_token_answers_a_token_of_ten_minutes(
    secret: str, hub: LocalHub, ada: Account
) -> None:
    given = ada.password if secret == "password" else ada.token("repo:public_read")["token"]
    answer = hub.api.post("/v2/auth/token", json={"identifier": ada.name, "secret": given})
    assert answer.status_code == 200
    assert [*answer.json()] == ["access_token"]
    assert 595 <= claims_of(answer.json()["access_token"])["exp"] - time.time() <= 600


@pytest.mark.models("`/v2/auth/token`")
@pytest.mark.parametrize("path", ["/v2/users/login", "/v2/users/login/"])
def test_users_login_still_answers(path: str, hub: LocalHub, ada: Account) -> None:
    answer = hub.api.post(path, json={"username": ada.name, "password": ada.password})
    assert answer.status_code == 200
    bearer = {"Authorization": f"JWT {answer.json()['token']}"}
    assert hub.api.get("/v2/access-tokens", headers=bearer).status_code == 200


@pytest.mark.models("An organization's access token")
@pytest.mark.parametrize(
    "wanted",
    [
        {"identifier": "ada", "secret": "wrong"},
        {"identifier": "nobody", "secret": "correct horse"},
        {"username": "ada", "password": "wrong"},
        {"username": "ada", "password": "dckr_pat_abcdefghijklmnopqrstuvwxyz1"},
        {"username": "ada", "password": "dckr_oat_abcdefghijklmnopqrstuvwxyz1"},
    ],
)
def test_wrong_credentials_are_refused(wanted: dict[str, str], hub: LocalHub, ada: Account) -> None:
    wanted = {name: value.replace("ada", ada.name) for name, value in wanted.items()}
    path = "/v2/auth/token" if "identifier" in wanted else "/v2/users/login"
    answer = hub.api.post(path, json=wanted)
    assert answer.status_code == 401
    assert answer.json()["detail"] == "Incorrect authentication credentials"


@pytest.mark.parametrize("change", ["expired", "deactivated", "deleted", "someone else's"])
def test_a_token_that_is_no_good_is_refused(
    change: str, hub: LocalHub, ada: Account, bob: Account
) -> None:
    token = (bob if change == "someone else's" else ada).token(
        "repo:admin", **({"expires_at": PAST} if change == "expired" else {})
    )
    path = f"/v2/access-tokens/{token['uuid']}"
    if change == "deactivated":
        hub.api.patch(path, json={"is_active": False}, headers=ada.bearer())
    if change == "deleted":
        hub.api.delete(path, headers=ada.bearer())
    wanted = {"identifier": ada.name, "secret": token["token"]}
    assert hub.api.post("/v2/auth/token", json=wanted).status_code == 401


@pytest.mark.parametrize("name", ["identifier", "secret"])
@pytest.mark.parametrize("value", [None, "", 5, ["a"]])
def test_a_member_that_is_none_is_refused(
    name: str, value: Any, hub: LocalHub, ada: Account
) -> None:
    wanted = {"identifier": ada.name, "secret": ada.password}
    answer = hub.api.post("/v2/auth/token", json={**wanted, name: value})
    assert answer.status_code == 400
    assert answer.json()["text"].startswith(name)


def test_many_sign_in_at_once(hub: LocalHub, ada: Account, bob: Account) -> None:
    """Passwords are verified in threads, which may share no database connection."""

    def sign_in(number: int) -> int:
        account = (ada, bob)[number % 2]
        wanted = {"identifier": account.name, "secret": account.password}
        return hub.api.post("/v2/auth/token", json=wanted).status_code

    with ThreadPoolExecutor(16) as pool:
        assert {*pool.map(sign_in, range(100))} == {200}
