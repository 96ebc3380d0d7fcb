"""curl: the protocol with nothing around it."""

import json

import pytest

from checks.sandbox.container import ACCOUNT
from tests.checks.clients.conftest import Shell, secret_of

TOKEN = "https://auth.docker.io/token?service=registry.docker.io"
REGISTRY = "https://registry-1.docker.io/v2"
MANIFEST = f"{REGISTRY}/library/debian/manifests/trixie-slim"
ACCEPT = "Accept: application/vnd.docker.distribution.manifest.v2+json"


def test_the_registry_says_where_to_sign_in(shell: Shell) -> None:
    answer = shell(f"curl -sSi {REGISTRY}/").out
    assert answer.startswith("HTTP/1.1 401 ")
    challenge = 'Bearer realm="https://auth.docker.io/token",service="registry.docker.io"'
    assert f"Www-Authenticate: {challenge}\r\n" in answer


def test_a_public_image_is_read_by_nobody(shell: Shell) -> None:
    answer = json.loads(shell(f"curl -sS '{TOKEN}&scope=repository:library/debian:pull'").out)
    assert answer["token"] == answer["access_token"]
    assert answer["expires_in"] == 300
    assert "refresh_token" not in answer
    bearer = f"-H 'Authorization: Bearer {answer['token']}' -H '{ACCEPT}'"
    manifest = json.loads(shell(f"curl -sS {bearer} {MANIFEST}").out)
    assert manifest["schemaVersion"] == 2
    assert shell(f"curl -sS {MANIFEST}").out.startswith('{"errors":[{"code":"UNAUTHORIZED"')


@pytest.mark.models("GET with Basic")
@pytest.mark.parametrize("form", ["-G", ""])
def test_a_form_is_answered_as_a_query_is(form: str, shell: Shell, repository: str) -> None:
    scope = f"-d 'scope=repository:{repository}:pull,push'"
    who = f"-u {ACCOUNT}:$TOKEN" if form else f"-d username={ACCOUNT} -d password=$TOKEN"
    kind = "" if form else "-d grant_type=password -d client_id=curl"
    answer = json.loads(shell(f"curl -sS {form} {who} {kind} {scope} {TOKEN}").out)
    bearer = f"-H 'Authorization: Bearer {answer['access_token']}'"
    started = shell(f"curl -sSi -X POST {bearer} {REGISTRY}/{repository}/blobs/uploads/").out
    assert started.startswith("HTTP/1.1 202 ")


@pytest.mark.models("Too weak a token for a push")
@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("repo:read", "access token has insufficient scopes"),
        ("repo:public_read", "access token has insufficient scopes"),
        ("expired", "personal access token is expired"),
        ("deleted", "incorrect username or password"),
    ],
)
def test_a_refusal_has_details(kind: str, said: str, shell: Shell, repository: str) -> None:
    who = f"-u {ACCOUNT}:{secret_of(shell, kind)}"
    ran = shell(f"curl -sSi {who} '{TOKEN}&scope=repository:{repository}:pull,push'")
    assert ran.out.startswith("HTTP/1.1 401 ")
    assert json.loads(ran.out.split("\r\n\r\n")[1]) == {"details": said}
