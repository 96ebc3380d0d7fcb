"""`python -m checks.prose PATH...`: prose with no word misspelt and no reference undefined."""

import ast
import re
import sys
import tokenize
from collections.abc import Iterable, Iterator
from io import StringIO
from pathlib import Path
from typing import Final

from spellchecker import SpellChecker

OWN_WORDS: Final = Path("checks/words.txt")
"""The project's words that no dictionary has, one a line."""
NOT_PROSE: Final = re.compile(
    r"^[> \t]*(?P<fence>`{3,}|~{3,}).*?^[> \t]*(?P=fence)"
    r"|<!--.*?-->"
    r"|(?P<ticks>`+)(?!`)(?:(?!\n\n).)+?(?<!`)(?P=ticks)(?!`)"
    r"|https?://\S+"
    r"|(?<=\])\([^)\n]*\)"
    r"|\{[^}\n]*\}"
    r"|</?[a-z][^>\n]*>",
    re.DOTALL | re.MULTILINE,
)
"""Code, comments, addresses, link targets, attributes, tags."""
WORD: Final = re.compile(r"\b[A-Za-z][a-z]+(?:'[a-z]+)?\b")
"""Not those with capitals inside: they are names."""
REFERENCE: Final = re.compile(r"\[([^\[\]]+)\]\s?\[([^\[\]]*)\]")
DEFINITION: Final = re.compile(r"^[> \t]*\[([^\[\]]+)\]:", re.MULTILINE)


def main(paths: list[str]) -> int:
    """Name each fault with its line; return 0 only if there is none."""
    dictionary = SpellChecker()
    dictionary.word_frequency.load_words(OWN_WORDS.read_text().split())
    faults = [
        f"{file}:{line}: {problem}"
        for file in _files(paths)
        for line, problem in sorted(_faults(file, dictionary))
    ]
    print(*faults, sep="\n", end="\n" if faults else "")
    return 1 if faults else 0


def _files(paths: Iterable[str]) -> Iterator[Path]:
    for path in map(Path, paths):
        found = sorted(path.rglob("*")) if path.is_dir() else [path]
        yield from (file for file in found if file.suffix in (".md", ".py"))


def _faults(file: Path, dictionary: SpellChecker) -> Iterator[tuple[int, str]]:
    for first, text in _passages(file):
        # Something must stay between the texts of two links, lest they look like a reference.
        visible = NOT_PROSE.sub(lambda found: "·" + "\n" * found[0].count("\n"), text)
        for at, problem in [*_misspelt(visible, dictionary), *_undefined(visible)]:
            yield first + visible.count("\n", 0, at), problem


def _passages(file: Path) -> Iterator[tuple[int, str]]:
    """Yield a page, or a module's docstrings and comments, each with its first line."""
    text = file.read_text()
    if file.suffix == ".md":
        yield 1, text
        return
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Expr(value=ast.Constant(value=str(docstring))):
                yield node.lineno, docstring
    for token in tokenize.generate_tokens(StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def _misspelt(text: str, dictionary: SpellChecker) -> Iterator[tuple[int, str]]:
    for found in WORD.finditer(text):
        word = found[0].removesuffix("'s")
        if dictionary.unknown([word]):
            yield (
                found.start(),
                f"no dictionary knows “{word}”; fix it, or add it to {OWN_WORDS}",
            )


def _undefined(text: str) -> Iterator[tuple[int, str]]:
    defined = {_folded(found[1]) for found in DEFINITION.finditer(text)}
    for found in REFERENCE.finditer(text):
        name = found[2] or found[1]
        if _folded(name) not in defined:
            yield found.start(), f"the reference [{name}] is defined nowhere on this page"


def _folded(name: str) -> str:
    return " ".join(name.lower().split())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
