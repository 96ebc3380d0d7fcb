"""Commands that are run in a container, outside any terminal."""

import re
import secrets
import socket
from collections.abc import Mapping
from contextlib import closing
from typing import Final

from docker.models.containers import Container

from checks.errors import MachineError
from checks.sandbox.connection import Connection

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


def execute(container: Container, environment: Mapping[str, str], *command: str) -> tuple[int, str]:
    """Run a command; returns its exit status, and its output with its errors.

    Raises MachineError where the container ends before the command does.
    """
    end = secrets.token_hex(8)
    api = container.client.api  # type: ignore[union-attr]  # a started one has its client
    shell = ["bash", "-c", ANNOUNCED, "bash", end, *command]
    execution = api.exec_create(container.id, shell, stdin=True, environment=dict(environment))[
        "Id"
    ]
    said = b""
    with closing(Connection(api.exec_start(execution, socket=True))) as connection:
        for frame in connection.frames():
            said += frame
            # Which of the two streams comes first is chance.
            status = re.search(rb"%s (\d+)\n" % end.encode(), said)
            if status and b"%s\n" % end.encode() in said:
                connection.socket.shutdown(socket.SHUT_WR)
                text = re.sub(rb"%s( \d+)?\n" % end.encode(), b"", said)
                return int(status[1]), text.decode(errors="replace")
    raise MachineError(f"in the sandbox, {' '.join(command)} was ended")
