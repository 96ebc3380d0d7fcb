"""Settings: what a project says of its pages, in a table of its own for the tool."""

import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final

from provenpages.errors import SettingsError

FILE: Final = "pyproject.toml"
TABLE: Final = "tool.provenpages"


@dataclass(frozen=True, slots=True)
class Settings:
    """What a project says; `machine` is the only thing that it must."""

    machine: str
    """Which of `machines` the commands are run on."""
    machines: dict[str, str] = field(default_factory=dict)
    """The project's own machines, each by its class: `module:Class`."""
    time_limit: int = 60
    """Seconds that a command may take, unless its block says otherwise."""
    review_days: int = 180
    """How long a person's review of a skipped block counts."""
    alone: list[str] = field(default_factory=list)
    """Patterns for the pages, by their paths in the docs, that are a journey of their own."""
    known: dict[str, list[str]] = field(default_factory=dict)
    """The versions of programs that the pages are known to be true on, by the program."""


def read_settings(project: Path) -> Settings | None:
    """Return a project's settings, or None where it has none.

    Raises SettingsError where they can't be read, or say what nobody asks.
    """
    file = project / FILE
    if not file.is_file():
        return None
    try:
        tools = tomllib.loads(file.read_text()).get("tool")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{FILE}: {error}; write it as TOML") from None
    said = tools.get("provenpages") if isinstance(tools, dict) else None
    if said is None:
        return None
    if not isinstance(said, dict):
        raise SettingsError(f"{FILE}: {TABLE} = {said!r}: write a table, [{TABLE}]")
    for name, value in said.items():
        _check(name, value)
    if "machine" not in said:
        raise SettingsError(f'{FILE}: [{TABLE}] names no machine; add `machine = "…"`')
    return Settings(**said)


def _check(name: str, value: Any) -> None:
    kinds = {one.name: one.type for one in fields(Settings)}
    if name not in kinds:
        known = ", ".join(sorted(kinds))
        raise SettingsError(f"{FILE}: [{TABLE}] has no setting `{name}`; write one of {known}")
    if kinds[name] is int:
        is_right = type(value) is int and value > 0
        wanted = "a number above 0"
    elif kinds[name] is str:
        is_right, wanted = isinstance(value, str), "a string"
    elif name == "alone":
        is_right, wanted = _is_list_of_text(value), 'a list of patterns, ["guide/*.md"]'
    elif name == "known":
        is_right = isinstance(value, dict) and all(map(_is_list_of_text, value.values()))
        wanted = 'a table of `program = ["version", …]`'
    else:
        is_right = isinstance(value, dict) and all(isinstance(one, str) for one in value.values())
        wanted = 'a table of `name = "module:Class"`'
    if not is_right:
        raise SettingsError(f"{FILE}: [{TABLE}] {name} = {value!r}: write {wanted}")


def _is_list_of_text(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)
