"""Docker Hub's host names in the sandbox: nginx, the Hub and the registry together."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from checks.sandbox.container import ACCOUNT, Sandbox
from tests.hub.forgery import forgeries, out_of_time

API = "https://hub.docker.com/v2"
REGISTRY = "https://registry-1.docker.io/v2"
NAME = f"{ACCOUNT}/front"
ROOT = "/var/lib/registry/docker/registry/v2/repositories"
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


@pytest.mark.parametrize(
    "path",
    [
        "{name}/manifests%2f{digest}",
        "{name}/manifests/%2e/{digest}",
        "{name}//manifests/{digest}",
        "{name}/manifests//{digest}",
        "{name}/manifests/{digest}/",
        "{name}/manifests/{digest}/../{digest}",
        "{name}/blobs/../manifests/{digest}",
        "{name}/%6danifests/{digest}",
        "{name}/manifests/{digest}?a=/blobs/",
        "{name}/manifests/{digest}%23",
        "{name}/manifests/{digest};a",
    ],
)
def test_no_spelling_of_the_path_gets_around_the_refusal(
    path: str, pushed: str, machine: Sandbox, curl: Curl
) -> None:
    address = f"{REGISTRY}/{path.format(name=NAME, digest=pushed)}"
    may = ["-o", "/dev/null", "-H", registry_token(machine, curl, "pull,push,delete")]
    status, _ = curl("-X", "DELETE", *may, address)
    assert 300 <= status < 500
    assert curl(*may, f"{REGISTRY}/{NAME}/manifests/one")[0] == 200


def test_a_private_repository_is_hidden_in_the_registry_too(
    pushed: str, curl: Curl, bearer: Callable[[str], str]
) -> None:
    privacy = f"{API}/repositories/{NAME}/privacy/"
    manifest = f"{REGISTRY}/{NAME}/manifests/{pushed}"
    for is_private, status in (("true", 401), ("false", 200)):
        wanted = ["--json", f'{{"is_private": {is_private}}}', "-H", bearer("PASSWORD")]
        assert curl(*wanted, privacy)[0] == 200
        token = curl(f"https://auth.docker.io/token?scope=repository:{NAME}:pull")[1]["token"]
        assert curl("-H", f"Authorization: Bearer {token}", manifest)[0] == status


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
        (405, "-X TRACE {host}/v2/"),
        (414, "{host}/v2/{long}"),
    ],
)
@pytest.mark.parametrize("host", ["hub.docker.com", "auth.docker.io", "registry-1.docker.io"])
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


@pytest.mark.parametrize("host", ["hub.docker.com", "auth.docker.io"])
def test_letters_that_are_no_addresses_are_refused(host: str, machine: Sandbox) -> None:
    request = f"GET /v2/é HTTP/1.1\\r\\nHost: {host}\\r\\nConnection: close\\r\\n\\r\\n"
    tls = f"timeout 9 openssl s_client -quiet -connect {host}:443 -servername {host} 2>/dev/null"
    said = machine.run("bash", "-c", f"printf '{request}' | {tls}")
    assert said.startswith("HTTP/1.1 400 Bad Request")
    assert "Content-Type: application/json" in said
