"""Bad input, of any kind: always refused, in the right shape, and nothing is changed."""

import json
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from hypothesis import example, given, settings
from hypothesis import strategies as st

from checks.hub.body import LONGEST
from tests.checks.hub.forgery import forgeries, out_of_time
from tests.checks.hub.local_hub import Account, LocalHub, claims_of

ERROR = {"detail", "message", "errinfo"}
few = settings(max_examples=60)  # each asks the Hub
BROKEN = [
    b"",
    b"{",
    b"[" * 60_000,
    b'{"a":' * 10_000,
    b'{"identifier": NaN, "secret": "a"}',
    b'{"a": Infinity}',
    b"9" * 5_000,
    b'{"a": ' + b"9" * 5_000 + b"}",
    b'{"identifier": "\\ud800", "secret": "a"}',
    b'{"identifier": "a", "secret": "\\udfff"}',
    b'{"token_label": "\\ud800", "scopes": ["repo:read"], "is_active": true}',
    b'{"identifier": "\xff", "secret": "a"}',
    b'{"identifier": "a\n", "secret": "a"}',
    b'{"identifier": 1e999, "secret": "a", "is_private": 0, "is_active": 0}',
    b'{"identifier": "a", "secret": "a", "is_private": 1, "is_active": 1}a',
    b"\xef\xbb\xbf[]",
    b"\x00",
]
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3),
)
NOT_OBJECTS = st.binary(max_size=50) | JSON.map(lambda value: json.dumps(value).encode())


@pytest.fixture
def paths(ada: Account) -> list[tuple[str, str]]:
    """Methods and paths of all that reads a body."""
    ada.repository("open")
    token = ada.token("repo:read")["uuid"]
    repositories = f"/v2/namespaces/{ada.name}/repositories"
    return [
        ("POST", "/v2/auth/token"),
        ("POST", "/v2/users/login"),
        ("POST", "/v2/access-tokens"),
        ("PATCH", f"/v2/access-tokens/{token}"),
        ("POST", repositories),
        ("POST", f"/v2/repositories/{ada.name}/open/privacy"),
        ("PATCH", f"{repositories}/open/immutabletags"),
    ]


def test_a_body_that_is_none_is_refused(
    paths: list[tuple[str, str]], ada: Account, hub: LocalHub
) -> None:
    headers = ada.bearer()
    before = hub.digest()

    def ask(path: tuple[str, str], body: bytes) -> None:
        answer = hub.api.request(*path, content=body, headers=headers)
        assert answer.status_code == 400
        assert {*answer.json()} == ERROR | {"fields", "text"}

    for body in BROKEN:
        for path in paths:
            ask(path, body)
    given(st.sampled_from(paths), NOT_OBJECTS)(ask)()
    assert hub.digest() == before


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_a_number_that_json_has_not_is_refused(number: str, ada: Account, hub: LocalHub) -> None:
    body = f'{{"identifier": "{ada.name}", "secret": "{ada.password}", "more": %s}}'
    for more, status in (("1", 200), (number, 400)):
        assert hub.api.post("/v2/auth/token", content=body % more).status_code == status


@pytest.mark.parametrize("chunked", [True, False])
def test_a_body_too_long_is_refused(
    chunked: bool, paths: list[tuple[str, str]], ada: Account, hub: LocalHub
) -> None:
    before, headers = hub.digest(), ada.bearer()
    body = b'{"a": "' + b"a" * LONGEST + b'"}'
    for path in paths:
        answer = hub.api.request(*path, content=iter([body]) if chunked else body, headers=headers)
        assert (answer.status_code, ERROR - {*answer.json()}) == (413, set())
    answer = hub.auth.post("/token", content=iter([body]) if chunked else body)
    assert (answer.status_code, {*answer.json()}) == (413, {"details"})
    assert hub.digest() == before


METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "FOO"]


@pytest.mark.parametrize(
    ("path", "known"),
    [
        ("/v2/auth/token", "POST"),
        ("/v2/users/login", "POST"),
        ("/v2/access-tokens", "GET POST"),
        ("/v2/access-tokens/a", "GET PATCH DELETE"),
        ("/v2/namespaces/ada/repositories", "GET POST"),
        ("/v2/namespaces/ada/repositories/a", "GET DELETE"),
        ("/v2/namespaces/ada/repositories/a/tags", "GET"),
        ("/v2/namespaces/ada/repositories/a/tags/a", "GET DELETE"),
        ("/v2/repositories/ada/a/privacy", "POST"),
        ("/v2/namespaces/ada/repositories/a/immutabletags", "PATCH"),
        ("/", ""),
        ("/v2", ""),
        ("/v2/access-tokens/", ""),
        ("/v2/namespaces/ada", ""),
    ],
)
def test_other_methods_are_refused(path: str, known: str, hub: LocalHub) -> None:
    before = hub.digest()
    for method in set(METHODS) - {*known.split()}:
        answer = hub.api.request(method, path)
        assert (answer.status_code, {*answer.json()}) == (405 if known else 404, ERROR)
    assert hub.digest() == before


@pytest.mark.models("Which tags a rule", "Two-factor sign-in")
@pytest.mark.parametrize(
    "operation",
    [
        "POST /v2/users/2fa-login",
        "POST /v2/access-tokens/desktop-generate",
        "GET /v2/auditlogs/ada",
        "POST /v2/invites/bulk",
        "GET /v2/orgs/ada/access-tokens",
        "GET /v2/orgs/ada/groups",
        "GET /v2/scim/2.0/Users",
        "POST /v2/namespaces/ada/repositories/open/immutabletags/verify",
        "POST /v2/repositories/ada/open/groups",
        "GET /v1/repositories/ada/open/tags",
    ],
)
def test_what_is_not_modelled_is_refused(operation: str, hub: LocalHub, ada: Account) -> None:
    ada.repository("open")
    method, path = operation.replace("ada", ada.name).split()
    before = hub.digest()
    for headers in ({}, ada.bearer()):
        answer = hub.api.request(method, path, headers=headers)
        assert answer.status_code in (404, 405)
        assert {*answer.json()} == ERROR
    assert hub.digest() == before


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "FOO"])
def test_the_token_service_refuses_other_methods(method: str, hub: LocalHub) -> None:
    answer = hub.auth.request(method, "/token")
    assert (answer.status_code, {*answer.json()}) == (405, {"details"})


@pytest.mark.parametrize("method", ["POST", "PATCH", "OPTIONS", "FOO"])
def test_the_front_refuses_other_methods(method: str, hub: LocalHub) -> None:
    for path, status in (("manifests/one", 405), ("manifests/one/more", 404), ("blobs/one", 404)):
        answer = hub.registry.request(method, f"/v2/library/debian/{path}")
        assert (answer.status_code, {*answer.json()["errors"][0]}) == (status, {"code", "message"})


TRICKS = [
    *("..", ".", "%2e%2e", "%2E.", "%2f", "..%2f..", "%00", "%", "%zz", "%ff", "%C3%A9", "%252e"),
    *("ADA", "Open", "", "~", "*", "open%0a", "%0aopen", "open%20", "_", "-", "a..b", "a___b"),
    *("@", ";", "&", "a" * 300, "a" * 5000),
]
TAG_PATHS = ["/v2/namespaces/{}/repositories/{}/tags/{}", "/v2/repositories/{}/{}/tags/{}"]
ACTIONS = ["pull", "push,pull", "*", "delete", "push,fly", "", ",", "PUSH"]


def test_tricks_in_names_lead_nowhere(ada: Account, hub: LocalHub) -> None:
    hub.storage.push(f"{ada.name}/open", "one")
    hub.storage.push(f"{ada.name}/open", "two")
    before, bearer, real = hub.digest(), ada.bearer(), (ada.name, "open", "one")
    part = st.sampled_from([*TRICKS, ada.name, "open", "one"]) | st.text("aA.%2fe/0-_", max_size=9)

    def ask(path: str, parts: tuple[str, ...], method: str) -> None:
        status, body = hub.raw("api", method, path.format(*parts), **bearer)
        answer = json.loads(body)
        if method == "GET" and status == 200:
            # The list of tags, or the repository: what the path says.
            assert "results" in answer or answer["name"] in parts
            return
        assert status in (400, 403, 404, 405)
        assert {*answer} >= ERROR

    for trick in TRICKS:
        for place in range(3):
            ask(TAG_PATHS[1], (*real[:place], trick, *real[place + 1 :]), "DELETE")
    parts = st.tuples(part, part, part).filter(lambda parts: parts != real)
    given(st.sampled_from(TAG_PATHS), parts, st.sampled_from(["GET", "DELETE"]))(ask)()
    assert hub.digest() == before


def test_tricks_in_scopes_grant_nothing(ada: Account, hub: LocalHub) -> None:
    hub.storage.push("library/debian", "one")
    parts = [*TRICKS, ada.name, "library", "debian", "/", ":", "repository", "registry", "push"]
    pieces = st.lists(st.sampled_from(parts), max_size=7).map("".join)

    @few
    @given(pieces, st.sampled_from(ACTIONS))
    @example("library/debian", "push,pull,delete,*")
    @example(f"{ada.name}/../library/debian", "push")
    @example(f"{ada.name}/open:push repository:library/debian", "push")
    def ask(name: str, actions: str) -> None:
        query = {"scope": f"repository:{name}:{actions}"}
        answer = hub.auth.get("/token", params=query, auth=(ada.name, ada.password))
        assert answer.status_code == 200
        for one in claims_of(answer.json()["token"])["access"]:
            assert one["name"].startswith(f"{ada.name}/") or one["actions"] == ["pull"]
            assert ".." not in one["name"]

    ask()


def test_a_name_longer_than_any_file_is_not_found(hub: LocalHub) -> None:
    answer = hub.api.get("/v2/namespaces/" + "a" * 300 + "/repositories")
    assert (answer.status_code, {*answer.json()}) == (404, ERROR)


def refused_by_api(answer: httpx.Response) -> bool:
    return answer.status_code == 401 and {*answer.json()} == ERROR


def test_forged_tokens_are_refused(ada: Account, hub: LocalHub) -> None:
    path, before = ada.repository("open"), hub.digest()
    token = ada.bearer()["Authorization"].split()[1]
    certificate = (hub.library / "hub/token.crt").read_bytes()
    key = load_pem_private_key((hub.library / "hub/token.key").read_bytes(), None)
    forged = dict(forgeries(token, certificate)) | dict(out_of_time(token, key))
    query = {"scope": f"repository:{ada.name}/open:pull,push,delete"}
    registry = hub.auth.get("/token", params=query, auth=(ada.name, ada.password)).json()["token"]
    assert hub.api.get("/v2/access-tokens", headers=ada.bearer()).status_code == 200
    for name, one in {**forged, "the registry's": registry}.items():
        for address in (path, "/v2/access-tokens"):
            given = {"Authorization": f"Bearer {one}"}
            assert refused_by_api(hub.api.get(address, headers=given)), name
    assert hub.digest() == before


def test_forged_tokens_open_no_deletion(ada: Account, hub: LocalHub) -> None:
    """Whoever the Hub doesn't know, the registry refuses (test_front.py)."""
    name = f"{ada.name}/docs"
    hub.storage.push(name, "one")
    query = {"scope": f"repository:{name}:pull,push,delete"}
    token = hub.auth.get("/token", params=query, auth=(ada.name, ada.password)).json()["token"]
    certificate = (hub.library / "hub/token.crt").read_bytes()
    key = load_pem_private_key((hub.library / "hub/token.key").read_bytes(), None)
    forged = dict(forgeries(token, certificate)) | dict(out_of_time(token, key))
    genuine = {"Authorization": f"Bearer {token}"}
    assert hub.registry.delete(f"/v2/{name}/manifests/one", headers=genuine).status_code == 405
    for forgery, one in {**forged, "the API's": ada.bearer()["Authorization"][7:]}.items():
        given = {"Authorization": f"Bearer {one}"}
        answer = hub.registry.delete(f"/v2/{name}/manifests/one", headers=given)
        assert answer.headers.get("X-Accel-Redirect") == "@registry", forgery


ODD = st.text(st.characters(min_codepoint=33, max_codepoint=255, exclude_characters="\x7f\x85\xa0"))
CREDENTIALS = st.builds(
    lambda kind, gap, rest: f"{kind}{gap}{rest}".strip(),
    st.sampled_from(["Basic", "basic", "Bearer", "JWT", "Digest", ""]),
    st.sampled_from(["", " ", "  ", "\t", ":"]),
    ODD | st.sampled_from(["Og==", "Og", "/w==", "OmE=", "YTo=", "a.b.c", "e30.e30.e30", "AAA="]),
)


def test_odd_headers_are_refused(ada: Account, hub: LocalHub) -> None:
    path = ada.repository("open")

    @few
    @given(CREDENTIALS)
    def ask(credentials: str) -> None:
        given = {"Authorization": credentials.encode("latin-1")}
        assert refused_by_api(hub.api.get(path, headers=given))  # type: ignore[arg-type]  # bytes are accepted
        answer = hub.auth.get("/token", headers=given)  # type: ignore[arg-type]  # as above
        assert (answer.status_code, {*answer.json()}) == (401, {"details"})

    ask()


FIELDS = ["grant_type", "username", "password", "scope", "service", "refresh_token", "client_id"]
VALUES = [
    "password",
    "refresh_token",
    "",
    "ada",
    "repository:a/b:push",
    "%00",
    "%ff",
    "a&",
    "=",
    "[]",
]


def test_odd_forms_are_refused(hub: LocalHub, ada: Account) -> None:
    right = f"grant_type=password&username={ada.name}&password={ada.password}".replace(" ", "+")
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    assert hub.auth.post("/token", content=right, headers=kind).status_code == 200
    for odd in ("grant_type=password&", "grant_type=refresh_token&"):
        assert hub.auth.post("/token", content=odd + right, headers=kind).status_code == 401
    pairs = st.tuples(st.sampled_from(FIELDS), st.sampled_from(VALUES)).map("=".join)
    forms = st.lists(pairs).map("&".join).map(str.encode)

    @few
    @given(forms | st.binary(max_size=60))
    @example(b"grant_type=password&grant_type=password&username=a&password=b")
    @example(b"&" * 5_000)
    @example(b"grant_type=password&username=%ed%a0%80&password=%00")
    def ask(form: bytes) -> None:
        answer = hub.auth.post("/token", content=form, headers=kind)
        assert (answer.status_code, {*answer.json()}) == (401, {"details"})

    ask()


@few
@given(st.dictionaries(st.sampled_from(["page", "page_size", "ordering", "name"]), st.text()))
def test_odd_queries_are_refused(hub: LocalHub, query: dict[str, Any]) -> None:
    hub.storage.push("library/debian", "one")
    for path in ("/v2/namespaces/library/repositories", "/v2/repositories/library/debian/tags"):
        answer = hub.api.get(path, params=query)
        assert answer.status_code in (200, 400, 404)
        assert "results" in answer.json() or {*answer.json()} >= ERROR
