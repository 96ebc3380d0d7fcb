"""The desk: where a journey is run."""

from dataclasses import dataclass, field

from provenpages.running.machine import Machine
from provenpages.running.secrets import Secrets
from provenpages.running.session import Session


@dataclass(slots=True)
class Desk:
    """A machine, a terminal, and more terminals for what stays running."""

    machine: Machine
    folder: str
    time_limit: int
    """Seconds that a command may take, unless its block says otherwise."""
    stand_ins: dict[str, str] = field(default_factory=dict)
    session: Session = field(init=False)
    others: list[Session] = field(default_factory=list)
    secrets: Secrets = field(init=False)
    """What no terminal shows, whichever of them learnt of it."""

    def __post_init__(self) -> None:
        self.secrets = Secrets(self.machine.secrets.values(), self.machine.secret_forms)
        self.session = self.open_terminal(self.folder)

    def open_terminal(self, folder: str) -> Session:
        """Open one more terminal, in a folder of the machine's."""
        return Session(self.machine, folder, self.secrets)

    def close(self) -> None:
        """Hang up all terminals; what ran in them ends with the machine."""
        for session in [self.session, *self.others]:
            session.close()
