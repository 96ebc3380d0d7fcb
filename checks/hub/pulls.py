"""Pulls of the last hours, by account or address."""

import sqlite3
import time
from typing import Final

WINDOW: Final = 6 * 3600
"""Seconds (facts: "Pull limits")."""
OF_AN_ADDRESS: Final = 100
OF_AN_ACCOUNT: Final = 200
"""Pulls in that time, for who isn't signed in and for a personal account."""


class Pulls:
    """How many pulls there may be, and were; without a limit until one is set."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def limit(self, account: str) -> int | None:
        """Return how many pulls an account, or nobody (""), has; None if as many as they like."""
        if not self._database.execute("select * from pull_limit").fetchone():
            return None
        return OF_AN_ACCOUNT if account else OF_AN_ADDRESS

    def set_limit(self, *, is_on: bool) -> None:
        """Count pulls from now on, or don't; what was counted is forgotten."""
        self._database.execute("delete from pull")
        self._database.execute("delete from pull_limit")
        if is_on:
            self._database.execute("insert into pull_limit values (1)")

    def count(self, source: str) -> int:
        """Return how many pulls an account or address has made in the window."""
        since = time.time() - WINDOW
        query = "select count(*) from pull where source = ? and at > ?"
        return int(self._database.execute(query, (source, since)).fetchone()[0])

    def note(self, source: str) -> None:
        """Count one pull, and forget those before the window."""
        self._database.execute("delete from pull where at <= ?", (time.time() - WINDOW,))
        self._database.execute("insert into pull values (?, ?)", (source, time.time()))
