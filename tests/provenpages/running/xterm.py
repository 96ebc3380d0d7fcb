"""Another terminal, `xterm.js`, in a process of its own."""

import json
import os
import subprocess
from pathlib import Path
from typing import Final

INSTALLED: Final = Path(__file__).parents[3] / ".venv/xterm/node_modules"
SCRIPT: Final = Path(__file__).with_name("xterm.js")


class Xterm:
    """A process that takes what is written to a terminal, and gives the lines that it shows."""

    def __init__(self) -> None:
        if not INSTALLED.is_dir():
            raise FileNotFoundError(f"{INSTALLED} is missing; run `make .venv/xterm/ready`")
        self._process = subprocess.Popen(
            ["node", SCRIPT],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "NODE_PATH": str(INSTALLED)},
            text=True,
        )

    def show(self, written: str, rows: int, columns: int) -> list[str]:
        """Return what `render` returns."""
        assert self._process.stdin and self._process.stdout
        asked = {"written": written, "rows": rows, "columns": columns}
        print(json.dumps(asked), file=self._process.stdin, flush=True)
        lines = [line.rstrip() for line in json.loads(self._process.stdout.readline())]
        while lines and not lines[-1]:
            lines.pop()
        return lines

    def close(self) -> None:
        """End the process."""
        self._process.communicate()
