"""Run in the sandbox: clients that make tokens, push and pull; then, that nothing of it is lost.

`churn.py run` prints what was acknowledged as JSON, `churn.py verify` reads that.
"""

import hashlib
import json
import os
import random
import secrets
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any

ACCOUNT = "hackforlaops"
CLIENTS = 20
PLACE = Path("/tmp/churn")
ENOUGH = Path("/tmp/enough")
"""Where this file is, the clients end; each does one round at least."""
PROGRESS = Path("/tmp/progress")
"""A line for every round: `done` or `failed`."""
HUB = "https://hub.docker.com/v2"
Seen = dict[str, Any]


def run() -> Seen:
    """Have all clients work; returns what was acknowledged, and how many rounds failed."""
    names = [f"{secrets.token_hex(4)}-{number}" for number in range(CLIENTS)]
    with ThreadPoolExecutor(CLIENTS) as pool:
        clients = list(pool.map(work, names))
    together = nothing()
    for one in clients:
        together = {
            name: together[name] | one[name] if name == "pushed" else together[name] + one[name]
            for name in together
        }
    return together


def nothing() -> Seen:
    """Return what was seen at the start."""
    lists: Seen = {"tokens": [], "revoked": [], "private": [], "pushed": {}}
    return lists | {"pulled": 0, "failed": 0}


def work(client: str) -> Seen:
    """Be one client: each round a new token, and with it an image pushed and pulled."""
    seen = nothing()
    bearer = ""
    for number in count(1):
        try:
            bearer = bearer or sign_in()
            image = f"{ACCOUNT}/churn-{client}:{number}"
            turn(bearer, image, PLACE / f"{client}-{number}", seen)
            pause = 1
            note("done")
        except subprocess.CalledProcessError:
            seen["failed"] += 1
            # As long as nobody answers, asking takes the time that the service needs to start.
            pause = 3
            note("failed")
        if ENOUGH.exists():
            break
        # Out of step, so that a kill meets clients at every stage of a round.
        time.sleep(pause * random.random())
    return seen


def note(word: str) -> None:
    """Tell whoever kills the services what became of a round."""
    with PROGRESS.open("a") as file:
        file.write(f"{word}\n")


def turn(bearer: str, image: str, folder: Path, seen: Seen) -> None:
    """Do one round, and note what is acknowledged as soon as it is."""
    token = new_token(bearer)
    seen["tokens"].append(token["token"])
    make_image(folder)
    signed_in = ["--authfile", str(folder / "auth.json")]
    call(
        "skopeo",
        "login",
        *signed_in,
        "--username",
        ACCOUNT,
        "--password",
        token["token"],
        "docker.io",
    )
    push = [*signed_in, "--preserve-digests"]
    call("skopeo", "copy", *push, f"oci:{folder}/image", f"docker://docker.io/{image}")
    seen["pushed"][image] = digest_of(folder / "image")
    repository = image.split(":", maxsplit=1)[0]
    assert files(pull(f"{repository}@{seen['pushed'][image]}")) == files(folder / "image")
    seen["pulled"] += 1
    make_private(bearer, image.replace(":", "-").removeprefix(f"{ACCOUNT}/"), seen)
    revoke(bearer, token, seen)


def make_private(bearer: str, name: str, seen: Seen) -> None:
    """Make a repository that nobody else may see."""
    wanted = {"namespace": ACCOUNT, "name": name, "is_private": True}
    post(f"namespaces/{ACCOUNT}/repositories", wanted, *signed(bearer))
    seen["private"].append(name)


def revoke(bearer: str, token: Seen, seen: Seen) -> None:
    """Delete a token; until that is acknowledged, it may be good or not."""
    seen["tokens"].remove(token["token"])
    call("curl", "-fsS", "-X", "DELETE", *signed(bearer), f"{HUB}/access-tokens/{token['uuid']}")
    seen["revoked"].append(token["token"])


def verify(seen: Seen) -> Seen:
    """Return how much of the acknowledged isn't so: of tokens, images and private repositories."""
    with ThreadPoolExecutor(4) as pool:
        tokens = list(pool.map(signs_in, seen["tokens"]))
        revoked = list(pool.map(signs_in, seen["revoked"]))
        images = list(pool.map(is_there, seen["pushed"].items()))
        private = list(pool.map(is_hidden, seen["private"]))
    return {
        "tokens": tokens.count(False),
        "revoked": revoked.count(True),
        "images": images.count(False),
        "private": private.count(False),
    }


def signs_in(token: str) -> bool:
    """Whether the token service still takes a token."""
    ran = ["curl", "-s", "-o", "/dev/null", "-f", "-u", f"{ACCOUNT}:{token}"]
    return subprocess.run([*ran, "https://auth.docker.io/token"], check=False).returncode == 0


def is_hidden(name: str) -> bool:
    """Whether nobody sees a repository."""
    address = f"{HUB}/namespaces/{ACCOUNT}/repositories/{name}"
    return call("curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", address) == b"404"


def is_there(pushed: tuple[str, str]) -> bool:
    """Whether a tag still names what was pushed, and that is pulled back byte by byte."""
    image, digest = pushed
    repository, number = image.split(":")
    original = PLACE / f"{repository.partition('churn-')[2]}-{number}" / "image"
    try:
        pulled = pull(image)
        return digest_of(pulled) == digest and files(pulled) == files(original)
    except subprocess.CalledProcessError:
        return False


def pull(image: str) -> Path:
    """Pull an image by its tag or digest; returns its layout."""
    folder = PLACE / f"pulled-{secrets.token_hex(8)}"
    call("skopeo", "copy", "--preserve-digests", f"docker://docker.io/{image}", f"oci:{folder}")
    return folder


def sign_in() -> str:
    """Sign in to the HTTP API with the password."""
    password = {"identifier": ACCOUNT, "secret": os.environ["PASSWORD"]}
    return str(post("auth/token", password)["access_token"])


def new_token(bearer: str) -> Seen:
    """Make a token over the HTTP API."""
    wanted = {"token_label": "churn", "scopes": ["repo:write"]}
    return post("access-tokens", wanted, *signed(bearer))


def signed(bearer: str) -> tuple[str, str]:
    """Return curl's options for who has signed in."""
    return "-H", f"Authorization: Bearer {bearer}"


def post(path: str, body: object, *options: str) -> Seen:
    """Post JSON with curl."""
    options = ("-H", "Content-Type: application/json", "-d", json.dumps(body), *options)
    answer: Seen = json.loads(call("curl", "-fsS", *options, f"{HUB}/{path}"))
    return answer


def make_image(folder: Path) -> None:
    """Make a small image that nothing else has a layer of, as an OCI layout."""
    source = folder / "source"
    source.mkdir(parents=True)
    (source / "data").write_bytes(os.urandom(20_000))
    tar = call("tar", "-c", "-C", str(source), "data")
    layer = blob(folder, tar, "application/vnd.oci.image.layer.v1.tar")
    rootfs = {"type": "layers", "diff_ids": [layer["digest"]]}
    settings = json.dumps({"architecture": "amd64", "os": "linux", "rootfs": rootfs}).encode()
    manifest = {
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": blob(folder, settings, "application/vnd.oci.image.config.v1+json"),
        "layers": [layer],
    }
    kind = "application/vnd.oci.image.manifest.v1+json"
    index = {"schemaVersion": 2, "manifests": [blob(folder, json.dumps(manifest).encode(), kind)]}
    (folder / "image/index.json").write_text(json.dumps(index))
    (folder / "image/oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')


def blob(folder: Path, content: bytes, kind: str) -> Seen:
    """Keep a blob in an OCI layout; returns its descriptor."""
    digest = sha256(content)
    file = folder / "image/blobs" / digest.replace(":", "/")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return {"mediaType": kind, "digest": digest, "size": len(content)}


def digest_of(layout: Path) -> str:
    """Return the digest of a layout's manifest."""
    return str(json.loads((layout / "index.json").read_text())["manifests"][0]["digest"])


def files(layout: Path) -> dict[str, str]:
    """Return names and digests of a layout's blobs."""
    return {file.name: sha256(file.read_bytes()) for file in layout.glob("blobs/sha256/*")}


def sha256(content: bytes) -> str:
    """Return a digest as registries write it."""
    return "sha256:" + hashlib.sha256(content).hexdigest()


def call(*command: str) -> bytes:
    """Run a command, for ten seconds at most; returns its output."""
    limited = ["timeout", "10", *command]
    return subprocess.run(limited, check=True, capture_output=True).stdout


if __name__ == "__main__":
    work_done = run() if sys.argv[1] == "run" else verify(json.load(sys.stdin))
    print(json.dumps(work_done))
