"""Kinds of values: what a documented value may stand for."""

from typing import Final

KINDS: Final = {
    "id": r"\b[0-9a-f]{12}\b",
    "digest": r"\bsha256:[0-9a-f]{64}\b",
    "size": r"\b\d+(?:\.\d+)?\s?[kMG]?B\b",
    "age": r"\b(?:(?:About )?(?:an?|\d+) (?:second|minute|hour|day)s? ago|Less than a second ago)",
    "duration": r"\b\d+(?:\.\d+)?m?s\b",
    "date": r"\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?)?",
    "version": r"\b\d+(?:\.\d+)+\b",
    "number": r"\b\d+\b",
    "table": r"(?<=\S) {3,}(?=\S)",
}
"""What a page may declare with `match`: a documented value of the kind stands for any of it.

`table` is the gap between two columns, as wide as the values of the day make it.
"""
