"""Secrets: what nobody may print, in the forms in which a command can print it."""

import base64
import re
from collections.abc import Iterable
from typing import Final

REDACTED: Final = "[secret]"
SHORTEST: Final = 12
"""Characters; a shorter answer, `yes` or a name, is no secret, and would blot out other words."""


class Secrets:
    """The secrets of a session: values, and `forms`, the looks of others."""

    def __init__(self, values: Iterable[str], forms: Iterable[str]) -> None:
        self._patterns = [re.compile(form) for form in forms]
        for value in values:
            self.keep(value)

    def keep(self, value: str) -> None:
        """Take one more value for secret, unless it is short."""
        if len(value) >= SHORTEST:
            self._patterns += [re.compile(form) for form in _forms(value)]

    def redacted(self, text: str) -> str:
        """Return a text without the secrets in it."""
        for pattern in self._patterns:
            text = pattern.sub(REDACTED, text)
        return text


def _forms(secret: str) -> list[str]:
    """Return patterns for a secret as it may be printed: itself, and in base64 at any offset."""
    encoded = [base64.b64encode(b"x" * pad + secret.encode()).decode() for pad in range(3)]
    # What stands beside the secret changes the first and last characters of the encoded text.
    around = "[A-Za-z0-9+/]{0,4}"
    middles = [re.escape(text[4:-4]) for text in encoded]
    return [re.escape(secret), *(f"{around}{middle}{around}={{0,2}}" for middle in middles)]
