"""The front: what holds a terminal, as the system tells it."""

from provenpages.running.desk import Desk
from provenpages.running.front import Front
from tests.remains import wait_until


def test_it_tells_a_prompt_from_what_runs_and_from_what_waits(each_desk: Desk) -> None:
    session = each_desk.session
    device, shell = session.ask("tty; echo $$")
    front = Front(each_desk.machine)
    assert not front.look()
    front.watch(device, shell)
    assert front.look()
    assert {"echo", "icanon"} <= front.modes()
    session.start("sleep 1; read -rs secret")
    assert wait_until(lambda: not front.look() and front.name == "sleep")
    assert not front.reads
    assert wait_until(lambda: not front.look() and front.reads)
    assert front.name == "bash"
    assert {"-echo", "icanon"} <= front.modes()
