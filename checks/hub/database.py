"""The Hub's one file, in SQLite."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

SCHEMA: Final = """
create table if not exists account (
    name text primary key, password_hash text not null,
    has_two_factors integer not null default 0) strict;
create table if not exists token (
    uuid text primary key, account text not null references account, label text not null,
    scope integer not null, digest text not null unique, created_at text not null,
    expires_at text, is_active integer not null default 1, last_used text) strict;
create table if not exists repository (
    name text primary key, is_private integer not null, description text not null,
    full_description text, created_at text not null,
    has_immutable_tags integer not null, is_archived integer not null) strict;
create table if not exists pull_limit (is_on integer not null) strict;
create table if not exists pull (source text not null, at real not null) strict;
create index if not exists pulls on pull (source, at);
"""


def open_database(path: Path) -> sqlite3.Connection:
    """Open the file, made now if it isn't there; each statement is a transaction of its own.

    It's for one thread alone. What was committed outlives a kill of the process (write-ahead log).
    """
    database = sqlite3.connect(path, isolation_level=None)
    database.row_factory = sqlite3.Row
    database.execute("pragma journal_mode = wal")
    database.execute("pragma synchronous = normal")
    database.executescript(SCHEMA)
    return database


def timestamp(moment: datetime | None = None) -> str:
    """Return a moment, or now, as the API writes it: `2026-11-23T10:00:00.000000Z`."""
    moment = moment or datetime.now(UTC)
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
