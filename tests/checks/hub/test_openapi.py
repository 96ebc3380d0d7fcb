"""Answers as the published API has them, whatever is asked (the document isn't ours to publish)."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.checks.hub.local_hub import Account, LocalHub
from tests.checks.hub.published import DOCUMENT, read_published

REPOSITORIES = "/v2/namespaces/{namespace}/repositories"
OPERATIONS = [
    "POST /v2/users/login",
    "POST /v2/auth/token",
    "POST /v2/access-tokens",
    "GET /v2/access-tokens",
    "GET /v2/access-tokens/{uuid}",
    "PATCH /v2/access-tokens/{uuid}",
    "DELETE /v2/access-tokens/{uuid}",
    f"GET {REPOSITORIES}",
    f"POST {REPOSITORIES}",
    f"GET {REPOSITORIES}/{{repository}}",
    f"HEAD {REPOSITORIES}/{{repository}}",
    f"PATCH {REPOSITORIES}/{{repository}}/immutabletags",
    f"GET {REPOSITORIES}/{{repository}}/tags",
    f"HEAD {REPOSITORIES}/{{repository}}/tags",
    f"GET {REPOSITORIES}/{{repository}}/tags/{{tag}}",
    f"HEAD {REPOSITORIES}/{{repository}}/tags/{{tag}}",
]
CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module")
def published() -> Any:
    if not DOCUMENT.exists():
        pytest.skip(f"the published API isn't at {DOCUMENT}")
    return read_published()


@pytest.fixture
def samples(hub: LocalHub, ada: Account) -> dict[str, Any]:
    """Values that lead to something: parameters' and members'."""
    for name in ("open", "shut"):
        ada.repository(name, is_private=name == "shut")
        hub.storage.push(f"{ada.name}/{name}", "one")
    return {
        "namespace": ada.name,
        "repository": "shut",
        "tag": "one",
        "uuid": ada.token("repo:read")["uuid"],
        "identifier": ada.name,
        "username": ada.name,
        "secret": ada.password,
        "password": ada.password,
        "scopes": ["repo:read", "repo:admin"],
        "immutable_tags_rules": [],
        "ordering": "-name",
        "page": 3,
        "page_size": 1,
    }


@pytest.mark.parametrize("operation", OPERATIONS)
def test_answers_are_as_published(
    operation: str, published: Any, samples: dict[str, Any], hub: LocalHub, ada: Account
) -> None:
    method, path = operation.split()
    who = [ada.bearer(), ada.as_token("repo:write"), {"Authorization": "Bearer a"}, {}]
    seen = set()

    @settings(max_examples=60)
    @given(published[path][method].as_strategy(), st.sampled_from(who), st.booleans())
    def ask(case: Any, headers: dict[str, str], leads: bool) -> None:
        if leads:
            lead(case, samples)
        headers = {"Host": "hub.docker.com", **headers}
        response = case.call(base_url=str(hub.api.base_url), headers=headers)
        case.validate_response(response, checks=CHECKS)
        seen.add(response.status_code)

    ask()
    # Else none of the above would have met an answer that matters.
    assert seen & {200, 201, 204}
    assert seen & {400, 401}


def lead(case: Any, samples: dict[str, Any]) -> None:
    """Put samples in place of what stands under their names."""
    for values in (case.path_parameters, case.query, case.body):
        if isinstance(values, dict):
            values.update({name: samples[name] for name in samples.keys() & values.keys()})
