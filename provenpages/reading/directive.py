"""Directives: what a page's author tells the checks, in HTML comments before a fence.

<!-- check: let b6047b203915 = $(docker images -q local-mkdocs) -->
<!-- check: match id, size, age, exact -->
<!-- check: answer "Password: " with $TOKEN -->
<!-- check: exit 1, timeout 60s -->
<!-- check: background until curl -fs http://localhost:8000/ -->
<!-- check: skip "needs a browser", reviewed 2026-11-23 -->
<!-- check: only docker >= 29, recorded "Docker 29.7.2" on 2026-11-26, reviewed 2026-11-27 -->
<!-- check: local "asks for another's repository" -->
<!-- check: proves "A token with Read & Write can't delete" -->
<!-- check: hidden
$ docker push hackforlaops/mkdocs:testing
-->
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from provenpages.errors import PageError
from provenpages.reading.kinds import KINDS
from provenpages.reading.version import RANGE, Only, read_range

OPENING: Final = re.compile(r"^[> \t]*<!--\s*check:")
CLOSING: Final = "-->"


@dataclass(frozen=True, slots=True)
class Let:
    """A documented value that stands for what `expression` gives in the shell."""

    literal: str
    expression: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What to type when the command shows `prompt`: a variable's value."""

    prompt: str
    variable: str


@dataclass(frozen=True, slots=True)
class Match:
    """Kinds of documented values that stand for any value of their kind."""

    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Exact:
    """`...` in the documented output is what the program shows, and not any text."""


@dataclass(frozen=True, slots=True)
class Exit:
    """The exit status of the block's last command."""

    status: int


@dataclass(frozen=True, slots=True)
class Timeout:
    """How long each of the block's commands may take."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Background:
    """The block's command runs in a second terminal, until and after `probe` succeeds."""

    probe: str


@dataclass(frozen=True, slots=True)
class Review:
    """The day a person last looked at what isn't run."""

    reviewed: date

    def is_stale(self, today: date, days: int) -> bool:
        """Whether a person should look at it again: the last time counts for some days."""
        return (today - self.reviewed).days > days


@dataclass(frozen=True, slots=True)
class Skip(Review):
    """Why a block isn't run."""

    reason: str


@dataclass(frozen=True, slots=True)
class Recorded(Review):
    """On what, and when, a person saw what no machine at hand shows."""

    machine: str
    day: date


@dataclass(frozen=True, slots=True)
class Local:
    """Why a block is run only where nobody else uses what it reaches."""

    reason: str


@dataclass(frozen=True, slots=True)
class Proves:
    """The words of the page, before the block, that the block proves."""

    claim: str


@dataclass(frozen=True, slots=True)
class Hidden:
    """A block that the reader doesn't see; its lines are like a `console` fence's."""


Meaning = (
    Let
    | Answer
    | Match
    | Exact
    | Exit
    | Timeout
    | Background
    | Skip
    | Only
    | Recorded
    | Local
    | Proves
    | Hidden
)


def _past(day: str) -> date:
    found = date.fromisoformat(day)
    # Somewhere on earth it is tomorrow already.
    if found > datetime.now(UTC).date() + timedelta(days=1):
        raise ValueError(day)
    return found


FORMS: Final[dict[str, tuple[str, Callable[..., Meaning], str]]] = {
    "let": (r"let (\S+) = (.+)", Let, "let VALUE = $(command)"),
    "answer": (r'answer "(.+)" with \$(\w+)', Answer, 'answer "Prompt: " with $VARIABLE'),
    "match": (
        r"match (\w+(?:, \w+)*)",
        lambda kinds: Match(tuple(kinds.split(", "))),
        f"match KIND, KIND of {', '.join(KINDS)}",
    ),
    "exact": (r"exact", Exact, "exact"),
    "exit": (r"exit (\d{1,3})", lambda status: Exit(int(status)), "exit 1"),
    "timeout": (r"timeout (\d+)s", lambda seconds: Timeout(int(seconds)), "timeout 60s"),
    "background": (r"background until (.+)", Background, "background until COMMAND"),
    "skip": (
        r'skip "(\S.*)", reviewed (\d{4}-\d\d-\d\d)',
        lambda reason, day: Skip(_past(day), reason),
        'skip "the reason", reviewed 2026-11-23',
    ),
    "only": (rf"only {RANGE}", read_range, "only docker >= 28, < 29"),
    "recorded": (
        r'recorded "(\S.*)" on (\d{4}-\d\d-\d\d), reviewed (\d{4}-\d\d-\d\d)',
        lambda machine, day, again: Recorded(_past(again), machine, _past(day)),
        'recorded "Docker 29.7.2" on 2026-11-26, reviewed 2026-11-27',
    ),
    "local": (r'local "(\S.*)"', Local, 'local "the reason"'),
    "proves": (r'proves "(.+)"', Proves, 'proves "words of the page"'),
    "hidden": (r"hidden", Hidden, "hidden, then `$ ` commands with their output"),
}
JOINED: Final = re.compile(rf', (?=(?:{"|".join(FORMS)})(?: |,|$))(?=(?:[^"]*"[^"]*")*[^"]*$)')
"""A comma between two directives, not one inside quotes."""


@dataclass(frozen=True, slots=True)
class Directive:
    """One comment, with its place and, where it is hidden commands, its lines."""

    line: int
    end: int
    """The comment's last line; both count from 1."""
    meanings: tuple[Meaning, ...]
    body: tuple[str, ...]


def find_directives(path: str, lines: list[str], fenced: Iterable[range]) -> list[Directive]:
    """Return the page's directives, but for those that a fence shows.

    `fenced` are the indices of the lines of each fence. Raises PageError.
    """
    shown = {index for lines_of_fence in fenced for index in lines_of_fence}
    found: list[Directive] = []
    after = 0
    for index, line in enumerate(lines):
        if index < after or index in shown or not OPENING.match(line):
            continue
        end = next((i for i in range(index, len(lines)) if CLOSING in lines[i]), None)
        if end is None:
            raise PageError(path, index + 1, "this comment isn't closed; end it with -->")
        found.append(_directive(path, index, lines[index : end + 1]))
        after = end + 1
    return found


def _directive(path: str, index: int, lines: list[str]) -> Directive:
    text = OPENING.sub("", "\n".join(lines)).partition(CLOSING)
    if text[2].strip():
        raise PageError(path, index + len(lines), "text after -->; put it on a line of its own")
    first, *body = text[0].split("\n")
    indent = len(lines[0]) - len(lines[0].lstrip())
    body = [line[indent:] if not line[:indent].strip() else line for line in body]
    while body and not body[-1].strip():
        body.pop()
    meanings = tuple(_meaning(path, index + 1, part) for part in JOINED.split(first.strip()))
    if bool(body) != any(isinstance(one, Hidden) for one in meanings):
        raise PageError(path, index + 1, "only `hidden` has commands below it, and it needs some")
    return Directive(index + 1, index + len(lines), meanings, tuple(body))


def _meaning(path: str, line: int, text: str) -> Meaning:
    name = text.split(" ", maxsplit=1)[0].rstrip(",")
    if name not in FORMS:
        raise PageError(
            path, line, f"unknown directive `{name}`; the directives are {', '.join(FORMS)}"
        )
    pattern, make, form = FORMS[name]
    try:
        if matched := re.fullmatch(pattern, text):
            meaning = make(*matched.groups())
            if not isinstance(meaning, Match) or set(meaning.kinds) <= KINDS.keys():
                return meaning
    except ValueError:
        pass
    raise PageError(path, line, f"can't read `{text}`; write `<!-- check: {form} -->`")
