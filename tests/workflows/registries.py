"""What the sandbox's two registries hold."""

import re

from checks.sandbox.container import Sandbox

HOLDINGS = "grep -rs '' /var/lib/registry /var/lib/packages --include link || true"
TAG = re.compile(
    r"/var/lib/(registry|packages)/.+/repositories/(.+)/_manifests/tags/(.+)/current/link:(.+)"
)


def holdings(machine: Sandbox) -> set[str]:
    """All that both registries hold: tags, manifests, layers."""
    return set(machine.run("sh", "-c", HOLDINGS).splitlines())


def tags(held: set[str]) -> dict[str, str]:
    """Return each tag among it, with its repository, and its digest."""
    hosts = {"registry": "docker.io", "packages": "ghcr.io"}
    found = [match.groups() for line in sorted(held) if (match := TAG.match(line))]
    return {f"{hosts[host]}/{name}:{tag}": digest for host, name, tag, digest in found}


def repositories(held: set[str]) -> set[str]:
    """Return the names of all that something was pushed to, tagged or not."""
    return {line.partition("/repositories/")[2].partition("/_")[0] for line in held}


def changed(before: set[str], after: set[str]) -> dict[str, str]:
    """Return the tags that are new or lead elsewhere; none may have gone."""
    old, new = tags(before), tags(after)
    assert old.keys() <= new.keys()
    return {tag: digest for tag, digest in new.items() if old.get(tag) != digest}
