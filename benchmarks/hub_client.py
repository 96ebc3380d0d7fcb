"""Run in the sandbox by benchmarks/hub.py: asks and uploads, and prints what it took as JSON."""

import base64
import hashlib
import http.client
import json
import os
import ssl
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

ACCOUNT = "hackforlaops"
LAYER = Path("/tmp/layer")
UPLOADS = "v2/hackforlaops/bench/blobs/uploads/"
STRAIGHT = {
    "REGISTRY_HTTP_NET": "tcp",
    "REGISTRY_HTTP_ADDR": "192.0.2.1:5000",
    "REGISTRY_HTTP_TLS_CERTIFICATE": "/var/lib/hub/server.crt",
    "REGISTRY_HTTP_TLS_KEY": "/var/lib/hub/server.key",
}
"""The same registry with nothing in front, and TLS all the same."""
SCOPE = "service=registry.docker.io&scope=repository:hackforlaops/bench:pull,push"


def token_milliseconds(secret: str, clients: int, requests: int) -> float:
    """Return the median of requests at the token service, so many clients asking at once."""
    with ThreadPoolExecutor(clients) as pool:
        asked = pool.map(lambda _: ask(secret, requests), range(clients))
    return 1000 * median(seconds for one in asked for seconds in one)


def beside_passwords(requests: int) -> float:
    """Return the median of one client with a token, while another keeps using the password."""
    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(ask, os.environ["PASSWORD"], requests)
        seconds: list[float] = []
        while not other.done():
            seconds += ask(os.environ["TOKEN"], 1)
        other.result()
    return 1000 * median(seconds)


def ask(secret: str, requests: int) -> list[float]:
    """Be one client with one connection; returns the seconds that each answer took."""
    auth = base64.b64encode(f"{ACCOUNT}:{secret}".encode()).decode()
    context = ssl.create_default_context(cafile="/etc/ssl/certs/ca-certificates.crt")
    connection = http.client.HTTPSConnection("auth.docker.io", context=context, timeout=60)
    connection.connect()
    seconds = []
    for _ in range(requests):
        started = time.monotonic()
        connection.request("GET", f"/token?{SCOPE}", headers={"Authorization": f"Basic {auth}"})
        answer = connection.getresponse()
        answer.read()
        seconds.append(time.monotonic() - started)
        assert answer.status == 200
    return seconds


def upload_seconds(megabytes: int, turns: int) -> tuple[float, float]:
    """Return the medians of uploads straight to the registry and through the Hub, in turn."""
    LAYER.write_bytes(os.urandom(megabytes * 1_000_000))
    with LAYER.open("rb") as layer:
        digest = "sha256:" + hashlib.file_digest(layer, "sha256").hexdigest()
    straight = f"https://registry-1.docker.io:5000/{UPLOADS}"
    through = f"https://registry-1.docker.io/{UPLOADS}"
    with subprocess.Popen(
        ["docker-registry", "serve", "/opt/hub/registry.yml"],
        env=os.environ | STRAIGHT,
        stderr=subprocess.DEVNULL,
    ) as registry:
        curl(
            "--retry",
            "50",
            "--retry-connrefused",
            "--retry-delay",
            "1",
            "https://registry-1.docker.io:5000/",
        )
        upload(straight, digest)
        both = [(upload(straight, digest), upload(through, digest)) for _ in range(turns)]
        registry.terminate()
    return median(one for one, _ in both), median(one for _, one in both)


def upload(address: str, digest: str) -> float:
    """Upload the layer in one piece, as the specification has it; returns seconds."""
    who = ["-u", f"{ACCOUNT}:{os.environ['TOKEN']}"]
    token = json.loads(curl(*who, f"https://auth.docker.io/token?{SCOPE}"))["token"]
    bearer = ["-H", f"Authorization: Bearer {token}"]
    started = time.monotonic()
    place = curl(*bearer, "-X", "POST", "-o", "/dev/null", "-w", "%header{location}", address)
    whole = ["-H", "Content-Type: application/octet-stream", "-T", str(LAYER), "-X", "PUT"]
    curl(*bearer, *whole, f"{place}&digest={digest}")
    return time.monotonic() - started


def curl(*options: str) -> str:
    """Ask with curl."""
    command = ["curl", "-sSf", "--max-time", "120", *options]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def hub_memory() -> float:
    """Return the megabytes of memory that the Hub's process holds, and the most it ever held."""
    process = subprocess.run(["pgrep", "-of", "checks.hub serve"], check=True, capture_output=True)
    status = Path(f"/proc/{int(process.stdout)}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1000


def main(requests: int, megabytes: int, turns: int) -> None:
    """Measure everything once."""
    seen: dict[str, object] = {"memory at rest": hub_memory()}
    for kind in ("TOKEN", "PASSWORD"):
        for clients in (1, 20):
            each = max(1, requests // clients // (1 if kind == "TOKEN" else 5))
            seen[f"{kind} {clients}"] = token_milliseconds(os.environ[kind], clients, each)
    seen["TOKEN beside PASSWORD"] = beside_passwords(requests // 20)
    seen["memory after"] = hub_memory()
    seen["straight"], seen["through"] = upload_seconds(megabytes, turns)
    print(json.dumps(seen))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
