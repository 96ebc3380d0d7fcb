"""The HTTP API, asked with curl over TLS, under Docker Hub's name."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from checks.sandbox.container import ACCOUNT, Sandbox

API = "https://hub.docker.com/v2"
TAG = f"{API}/repositories/{ACCOUNT}/api/tags/one/"
Ask = Callable[..., tuple[int, Any]]


@pytest.fixture(scope="module")
def ask(machine: Sandbox) -> Ask:
    """Ask the API; returns status and JSON."""

    def ask(method: str, address: str, body: object = None, bearer: str = "") -> tuple[int, Any]:
        given = body if isinstance(body, str) else json.dumps(body)
        data = [] if body is None else ["-d", given, "-H", "Content-Type: application/json"]
        header = ["-H", f"Authorization: Bearer {bearer}"] if bearer else []
        wanted = ["-sS", "-X", method, "-w", "\n%{http_code}", *data, *header, address]
        text, _, status = machine.run("curl", *wanted).rpartition("\n")
        return int(status), json.loads(text) if text else None

    return ask


@pytest.fixture(scope="module")
def bearer(ask: Ask) -> Callable[[str], str]:
    """Exchange a secret for a bearer token."""

    def bearer(secret: str) -> str:
        status, answer = ask("POST", f"{API}/auth/token", {"identifier": ACCOUNT, "secret": secret})
        assert status == 200
        return str(answer["access_token"])

    return bearer


@pytest.fixture
def a_tag(machine: Sandbox) -> None:
    """Put `api:one` into the registry, straight from its storage's base image."""
    root = "/var/lib/registry/docker/registry/v2/repositories"
    copy = f"rm -rf {root}/{ACCOUNT}/api && mkdir -p {root}/{ACCOUNT}"
    copy += f" && cp -r {root}/library/debian {root}/{ACCOUNT}/api"
    copy += f" && mv {root}/{ACCOUNT}/api/_manifests/tags/trixie-slim"
    copy += f" {root}/{ACCOUNT}/api/_manifests/tags/one"
    machine.run("bash", "-c", copy)


def test_wrong_credentials_are_refused(ask: Ask) -> None:
    status, answer = ask("POST", f"{API}/auth/token", {"identifier": ACCOUNT, "secret": "x"})
    assert (status, answer["detail"]) == (401, "Incorrect authentication credentials")


@pytest.mark.parametrize(
    "body", ["", "{", "[]", '{"identifier": "a"}', '{"identifier": 1, "secret": "b"}']
)
def test_a_body_that_is_none_is_refused(body: str, ask: Ask) -> None:
    status, answer = ask("POST", f"{API}/auth/token", body)
    assert status == 400
    assert {"detail", "message", "fields", "text"} <= set(answer)


def test_a_password_creates_a_token_of_each_scope(
    machine: Sandbox, ask: Ask, bearer: Callable[[str], str]
) -> None:
    password = bearer(machine.secrets["PASSWORD"])
    for scope in ("repo:public_read", "repo:read", "repo:write", "repo:admin"):
        wanted = {"token_label": "for a test", "scopes": [scope]}
        status, answer = ask("POST", f"{API}/access-tokens", wanted, password)
        assert (status, answer["scopes"], answer["token_label"]) == (201, [scope], "for a test")
        assert bearer(answer["token"])


def test_a_token_may_expire(machine: Sandbox, ask: Ask, bearer: Callable[[str], str]) -> None:
    password = bearer(machine.secrets["PASSWORD"])
    for year, status in (("2001", 401), ("2999", 200)):
        expires = f"{year}-01-01T00:00:00Z"
        wanted = {"token_label": "a", "scopes": ["repo:read"], "expires_at": expires}
        answer = ask("POST", f"{API}/access-tokens", wanted, password)[1]
        assert answer["expires_at"] == f"{year}-01-01T00:00:00.000000Z"
        signed_in = {"identifier": ACCOUNT, "secret": answer["token"]}
        assert ask("POST", f"{API}/auth/token", signed_in)[0] == status


@pytest.mark.parametrize("time", ["soon", "2027-01-01", "2027-01-01T00:00:00", 5, ""])
def test_a_time_that_is_none_is_refused(
    time: object, machine: Sandbox, ask: Ask, bearer: Callable[[str], str]
) -> None:
    wanted = {"token_label": "a", "scopes": ["repo:read"], "expires_at": time}
    password = bearer(machine.secrets["PASSWORD"])
    assert ask("POST", f"{API}/access-tokens", wanted, password)[0] == 400


@pytest.mark.parametrize("scopes", [None, [], ["repo:all"], "repo:read", [1]])
def test_a_scope_nobody_knows_is_refused(
    scopes: object, machine: Sandbox, ask: Ask, bearer: Callable[[str], str]
) -> None:
    wanted = {"token_label": "for a test", "scopes": scopes}
    password = bearer(machine.secrets["PASSWORD"])
    assert ask("POST", f"{API}/access-tokens", wanted, password)[0] == 400


def test_a_token_cannot_create_tokens(
    machine: Sandbox, ask: Ask, bearer: Callable[[str], str]
) -> None:
    wanted = {"token_label": "for a test", "scopes": ["repo:read"]}
    status, answer = ask("POST", f"{API}/access-tokens", wanted, bearer(machine.secrets["TOKEN"]))
    assert status == 403
    assert "token issued from personal access token" in answer["message"]


@pytest.mark.usefixtures("a_tag")
def test_only_read_write_delete_deletes_a_tag(
    machine: Sandbox, ask: Ask, bearer: Callable[[str], str]
) -> None:
    assert ask("DELETE", TAG)[0] == 401
    assert ask("DELETE", TAG, bearer="nonsense")[0] == 401
    status, answer = ask("DELETE", TAG, bearer=bearer(machine.secrets["TOKEN"]))
    assert (status, answer["message"]) == (403, "access denied: insufficient scope")
    status, answer = ask("GET", TAG)
    assert (status, answer["name"]) == (200, "one")
    assert ask("DELETE", TAG, bearer=bearer(machine.secrets["PASSWORD"]))[0] == 204
    assert ask("GET", TAG)[0] == 404


def test_other_accounts_tags_are_safe(
    machine: Sandbox, ask: Ask, bearer: Callable[[str], str]
) -> None:
    address = f"{API}/repositories/library/debian/tags/trixie-slim/"
    assert ask("DELETE", address, bearer=bearer(machine.secrets["PASSWORD"]))[0] == 403
    assert ask("GET", address)[0] == 200


@pytest.mark.parametrize("path", ["%2e%2e/api", "..%2f..", "HACK/api", "hackforlaops/none"])
def test_names_lead_nowhere_else(path: str, ask: Ask) -> None:
    namespace, _, repository = path.partition("/")
    address = f"{API}/repositories/{namespace}/{repository or 'api'}/tags/one/"
    assert ask("GET", address)[0] == 404
