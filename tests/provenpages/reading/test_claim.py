"""Claims: found where readers see their words, and nowhere else."""

import unicodedata

import pytest

from provenpages.reading.claim import find_claim


@pytest.mark.parametrize(
    "page",
    [
        "A token can't delete.",
        "Look: a\u2028b\x0bc\x0cd\x85e\u2029f\n\nA token can't delete.",
        "A token\ncan't   delete.",
        "A token\u2028can't\x85delete.",
        "> A token\n> can't delete.",
        "A\u00a0token&nbsp;can't delete.",
        "A to\u00adken can&shy;'t de\u200blete.",
        "A **token** can't _delete_.",
        "A [token](token.md 'Tokens') can't [delete][d].",
        "A [token](token.md){ .external } <b>can't</b> delete.",
        "A token[^1] can&#39;t <!-- yet --> delete.",
        "A token can't delete.".replace("'", "&apos;"),
        "A token can\\'t delete.",
        "A `token` can't delete.",
        "***A token*** ~~can't~~ ==delete==",
    ],
)
def test_a_page_says_what_its_readers_see(page: str) -> None:
    line = page.count("\n") + 3
    assert find_claim(f"{page}\n\n", "A token can't delete", line) is not None


@pytest.mark.parametrize(
    "page",
    [
        "A token can delete.",
        "A token can't de lete.",
        "A token can’t delete.",
        "A &token can't delete",
    ],
)
def test_it_does_not_say_other_words(page: str) -> None:
    assert find_claim(page, "A token can't delete", 2) is None


@pytest.mark.parametrize(
    ("page", "claim"),
    [
        (unicodedata.normalize("NFD", "The café's ID"), "café's ID"),
        ("The café's ID", unicodedata.normalize("NFD", "café's ID")),
        ("R&amp;D &lt;b> costs 5 &euro;", "R&D <b> costs 5 €"),
        ("Names like a_b_c and 2 * 3 [y/N]", "a_b_c and 2 * 3 [y/N]"),
        ("A **token** can", "A **token** can"),
    ],
)
def test_characters_count_and_not_how_they_are_written(page: str, claim: str) -> None:
    assert find_claim(page, claim, 2) is not None


def test_the_mark_stands_after_the_words_and_their_markup() -> None:
    text = "Zoë: A *token*. A *token*, and more\n\nA token\n"
    assert find_claim(text, "a token", 3) is None
    assert said(text, "A token", 3) == "A *token*"
    assert text.index(said(text, "A token", 3) + ", and more") == 16
    link = "Read [A token](token.md) now"
    assert said(link, "A token", 2) == "[A token](token.md)"


def said(text: str, claim: str, line: int) -> str:
    found = find_claim(text, claim, line)
    assert found is not None
    return text[found.start : found.stop]


def test_only_what_stands_above_counts() -> None:
    assert find_claim("One\u2028two\nA claim", "A claim", 2) is None
    assert find_claim("One\u2028two\nA claim", "A claim", 3) is not None
