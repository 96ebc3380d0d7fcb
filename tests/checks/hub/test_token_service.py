"""The token service: who gets a token for which scopes, and who is refused in which words."""

import time
from typing import Any

import httpx
import pytest

from checks.hub.accounts import Accounts
from checks.hub.tokens import DOCKER_HUB, Tokens
from tests.checks.hub.local_hub import Account, LocalHub, claims_of, header_of

WRONG = {"details": "incorrect username or password"}
WEAK = {"details": "access token has insufficient scopes"}
TOKEN_NEEDED = (
    "your account must log in with a Personal Access Token (PAT) - learn more at"
    " docs.docker.com/go/access-tokens"
)
SCOPES = ["repo:public_read", "repo:read", "repo:write", "repo:admin"]


def get(hub: LocalHub, *scopes: str, who: tuple[str, str] | None = None) -> httpx.Response:
    """Ask as docker and skopeo do."""
    query = {"service": "registry.docker.io", "scope": scopes}
    return hub.auth.get("/token", params=query, auth=who)


def granted(answer: httpx.Response) -> dict[str, set[str]]:
    assert answer.status_code == 200
    access = claims_of(answer.json()["token"])["access"]
    return {one["name"]: set(one["actions"]) for one in access}


def secret_of(account: Account, scope: str) -> tuple[str, str]:
    return account.name, account.token(scope)["token"]


def test_login_asks_for_no_scope(hub: LocalHub, ada: Account) -> None:
    assert granted(get(hub, who=(ada.name, ada.password))) == {}
    assert granted(get(hub, who=secret_of(ada, "repo:public_read"))) == {}


def test_nobody_may_pull_what_is_public(hub: LocalHub, ada: Account) -> None:
    ada.repository("open")
    name = f"{ada.name}/open"
    assert granted(get(hub, f"repository:{name}:pull,push,delete")) == {name: {"pull"}}
    assert claims_of(get(hub).json()["token"])["sub"] == ""


@pytest.mark.models("RS256")
def test_the_claims_are_those_of_docker_hubs_tokens(hub: LocalHub, ada: Account) -> None:
    answer = get(hub, f"repository:{ada.name}/new:push,pull", who=(ada.name, ada.password)).json()
    claims = claims_of(answer["token"])
    assert (claims["iss"], claims["aud"]) == ("auth.docker.io", "registry.docker.io")
    assert claims["sub"] == ada.name
    assert abs(claims["iat"] - time.time()) < 5
    assert claims["iat"] - claims["nbf"] == claims["exp"] - claims["iat"] == 300
    assert claims["jti"].startswith("dckr_jti_")
    (access,) = claims["access"]
    assert (access["type"], access["name"]) == ("repository", f"{ada.name}/new")
    assert {*access} == {"type", "name", "actions", "parameters"}
    assert answer["expires_in"] == 300
    assert answer["token"] == answer["access_token"]
    assert answer["issued_at"].endswith("Z")


@pytest.mark.models("RS256")
def test_the_header_has_the_certificate_and_no_key_id(hub: LocalHub) -> None:
    header = header_of(get(hub).json()["token"])
    assert {*header} == {"alg", "typ", "x5c"}
    assert (header["alg"], header["typ"]) == ("RS256", "JWT")
    pem = (hub.library / "hub/token.crt").read_text()
    assert header["x5c"] == ["".join(pem.splitlines()[1:-1])]


@pytest.mark.models("No refresh token")
def test_there_is_no_refresh_token(hub: LocalHub, ada: Account) -> None:
    query = {"offline_token": "true", "client_id": "docker", "account": ada.name}
    answer = hub.auth.get("/token", params=query, auth=(ada.name, ada.password))
    assert {*answer.json()} == {"token", "access_token", "scope", "expires_in", "issued_at"}
    form = {"username": ada.name, "password": ada.password, "access_type": "offline"}
    answer = hub.auth.post("/token", data={"grant_type": "password", **form})
    assert (answer.status_code, "refresh_token" in answer.json()) == (200, False)
    form = {"grant_type": "refresh_token", "refresh_token": "a"}
    assert hub.auth.post("/token", data=form).status_code == 401


@pytest.mark.models("GET with Basic")
@pytest.mark.parametrize("separator", ["&scope=", "%20"])
def test_several_scopes_are_asked_for_at_once(
    separator: str, hub: LocalHub, ada: Account, bob: Account
) -> None:
    bob.repository("base")
    new, base = f"{ada.name}/new", f"{bob.name}/base"
    scopes = separator.join([f"repository:{new}:push,pull", f"repository:{base}:pull"])
    answer = hub.auth.get(f"/token?scope={scopes}", auth=(ada.name, ada.password))
    assert granted(answer) == {new: {"pull", "push"}, base: {"pull"}}
    assert answer.json()["scope"] == f"repository:{new}:pull,push repository:{base}:pull"


@pytest.mark.models("GET with Basic")
def test_buildx_asks_with_a_form(hub: LocalHub, ada: Account) -> None:
    name, secret = secret_of(ada, "repo:write")
    form = {
        "grant_type": "password",
        "service": "registry.docker.io",
        "client_id": "buildkit-client",
        "scope": f"repository:{ada.name}/new:pull,push repository:{ada.name}/more:pull,push",
        "username": name,
        "password": secret,
    }
    both = {f"{ada.name}/{one}": {"pull", "push"} for one in ("new", "more")}
    assert granted(hub.auth.post("/token", data=form)) == both
    refused = hub.auth.post("/token", data={**form, "password": "wrong"})
    assert (refused.status_code, refused.json()) == (401, WRONG)
    weak = hub.auth.post("/token", data={**form, "password": secret_of(ada, "repo:read")[1]})
    assert (weak.status_code, weak.json()) == (401, WEAK)


@pytest.mark.models("Four scopes", "Too weak a token for a push", "Too weak a token for the pull")
@pytest.mark.parametrize("rank", range(4))
def test_each_scope_implies_the_lower_ones(rank: int, hub: LocalHub, ada: Account) -> None:
    ada.repository("open")
    ada.repository("shut", is_private=True)
    needs = {"open:pull": 0, "shut:pull": 1, "open:push,pull": 2, "new:pull,push": 2}
    needs |= {"open:delete": 3, "open:*": 3, "shut:pull,push,delete": 3}
    who = secret_of(ada, SCOPES[rank])
    for wanted, needed in needs.items():
        name, _, actions = wanted.partition(":")
        answer = get(hub, f"repository:{ada.name}/{wanted}", who=who)
        if rank >= needed:
            assert granted(answer) == {f"{ada.name}/{name}": {*actions.split(",")}}
        else:
            assert (answer.status_code, answer.json()) == (401, WEAK)


@pytest.mark.models("A password may do")
def test_a_password_may_do_everything(hub: LocalHub, ada: Account) -> None:
    answer = get(hub, f"repository:{ada.name}/new:pull,push,delete", who=(ada.name, ada.password))
    assert granted(answer) == {f"{ada.name}/new": {"pull", "push", "delete"}}


@pytest.mark.models("A repository that is missing")
@pytest.mark.parametrize("who", ["nobody", "bob", "bob's token"])
def test_an_outsider_is_granted_nothing_of_what_is_private(
    who: str, hub: LocalHub, ada: Account, bob: Account
) -> None:
    ada.repository("shut", is_private=True)
    outsider = None if who == "nobody" else (bob.name, bob.password)
    if who == "bob's token":
        outsider = secret_of(bob, "repo:admin")
    for name in ("shut", "missing"):
        assert granted(get(hub, f"repository:{ada.name}/{name}:pull,push", who=outsider)) == {}


@pytest.mark.models("A repository that is missing")
def test_the_owner_is_granted_nothing_of_what_is_missing(hub: LocalHub, ada: Account) -> None:
    for who in ((ada.name, ada.password), secret_of(ada, "repo:public_read")):
        assert granted(get(hub, f"repository:{ada.name}/missing:pull", who=who)) == {}


@pytest.mark.models("Another's namespace")
def test_a_foreign_namespace_is_pulled_from_and_never_pushed_to(
    hub: LocalHub, ada: Account, bob: Account
) -> None:
    bob.repository("open")
    who = secret_of(ada, "repo:admin")
    for name in (f"{bob.name}/new", "library/new", "new"):
        assert granted(get(hub, f"repository:{name}:push,pull", who=who)) == {}
    name = f"{bob.name}/open"
    assert granted(get(hub, f"repository:{name}:push,pull", who=who)) == {name: {"pull"}}


@pytest.mark.models("A weak token *and*")
def test_a_weak_token_is_not_told_so_of_another_namespace(
    hub: LocalHub, ada: Account, bob: Account
) -> None:
    for name in (f"{bob.name}/new", "library/new"):
        who = secret_of(ada, "repo:public_read")
        assert granted(get(hub, f"repository:{name}:push,pull", who=who)) == {}


def test_a_mount_from_a_missing_repository_grants_the_rest(hub: LocalHub, ada: Account) -> None:
    scopes = [f"repository:{ada.name}/new:push,pull", f"repository:{ada.name}/missing:pull"]
    answer = get(hub, *scopes, who=secret_of(ada, "repo:write"))
    assert granted(answer) == {f"{ada.name}/new": {"pull", "push"}}


@pytest.mark.models("An archived repository")
def test_an_archived_repository_is_pulled_from_alone(hub: LocalHub, ada: Account) -> None:
    ada.repository("old")
    name = f"{ada.name}/old"
    for is_archived in (True, False):
        with hub.database() as database:
            database.execute(
                "update repository set is_archived = ? where name = ?", (is_archived, name)
            )
        may = {"pull"} if is_archived else {"pull", "push", "delete"}
        for who in ((ada.name, ada.password), secret_of(ada, "repo:admin")):
            assert granted(get(hub, f"repository:{name}:pull,push,delete", who=who)) == {name: may}


@pytest.mark.models("A push creates")
@pytest.mark.parametrize("pushed", ["by tag", "by digest"])
def test_a_push_creates_a_public_repository(pushed: str, hub: LocalHub, ada: Account) -> None:
    name = f"{ada.name}/pushed"
    if pushed == "by tag":
        hub.storage.push(name, "one")
    else:
        hub.storage.push_untagged(name)
    assert granted(get(hub, f"repository:{name}:pull")) == {name: {"pull"}}
    assert hub.api.get(f"/v2/namespaces/{ada.name}/repositories/pushed").status_code == 200


@pytest.mark.models("With two-factor authentication", "The second factor itself")
def test_with_two_factors_a_token_is_needed(hub: LocalHub, ada: Account) -> None:
    who = secret_of(ada, "repo:read")
    with hub.database() as database:
        Accounts(database, Tokens(database, DOCKER_HUB)).set_two_factors(
            ada.name, has_two_factors=True
        )
    answer = get(hub, who=(ada.name, ada.password))
    assert (answer.status_code, answer.json()) == (401, {"details": TOKEN_NEEDED})
    assert get(hub, who=(ada.name, "wrong")).json() == WRONG
    assert get(hub, who=who).status_code == 200
    given = {"identifier": ada.name, "secret": ada.password}
    refused = hub.api.post("/v2/auth/token", json=given)
    assert (refused.status_code, refused.json()["detail"]) == (
        401,
        "the local Docker Hub knows no second factor",
    )


@pytest.mark.models("A deactivated token")
@pytest.mark.parametrize("change", ["deactivated", "deleted"])
def test_a_token_that_is_off_is_refused_as_a_wrong_password_is(
    change: str, hub: LocalHub, ada: Account
) -> None:
    token, other = ada.token("repo:write"), ada.token("repo:write")
    path = f"/v2/access-tokens/{token['uuid']}"
    assert get(hub, who=(ada.name, token["token"])).status_code == 200
    if change == "deleted":
        hub.api.delete(path, headers=ada.bearer())
    else:
        hub.api.patch(path, json={"is_active": False}, headers=ada.bearer())
    answer = get(hub, who=(ada.name, token["token"]))
    assert (answer.status_code, answer.json()) == (401, WRONG)
    assert get(hub, who=(ada.name, other["token"])).status_code == 200


@pytest.mark.models("An expired token")
def test_an_expired_token_is_refused_by_name(hub: LocalHub, ada: Account) -> None:
    token = ada.token("repo:write", expires_at="2001-01-01T00:00:00Z")["token"]
    answer = get(hub, who=(ada.name, token))
    assert answer.status_code == 401
    assert answer.json() == {"details": "personal access token is expired"}


@pytest.mark.models("Wrong password")
@pytest.mark.parametrize("secret", ["wrong", "", "dckr_pat_abcdefghijklmnopqrstuvwxyz1"])
@pytest.mark.parametrize("name", ["", "nobody", "ada"])
def test_the_wrong_secret_is_refused(name: str, secret: str, hub: LocalHub, ada: Account) -> None:
    ada.repository("open")
    for scopes in ([], [f"repository:{ada.name}/open:pull"]):
        answer = get(hub, *scopes, who=(ada.name if name == "ada" else name, secret))
        assert (answer.status_code, answer.json()) == (401, WRONG)


@pytest.mark.parametrize(
    "header", ["", "Basic", "Basic !", "Basic YQ==", "Bearer a", "Basic /w==", "Basic a b"]
)
def test_a_header_that_is_none_is_refused(header: str, hub: LocalHub) -> None:
    answer = hub.auth.get("/token", headers={"Authorization": header})
    assert (answer.status_code, answer.json()) == (401, WRONG)


def test_a_bearer_token_of_the_api_is_no_password(hub: LocalHub, ada: Account) -> None:
    bearer = ada.bearer()["Authorization"].split()[1]
    assert get(hub, who=(ada.name, bearer)).status_code == 401


@pytest.mark.models("A name without a namespace")
@pytest.mark.parametrize(
    "scope",
    [
        "",
        "nonsense",
        "repository:ada/b",
        "repository:ada/b:",
        "repository:ada/b:fly",
        "repository:ada:push",
        "repository:ada/b/c:push",
        "repository:ada/B:push",
        "repository:ada/../bob/b:push",
        "repository:../ada/b:push",
        "repository:ada/b%2fc:push",
        "registry:catalog:*",
        "repository(plugin):ada/b:push",
    ],
)
def test_a_scope_that_is_none_grants_nothing(scope: str, hub: LocalHub, ada: Account) -> None:
    scope = scope.replace("ada", ada.name)
    assert granted(get(hub, scope, who=(ada.name, ada.password))) == {}


def test_unknown_actions_are_left_out(hub: LocalHub, ada: Account) -> None:
    answer = get(hub, f"repository:{ada.name}/b:push,fly", who=(ada.name, ada.password))
    assert granted(answer) == {f"{ada.name}/b": {"push"}}


def ask_packages(hub: LocalHub, **more: Any) -> httpx.Response:
    return hub.auth.get("/token", headers={"Host": "ghcr.io"}, **more)


def test_github_packages_has_a_token_service_of_its_own(hub: LocalHub, ada: Account) -> None:
    claims = claims_of(ask_packages(hub).json()["token"])
    assert (claims["iss"], claims["aud"]) == ("ghcr.io", "ghcr.io")
    refused = ask_packages(hub, auth=(ada.name, ada.password))
    assert (refused.status_code, refused.json()["errors"][0]["message"]) == (403, "denied")
