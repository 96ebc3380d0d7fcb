"""The key that signs the Hub's tokens, and the tokens."""

import base64
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import jwt
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from checks.hub.pulls import WINDOW

LIFETIME: Final = 300
"""Seconds for which a registry token is good (facts: Docker Hub's real tokens)."""
API_LIFETIME: Final = 600
"""Seconds for which a token of the API is good (Docker Hub API, authentication)."""
LEEWAY: Final = 60
"""Seconds for which distribution accepts a token that has expired."""
API: Final = "hub.docker.com"
ISSUER: Final = "auth.docker.io"
REGISTRY: Final = "registry.docker.io"
"""Docker Hub's token service and registry, as tokens call them."""


@dataclass(frozen=True, slots=True)
class Access:
    """What a registry token allows on one repository."""

    name: str
    actions: tuple[str, ...]
    pull_limit: int | None = None
    """How many pulls there may be in six hours, if not as many as one likes."""

    def allows(self, action: str) -> bool:
        """Whether an action is allowed; `*` stands for any (distribution, token scope)."""
        return action in self.actions or "*" in self.actions

    @property
    def claim(self) -> dict[str, Any]:
        """The permission as Docker Hub's tokens have it (facts: "Hub's real tokens")."""
        limited = {"pull_limit": str(self.pull_limit), "pull_limit_interval": str(WINDOW)}
        parameters = limited if self.pull_limit is not None else {}
        names = {"type": "repository", "name": self.name, "actions": list(self.actions)}
        return names | {"parameters": parameters}


class Keys:
    """One RSA key with its certificate; distribution trusts the certificate."""

    def __init__(self, key: Path, certificate: Path) -> None:
        private = load_pem_private_key(key.read_bytes(), password=None)
        if not isinstance(private, RSAPrivateKey):
            raise TypeError(f"{key}: not an RSA key")
        self._key = private
        der = x509.load_pem_x509_certificate(certificate.read_bytes()).public_bytes(Encoding.DER)
        # distribution 2.8 and 3.x agree on x5c; their key ids differ.
        self._headers = {"x5c": [base64.b64encode(der).decode()]}

    def registry_token(self, issuer: str, service: str, account: str, access: list[Access]) -> str:
        """Return a bearer token for the registry `service` (distribution token specification)."""
        granted = [one.claim for one in access]
        return self._sign(
            {"iss": issuer, "aud": service, "sub": account, "access": granted},
            starts=-LIFETIME,
            ends=LIFETIME,
        )

    def read_registry_token(
        self, issuer: str, service: str, token: str
    ) -> tuple[str, list[Access]]:
        """Return a registry's token's account and what it allows.

        Raises jwt.InvalidTokenError where it is none.

        One that distribution still takes for good must not be bad here.
        """
        claims = self._read(token, issuer, service, leeway=LEEWAY)
        return claims["sub"], [_access(one) for one in claims["access"]]

    def api_token(self, account: str, claims: dict[str, Any]) -> str:
        """Return a bearer token for the HTTP API."""
        return self._sign(
            {"iss": API, "aud": API, "sub": account} | claims, starts=0, ends=API_LIFETIME
        )

    def read_api_token(self, token: str) -> dict[str, Any]:
        """Return an API token's claims; raises jwt.InvalidTokenError where it isn't one of ours."""
        return self._read(token, API, API)

    def _read(self, token: str, issuer: str, audience: str, leeway: int = 0) -> dict[str, Any]:
        key, only = self._key.public_key(), ["RS256"]
        return jwt.decode(
            token, key, algorithms=only, issuer=issuer, audience=audience, leeway=leeway
        )

    def _sign(self, claims: dict[str, Any], starts: int, ends: int) -> str:
        now = int(time.time())
        standard = {"iat": now, "nbf": now + starts, "exp": now + ends}
        identifier = {"jti": "dckr_jti_" + secrets.token_urlsafe(20)}
        return jwt.encode(
            claims | standard | identifier, self._key, algorithm="RS256", headers=self._headers
        )


def _access(claim: dict[str, Any]) -> Access:
    limit = claim["parameters"].get("pull_limit")
    return Access(claim["name"], tuple(claim["actions"]), int(limit) if limit else None)
