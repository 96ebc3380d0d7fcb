"""Connections to what runs in the sandbox."""

import socket
import struct
from collections.abc import Iterator
from typing import Any, Final

from docker import APIClient
from docker.models.containers import Container

HEADER: Final = struct.Struct(">BxxxL")
"""Before each part: its stream's number, and its length in bytes (Docker's API, attach)."""


def api_of(container: Container) -> APIClient:
    """Return the API of the engine that gave us a container."""
    # docker-py's type allows for containers that no engine gave.
    assert container.client
    return container.client.api


class Connection:
    """The socket under a stream of docker-py's, which closes only together with its response."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.socket: socket.socket = getattr(stream, "_sock", stream)
        self.socket.settimeout(None)
        # What came together with the answer's headers is in its buffer, and no more in the socket:
        # docker-py's own functions would lose it.
        self._buffer = stream._response.raw._fp.fp

    def frames(self) -> Iterator[bytes]:
        """Read what comes where there is no terminal, until the other side ends."""
        return (frame for _, frame in self.streams())

    def streams(self) -> Iterator[tuple[int, bytes]]:
        """Read the same, each part after its stream's number: 1 for output, 2 for errors."""
        while len(header := self._buffer.read(HEADER.size)) == HEADER.size:
            stream, length = HEADER.unpack(header)
            yield stream, self._buffer.read(length)

    def early(self) -> bytes:
        """Return what has come by now, together with the answer's headers or after them."""
        self.socket.setblocking(False)
        try:
            early: bytes = self._buffer.read1()
        finally:
            self.socket.setblocking(True)
        return early

    def fileno(self) -> int:
        """What tells `select` whether there is something to read."""
        return self.socket.fileno()

    def send(self, data: bytes) -> None:
        """Send all of it."""
        self.socket.sendall(data)

    def receive(self) -> bytes:
        """Read what has come; nothing where the other side has ended."""
        return self.socket.recv(65536)

    def close(self) -> None:
        """Hang up."""
        self._stream._response.close()
        self.socket.close()
