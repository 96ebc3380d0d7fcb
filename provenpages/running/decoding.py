"""Decoding: what a text may stand for, with no hint at how it was encoded."""

import base64
import binascii
import html
import re
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import unquote

BETWEEN: Final = dict.fromkeys(map(ord, " \t\n\r\0\"'\\$,"))
"""What programs put between the characters of an encoded text: line ends, blanks, quotes."""
BASE64: Final = re.compile(r"[A-Za-z0-9+/]{11,}")
BASE32: Final = re.compile(r"[A-Z2-7]{13,}")
BETWEEN_BYTES: Final = {code: None for code in range(128) if not chr(code).isalnum()}
HEX: Final = re.compile(r"[0-9A-Fa-f]{16,}")
NUMBER: Final = re.compile(r"\b\d[0-9A-Fa-f]+\b")
NUMBERS: Final = {
    base: re.compile(digits).fullmatch
    for base, digits in (
        (2, "[01]{8}"),
        (8, "[0-7]{3,22}"),
        (10, "[0-9]{2,20}"),
        (16, "[0-9A-Fa-f]{4,16}"),
    )
}
"""The digits of a byte by their base, or of several bytes, read from the last one to the first."""
ESCAPED: Final = re.compile(
    r"\\u\{?(?P<u>[0-9A-Fa-f]{4,6})\}?|\\U(?P<U>[0-9A-Fa-f]{8})|\\x(?P<x>[0-9A-Fa-f]{1,2})"
    r"|\\(?P<o>[0-7]{3})|=(?P<q>[0-9A-F]{2})|\\[nrt]"
)
DUMPED: Final = re.compile(
    r"[ \t]*[0-9A-Fa-f]{1,16}(?:"
    r":[ \t]+((?:[0-9A-Fa-f]{2,8}[ \t])*[0-9A-Fa-f]{2,8})[ \t]{2}.*"  # `xxd`
    r"|:?[ \t]+(.*?)(?:[ \t]{2,}[|>].*)?)"  # `hexdump -C`, `od`, `cat -n`
)
"""A line with a number before it, and maybe the same bytes as text after it."""
ASCII: Final = rb"[\t\n\r\x1b -~]"
OTHER: Final = rb"[\xc2-\xf4][\x80-\xbf]{1,3}"
TEXT: Final = re.compile(b"(?:%b{3}|(?:%b){2})(?:%b+|%b)*" % (ASCII, OTHER, ASCII, OTHER))
SHORTEST: Final = 8
"""Bytes of text in a row that are worth a look: others come of decoding what isn't encoded."""


def laid_out(text: str) -> tuple[str, str, str]:
    """Return a text as it is, with each line backwards, and without the numbers of a dump."""
    lines = text.split("\n")
    return text, "\n".join(line[::-1] for line in lines), "\n".join(map(_undumped, lines))


def decoded(text: str) -> Iterator[str]:
    """Return what a text may be an encoded form of; each is shorter than the text."""
    yield from _base64(text)
    yield from _base32(text)
    yield from _hex(text)
    for one in (text, "".join(text.split())):
        yield from _numbers(one)
        if len(unescaped := _unescaped(one)) < len(one):
            yield unescaped


def _base64(text: str) -> Iterator[str]:
    runs = BASE64.findall(text.translate(BETWEEN).replace("-", "+").replace("_", "/"))
    for start in range(4 if runs else 0):
        # One character beyond a multiple of four is no byte.
        parts = [run[start : len(run) - ((len(run) - start) % 4 == 1)] for run in runs]
        yield from _texts(binascii.a2b_base64(part + "=" * (-len(part) % 4)) for part in parts)


def _base32(text: str) -> Iterator[str]:
    runs = BASE32.findall(text.translate(BETWEEN))
    for start in range(8 if runs else 0):
        parts = [run[start:] for run in runs]
        yield from _texts(base64.b32decode(part + "A" * (-len(part) % 8)) for part in parts)


def _hex(text: str) -> Iterator[str]:
    bare = text.replace("0x", "").replace("\\x", "").translate(BETWEEN_BYTES)
    runs = HEX.findall(bare)
    for start in range(2 if runs else 0):
        yield from _texts(
            bytes.fromhex(run[start : len(run) - (len(run) - start) % 2]) for run in runs
        )


def _numbers(text: str) -> Iterator[str]:
    numbers = NUMBER.findall(text)
    for base, fits in NUMBERS.items():
        values = [int(one, base) for one in numbers if fits(one)]
        words = [one.to_bytes((one.bit_length() + 7) // 8, "little") for one in values]
        yield from _texts([b"".join(words)])


def _unescaped(text: str) -> str:
    return ESCAPED.sub(_meant, html.unescape(unquote(text)))


def _meant(escaped: re.Match[str]) -> str:
    if escaped.lastgroup is None:
        return "\n"
    value = int(escaped[escaped.lastgroup], 8 if escaped.lastgroup == "o" else 16)
    return chr(value) if value <= 0x10FFFF else ""


def _undumped(line: str) -> str:
    found = DUMPED.fullmatch(line)
    return (found[1] or found[2]) if found else line


def _texts(parts: Iterable[bytes]) -> Iterator[str]:
    # In UTF-16, every other byte of plain text is a zero.
    made = b"\n".join(parts).replace(b"\0", b"")
    if found := [one for one in TEXT.findall(made) if len(one) >= SHORTEST]:
        yield b"\n".join(found).decode(errors="replace")
