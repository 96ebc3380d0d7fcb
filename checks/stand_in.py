"""Stand-ins: documented example values that stand for live ones."""

from collections.abc import Mapping


def put_in(text: str, stand_ins: Mapping[str, str]) -> str:
    """Return `text` with each documented value replaced by the live one it stands for."""
    for documented, live in stand_ins.items():
        text = text.replace(documented, live)
    return text


def take_out(text: str, stand_ins: Mapping[str, str]) -> str:
    """Return `text` with each live value replaced by the documented one."""
    return put_in(text, {live: documented for documented, live in stand_ins.items()})
