"""Host names: which of them lead to the sandbox's own registries, and which outside."""

from dataclasses import dataclass, field
from typing import Final

HUB_NAMES: Final = (
    "registry-1.docker.io",
    "auth.docker.io",
    "index.docker.io",
    "hub.docker.com",
    "login.docker.com",
)
PACKAGES_NAME: Final = "ghcr.io"
LOCAL_NAMES: Final = (*HUB_NAMES, PACKAGES_NAME)
ADDRESS: Final = "192.0.2.1"
"""The local registries': of a network for documentation (RFC 5737), on the loopback device."""


@dataclass(frozen=True, slots=True)
class Outside:
    """A Docker Hub outside the sandbox, to be met in the local one's place."""

    address: str | None
    """Its IP address, where its host names don't lead to it by themselves."""
    certificates: bytes
    """What to trust, beside the usual, as PEM."""
    secrets: dict[str, str] = field(repr=False)
    """PASSWORD and TOKEN of an account there."""


def addresses(outside: Outside | None) -> dict[str, str]:
    """Return which host names lead where, if not where they lead everywhere."""
    local = LOCAL_NAMES if outside is None else (PACKAGES_NAME,)
    elsewhere = [] if outside is None or outside.address is None else HUB_NAMES
    found = dict.fromkeys(local, ADDRESS)
    return found | {name: str(outside and outside.address) for name in elsewhere}
