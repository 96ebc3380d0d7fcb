"""Deletion of manifests in front of the registry: what is refused, and what is handed on."""

import httpx
import pytest

from tests.checks.hub.local_hub import Account, LocalHub
from tests.checks.hub.storage import INDEX


def token(account: Account, name: str, actions: str = "pull,push,delete") -> str:
    header = account.registry_token(f"repository:{name}:{actions}")
    return header["Authorization"].split()[1]


def delete(hub: LocalHub, name: str, reference: str, bearer: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {bearer}"}
    return hub.registry.delete(f"/v2/{name}/manifests/{reference}", headers=headers)


def is_handed_on(answer: httpx.Response) -> bool:
    """Whether nginx lets the registry answer (test_front.py says what that is)."""
    return bool(answer.headers.get("X-Accel-Redirect") == "@registry")


@pytest.mark.models("Deleting a manifest by tag")
@pytest.mark.parametrize("actions", ["pull,push,delete", "*"])
@pytest.mark.parametrize("reference", ["one", "missing", "sha256:abc", "sha512:" + "0" * 128])
def test_a_tag_is_never_deleted(reference: str, actions: str, hub: LocalHub, ada: Account) -> None:
    name = f"{ada.name}/docs"
    hub.storage.push(name, "one")
    answer = delete(hub, name, reference, token(ada, name, actions))
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (405, "UNSUPPORTED")


@pytest.mark.models("Deleting a digest")
def test_a_tagged_digest_is_not_deleted(hub: LocalHub, ada: Account) -> None:
    name = f"{ada.name}/docs"
    digest = hub.storage.push(name, "one")
    answer = delete(hub, name, digest, token(ada, name))
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (403, "DENIED")


@pytest.mark.models("Deleting a digest")
@pytest.mark.parametrize("tagged", [True, False])
def test_a_referenced_digest_is_not_deleted(tagged: bool, hub: LocalHub, ada: Account) -> None:
    name = f"{ada.name}/docs"
    child = hub.storage.push_untagged(name)
    index = {"mediaType": INDEX, "manifests": [{"digest": child}]}
    if tagged:
        hub.storage.push(name, "one", index)
    else:
        hub.storage.push_untagged(name, index)
    assert delete(hub, name, child, token(ada, name)).status_code == 403


@pytest.mark.parametrize("listed", [None, {}, [None], [{}], [{"digest": None}]])
def test_a_digest_beside_an_odd_index_is_handed_on(
    listed: object, hub: LocalHub, ada: Account
) -> None:
    name = f"{ada.name}/docs"
    hub.storage.push(name, "odd", {"mediaType": INDEX, "manifests": listed})
    digest = hub.storage.push_untagged(name)
    assert is_handed_on(delete(hub, name, digest, token(ada, name)))


def test_an_index_is_read_as_the_registry_reads_it(hub: LocalHub, ada: Account) -> None:
    """In any case of letters (Go's encoding/json)."""
    name = f"{ada.name}/docs"
    child = hub.storage.push_untagged(name)
    hub.storage.push(name, "odd", {"mediaType": INDEX, "Manifests": [{"DIGEST": child}]})
    assert delete(hub, name, child, token(ada, name)).status_code == 403


def test_an_untagged_digest_is_handed_on(hub: LocalHub, ada: Account) -> None:
    name = f"{ada.name}/docs"
    hub.storage.push(name, "one")
    for digest in (hub.storage.push_untagged(name), "sha256:" + "0" * 64):
        assert is_handed_on(delete(hub, name, digest, token(ada, name)))


def test_the_digest_of_another_repositorys_tag_is_handed_on(hub: LocalHub, ada: Account) -> None:
    digest = hub.storage.push(f"{ada.name}/docs", "one")
    hub.storage.push_untagged(f"{ada.name}/more", hub.storage.image())
    name = f"{ada.name}/more"
    assert is_handed_on(delete(hub, name, digest, token(ada, name)))


@pytest.mark.models("An outsider deletes")
@pytest.mark.parametrize("reference", ["one", "digest"])
def test_an_outsider_learns_nothing(
    reference: str, hub: LocalHub, ada: Account, bob: Account
) -> None:
    """The registry refuses them, with 401, whatever the reference is."""
    name = f"{ada.name}/docs"
    digest = hub.storage.push(name, "one")
    reference = digest if reference == "digest" else reference
    bearers = [
        "nonsense",
        token(bob, name),
        token(ada, name, "pull,push"),
        token(ada, f"{ada.name}/more"),
        ada.bearer()["Authorization"].split()[1],
    ]
    for bearer in bearers:
        assert is_handed_on(delete(hub, name, reference, bearer))


def test_permissions_asked_for_one_by_one_count_together(hub: LocalHub, ada: Account) -> None:
    """distribution takes them together; taken apart, the tagged digest would be deleted."""
    name = f"{ada.name}/docs"
    digest = hub.storage.push(name, "one")
    header = ada.registry_token(f"repository:{name}:pull", f"repository:{name}:delete")
    answer = hub.registry.delete(f"/v2/{name}/manifests/{digest}", headers=header)
    assert answer.status_code == 403


def test_a_token_that_the_registry_still_accepts_is_read(
    hub: LocalHub, ada: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """distribution gives 60 seconds of leeway; unread, the tagged digest would be deleted."""
    name = f"{ada.name}/docs"
    digest = hub.storage.push(name, "one")
    for lifetime, status in ((-50, 403), (-70, 200)):
        monkeypatch.setattr("checks.hub.keys.LIFETIME", lifetime)
        assert delete(hub, name, digest, token(ada, name)).status_code == status
