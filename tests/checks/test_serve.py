"""The preview: what is said where its port is taken."""

import socket
import subprocess
import sys
from pathlib import Path


def test_a_taken_port_is_named_with_its_setting(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        (tmp_path / "mkdocs.yml").write_text(f"site_name: Test\ndev_addr: {address}\n")
        root = str(Path(__file__).parents[2])
        served = subprocess.run(
            [sys.executable, "-m", "checks.serve"], cwd=tmp_path, env={"PYTHONPATH": root},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert served.returncode == 2
    assert served.stderr.splitlines()[-1] == (
        f"mkdocs.yml: dev_addr {address}: Address already in use; stop what listens there, or set"
        " another dev_addr"
    )
