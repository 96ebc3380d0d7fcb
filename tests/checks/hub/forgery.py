"""Tokens that nobody should accept, made from one that is good."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from tests.checks.hub.local_hub import claims_of, header_of


def forgeries(token: str, certificate: bytes) -> Iterator[tuple[str, str]]:
    """Return names and tokens; `certificate` is the one that everybody may see."""
    header, claims = header_of(token), claims_of(token)
    signature = token.rpartition(".")[2]
    for algorithm in ("none", "None", ""):
        yield f"algorithm {algorithm!r}", joined({**header, "alg": algorithm}, claims)
    for hint in ({}, {"x5c": header["x5c"]}):
        signed = joined({"alg": "HS256", "typ": "JWT", **hint}, claims)[:-1]
        mac = hmac.digest(certificate, signed.encode(), hashlib.sha256)
        yield f"HS256 with the certificate {[*hint]}", f"{signed}.{encoded(mac)}"
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    yield "another key", jwt.encode(claims, other, "RS256", headers=header)
    key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(other.public_key()))
    yield "a key of its own", jwt.encode(claims, other, "RS256", headers={"jwk": key})
    theirs = {"x5c": [self_signed(other)]}
    yield "a certificate of its own", jwt.encode(claims, other, "RS256", headers=theirs)
    both = {"x5c": [*theirs["x5c"], *header["x5c"]]}
    yield "a certificate before the right one", jwt.encode(claims, other, "RS256", headers=both)
    more = {**claims, "sub": "library", "access": everything()}
    yield "other claims", f"{joined(header, more)}{signature}"
    yield "no signature", joined(header, claims)
    yield "cut", token[:-5]
    yield "twice", f"{token}.{signature}"


def out_of_time(token: str, key: Any) -> Iterator[tuple[str, str]]:
    """Return names and tokens that are signed by the right key."""
    claims, now = claims_of(token), int(time.time())
    wrong: dict[str, dict[str, Any]] = {
        "expired": {"exp": now - 100},
        "not yet": {"nbf": now + 100, "iat": now + 100},
        "for another": {"aud": "ghcr.io"},
        "for nobody": {"aud": ""},
        "of another": {"iss": "ghcr.io"},
    }
    for name, other in wrong.items():
        yield name, jwt.encode({**claims, **other}, key, "RS256", headers=header_of(token))


def self_signed(key: rsa.RSAPrivateKey) -> str:
    """Return a certificate that a key has given itself, under the right one's name."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "auth.docker.io")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now - timedelta(hours=1)).not_valid_after(now + timedelta(hours=1))
    der = made.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)
    return base64.b64encode(der).decode()


def everything() -> list[dict[str, Any]]:
    return [{"type": "repository", "name": "library/debian", "actions": ["*"]}]


def joined(header: dict[str, Any], claims: dict[str, Any]) -> str:
    """Return a token without a signature."""
    return ".".join([*(encoded(json.dumps(one).encode()) for one in (header, claims)), ""])


def encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
