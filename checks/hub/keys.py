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

LIFETIME: Final = 300
"""Seconds for which a registry token is good (facts: Docker Hub's real tokens)."""
API_LIFETIME: Final = 600
"""Seconds for which a token of the API is good (Docker Hub API, authentication)."""
LEEWAY: Final = 60
"""Seconds for which distribution accepts a token that has expired."""
API: Final = "hub.docker.com"


@dataclass(frozen=True, slots=True)
class Access:
    """What a registry token allows on one repository."""

    name: str
    actions: tuple[str, ...]


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
        granted = [
            {"type": "repository", "name": one.name, "actions": list(one.actions), "parameters": {}}
            for one in access
        ]
        return self._sign(
            {"iss": issuer, "aud": service, "sub": account, "access": granted},
            starts=-LIFETIME,
            ends=LIFETIME,
        )

    def read_registry_token(self, service: str, token: str) -> list[Access]:
        """Return what a registry's token allows; raises jwt.InvalidTokenError where it is none.

        One that distribution still takes for good must not be bad here.
        """
        claims = self._read(token, service, leeway=LEEWAY)
        return [Access(one["name"], tuple(one["actions"])) for one in claims["access"]]

    def api_token(self, account: str, claims: dict[str, Any]) -> str:
        """Return a bearer token for the HTTP API."""
        return self._sign(
            {"iss": API, "aud": API, "sub": account} | claims, starts=0, ends=API_LIFETIME
        )

    def read_api_token(self, token: str) -> dict[str, Any]:
        """Return an API token's claims; raises jwt.InvalidTokenError where it isn't one of ours."""
        return self._read(token, API)

    def _read(self, token: str, audience: str, leeway: int = 0) -> dict[str, Any]:
        key = self._key.public_key()
        return jwt.decode(token, key, algorithms=["RS256"], audience=audience, leeway=leeway)

    def _sign(self, claims: dict[str, Any], starts: int, ends: int) -> str:
        now = int(time.time())
        standard = {"iat": now, "nbf": now + starts, "exp": now + ends}
        identifier = {"jti": "dckr_jti_" + secrets.token_urlsafe(20)}
        return jwt.encode(
            claims | standard | identifier, self._key, algorithm="RS256", headers=self._headers
        )
