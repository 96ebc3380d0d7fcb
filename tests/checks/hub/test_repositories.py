"""Repositories: listed, shown, created, made private."""

from typing import Any

import pytest

from checks.hub.registry import Registry
from tests.checks.hub.local_hub import Account, LocalHub

NOT_FOUND = "httperror 404: object not found"
PATHS = ["/v2/namespaces/{}/repositories", "/v2/repositories/{}", "/v2/repositories/{}/"]


def names(page: dict[str, Any]) -> list[str]:
    return [one["name"] for one in page["results"]]


@pytest.mark.models("Repositories are listed")
@pytest.mark.parametrize("path", PATHS)
def test_a_repository_is_created_listed_and_shown(path: str, hub: LocalHub, ada: Account) -> None:
    wanted = {"name": "docs", "namespace": ada.name, "description": "a", "full_description": "b"}
    path = path.format(ada.name)
    answer = hub.api.post(path, json=wanted, headers=ada.as_token("repo:admin"))
    assert answer.status_code == 201
    assert wanted.items() <= answer.json().items()
    assert answer.json()["is_private"] is False
    shown = hub.api.get(f"{path.rstrip('/')}/docs", headers=ada.bearer())
    assert shown.json() == answer.json()
    assert hub.api.get(path, headers=ada.bearer()).json()["results"] == [answer.json()]
    assert hub.api.head(f"{path.rstrip('/')}/docs").status_code == 200


@pytest.mark.models("What one may do")
@pytest.mark.parametrize(
    ("scope", "allowed"),
    [
        ("repo:read", {"read"}),
        ("repo:write", {"read", "write"}),
        ("repo:admin", {"read", "write", "admin"}),
    ],
)
def test_who_asks_is_shown_what_they_may_do(
    scope: str, allowed: set[str], hub: LocalHub, ada: Account, bob: Account
) -> None:
    ada.repository("docs")
    path = PATHS[0].format(ada.name) + "/docs"
    shown = hub.api.get(path, headers=ada.as_token(scope)).json()["permissions"]
    assert {one for one, is_allowed in shown.items() if is_allowed} == allowed
    shown = hub.api.get(path, headers=bob.as_token(scope)).json()["permissions"]
    assert shown == {"read": True, "write": False, "admin": False}


def test_a_repository_is_created_once(hub: LocalHub, ada: Account) -> None:
    ada.repository("docs")
    wanted = {"name": "docs", "namespace": ada.name}
    answer = hub.api.post(PATHS[0].format(ada.name), json=wanted, headers=ada.bearer())
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "a"},
        {"name": ""},
        {"name": "Docs"},
        {"name": "a/b"},
        {"name": ".."},
        {"name": "-a"},
        {"name": "a--b"},
        {"name": "ab\n"},
        {"name": "a" * 256},
        {"name": None},
        {"namespace": "somebody"},
        {"namespace": ""},
        {"description": "a" * 101},
        {"description": None},
        {"description": 0},
        {"full_description": "a" * 25_001},
        {"full_description": []},
        {"is_private": "yes"},
        {"is_private": None},
    ],
)
def test_a_value_that_is_none_is_refused(
    wrong: dict[str, Any], hub: LocalHub, ada: Account
) -> None:
    wanted = {"name": "docs", "namespace": ada.name, **wrong}
    answer = hub.api.post(PATHS[0].format(ada.name), json=wanted, headers=ada.bearer())
    assert answer.status_code == 400
    assert answer.json()["message"].startswith(next(iter(wrong)))
    assert hub.api.get(PATHS[0].format(ada.name)).json()["count"] == 0


@pytest.mark.models("Creating a repository or")
@pytest.mark.parametrize("scope", ["repo:public_read", "repo:read", "repo:write"])
def test_read_and_write_cannot_create_a_repository(scope: str, hub: LocalHub, ada: Account) -> None:
    wanted = {"name": "docs", "namespace": ada.name}
    answer = hub.api.post(PATHS[0].format(ada.name), json=wanted, headers=ada.as_token(scope))
    assert (answer.status_code, answer.json()["message"]) == (
        403,
        "access denied: insufficient scope",
    )
    assert hub.api.get(PATHS[0].format(ada.name)).json()["count"] == 0


def test_nobody_creates_a_repository_in_another_namespace(
    hub: LocalHub, ada: Account, bob: Account
) -> None:
    wanted = {"name": "docs", "namespace": ada.name}
    for headers, status in (({}, 401), (bob.bearer(), 403)):
        answer = hub.api.post(PATHS[0].format(ada.name), json=wanted, headers=headers)
        assert answer.status_code == status


@pytest.mark.models("Repositories are listed")
def test_repositories_come_in_pages(hub: LocalHub, ada: Account) -> None:
    for name in ("aa", "ab", "ac", "b"):
        hub.storage.push(f"{ada.name}/{name}", "one")
    path = PATHS[0].format(ada.name)
    first = hub.api.get(f"{path}?name=a&ordering=-name&page_size=2").json()
    assert (first["count"], names(first), first["previous"]) == (3, ["ac", "ab"], None)
    assert first["next"].startswith(f"https://hub.docker.com{path}?")
    second = hub.api.get(first["next"].partition(".com")[2]).json()
    assert (second["count"], names(second), second["next"]) == (3, ["aa"], None)
    assert hub.api.get(second["previous"].partition(".com")[2]).json() == first
    past = hub.api.get(f"{path}?page=3&page_size=2")
    assert (past.status_code, past.json()["message"]) == (404, NOT_FOUND)


def test_a_part_of_the_name_filters_and_the_namespace_does_not(hub: LocalHub, ada: Account) -> None:
    hub.storage.push(f"{ada.name}/docs", "one")
    path = PATHS[0].format(ada.name)
    for part, count in (("", 1), ("oc", 1), ("docsy", 0), (ada.name, 0)):
        assert hub.api.get(path, params={"name": part}).json()["count"] == count


def test_repositories_are_ordered_by_time(hub: LocalHub, ada: Account) -> None:
    for name in ("zz", "mm", "aa"):
        ada.repository(name)
    path = PATHS[0].format(ada.name)
    by_name, by_time = ["aa", "mm", "zz"], ["zz", "mm", "aa"]
    wanted = {"name": by_name, "-name": by_time, "last_updated": by_time, "-last_updated": by_name}
    for ordering, found in wanted.items():
        assert names(hub.api.get(f"{path}?ordering={ordering}").json()) == found


@pytest.mark.models("A page that is none")
@pytest.mark.parametrize(
    "query",
    ["page=0", "page=-1", "page=1.5", "page=a", "page=", "page=1e3", "page=٣", "page=9999999999",
     "page_size=0", "page_size=101", "ordering=size", "ordering=--name", "ordering="],
)  # fmt: skip
def test_a_page_that_is_none_is_refused(query: str, hub: LocalHub, ada: Account) -> None:
    answer = hub.api.get(f"{PATHS[0].format(ada.name)}?{query}")
    assert answer.status_code == 400
    assert {"detail", "message", "errinfo", "fields", "text"} <= {*answer.json()}


def test_a_namespace_that_is_not_there_is_not_found(hub: LocalHub) -> None:
    answer = hub.api.get(PATHS[0].format("nobody"))
    assert (answer.status_code, answer.json()["message"]) == (404, NOT_FOUND)
    assert answer.json()["errinfo"] == {"namespace": "nobody"}


def everything_of(hub: LocalHub, path: str, headers: dict[str, str]) -> list[tuple[int, str]]:
    """Ask every way there is about a repository; returns statuses and texts, without its name."""
    asked = [
        hub.api.request(method, path + more, headers=headers)
        for more in ("", "/", "/tags", "/tags/", "/tags/one", "/tags/one/")
        for method in ("GET", "HEAD")
    ]
    asked.append(hub.api.get(path.rpartition("/")[0], headers=headers))
    if headers:
        namespace, name = path.split("/")[3::2]
        before = f"/v2/repositories/{namespace}/{name}"
        wanted = {"is_private": False, "immutable_tags": True, "immutable_tags_rules": []}
        asked += [
            hub.api.delete(path + "/tags/one", headers=headers),
            hub.api.post(f"{before}/privacy", json=wanted, headers=headers),
            hub.api.patch(f"{path}/immutabletags", json=wanted, headers=headers),
            hub.api.delete(path, headers=headers),
        ]
    name = path.rpartition("/")[2]
    return [(one.status_code, one.text.replace(name, "")) for one in asked]


@pytest.mark.models("A private repository is")
@pytest.mark.parametrize("who", ["nobody", "bob", "bob's token", "a public token of ada's"])
def test_a_private_repository_is_as_one_that_is_not_there(
    who: str, hub: LocalHub, ada: Account, bob: Account
) -> None:
    shut = ada.repository("shut", is_private=True)
    hub.storage.push(f"{ada.name}/shut", "one")
    headers = {
        "nobody": {},
        "bob": bob.bearer(),
        "bob's token": bob.as_token("repo:admin"),
        "a public token of ada's": ada.as_token("repo:public_read"),
    }[who]
    seen = everything_of(hub, shut, headers)
    assert seen == everything_of(hub, shut.replace("shut", "missing"), headers)
    assert {status for status, _ in seen[:12]} == {404}
    owners = everything_of(hub, shut, ada.as_token("repo:read"))
    assert {status for status, _ in owners[:13]} == {200}


@pytest.mark.models("Making a repository private")
@pytest.mark.parametrize("pushed", [True, False])
def test_a_repository_becomes_private_and_public_again(
    pushed: bool, hub: LocalHub, ada: Account
) -> None:
    path = f"/v2/namespaces/{ada.name}/repositories/docs"
    if pushed:
        hub.storage.push(f"{ada.name}/docs", "one")
    else:
        ada.repository("docs")
    for is_private, status in ((True, 404), (False, 200)):
        changed = hub.api.post(
            f"/v2/repositories/{ada.name}/docs/privacy/",
            json={"is_private": is_private},
            headers=ada.bearer(),
        )
        assert changed.status_code == 200
        assert hub.api.get(path).status_code == status
        assert hub.api.get(path, headers=ada.bearer()).json()["is_private"] is is_private


@pytest.mark.models("Making a repository private")
def test_only_the_owner_changes_privacy(hub: LocalHub, ada: Account, bob: Account) -> None:
    path = ada.repository("docs")
    privacy = f"/v2/repositories/{ada.name}/docs/privacy/"
    wanted = {"is_private": True}
    for headers, status in (
        ({}, 401),
        (bob.bearer(), 403),
        (ada.as_token("repo:write"), 403),
    ):
        assert hub.api.post(privacy, json=wanted, headers=headers).status_code == status
        assert hub.api.get(path).status_code == 200


@pytest.mark.models("Deleting a repository")
@pytest.mark.parametrize("path", PATHS[:2])
@pytest.mark.parametrize("scope", ["repo:public_read", "repo:read", "repo:write"])
def test_only_the_owner_deletes_a_repository(
    scope: str, path: str, hub: LocalHub, ada: Account, bob: Account
) -> None:
    path = path.format(ada.name) + "/docs"
    hub.storage.push(f"{ada.name}/docs", "one")
    for headers, status in (({}, 401), (bob.bearer(), 403), (ada.as_token(scope), 403)):
        assert hub.api.delete(path, headers=headers).status_code == status
        assert hub.api.get(path + "/tags/one").status_code == 200
    ada.repository("shut", is_private=True)
    shut = path.replace("docs", "shut")
    assert hub.api.delete(shut, headers=bob.bearer()).status_code == 404
    for address in (path, shut):
        assert hub.api.delete(address, headers=ada.as_token("repo:admin")).status_code == 202
        assert hub.api.get(address, headers=ada.bearer()).status_code == 404
        assert hub.api.delete(address, headers=ada.bearer()).status_code == 404


def test_a_private_repository_is_not_left_public_by_half_a_deletion(
    hub: LocalHub, ada: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = ada.repository("shut", is_private=True)
    hub.storage.push(f"{ada.name}/shut", "one")

    def fail(_registry: Registry, _name: str) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(Registry, "delete", fail)
    # After such an error the server hangs up, and the next request would meet that.
    answer = hub.api.delete(path, headers=ada.bearer() | {"Connection": "close"})
    assert (answer.status_code, {*answer.json()}) == (500, {"detail", "message", "errinfo"})
    assert hub.api.get(path).status_code == 404
    assert hub.api.get(path, headers=ada.bearer()).json()["is_private"] is True


@pytest.mark.models("`Bearer`, and `JWT`")
@pytest.mark.parametrize("prefix", ["Bearer", "JWT", "bearer"])
def test_a_bearer_token_is_accepted_under_both_names(
    prefix: str, hub: LocalHub, ada: Account
) -> None:
    path = ada.repository("shut", is_private=True)
    bearer = ada.bearer()["Authorization"].split()[1]
    answer = hub.api.get(path, headers={"Authorization": f"{prefix} {bearer}"})
    assert answer.status_code == 200


@pytest.mark.models("An access token isn't")
@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer {pat}", "JWT {pat}", "{pat}", "Basic {jwt}", "Bearer x.y.z",
     "Bearer {jwt}x", "Bearer {jwt} {jwt}"],
)  # fmt: skip
def test_a_bad_header_is_refused_where_none_is_needed(
    header: str, hub: LocalHub, ada: Account
) -> None:
    path = ada.repository("open")
    assert hub.api.get(path).status_code == 200
    pat, jwt = ada.token("repo:admin")["token"], ada.bearer()["Authorization"].split()[1]
    given = {"Authorization": header.format(pat=pat, jwt=jwt)}
    for address in (path, path + "/tags", path.rpartition("/")[0]):
        answer = hub.api.get(address, headers=given)
        assert (answer.status_code, {"detail", "message"} - {*answer.json()}) == (401, set())
