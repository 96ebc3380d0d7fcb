"""Immutable tags (facts: "What Hub does", tag overwrite)."""

from typing import Any

import httpx
import pytest

from tests.checks.hub.local_hub import Account, LocalHub

DENIED = (
    "requested access to the resource is denied - This tag is already assigned to an image in this"
    " repository and cannot be updated due to immutability settings. To push this image, use a"
    " different tag."
)


@pytest.fixture
def path(hub: LocalHub, ada: Account) -> str:
    """A repository with the tag `one`, all of whose tags are immutable."""
    path = ada.repository("docs")
    hub.storage.push(f"{ada.name}/docs", "one")
    answer = change(hub, path, ada.bearer())
    assert answer.status_code == 200
    assert answer.json()["immutable_tags_settings"] == {"enabled": True, "rules": []}
    return path


def change(
    hub: LocalHub, path: str, who: dict[str, str], is_on: object = True, rules: object = ()
) -> httpx.Response:
    wanted = {"immutable_tags": is_on, "immutable_tags_rules": rules}
    return hub.api.patch(f"{path}/immutabletags", json=wanted, headers=who)


def push(hub: LocalHub, account: Account, reference: str, secret: str | None = None) -> Any:
    name = f"{account.name}/docs"
    header = account.registry_token(f"repository:{name}:pull,push", secret=secret)
    return hub.registry.put(f"/v2/{name}/manifests/{reference}", headers=header)


@pytest.mark.models("Immutable tags")
@pytest.mark.usefixtures("path")
def test_a_tag_is_pushed_once(hub: LocalHub, ada: Account) -> None:
    token = ada.token("repo:write")["token"]
    for secret in (None, token):
        refused = push(hub, ada, "one", secret)
        assert refused.status_code == 403
        assert refused.json()["errors"] == [{"code": "DENIED", "message": DENIED}]


@pytest.mark.usefixtures("path")
def test_another_tag_and_a_digest_are_handed_on(hub: LocalHub, ada: Account) -> None:
    for reference in ("two", "sha256:" + "0" * 64):
        assert push(hub, ada, reference).headers["X-Accel-Redirect"] == "@registry"


@pytest.mark.usefixtures("path")
def test_an_outsider_is_left_to_the_registry(hub: LocalHub, ada: Account, bob: Account) -> None:
    name = f"{ada.name}/docs"
    header = bob.registry_token(f"repository:{name}:pull,push")
    answer = hub.registry.put(f"/v2/{name}/manifests/one", headers=header)
    assert answer.headers["X-Accel-Redirect"] == "@registry"


def test_a_tag_can_be_overwritten_unless_it_is_immutable(
    hub: LocalHub, ada: Account, path: str
) -> None:
    assert change(hub, path, ada.bearer(), is_on=False).status_code == 200
    assert push(hub, ada, "one").headers["X-Accel-Redirect"] == "@registry"


@pytest.mark.models("An immutable tag can't")
def test_an_immutable_tag_is_not_deleted(hub: LocalHub, ada: Account, path: str) -> None:
    answer = hub.api.delete(f"{path}/tags/one", headers=ada.bearer())
    assert answer.status_code == 403
    assert hub.api.get(f"{path}/tags/one").status_code == 200


@pytest.mark.models("Making a repository's tags")
def test_who_may_change_it(hub: LocalHub, ada: Account, bob: Account, path: str) -> None:
    for who, status in (
        ({}, 401),
        (bob.bearer(), 403),
        (ada.as_token("repo:write"), 403),
        (ada.as_token("repo:admin"), 200),
        (ada.bearer(), 200),
    ):
        assert change(hub, path, who, is_on=False).status_code == status


@pytest.mark.models("Rules for some tags")
@pytest.mark.parametrize(("is_on", "rules"), [("yes", []), (None, []), (True, ["v.*"]), (True, "")])
def test_what_is_unknown_is_refused(
    is_on: object, rules: object, hub: LocalHub, ada: Account, path: str
) -> None:
    assert change(hub, path, ada.bearer(), is_on, rules).status_code == 400


def test_privacy_changes_nothing_of_it(hub: LocalHub, ada: Account, path: str) -> None:
    privacy = f"/v2/repositories/{ada.name}/docs/privacy"
    hub.api.post(privacy, json={"is_private": True}, headers=ada.bearer())
    shown = hub.api.get(path, headers=ada.bearer()).json()
    assert (shown["is_private"], shown["immutable_tags_settings"]["enabled"]) == (True, True)
