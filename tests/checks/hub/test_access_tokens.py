"""Access tokens: four scopes, an expiry, a label, and a secret shown once."""

import re
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from typing import Any

import httpx
import pytest

from tests.checks.hub.local_hub import Account, LocalHub

TOKENS = "/v2/access-tokens"
SCOPES = ["repo:public_read", "repo:read", "repo:write", "repo:admin"]


def sign_in(hub: LocalHub, account: Account, secret: str) -> int:
    wanted = {"identifier": account.name, "secret": secret}
    return hub.api.post("/v2/auth/token", json=wanted).status_code


@pytest.mark.models("A token is `dckr_pat_`", "Tokens are created")
@pytest.mark.parametrize("scope", SCOPES)
def test_a_token_is_created_with_its_secret(scope: str, ada: Account, hub: LocalHub) -> None:
    token = ada.token(scope, token_label="docker-mkdocs action push")
    assert re.fullmatch(r"dckr_pat_[A-Za-z0-9_-]{27}", token["token"])
    assert (token["scopes"], token["token_label"]) == ([scope], "docker-mkdocs action push")
    assert (token["client_id"], token["generated_by"]) == ("HUB", "manual")
    assert (token["is_active"], token["last_used"]) == (True, None)
    assert sign_in(hub, ada, token["token"]) == 200


@pytest.mark.models("A token is `dckr_pat_`")
def test_the_secret_is_shown_once(ada: Account, hub: LocalHub) -> None:
    token = ada.token("repo:write")
    path, bearer = f"{TOKENS}/{token['uuid']}", ada.bearer()
    shown = hub.api.get(path, headers=bearer).json()
    assert shown == {**token, "token": ""}
    assert hub.api.get(TOKENS, headers=bearer).json()["results"] == [shown]
    assert hub.api.patch(path, json={}, headers=bearer).json() == shown


def test_of_several_scopes_the_highest_counts(ada: Account) -> None:
    token = ada.token("repo:read", scopes=["repo:read", "repo:admin", "repo:public_read"])
    assert token["scopes"] == ["repo:admin"]


@pytest.mark.models("A token's label")
@pytest.mark.parametrize("length", [1, 100])
def test_a_label_has_1_to_100_characters(length: int, ada: Account) -> None:
    assert ada.token("repo:read", token_label="ö" * length)["token_label"] == "ö" * length


@pytest.mark.parametrize(
    "wrong",
    [
        {"token_label": ""},
        {"token_label": "a" * 101},
        {"token_label": None},
        {"token_label": 5},
        {"scopes": None},
        {"scopes": []},
        {"scopes": "repo:read"},
        {"scopes": {"repo:read": True}},
        {"scopes": ["repo:all"]},
        {"scopes": ["repo:read", []]},
        {"expires_at": "soon"},
        {"expires_at": ""},
        {"expires_at": 20270101},
        {"expires_at": "2027-01-01"},
        {"expires_at": "2027-01-01T00:00:00"},
        {"expires_at": "2027-W01-1T00:00:00Z"},
        {"expires_at": "2027-02-30T00:00:00Z"},
        {"expires_at": "0001-01-01T00:00:00+14:00"},
    ],
)
def test_a_value_that_is_none_is_refused(
    wrong: dict[str, Any], ada: Account, hub: LocalHub
) -> None:
    wanted = {"token_label": "a", "scopes": ["repo:read"], **wrong}
    answer = hub.api.post(TOKENS, json=wanted, headers=ada.bearer())
    assert answer.status_code == 400
    assert answer.json()["text"].startswith(next(iter(wrong)))
    assert answer.json()["fields"] == {}
    assert hub.api.get(TOKENS, headers=ada.bearer()).json()["count"] == 0


@pytest.mark.models("A member that isn't published")
def test_a_member_that_is_not_published_changes_nothing(ada: Account, hub: LocalHub) -> None:
    token = ada.token("repo:read", expire_at="2999-01-01T00:00:00Z", is_active=False)
    assert "expires_at" not in token
    assert token["is_active"] is True
    wanted = {"token_lable": "a", "scopes": ["repo:read"]}
    assert hub.api.post(TOKENS, json=wanted, headers=ada.bearer()).status_code == 400


@pytest.mark.models("An expiry in the past")
def test_a_token_expires(ada: Account, hub: LocalHub) -> None:
    for expires, status in (("2001-01-01T01:00:00+01:00", 401), ("2999-01-01t00:00:00z", 200)):
        token = ada.token("repo:read", expires_at=expires)
        assert token["expires_at"] == f"{expires[:4]}-01-01T00:00:00.000000Z"
        assert sign_in(hub, ada, token["token"]) == status


@pytest.mark.models("Tokens are created")
def test_a_deactivated_token_is_refused_until_activated(ada: Account, hub: LocalHub) -> None:
    token = ada.token("repo:read")
    for is_active, status in ((False, 401), (True, 200)):
        changed = hub.api.patch(
            f"{TOKENS}/{token['uuid']}", json={"is_active": is_active}, headers=ada.bearer()
        )
        assert changed.json()["is_active"] is is_active
        assert hub.api.get(TOKENS, headers=ada.bearer()).json()["active_count"] == is_active
        assert sign_in(hub, ada, token["token"]) == status


@pytest.mark.models("Tokens are created")
def test_a_token_is_renamed(ada: Account, hub: LocalHub) -> None:
    path = f"{TOKENS}/{ada.token('repo:read')['uuid']}"
    changed = hub.api.patch(path, json={"token_label": "new"}, headers=ada.bearer())
    assert (changed.status_code, changed.json()["token_label"]) == (200, "new")
    assert hub.api.get(path, headers=ada.bearer()).json() == changed.json()


@pytest.mark.models("Changing a token's scopes")
@pytest.mark.parametrize(
    "wrong", [{"scopes": ["repo:admin"]}, {"is_active": 1}, {"token_label": ""}]
)
def test_nothing_else_is_changed(wrong: dict[str, Any], ada: Account, hub: LocalHub) -> None:
    path = f"{TOKENS}/{ada.token('repo:read')['uuid']}"
    before = hub.api.get(path, headers=ada.bearer()).json()
    assert hub.api.patch(path, json=wrong, headers=ada.bearer()).status_code == 400
    assert hub.api.get(path, headers=ada.bearer()).json() == before


@pytest.mark.models("A deleted token", "Tokens are created")
def test_a_deleted_token_is_gone_and_another_goes_on(ada: Account, hub: LocalHub) -> None:
    token, other = ada.token("repo:write"), ada.token("repo:write")
    path, bearer = f"{TOKENS}/{token['uuid']}", ada.bearer()
    assert hub.api.delete(path, headers=bearer).status_code == 204
    assert hub.api.delete(path, headers=bearer).status_code == 404
    assert hub.api.get(path, headers=bearer).status_code == 404
    assert sign_in(hub, ada, token["token"]) == 401
    assert sign_in(hub, ada, other["token"]) == 200


@pytest.mark.models("A token's label")
def test_a_token_says_when_it_was_last_used(ada: Account, hub: LocalHub) -> None:
    token, other = ada.token("repo:read"), ada.token("repo:read")
    hub.auth.get("/token", auth=(ada.name, token["token"]))
    used, unused = (
        hub.api.get(f"{TOKENS}/{one['uuid']}", headers=ada.bearer()).json()
        for one in (token, other)
    )
    assert used["last_used"] > used["created_at"]
    assert unused["last_used"] is None


@pytest.mark.models("Tokens are created")
def test_tokens_come_in_pages(ada: Account, hub: LocalHub) -> None:
    made = [ada.token("repo:read")["uuid"] for _ in range(3)]
    first = hub.api.get(f"{TOKENS}?page_size=2", headers=ada.bearer()).json()
    assert (first["count"], first["active_count"], first["previous"]) == (3, 3, None)
    assert first["next"] == "https://hub.docker.com/v2/access-tokens?page_size=2&page=2"
    second = hub.api.get(first["next"].partition(".com")[2], headers=ada.bearer()).json()
    assert (second["next"], second["previous"]) == (
        None,
        first["next"][:-1] + "1",
    )
    found = [one["uuid"] for page in (first, second) for one in page["results"]]
    assert sorted(found) == sorted(made)


@contextmanager
def half_a_body(
    hub: LocalHub, method: str, path: str, body: bytes, who: dict[str, str]
) -> Iterator[HTTPConnection]:
    """Begin a request; the last byte of its body is for the test to send."""
    url = hub.api.base_url
    with closing(HTTPConnection(url.host, url.port or 0, timeout=20)) as connection:
        connection.putrequest(method, path, skip_host=True)
        headers = {"Host": "hub.docker.com", "Content-Length": str(len(body)), **who}
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders(body[:-1])
        # The Hub has begun to read it once it has answered another.
        assert hub.api.get(path, headers=who).status_code == 200
        yield connection


@pytest.mark.parametrize(("change", "status"), [("deactivated", 200), ("deleted", 404)])
def test_what_changes_while_a_body_is_on_its_way_stays_changed(
    change: str, status: int, ada: Account, hub: LocalHub
) -> None:
    path, who = f"{TOKENS}/{ada.token('repo:read')['uuid']}", ada.bearer()
    body = b'{"token_label": "new"}'
    with half_a_body(hub, "PATCH", path, body, who) as slow:
        if change == "deleted":
            hub.api.delete(path, headers=who)
        else:
            hub.api.patch(path, json={"is_active": False}, headers=who)
        slow.send(body[-1:])
        assert slow.getresponse().status == status
    found = hub.api.get(path, headers=who)
    assert found.status_code == status
    assert found.json().get("is_active", False) is False


OPERATIONS: list[Callable[[LocalHub, str, dict[str, str]], httpx.Response]] = [
    lambda hub, _path, who: hub.api.get(TOKENS, headers=who),
    lambda hub, _path, who: hub.api.post(
        TOKENS, json={"token_label": "a", "scopes": ["repo:read"]}, headers=who
    ),
    lambda hub, path, who: hub.api.get(path, headers=who),
    lambda hub, path, who: hub.api.patch(path, json={"is_active": False}, headers=who),
    lambda hub, path, who: hub.api.delete(path, headers=who),
]


@pytest.mark.models("Who signed in with a token")
@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_token_cannot_manage_tokens(
    operation: Callable[[LocalHub, str, dict[str, str]], httpx.Response],
    ada: Account,
    hub: LocalHub,
) -> None:
    token = ada.token("repo:admin")
    who = ada.bearer(token["token"])
    before = hub.digest()
    answer = operation(hub, f"{TOKENS}/{token['uuid']}", who)
    assert answer.status_code == 403
    assert answer.json()["message"] == "token issued from personal access token is not allowed"
    assert hub.digest() == before


@pytest.mark.parametrize("operation", OPERATIONS)
def test_who_has_not_signed_in_cannot_manage_tokens(
    operation: Callable[[LocalHub, str, dict[str, str]], httpx.Response],
    ada: Account,
    hub: LocalHub,
) -> None:
    path = f"{TOKENS}/{ada.token('repo:admin')['uuid']}"
    before = hub.digest()
    answer = operation(hub, path, {})
    assert (answer.status_code, {"detail", "message"} - {*answer.json()}) == (401, set())
    assert hub.digest() == before


@pytest.mark.parametrize("operation", OPERATIONS[2:])
def test_someone_elses_token_is_not_found(
    operation: Callable[[LocalHub, str, dict[str, str]], httpx.Response],
    ada: Account,
    bob: Account,
    hub: LocalHub,
) -> None:
    path, who = f"{TOKENS}/{ada.token('repo:admin')['uuid']}", bob.bearer()
    before = hub.digest()
    assert operation(hub, path, who).status_code == 404
    assert hub.digest() == before
    assert hub.api.get(TOKENS, headers=bob.bearer()).json()["count"] == 0
