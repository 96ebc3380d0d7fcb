"""Commands that are run in a container, outside any terminal."""

import re
import secrets
import socket
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Final

from docker.models.containers import Container

from checks.sandbox.connection import Connection, api_of
from provenpages.errors import MachineError

OUTPUT: Final = 1
ERRORS: Final = 2
ANNOUNCED: Final = """
end=$1
shift
"$@" < /dev/null
echo "$end $?"
echo "$end" >&2
read -r
"""
"""Runs a command, says on both streams that it has ended, and waits until that is read.

An engine that is busy may drop the last words of what has ended.
"""


@dataclass(frozen=True, slots=True)
class Ended:
    """What a command did: its exit status, and what it said on its output and among its errors."""

    status: int
    text: str
    """Both together, as they came."""
    output: str
    errors: str


def execute(
    container: Container,
    environment: Mapping[str, str],
    *command: str,
    folder: str | None = None,
) -> Ended:
    """Run a command in a folder; raises MachineError where the container ends before it does."""
    end = secrets.token_hex(8).encode()
    api = api_of(container)
    execution = api.exec_create(
        container.id,
        ["bash", "-c", ANNOUNCED, "bash", end.decode(), *command],
        stdin=True,
        workdir=folder,
        environment=dict(environment),
    )["Id"]
    said = bytearray()
    streams = {OUTPUT: bytearray(), ERRORS: bytearray()}
    with closing(Connection(api.exec_start(execution, socket=True))) as connection:
        for stream, part in connection.streams():
            said += part
            streams[stream] += part
            # Which of the two streams comes first is chance.
            status = re.search(rb"%s (\d+)\n$" % end, streams[OUTPUT][-64:])
            if status and streams[ERRORS].endswith(b"%s\n" % end):
                connection.socket.shutdown(socket.SHUT_WR)
                texts = (_without(end, one) for one in (said, *streams.values()))
                return Ended(int(status[1]), *texts)
    raise MachineError(f"in the sandbox, {' '.join(command)} was ended")


def _without(end: bytes, said: bytearray) -> str:
    return re.sub(rb"%s( \d+)?\n" % end, b"", said).decode(errors="replace")
