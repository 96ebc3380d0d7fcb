"""Connections: nothing is lost of what the engine says together with its answer's headers."""

import socket
from collections.abc import Iterator
from contextlib import closing
from threading import Event, Thread

import pytest
from docker import APIClient

from checks.sandbox.connection import HEADER, Connection

ANSWER = (
    b"HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\n"
    b"Connection: Upgrade\r\nUpgrade: tcp\r\n\r\n"
)


@pytest.fixture
def connection(request: pytest.FixtureRequest) -> Iterator[Connection]:
    """Connect with an engine that says its headers and more at once, which a real one does rarely.

    It goes on for as long as the test does, as a command does that waits.
    """
    done = Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connected, _ = server.accept()
            with connected:
                connected.recv(65536)
                connected.sendall(ANSWER + request.param)
                done.wait()

        thread = Thread(target=answer)
        thread.start()
        api = APIClient(f"tcp://127.0.0.1:{server.getsockname()[1]}", version="1.44")
        try:
            with closing(api), closing(Connection(api.exec_start("a", socket=True))) as connection:
                connection.socket.settimeout(5)
                yield connection
        finally:
            done.set()
            thread.join()


@pytest.mark.parametrize("connection", [HEADER.pack(2, 5) + b"early"], indirect=True)
def test_an_early_part_is_read(connection: Connection) -> None:
    assert next(connection.streams()) == (2, b"early")


@pytest.mark.parametrize(
    ("connection", "said"), [(b"$ ", b"$ "), (b"", b"")], indirect=["connection"]
)
def test_what_a_terminal_shows_early_is_read(connection: Connection, said: bytes) -> None:
    assert connection.early() == said
