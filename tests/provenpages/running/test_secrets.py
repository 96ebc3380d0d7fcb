"""Secrets: nothing of them is shown, in whatever form a command prints them."""

import base64
import json
import os
import secrets
import shlex
import string
import subprocess
import textwrap
from collections.abc import Callable
from random import Random
from secrets import token_hex, token_urlsafe
from urllib.parse import quote

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from provenpages.running.secrets import MOST, PIECE, REDACTED, Secrets
from tests.conftest import ROOT

CHARACTERS = string.ascii_letters + string.digits
ANOTHER = str.maketrans(CHARACTERS, CHARACTERS[17:] + CHARACTERS[:17])
"""Each character of a secret in place of another one."""
Encode = Callable[[str], str]


def words(size: int) -> Encode:
    def encode(text: str) -> str:
        data = text.encode() + b"\0" * (-len(text.encode()) % size)
        parts = (data[at : at + size] for at in range(0, len(data), size))
        digits = [f"{int.from_bytes(part, 'little'):0{2 * size}x}" for part in parts]
        return "\n".join(
            f"{at:07o} {' '.join(digits[at : at + 8])}" for at in range(0, len(digits), 8)
        )

    return encode


def hexdump(text: str) -> str:
    data = text.encode()
    rows = [(at, data[at : at + 16]) for at in range(0, len(data), 16)]
    return "".join(
        f"{at:08x}  {row[:8].hex(' '):23}  {row[8:].hex(' '):23}  |{readable(row)}|\n"
        for at, row in rows
    )


def xxd(text: str) -> str:
    data = text.encode()
    rows = [(at, data[at : at + 16]) for at in range(0, len(data), 16)]
    return "".join(f"{at:08x}: {row.hex(' ', -2):39}  {readable(row)}\n" for at, row in rows)


def readable(row: bytes) -> str:
    return "".join(chr(one) if 32 <= one < 127 else "." for one in row)


def octal(text: str) -> str:
    data = text.encode()
    rows = [(at, data[at : at + 16]) for at in range(0, len(data), 16)]
    return "".join(f"{at:07o}{''.join(f' {one:03o}' for one in row)}\n" for at, row in rows)


CODES: dict[str, Encode] = {
    "base64": lambda text: base64.encodebytes(text.encode()).decode(),
    "base64 -w0": lambda text: base64.b64encode(text.encode()).decode(),
    "base64url": lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
    "base32": lambda text: textwrap.fill(base64.b32encode(text.encode()).decode(), 76),
    "xxd -p": lambda text: textwrap.fill(text.encode().hex(), 60),
    "hex, uppercase": lambda text: text.encode().hex(":").upper(),
    "percent where needed": quote,
    "JSON": lambda text: json.dumps({"auth": text}),
}
WIDE: dict[str, Encode] = {
    "": str,
    "bits": lambda text: " ".join(f"{one:08b}" for one in text.encode()),
    "list of numbers": lambda text: str(list(text.encode())),
    "percent": lambda text: "".join(f"%{one:02X}" for one in text.encode()),
    "JSON, escaped": lambda text: "".join(f"\\u{ord(one):04x}" for one in text),
    "C, escaped": lambda text: "".join(f"\\x{one:02x}" for one in text.encode()),
    "HTML": lambda text: "".join(f"&#{ord(one)};" for one in text),
    "xxd": xxd,
    "hexdump -C": hexdump,
    "od -b": octal,
    "od -x": words(2),
    "od -tx4": words(4),
}
LAYOUTS: dict[str, Encode] = {
    "": str,
    "rev": lambda text: "\n".join(line[::-1] for line in text.split("\n")),
    "quoted": shlex.quote,
    "cat -n": lambda text: "".join(f"{n:6}\t{one}\n" for n, one in enumerate(text.split("\n"), 1)),
}
LAST: dict[str, Encode] = {"as it is": str, "upper": str.upper, "lower": str.lower}
"""What nobody can undo, and so is done to nothing but the secret itself."""


PROGRAMS = [
    'echo "$TOKEN"',
    'printf "%s\\n" "$TOKEN" | fold -w 5',
    'grep -o . <<< "$TOKEN"',
    'tr a-z A-Z <<< "$TOKEN"',
    'echo "${TOKEN:0:20}"',
    'echo "${TOKEN:9}"',
    'echo "user:$TOKEN" | base64',
    'printf \'{"auths": {"x": {"auth": "%s"}}}\' "$(base64 <<< "user:$TOKEN")" | base64',
    'base64 <<< "$TOKEN" | base64 | base64 -w0 | base64 | base64',
    'base64 <<< "$TOKEN" | cut -c 1-20',
    'base64 -w 10 <<< "it is $TOKEN" | nl',
    'basenc --base64url <<< "$TOKEN"',
    'base32 <<< "$TOKEN"',
    'od -c <<< "$TOKEN"',
    'od <<< "$TOKEN"',
    'od -An -tx1 <<< "$TOKEN"',
    'od -tu1 <<< "$TOKEN"',
    'od -d <<< "$TOKEN"',
    'od -tx8 <<< "$TOKEN"',
    'iconv -t UTF-16LE <<< "$TOKEN" | base64',
    'set -x; : "a b$TOKEN"',
    'printf "%q\\n" "a b$TOKEN"',
    "declare -p TOKEN",
    'echo "eyJhbGciOiJub25lIn0.$(printf \'{"a": "%s"}\' "$TOKEN" | basenc --base64url -w0)."',
]


def longest_piece(secret: str, seen: Callable[[str], str]) -> int:
    """Return how many characters in a row what is shown depends on."""
    usual = seen(secret)
    if usual == seen(secret.translate(ANOTHER)):
        return 0
    longest = length = 0
    for at, one in enumerate(secret):
        changed = secret[:at] + one.translate(ANOTHER) + secret[at + 1 :]
        length = length + 1 if seen(changed) != usual else 0
        longest = max(longest, length)
    return longest


@given(
    random=st.randoms(use_true_random=False),
    first=st.sampled_from(sorted(LAST)),
    around=st.sampled_from([("", ""), ("user:", ""), ('{"auths": "user:', '"}\n'), ("x", "yz")]),
    encoders=st.tuples(
        st.lists(st.sampled_from(sorted(CODES)), max_size=2),
        st.sampled_from(sorted(WIDE)),
        st.sampled_from(sorted(LAYOUTS)),
    ),
)
@settings(
    max_examples=settings().max_examples // 3,
    phases=[Phase.generate],  # a smaller one of these is no simpler, and takes minutes to find
)
def test_nothing_of_a_secret_is_shown_however_it_is_encoded(
    random: Random, first: str, around: tuple[str, str], encoders: tuple[list[str], str, str]
) -> None:
    codes, wide, layout = encoders

    def seen(secret: str) -> str:
        text = around[0] + LAST[first](secret) + around[1]
        for encode in (*(CODES[name] for name in codes), WIDE[wide], LAYOUTS[layout]):
            text = encode(text)
        return Secrets([secret], []).redacted(f"Here it is:\n{text}\nThat's all.")

    secret = "".join(random.choices(CHARACTERS, k=random.randint(16, 40)))
    assert longest_piece(secret, seen) < PIECE


@pytest.mark.parametrize("command", PROGRAMS)
def test_nothing_of_a_secret_is_shown_by_what_a_page_can_run(command: str) -> None:
    def seen(secret: str) -> str:
        ran = subprocess.run(
            ["bash", "-c", command],
            env={"PATH": os.environ["PATH"], "TOKEN": secret},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=True,
        )
        return Secrets([secret], []).redacted(ran.stdout.decode())

    secret = "dckr_pat_" + "".join(secrets.choice(CHARACTERS) for _ in range(27))
    assert REDACTED in seen(secret)
    assert longest_piece(secret, seen) < PIECE


def test_what_stands_around_a_secret_is_shown() -> None:
    secret = token_urlsafe(27)
    known = Secrets([secret], [])
    auth = base64.b64encode(f"ada:{secret}".encode()).decode()
    assert (
        known.redacted(f'{{"auth":"{auth}","n":1}}\nend') == f'{{"auth":"{REDACTED}","n":1}}\nend'
    )
    assert known.redacted(f"a\n{hexdump(secret)}b") == f"a\n{REDACTED}\nb"
    assert known.redacted(f"https://ada:{secret}@x/") == f"https://ada:{REDACTED}@x/"


def test_a_secret_is_known_by_its_looks_in_base64_too() -> None:
    secret = "dckr_pat_" + token_hex(16)
    encoded = base64.b64encode(f"ada:{secret}".encode()).decode()
    assert Secrets([], [r"dckr_[po]at_[\w-]{20,}"]).redacted(encoded) == REDACTED


@pytest.mark.parametrize("value", ["correct horse battery", "pässwörtlich!", "!!##$$%%&&//(())"])
def test_a_secret_may_be_any_text(value: str) -> None:
    known = Secrets([value], [])
    for text in (value, base64.b64encode(f"ada:{value}".encode()).decode(), quote(value)):
        assert known.redacted(f"a {text} b") == f"a {REDACTED} b"


def test_what_holds_no_secret_is_shown_as_it_is() -> None:
    known = Secrets(["dckr_pat_" + token_hex(16), token_urlsafe(18)], [])
    random_bytes = os.urandom(3000)
    text = "\n".join(
        [
            (ROOT / "README.md").read_text(),
            base64.encodebytes(random_bytes).decode(),
            random_bytes.hex(),
            "dckr_pat_",
            "yes",
        ]
    )
    assert known.redacted(text) == text


@given(text=st.text(max_size=300) | st.from_regex(r"(\\\\[uUx0-7]|%|&#|=|[0-9a-fA-F \n]){,200}"))
def test_any_text_is_read(text: str) -> None:
    assert Secrets([token_urlsafe(27)], []).redacted(text) == text


def test_a_short_answer_is_no_secret() -> None:
    known = Secrets([], [])
    known.keep("yes")
    assert known.redacted("yes") == "yes"


def test_of_many_encoded_secrets_none_is_shown_and_it_ends() -> None:
    secret = token_urlsafe(27)
    encoded = base64.b64encode(secret.encode()).decode()
    shown = Secrets([secret], []).redacted(f"{encoded}, \n" * 500)
    assert encoded not in shown
    assert shown.count(REDACTED) == MOST + 1
