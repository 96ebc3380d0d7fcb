"""The published API, and where Docker Hub's answers are known to be others."""

from pathlib import Path
from typing import Any, Final

import schemathesis

DOCUMENT: Final = Path(__file__).parents[4] / "shared/facts/hub-openapi.yaml"
TEXT: Final = {"type": "string"}
IMAGE: Final = {"$ref": "#/components/schemas/image"}
NULLABLE: Final = {"type": "string", "nullable": True}
REFUSAL: Final = {"$ref": "#/components/responses/BadRequest"}
FORBIDDEN: Final = {"$ref": "#/components/responses/Forbidden"}
MISSING: Final = {"$ref": "#/components/responses/NotFound"}

HUB_FEEDBACK: Final = "live answer of 2025 in docker/hub-feedback#2484"
EXAMPLE: Final = "the document's own example is null"
SCHEMAS: Final[list[tuple[str, dict[str, Any], str]]] = [
    ("tag/images", {"type": "array", "items": IMAGE}, "docker/docs#20552"),
    ("tag/v2", {"type": "boolean"}, HUB_FEEDBACK),
    ("tag/tag_status", TEXT, HUB_FEEDBACK + "; the document has `status`"),
    ("tag/media_type", TEXT, HUB_FEEDBACK),
    ("tag/content_type", TEXT, HUB_FEEDBACK),
    ("tag/digest", TEXT, HUB_FEEDBACK),
    ("image/variant", NULLABLE, "assumed: most images have none"),
    ("image/os_version", NULLABLE, "assumed: as `variant`"),
    ("getAccessTokensResponse/next", NULLABLE, EXAMPLE),
    ("getAccessTokensResponse/previous", NULLABLE, EXAMPLE),
]
"""Where in the schemas, what is answered, and who says so."""

STRICT: Final = ("accessToken", "image", "repository_info", "tag")
"""Of these, no answer has a member that isn't published or among the departures."""

TOKENS: Final = "/v2/access-tokens"
TAGS: Final = "/v2/namespaces/{namespace}/repositories/{repository}/tags"
FROM_TOKEN: Final = "docker/hub-feedback#2438: for who signed in with an access token"
NO_CREDENTIALS: Final = "assumed: nothing is published for a body without credentials"
BAD_HEADER: Final = "docker/hub-feedback#2478: a header that is none is refused"
STATUSES: Final[list[tuple[str, str, str, dict[str, Any], str]]] = [
    ("get post", TOKENS, "403", FORBIDDEN, FROM_TOKEN),
    ("get patch delete", TOKENS + "/{uuid}", "403", FORBIDDEN, FROM_TOKEN),
    ("get", TOKENS, "404", MISSING, "assumed: past the last page, as for repositories"),
    ("patch", TOKENS + "/{uuid}", "404", MISSING, "assumed: as for get and delete"),
    ("post", "/v2/auth/token", "400", REFUSAL, NO_CREDENTIALS),
    ("post", "/v2/users/login", "400", REFUSAL, NO_CREDENTIALS),
    ("get head", TAGS, "401", FORBIDDEN, BAD_HEADER),
    ("get head", TAGS + "/{tag}", "401", FORBIDDEN, BAD_HEADER),
]
"""Methods, path, status and answer that the document doesn't have, and who says so."""


def read_published() -> schemathesis.BaseSchema:
    """Return the published API, with the departures."""
    document: dict[str, Any] = schemathesis.openapi.from_path(DOCUMENT).raw_schema
    for place, schema, _source in SCHEMAS:
        name, _, member = place.partition("/")
        document["components"]["schemas"][name]["properties"][member] = schema
    for name in STRICT:
        document["components"]["schemas"][name]["additionalProperties"] = False
    for methods, path, status, answer, _source in STATUSES:
        for method in methods.split():
            document["paths"][path][method]["responses"][status] = answer
    published = schemathesis.openapi.from_dict(document)
    # Who asks is for the test to say.
    published.config.generation.update(with_security_parameters=False)
    return published
