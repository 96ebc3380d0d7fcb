"""What the local Docker Hub models, as its page says: each line has a test that names it."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.conftest import ROOT

PAGE = ROOT / "docs/checks/docker-hub.md"
LINE = re.compile(r"^\| (?P<what>.+?) \| (?P<here>.+?) \| (?P<sure>.+?) \|$", re.MULTILINE)
HEADS = {"Docker Hub", "---"}
TESTS = [*ROOT.glob("tests/checks/hub/test_*.py"), *ROOT.glob("tests/checks/clients/test_*.py")]


def lines() -> dict[str, str]:
    """Return what Docker Hub does, and what is said of it here."""
    found = [one.group("what", "here") for one in LINE.finditer(PAGE.read_text())]
    return {what: here for what, here in found if what not in HEADS}


def named() -> Iterator[str]:
    """Yield the beginnings of lines that tests name."""
    for file in TESTS:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.models":
                yield from (ast.literal_eval(one) for one in node.args)


NAMED = sorted({*named()})


@pytest.mark.parametrize("what", lines())
def test_a_line_that_is_modelled_or_refused_has_a_test(what: str) -> None:
    here = lines()[what]
    says = re.match(r"modelled|refused|not modelled|`debian:", here)
    assert says, f"{here}: neither modelled nor refused"
    if says[0] in ("modelled", "refused"):
        assert any(what.startswith(one) for one in NAMED), f"no test names it: {what}"


@pytest.mark.parametrize("beginning", NAMED)
def test_a_test_names_one_line_that_is_modelled_or_refused(beginning: str) -> None:
    found = [here for what, here in lines().items() if what.startswith(beginning)]
    assert len(found) == 1
    assert found[0].startswith(("modelled", "refused"))
