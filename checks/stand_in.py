"""Stand-ins: documented example values that stand for live ones."""

from collections.abc import Mapping


def put_in(text: str, stand_ins: Mapping[str, str]) -> str:
    """Return `text` with each documented value replaced by the live one it stands for."""
    for documented, live in stand_ins.items():
        text = text.replace(documented, live)
    return text
