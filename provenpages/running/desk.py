"""The desk: where a journey is run."""

from dataclasses import dataclass, field

from checks.sandbox.container import HOME, TERMINAL_SIZE, Sandbox
from provenpages.running.session import Session


@dataclass(slots=True)
class Desk:
    """A sandbox, a terminal, and more terminals for what stays running."""

    sandbox: Sandbox
    folder: str = HOME
    stand_ins: dict[str, str] = field(default_factory=dict)
    session: Session = field(init=False)
    others: list[Session] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.session = self.open_terminal(self.folder)

    def open_terminal(self, folder: str) -> Session:
        """Open one more terminal, in a folder of the sandbox's."""
        machine = self.sandbox
        return Session(machine.terminal(folder), TERMINAL_SIZE, machine.secrets, machine.echoes)

    def close(self) -> None:
        """Hang up all terminals; what ran in them ends with the sandbox."""
        for session in [self.session, *self.others]:
            session.close()
