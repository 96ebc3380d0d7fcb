"""Docker Hub's host names in the sandbox: nginx, the Hub and the registry together."""

import json
import secrets
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from checks.sandbox.container import ACCOUNT, Sandbox
from checks.sandbox.host_names import ADDRESS
from tests.checks.hub.forgery import forgeries, out_of_time

API = "https://hub.docker.com/v2"
REGISTRY = "https://registry-1.docker.io/v2"
NAME = f"{ACCOUNT}/front"
ROOT = "/var/lib/registry/docker/registry/v2/repositories"
LINK = f"{ROOT}/{NAME}/_manifests/tags/one/current/link"
MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
TOLD = ("ratelimit-limit", "ratelimit-remaining", "docker-ratelimit-source")
W = ";w=21600"
WRITES = ("PUT", "DELETE")
SPELLINGS = (
    "{name}/manifests%2f{reference}",
    "{name}/manifests/%2e/{reference}",
    "{name}//manifests/{reference}",
    "{name}/manifests//{reference}",
    "{name}/manifests/{reference}/",
    "{name}/manifests/{reference}/../{reference}",
    "{name}/blobs/../manifests/{reference}",
    "{name}/%6danifests/{reference}",
    "{name}/manifests/{reference}?a=/blobs/",
    "{name}/manifests/{reference}%23",
    "{name}/manifests/{reference};a",
)
HOSTS = ("hub.docker.com", "auth.docker.io", "registry-1.docker.io", "ghcr.io")
Curl = Callable[..., tuple[int, Any]]


@pytest.fixture(scope="module")
def curl(machine: Sandbox) -> Curl:
    """Ask with curl; returns status and JSON."""

    def curl(*arguments: str) -> tuple[int, Any]:
        wanted = ["-sS", "--path-as-is", "-w", "\n%{http_code}", *arguments]
        text, _, status = machine.run("curl", *wanted).rpartition("\n")
        return int(status), json.loads(text) if text else None

    return curl


@pytest.fixture(scope="module")
def bearer(machine: Sandbox, curl: Curl) -> Callable[[str], str]:
    """Sign in to the API."""

    def bearer(secret: str) -> str:
        wanted = {"identifier": ACCOUNT, "secret": machine.secrets[secret]}
        answer = curl("--json", json.dumps(wanted), f"{API}/auth/token")[1]
        return f"Authorization: Bearer {answer['access_token']}"

    return bearer


@pytest.fixture
def pushed(machine: Sandbox) -> Iterator[str]:
    """Push an image of several platforms as `front:one`; returns its digest."""
    copy = f"skopeo copy -q --dest-creds {ACCOUNT}:{machine.secrets['PASSWORD']}"
    copy += f" docker://debian:trixie-slim docker://{NAME}:one --format v2s2"
    copy += f" && skopeo inspect -f '{{{{.Digest}}}}' docker://{NAME}:one"
    yield machine.run("bash", "-c", copy).strip()
    machine.run("rm", "-rf", f"{ROOT}/{NAME}")


def registry_token(machine: Sandbox, curl: Curl, actions: str, secret: str = "PASSWORD") -> str:
    who = f"{ACCOUNT}:{machine.secrets[secret]}"
    asked = f"https://auth.docker.io/token?scope=repository:{NAME}:{actions}"
    return f"Authorization: Bearer {curl('-u', who, asked)[1]['token']}"


def code(answer: tuple[int, Any]) -> tuple[int, str]:
    return answer[0], answer[1]["errors"][0]["code"]


@pytest.mark.models("Deleting a manifest by tag")
def test_a_manifest_is_deleted_once_nothing_names_it(
    pushed: str, machine: Sandbox, curl: Curl, bearer: Callable[[str], str]
) -> None:
    may = ["-X", "DELETE", "-H", registry_token(machine, curl, "pull,push,delete")]
    by_tag, by_digest = (f"{REGISTRY}/{NAME}/manifests/{one}" for one in ("one", pushed))
    assert code(curl(*may, by_tag)) == (405, "UNSUPPORTED")
    assert code(curl(*may, by_digest)) == (403, "DENIED")
    assert code(curl("-X", "DELETE", by_digest)) == (401, "UNAUTHORIZED")
    tag = f"{API}/repositories/{NAME}/tags/one/"
    write = ["-X", "DELETE", "-H", bearer("TOKEN"), tag]
    assert curl(*write)[1]["message"] == "access denied: insufficient scope"
    assert curl("-X", "DELETE", "-H", bearer("PASSWORD"), tag) == (204, None)
    assert curl(*may, "-d", "a body", by_digest) == (202, None)
    assert code(curl(*may, by_digest)) == (404, "MANIFEST_UNKNOWN")


def test_a_token_without_delete_deletes_nothing(pushed: str, machine: Sandbox, curl: Curl) -> None:
    may = ["-X", "DELETE", "-H", registry_token(machine, curl, "pull,push", "TOKEN")]
    for reference in ("one", pushed):
        answer = curl(*may, f"{REGISTRY}/{NAME}/manifests/{reference}")
        assert code(answer) == (401, "UNAUTHORIZED")


@pytest.mark.models("Deleting a layer")
def test_layers_are_not_deleted_from_under_an_image(
    pushed: str, machine: Sandbox, curl: Curl
) -> None:
    may = ["-H", registry_token(machine, curl, "pull,push,delete")]
    manifest = curl(*may, f"{REGISTRY}/{NAME}/manifests/{pushed}")[1]
    layer = f"{REGISTRY}/{NAME}/blobs/{manifest['layers'][0]['digest']}"
    assert code(curl("-X", "DELETE", *may, layer)) == (405, "UNSUPPORTED")
    assert curl("-I", "-o", "/dev/null", *may, layer)[0] == 200


@pytest.mark.models("A tag is overwritten")
def test_an_overwritten_tags_manifest_stays(pushed: str, machine: Sandbox, curl: Curl) -> None:
    may = ["-H", registry_token(machine, curl, "pull,push")]
    manifest = f"{REGISTRY}/{NAME}/manifests"
    changed = json.dumps(curl(*may, f"{manifest}/{pushed}")[1])
    put = ["-X", "PUT", "-H", f"Content-Type: {MANIFEST}", "-d", changed, *may]
    assert curl(*put, "-o", "/dev/null", f"{manifest}/one")[0] == 201
    assert machine.run("cat", LINK) != pushed
    assert curl("-o", "/dev/null", *may, f"{manifest}/{pushed}")[0] == 200


def test_a_repository_may_be_called_manifests(machine: Sandbox, curl: Curl) -> None:
    name = f"{ACCOUNT}/manifests"
    copy = f"skopeo copy -q --dest-creds {ACCOUNT}:{machine.secrets['PASSWORD']}"
    machine.run("bash", "-c", f"{copy} docker://debian:trixie-slim docker://{name}:one")
    token = curl(f"https://auth.docker.io/token?scope=repository:{name}:pull")[1]["token"]
    tags = curl("-H", f"Authorization: Bearer {token}", f"{REGISTRY}/{name}/tags/list")
    assert tags == (200, {"name": name, "tags": ["one"]})


@pytest.mark.models("The list of all repositories")
def test_the_catalog_is_nobodys(machine: Sandbox, curl: Curl) -> None:
    who = f"{ACCOUNT}:{machine.secrets['PASSWORD']}"
    service = "https://auth.docker.io/token?scope=registry:catalog:*"
    token = curl("-u", who, service)[1]["token"]
    assert code(curl("-H", f"Authorization: Bearer {token}", f"{REGISTRY}/_catalog")) == (
        401,
        "UNAUTHORIZED",
    )


@pytest.mark.models("A token of the registry outlives")
def test_a_registry_token_outlives_the_access_token(
    pushed: str, curl: Curl, bearer: Callable[[str], str]
) -> None:
    """For its 300 seconds (facts: where the registry differs from Hub, 5)."""
    who, tokens = ["-H", bearer("PASSWORD")], f"{API}/access-tokens"
    wanted = '{"token_label": "short", "scopes": ["repo:read"]}'
    made = curl("--json", wanted, *who, tokens)[1]
    service = f"https://auth.docker.io/token?scope=repository:{NAME}:pull"
    given = ["-u", f"{ACCOUNT}:{made['token']}", service]
    token = curl(*given)[1]["token"]
    assert curl("-X", "DELETE", *who, f"{tokens}/{made['uuid']}")[0] == 204
    manifest = f"{REGISTRY}/{NAME}/manifests/{pushed}"
    assert curl("-o", "/dev/null", "-H", f"Authorization: Bearer {token}", manifest)[0] == 200
    assert curl(*given) == (401, {"details": "incorrect username or password"})


@pytest.mark.parametrize("path", SPELLINGS)
def test_no_spelling_of_the_path_gets_around_the_refusal_to_delete(
    path: str, pushed: str, machine: Sandbox, curl: Curl
) -> None:
    address = f"{REGISTRY}/{path.format(name=NAME, reference=pushed)}"
    may = ["-o", "/dev/null", "-H", registry_token(machine, curl, "pull,push,delete")]
    status, _ = curl("-X", "DELETE", *may, address)
    assert 400 <= status < 500
    assert curl(*may, f"{REGISTRY}/{NAME}/manifests/one")[0] == 200


@pytest.fixture
def immutable(pushed: str, curl: Curl, bearer: Callable[[str], str]) -> Iterator[str]:
    """Have the tags of `front` pushed once; returns the digest of `one`."""
    address = f"{API}/namespaces/{NAME.replace('/', '/repositories/')}/immutabletags"

    def change(is_on: str) -> None:
        wanted = f'{{"immutable_tags": {is_on}, "immutable_tags_rules": []}}'
        assert curl("-X", "PATCH", "--json", wanted, "-H", bearer("PASSWORD"), address)[0] == 200

    change("true")
    yield pushed
    change("false")


@pytest.mark.parametrize("path", SPELLINGS)
def test_no_spelling_of_the_path_gets_around_the_refusal_to_push(
    path: str, immutable: str, machine: Sandbox, curl: Curl
) -> None:
    may = ["-H", registry_token(machine, curl, "pull,push")]
    manifest = f"{REGISTRY}/{NAME}/manifests"
    changed = json.dumps(curl(*may, f"{manifest}/{immutable}")[1])
    put = ["-X", "PUT", "-H", f"Content-Type: {MANIFEST}", "-d", changed, *may]
    assert code(curl(*put, f"{manifest}/one")) == (403, "DENIED")
    status, _ = curl(
        *put, "-o", "/dev/null", f"{REGISTRY}/{path.format(name=NAME, reference='one')}"
    )
    assert 400 <= status < 500
    assert curl(*put, "-o", "/dev/null", f"{manifest}/two")[0] == 201
    assert machine.run("cat", LINK) == immutable


@pytest.fixture
def limited(machine: Sandbox, pushed: str) -> Iterator[str]:
    """Have pulls counted; returns the digest of `one`."""
    machine.run("local-docker-hub", "pull-limit", "on")
    yield pushed
    machine.run("local-docker-hub", "pull-limit", "off")


@pytest.mark.models("100 pulls")
def test_pulls_are_told_of_and_limited(limited: str, machine: Sandbox, curl: Curl) -> None:
    nobodys = curl(f"https://auth.docker.io/token?scope=repository:{NAME}:pull")[1]["token"]
    told = "%{http_code}" + "".join(f" %header{{{name}}}" for name in TOLD)
    ask = ["-H", f"Authorization: Bearer {nobodys}", "-o", "/dev/null", "-w", told + "\n", "-sS"]
    manifest = f"{REGISTRY}/{NAME}/manifests/{limited}"
    assert machine.run("curl", *ask, "-I", manifest) == f"200 100{W} 100{W} {ADDRESS}\n"
    seen = machine.run("curl", *ask, f"{manifest}?[1-101]").splitlines()
    assert seen[:100] == [f"200 100{W} {left}{W} {ADDRESS}" for left in range(99, -1, -1)]
    assert seen[100].split() == ["429"]
    theirs = registry_token(machine, curl, "pull")
    assert machine.run("curl", *ask[2:], "-H", theirs, manifest) == f"200 200{W} 199{W} \n"


@pytest.fixture(scope="module")
def outsider(machine: Sandbox) -> list[str]:
    """Another account; returns how curl signs in as it."""
    name, password = f"outsider-{secrets.token_hex(4)}", secrets.token_urlsafe(18)
    accounts = {"label": "a", "hub": [name, password], "packages": [name, password]}
    line = 'local-docker-hub seed <<< "$0" > /dev/null'
    machine.run("bash", "-c", line, json.dumps(accounts))
    return ["-u", f"{name}:{password}"]


@pytest.mark.models("Layers are mounted", "An outsider deletes")
@pytest.mark.parametrize("who", ["nobody", "outsider"])
def test_a_private_repository_is_as_one_that_is_not_there(
    who: str, pushed: str, curl: Curl, bearer: Callable[[str], str], outsider: list[str]
) -> None:
    password = ["-H", bearer("PASSWORD")]
    manifest = curl(*password, f"{API}/repositories/{NAME}/tags/one")[1]
    signed_in = outsider if who == "outsider" else []

    def seen(name: str) -> list[tuple[int, str]]:
        """Ask all that one may ask; returns statuses and codes."""
        scopes = f"scope=repository:{name}:pull&scope=repository:{NAME}-other:pull,push"
        token = curl(*signed_in, f"https://auth.docker.io/token?{scopes}")[1]["token"]
        may = ["-H", f"Authorization: Bearer {token}"]
        mount = f"{REGISTRY}/{NAME}-other/blobs/uploads/?from={name}&mount={pushed}"
        paths = ["tags/list", "manifests/one", f"manifests/{pushed}", f"blobs/{pushed}"]
        asked = [curl(*may, f"{REGISTRY}/{name}/{path}") for path in paths]
        asked += [curl("-X", method, *may, f"{REGISTRY}/{name}/manifests/one") for method in WRITES]
        asked.append(curl("-X", "POST", *may, f"{REGISTRY}/{name}/blobs/uploads/"))
        asked.append(curl("-X", "POST", *may, mount))
        head = curl("-I", "-o", "/dev/null", *may, f"{REGISTRY}/{name}/manifests/one")[0]
        return [code(one) for one in asked] + [(head, "")]

    privacy = f"{API}/repositories/{NAME}/privacy/"
    assert manifest["digest"] == pushed
    assert curl("--json", '{"is_private": true}', *password, privacy)[0] == 200
    try:
        assert {status for status, _ in seen(NAME)} == {401}
        assert seen(NAME) == seen(f"{NAME}-missing")
    finally:
        assert curl("--json", '{"is_private": false}', *password, privacy)[0] == 200


def test_the_registry_and_the_api_take_only_their_own_tokens(
    machine: Sandbox, curl: Curl, bearer: Callable[[str], str]
) -> None:
    assert curl("-H", registry_token(machine, curl, "pull,push"), f"{API}/access-tokens")[0] == 401
    answer = curl("-H", bearer("PASSWORD"), f"{REGISTRY}/library/debian/tags/list")
    assert code(answer) == (401, "UNAUTHORIZED")


def test_the_registry_refuses_forged_tokens(pushed: str, machine: Sandbox, curl: Curl) -> None:
    token = registry_token(machine, curl, "pull,push,delete").split()[2]
    certificate, key = (
        machine.run("cat", f"/var/lib/hub/token.{end}").encode() for end in ("crt", "key")
    )
    forged = dict(forgeries(token, certificate))
    forged |= dict(out_of_time(token, load_pem_private_key(key, None)))
    manifest = f"{REGISTRY}/{NAME}/manifests/{pushed}"
    for name, one in forged.items():
        for method in ("GET", "DELETE"):
            answer = curl("-X", method, "-H", f"Authorization: Bearer {one}", manifest)
            assert code(answer) == (401, "UNAUTHORIZED"), name
    assert curl("-o", "/dev/null", "-H", f"Authorization: Bearer {token}", manifest)[0] == 200


@pytest.mark.parametrize(
    ("status", "arguments"),
    [
        (400, "{host}/../../v2"),
        (400, "-H Authorization:{long} {host}/v2/"),
        (400, "-H Transfer-Encoding:gzip -d a {host}/v2/"),
        (400, "{host}/v2//a/b/tags/list"),
        (400, "{host}/v2/a/../b/tags/list"),
        (400, "{host}/v2/a%2Fb/tags/list?n=1"),
        (400, "{host}/v2/a/%2e%2e/_catalog"),
        (405, "-X TRACE {host}/v2/"),
        (414, "{host}/v2/{long}"),
    ],
)
@pytest.mark.parametrize("host", HOSTS)
def test_what_nginx_refuses_has_every_clients_shape(
    host: str, status: int, arguments: str, curl: Curl
) -> None:
    given = arguments.format(host=f"https://{host}", long="a" * 9000).split(" ")
    refused, answer = curl(*given)
    assert refused == status
    assert {"detail", "message", "errinfo", "details", "errors"} == {*answer}


@pytest.mark.parametrize("header", ["Content-Type: application/json", "Transfer-Encoding: chunked"])
@pytest.mark.parametrize("address", [f"{API}/auth/token", "https://auth.docker.io/token"])
def test_a_body_too_long_is_refused(
    address: str, header: str, machine: Sandbox, curl: Curl
) -> None:
    machine.run("truncate", "-s", "5M", "/tmp/long")
    status, answer = curl("--data-binary", "@/tmp/long", "-H", header, address)
    assert (status, {"message", "details"} - {*answer}) == (413, set())


@pytest.mark.parametrize("host", HOSTS)
def test_letters_that_are_no_addresses_are_refused(host: str, machine: Sandbox) -> None:
    request = f"GET /v2/é HTTP/1.1\\r\\nHost: {host}\\r\\nConnection: close\\r\\n\\r\\n"
    tls = f"timeout 9 openssl s_client -quiet -connect {host}:443 -servername {host} 2>/dev/null"
    said = machine.run("bash", "-c", f"printf '{request}' | {tls}")
    assert said.startswith("HTTP/1.1 400 Bad Request")
    assert "Content-Type: application/json" in said
