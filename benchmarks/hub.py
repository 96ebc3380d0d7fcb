"""`python -m benchmarks.hub`: what the local Docker Hub takes for tokens and for layers."""

import json
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from checks.engine import connect
from checks.sandbox.container import Sandbox, sandbox

CLIENT: Final = Path(__file__).with_name("hub_client.py")
PLACE: Final = "/opt/hub_client.py"
REQUESTS: Final = 400
"""Of tokens, by one client or twenty together; a fifth as many with the password."""
MEGABYTES: Final = 100
TURNS: Final = 15


def main() -> None:
    """Print the medians."""
    with closing(connect()) as client, sandbox(client) as machine:
        seen = measure(machine, REQUESTS, MEGABYTES, TURNS)
    print(f"{'median at the token service, ms':34} {'1 client':>9} {'20 clients':>11}")
    for kind, name in (("TOKEN", "signed in with a token"), ("PASSWORD", "with the password")):
        print(f"{name:34} {seen[f'{kind} 1']:9.1f} {seen[f'{kind} 20']:11.1f}")
    print(f"with a token, another client with the password: {seen['TOKEN beside PASSWORD']:.1f} ms")
    at_rest, after = seen["memory at rest"], seen["memory after"]
    print(f"memory of the Hub: {at_rest:.0f} MB at rest, {after:.0f} MB after these")
    straight, through = seen["straight"], seen["through"]
    print(f"a layer of {MEGABYTES} MB: {straight:.2f} s straight to the registry,", end=" ")
    print(f"{through:.2f} s through the Hub, ratio {through / straight:.2f}")


def measure(machine: Sandbox, requests: int, megabytes: int, turns: int) -> dict[str, Any]:
    """Return what the client in the sandbox measured."""
    machine.put(CLIENT, PLACE)
    line = f'TOKEN="$0" PASSWORD="$1" python3 {PLACE} {requests} {megabytes} {turns}'
    secrets = machine.secrets["TOKEN"], machine.secrets["PASSWORD"]
    said = machine.run("timeout", "300", "bash", "-c", line, *secrets)
    # Before it, curl says that it asks again, where the registry takes its time to start.
    return dict(json.loads(said.splitlines()[-1]))


if __name__ == "__main__":
    main()
