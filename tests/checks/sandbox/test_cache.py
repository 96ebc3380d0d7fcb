from pathlib import Path

import pytest
from docker import DockerClient

from checks.sandbox import container
from checks.sandbox.cache import fill_caches
from checks.sandbox.container import PROJECT, name_of, sandbox
from checks.sandbox.image import USUAL


def test_one_build_fills_the_caches_of_all_sandboxes(
    client: DockerClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(container, "NAME", "local-mkdocs-checks-filled")
    (tmp_path / "Dockerfile").write_text("FROM debian:trixie-slim\nRUN date +%N > /moment\n")
    moments = set()
    try:
        fill_caches(client, tmp_path, 2, USUAL)
        with sandbox(client) as one, sandbox(client) as two:
            for machine in (one, two):
                assert machine.build_cache == "kept"
                machine.put(tmp_path, PROJECT)
                machine.run("docker", "build", "--quiet", "--tag", "built", PROJECT)
                moments.add(machine.run("docker", "run", "--rm", "built", "cat", "/moment"))
    finally:
        for number in (1, 2):
            client.volumes.get(name_of(number)).remove()
    assert len(moments) == 1


def test_where_one_cache_is_there_nothing_is_built(
    client: DockerClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(container, "NAME", "local-mkdocs-checks-left")
    volume = client.volumes.create(name_of(2))
    try:
        # There is no Dockerfile.
        fill_caches(client, tmp_path, 2, USUAL)
    finally:
        volume.remove()
    fill_caches(client, tmp_path, 1, USUAL)
