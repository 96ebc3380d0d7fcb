"""Connections to what runs in the sandbox."""

import socket
from collections.abc import Iterator
from typing import Any

from docker.utils import socket as frames


class Connection:
    """The socket under a stream of docker-py's, which closes only together with its response."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.socket: socket.socket = getattr(stream, "_sock", stream)

    def frames(self) -> Iterator[bytes]:
        """Read what comes where there is no terminal, until the other side ends."""
        for _, frame in frames.frames_iter(self._stream, tty=False):  # type: ignore[no-untyped-call]  # docker-py has no types here
            yield frame

    def close(self) -> None:
        """Hang up."""
        self._stream._response.close()
        self.socket.close()
