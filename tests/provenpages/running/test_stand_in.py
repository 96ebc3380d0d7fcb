"""Stand-ins: whole words, replaced once."""

import pytest

from provenpages.running.stand_in import put_in


@pytest.mark.parametrize(
    ("text", "stand_ins", "live"),
    [
        ("tag b6 a:b6", {"b6": "c7"}, "tag c7 a:c7"),
        ("b61 ab6", {"b6": "c7"}, "b61 ab6"),
        ("1 2", {"1": "2", "2": "3"}, "2 3"),
        ("a.c abc", {"a.c": "x"}, "x abc"),
        ("as it was", {}, "as it was"),
    ],
)
def test_what_is_put_in(text: str, stand_ins: dict[str, str], live: str) -> None:
    assert put_in(text, stand_ins) == live
