"""Stand-ins: documented example values that stand for live ones."""

import re
from collections.abc import Mapping


def put_in(text: str, stand_ins: Mapping[str, str]) -> str:
    """Return `text` with each documented value, as a whole word, replaced by its live one."""
    if not stand_ins:
        return text
    longest_first = sorted(stand_ins, key=len, reverse=True)
    any_of = "|".join(map(re.escape, longest_first))
    return re.sub(rf"(?<!\w)(?:{any_of})(?!\w)", lambda found: stand_ins[found[0]], text)
