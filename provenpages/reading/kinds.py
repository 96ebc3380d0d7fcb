"""Kinds of values: what a documented value may stand for."""

import re
from typing import Final

UNIT: Final = "(?:second|minute|hour|day|week|month|year)"
MONTH: Final = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
DAY: Final = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
TIME: Final = r"\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?"
ZONE: Final = r"(?:[+-]\d\d:?\d\d|UTC|GMT|BST|[CEW]ES?T|EES?T|WES?T|[ECMP][SD]T|[JI]ST|AE[SD]T)"
NUMBER: Final = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
PART: Final = (
    r"(?:[0-9A-Za-z]*\d[0-9A-Za-z]*|rc|alpha|beta|pre|dev|desktop|release|ce|dirty"
    "|gke|eks|generic|cloud)"
)
"""A part of a version after its numbers: not any word, since `1.2-failed` is no version."""
FORMS: Final = {
    "id": (
        *("[0-9a-f]{64}", "[0-9a-f]{12}", "[0-9a-f]{7,40}"),
        "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    ),
    "digest": ("sha256:[0-9a-f]{64}", "sha512:[0-9a-f]{128}"),
    "size": (rf"{NUMBER}(?:[kKMGTP]i?|\s?(?:[kKMGTP]i?)?B|\s(?:[KMGTP]i|bytes?))",),
    "age": (
        rf"(?:(?:About )?(?:[Aa]n?|\d+) {UNIT}s?(?:, \d+ {UNIT}s?)?|Less than a second) ago",
        rf"Up (?:About an? {UNIT}|Less than a second|\d+ {UNIT}s?)",
        r"(?=\d)(?:\d+y)?(?:\d+d)?(?:\d+h)?(?:\d+m)?(?:\d+s)?",
    ),
    "duration": (
        rf"(?=\d)(?:\d+h)?(?:\d+m)?(?:\d+(?:\.\d+)?s)?|{NUMBER}\s?(?:[nuµm]s|[num]?sec|s|min|h)"
        r"|\d+min \d+(?:\.\d+)?s"
        rf"|{NUMBER} (?:millisecond|second|minute|hour|day)s?",
        r"\d+:\d\d(?::\d\d)?(?:\.\d+)?",
    ),
    "date": (
        rf"\d{{4}}-\d\d-\d\d(?:[T ]{TIME}(?:Z| ?{ZONE}(?: {ZONE})?)?)?",
        rf"{DAY},? \d\d? {MONTH} \d{{4}} {TIME}(?: [AP]M)?(?: {ZONE})?",
        rf"{DAY} {MONTH} [ \d]?\d {TIME}(?: [AP]M)?(?: {ZONE})? \d{{4}}(?: {ZONE})?",
        rf"{MONTH} [ \d]?\d (?:{TIME}| \d{{4}})",
        rf"{DAY} \d{{4}}-\d\d-\d\d {TIME}(?: {ZONE})?",
        rf"{MONTH} \d\d?,? \d{{4}},? {TIME}(?: {ZONE})?",
        rf"\d\d/{MONTH}/\d{{4}}[: ]{TIME}(?: {ZONE})?",
        rf"[IWEF]\d{{4}} {TIME}",
    ),
    "version": (
        r"(?:v\d+|(?:v|go|\d+:)?\d+(?:\.\d+)+)(?:(?:a|b|rc|\.post|\.dev)\d+)?"
        rf"(?:[-+~]{PART}(?:[.+~-]{PART})*)?(?:\(\d+\)(?:-release)?)?",
    ),
    "number": (rf"(?:(?<![^\s(\[=:])[-+])?{NUMBER}(?:[eE][-+]?\d+)?",),
    "table": (" {3,}",),
}
"""What a page may declare with `match`: a documented value of a form stands for any of that form.

`table` is the gap between two columns, as wide as the values of the day make it.
"""
BOUNDS: Final = {
    "number": (r"(?<![^\W_])(?<!\d[.,:])", r"(?![^\W_]|[.,:]\d)"),
    "version": (r"(?<![^\W_])(?<![.:])", r"(?![^\W_]|\.\d)"),
    "table": (r"(?<=\S)", r"(?=\S)"),
}
"""What may stand before and after a value, where it isn't just no letter and no digit."""


def forms(kind: str) -> list[re.Pattern[str]]:
    """Return a kind's forms, for values in the midst of a line."""
    before, after = BOUNDS.get(kind, (r"(?<![^\W_])", r"(?![^\W_])"))
    return [re.compile(f"{before}(?:{form}){after}") for form in FORMS[kind]]


KINDS: Final = {kind: forms(kind) for kind in FORMS}
