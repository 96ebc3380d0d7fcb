"""Repositories: what was made over the API, and what pushes have made."""

import sqlite3
from dataclasses import dataclass

from checks.hub.database import timestamp
from checks.hub.registry import Registry


@dataclass(frozen=True, slots=True)
class Repository:
    """One repository."""

    name: str
    """`namespace/repository`."""
    is_private: bool
    description: str
    full_description: str | None
    created_at: str
    has_immutable_tags: bool = False
    is_archived: bool = False

    @property
    def short_name(self) -> str:
        """The name without its namespace."""
        return self.name.split("/", maxsplit=1)[1]


class Repositories:
    """All repositories; a push makes one, private or not as `pushed_are_private` says."""

    def __init__(
        self, database: sqlite3.Connection, registry: Registry, *, pushed_are_private: bool = False
    ) -> None:
        self._database = database
        self._registry = registry
        self._pushed_are_private = pushed_are_private

    def get(self, name: str) -> Repository | None:
        """Return one repository, or None where there is no such one."""
        row = self._database.execute("select * from repository where name = ?", (name,)).fetchone()
        if row:
            return _of_row(row)
        created = self._registry.created_at(name)
        if created is None:
            return None
        return Repository(name, self._pushed_are_private, "", None, timestamp(created))

    def of(self, namespace: str) -> list[Repository]:
        """Return a namespace's repositories, by name."""
        rows = self._database.execute("select * from repository").fetchall()
        made = {row["name"] for row in rows if row["name"].split("/")[0] == namespace}
        names = sorted(made | set(self._registry.names(namespace)))
        return [found for name in names if (found := self.get(name))]

    def put(self, repository: Repository) -> None:
        """Remember a repository, new or changed."""
        self._database.execute(
            "insert or replace into repository values (?, ?, ?, ?, ?, ?, ?)",
            (
                repository.name,
                repository.is_private,
                repository.description,
                repository.full_description,
                repository.created_at,
                repository.has_immutable_tags,
                repository.is_archived,
            ),
        )

    def delete(self, name: str) -> None:
        """Forget a repository, with its tags.

        Those first: a repository that was private must not be left behind as a public one.
        """
        self._registry.delete(name)
        self._database.execute("delete from repository where name = ?", (name,))


def _of_row(row: sqlite3.Row) -> Repository:
    return Repository(
        row["name"],
        bool(row["is_private"]),
        row["description"],
        row["full_description"],
        row["created_at"],
        bool(row["has_immutable_tags"]),
        bool(row["is_archived"]),
    )
