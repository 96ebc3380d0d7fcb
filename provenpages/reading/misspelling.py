"""Misspelling: comments that are meant as directives, and would be none, silently."""

import re
from difflib import get_close_matches
from string import ascii_letters

from provenpages.reading.directive import FORMS


def names_directive(comment: str) -> bool:
    """Whether a comment looks like a directive: one misspelt would be none, silently."""
    text = comment.strip().split("\n")[0]
    rest = text.lstrip(ascii_letters)
    first = text.removesuffix(rest)
    if rest.lstrip().startswith(":"):
        return bool(get_close_matches(first.lower(), ["check", "checks"], 1, 0.75))
    meant = get_close_matches(first.lower(), FORMS, 1, 0.75)
    return any(re.fullmatch(FORMS[name][0], name + rest) for name in meant)
