"""Tags of a repository: listed, shown, deleted."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from checks.hub.registry import Registry
from tests.checks.hub.local_hub import Account, LocalHub
from tests.checks.hub.storage import IMAGE, INDEX

NOT_FOUND = "httperror 404: object not found"
PATHS = ["/v2/namespaces/{}/repositories/docs/tags", "/v2/repositories/{}/docs/tags"]


@pytest.mark.models("Tags are listed")
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("end", ["", "/"])
def test_a_tag_is_listed_and_shown(path: str, end: str, hub: LocalHub, ada: Account) -> None:
    digest = hub.storage.push(f"{ada.name}/docs", "one")
    path = path.format(ada.name)
    shown = hub.api.get(f"{path}/one{end}").json()
    assert hub.api.get(path + end).json()["results"] == [shown]
    assert (shown["name"], shown["digest"], shown["full_size"]) == ("one", digest, 15)
    assert (shown["v2"], shown["tag_status"], shown["content_type"]) == (True, "active", "image")
    assert (shown["media_type"], shown["last_updater_username"]) == (IMAGE, ada.name)
    (image,) = shown["images"]
    assert (image["architecture"], image["os"], image["digest"]) == ("amd64", "linux", digest)
    for asked in (path + end, f"{path}/one{end}"):
        head = hub.api.head(asked)
        assert (head.status_code, head.content) == (200, b"")


@pytest.mark.models("Tags are listed")
def test_an_index_has_an_image_for_each_platform(hub: LocalHub, ada: Account) -> None:
    name = f"{ada.name}/docs"
    children = [hub.storage.push_untagged(name) for _ in range(2)]
    arm = {"architecture": "arm64", "os": "linux", "variant": "v8"}
    listed = [{"digest": children[0], "platform": arm}, {"digest": children[1]}]
    hub.storage.push(name, "one", {"mediaType": INDEX, "manifests": listed})
    shown = hub.api.get(PATHS[0].format(ada.name) + "/one").json()
    assert (shown["media_type"], shown["full_size"]) == (INDEX, 30)
    seen = [(one["digest"], one["architecture"], one["variant"]) for one in shown["images"]]
    assert seen == [(children[0], "arm64", "v8"), (children[1], "unknown", None)]


CONFIG = {"digest": "sha256:" + "0" * 64}


@pytest.mark.parametrize(
    "manifest",
    [
        {"config": CONFIG, "layers": [{}]},
        {"layers": []},
        {"manifests": [{"digest": "sha256:" + "0" * 64}]},
        {"manifests": []},
        {"schemaVersion": 1, "fsLayers": []},
        {"config": None, "layers": None},
        {"config": [], "layers": {}},
        {"layers": [None, {"size": None}, {"size": "1"}, {"size": True}]},
        {"manifests": None, "mediaType": None},
        {"manifests": {}},
        {"manifests": [None, {}, {"digest": None}, {"digest": "a", "platform": None}]},
        {"Manifests": [{"Digest": "sha256:" + "0" * 64, "platform": {"os": "\ud800"}}]},
        {"mediaType": 5},
    ],
)
def test_a_manifest_that_is_no_images_is_shown(
    manifest: dict[str, Any], hub: LocalHub, ada: Account
) -> None:
    hub.storage.push(f"{ada.name}/docs", "odd", manifest)
    shown = hub.api.get(PATHS[0].format(ada.name) + "/odd")
    assert (shown.status_code, shown.json()["full_size"]) == (200, 0)
    kind = "index" if {"manifests", "Manifests"} & {*manifest} else "manifest"
    assert shown.json()["media_type"] == f"application/vnd.oci.image.{kind}.v1+json"


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"\xff", b"[" * 100_000, b'{"architecture": 5}', b'{"architecture": "\\ud800"}',
     b" " * (4 * 2**20) + b'{"architecture": "amd64"}'],
    ids=["empty", "list", "bytes", "deep", "number", "half", "large"],
)  # fmt: skip
def test_a_configuration_that_is_none_is_shown(content: bytes, hub: LocalHub, ada: Account) -> None:
    config = {"digest": hub.storage.blob(content)}
    hub.storage.push(f"{ada.name}/docs", "odd", {"config": config, "layers": []})
    shown = hub.api.get(PATHS[0].format(ada.name) + "/odd").json()
    assert [image["architecture"] for image in shown["images"]] == ["unknown"]


@pytest.mark.models("More than 100 tags")
def test_tags_come_in_pages_of_100_at_most(hub: LocalHub, ada: Account) -> None:
    path = PATHS[0].format(ada.name)
    image = hub.storage.push(f"{ada.name}/docs", "t0")
    for number in range(1, 101):
        hub.storage.tag(f"{ada.name}/docs", f"t{number}", image)
    assert len(hub.api.get(path).json()["results"]) == 10
    first = hub.api.get(f"{path}?page_size=1024").json()
    assert (first["count"], len(first["results"])) == (101, 100)
    second = hub.api.get(first["next"].partition(".com")[2]).json()
    assert (len(second["results"]), second["next"]) == (1, None)
    assert hub.api.get(second["previous"].partition(".com")[2]).json() == first
    assert hub.api.get(f"{path}?page=3&page_size=100").status_code == 404


@pytest.mark.models("A page that is none")
@pytest.mark.parametrize("query", ["page=0", "page=a", "page_size=0"])
def test_a_page_that_is_none_is_not_found(query: str, hub: LocalHub, ada: Account) -> None:
    hub.storage.push(f"{ada.name}/docs", "one")
    assert hub.api.get(f"{PATHS[0].format(ada.name)}?{query}").status_code == 404


def test_a_tag_that_is_not_there_is_not_found(hub: LocalHub, ada: Account) -> None:
    path = ada.repository("docs")
    assert hub.api.get(path + "/tags").json()["results"] == []
    answer = hub.api.get(path + "/tags/one")
    assert (answer.status_code, answer.json()["message"]) == (404, NOT_FOUND)


@pytest.mark.models("Deleting a tag")
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("end", ["", "/"])
def test_a_tag_is_deleted_and_its_manifest_stays(
    path: str, end: str, hub: LocalHub, ada: Account
) -> None:
    name, path = f"{ada.name}/docs", path.format(ada.name)
    digest = hub.storage.push(name, "one")
    hub.storage.tag(name, "two", digest)
    who = ada.as_token("repo:admin")
    assert hub.api.delete(f"{path}/one{end}", headers=who).status_code == 204
    assert hub.api.delete(f"{path}/one{end}", headers=who).status_code == 404
    assert [one["name"] for one in hub.api.get(path).json()["results"]] == ["two"]
    assert hub.storage.link(name, "one").parents[2].is_dir()
    assert not hub.storage.link(name, "one").parents[1].exists()
    assert Registry(hub.library / "registry").manifest(digest)
    assert not [*(hub.library / "registry").glob("tmp*")]


@pytest.mark.models("Creating a repository or")
@pytest.mark.parametrize("scope", ["repo:public_read", "repo:read", "repo:write"])
def test_read_and_write_cannot_delete_a_tag(scope: str, hub: LocalHub, ada: Account) -> None:
    hub.storage.push(f"{ada.name}/docs", "one")
    path = PATHS[1].format(ada.name) + "/one/"
    answer = hub.api.delete(path, headers=ada.as_token(scope))
    assert answer.status_code == 403
    assert answer.json()["message"] == "access denied: insufficient scope"
    assert hub.api.get(path).status_code == 200


def test_nobody_deletes_anothers_tag(hub: LocalHub, ada: Account, bob: Account) -> None:
    hub.storage.push(f"{ada.name}/docs", "one")
    path = PATHS[1].format(ada.name) + "/one/"
    for headers, status in (({}, 401), ({"Authorization": "Bearer a"}, 401), (bob.bearer(), 403)):
        assert hub.api.delete(path, headers=headers).status_code == status
        assert hub.api.get(path).status_code == 200


def test_a_tag_that_the_registry_is_writing_is_not_there_yet(hub: LocalHub, ada: Account) -> None:
    hub.storage.push(f"{ada.name}/docs", "one")
    hub.storage.push(f"{ada.name}/docs", "two")
    hub.storage.link(f"{ada.name}/docs", "two").write_text("")
    page = hub.api.get(PATHS[0].format(ada.name)).json()
    assert [one["name"] for one in page["results"]] == ["one"]


def test_tags_deleted_while_they_are_listed_are_no_trouble(hub: LocalHub, ada: Account) -> None:
    name, registry = f"{ada.name}/docs", Registry(hub.library / "registry")
    image = hub.storage.push(name, "kept")

    def push_and_delete(number: int) -> None:
        for _ in range(50):
            hub.storage.tag(name, f"t{number}", image)
            if tag := registry.tag(name, f"t{number}"):
                registry.delete_tag(name, tag)
                registry.delete_tag(name, tag)

    with ThreadPoolExecutor(3) as pool:
        running = [pool.submit(push_and_delete, number) for number in range(3)]
        while not all(one.done() for one in running):
            assert "kept" in [tag.name for tag in registry.tags(name)]
        for one in running:
            one.result()
    assert [tag.name for tag in registry.tags(name)] == ["kept"]
