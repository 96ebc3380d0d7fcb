"""Pulls, counted in front of the registry where there is a limit (facts: "Pull limits")."""

import time
from collections.abc import Callable, Iterator

import httpx
import pytest

from checks.hub.pulls import Pulls
from tests.checks.hub.local_hub import Account, LocalHub, claims_of
from tests.checks.hub.storage import INDEX

NUMBERS = iter(range(1, 255))
Ask = Callable[..., httpx.Response]


@pytest.fixture
def limited(hub: LocalHub) -> Iterator[None]:
    """Have pulls counted."""
    set_limit(hub, is_on=True)
    yield
    set_limit(hub, is_on=False)


def set_limit(hub: LocalHub, *, is_on: bool) -> None:
    with hub.database() as database:
        Pulls(database).set_limit(is_on=is_on)


@pytest.fixture
def name(hub: LocalHub, ada: Account) -> str:
    """A public repository with an image."""
    hub.storage.push(f"{ada.name}/docs", "one")
    return f"{ada.name}/docs"


@pytest.fixture
def ask(hub: LocalHub, name: str) -> Ask:
    """Ask for a manifest as nobody, from an address of its own, or as someone."""
    address = f"198.51.100.{next(NUMBERS)}"

    def ask(
        who: Account | None = None, method: str = "GET", reference: str = "one", **more: str
    ) -> httpx.Response:
        scope = f"repository:{name}:pull"
        header = who.registry_token(scope) if who else nobodys(hub, scope)
        header["X-Real-IP"] = more.get("address", address)
        return hub.registry.request(method, f"/v2/{name}/manifests/{reference}", headers=header)

    return ask


def nobodys(hub: LocalHub, scope: str) -> dict[str, str]:
    token = hub.auth.get("/token", params={"scope": scope}).json()["token"]
    return {"Authorization": f"Bearer {token}"}


def told(answer: httpx.Response) -> dict[str, str]:
    """Return what nginx is to tell in headers (test_front.py says that it does)."""
    place = httpx.URL(answer.headers["X-Accel-Redirect"])
    assert (answer.status_code, place.path) == (200, "/counted")
    return dict(place.params)


def test_without_a_limit_nothing_is_counted_or_told(hub: LocalHub, name: str, ask: Ask) -> None:
    answer = ask()
    assert answer.headers["X-Accel-Redirect"] == "@registry"
    token = nobodys(hub, f"repository:{name}:pull")["Authorization"]
    assert claims_of(token)["access"][0]["parameters"] == {}


@pytest.mark.models("The pull limit among")
@pytest.mark.usefixtures("limited")
@pytest.mark.parametrize(("who", "limit"), [("nobody", "100"), ("someone", "200")])
def test_the_token_has_the_limit(
    who: str, limit: str, hub: LocalHub, name: str, bob: Account
) -> None:
    scope = f"repository:{name}:pull"
    header = nobodys(hub, scope) if who == "nobody" else bob.registry_token(scope)
    (access,) = claims_of(header["Authorization"])["access"]
    assert access["parameters"] == {"pull_limit": limit, "pull_limit_interval": "21600"}


@pytest.mark.models("100 pulls")
@pytest.mark.usefixtures("limited")
def test_an_address_pulls_a_hundred_times(ask: Ask) -> None:
    for left in range(99, -1, -1):
        assert told(ask())["remaining"] == str(left)
    refused = ask()
    assert refused.status_code == 429
    assert refused.json()["errors"] == [
        {
            "code": "TOOMANYREQUESTS",
            "message": "You have reached your unauthenticated pull rate limit."
            " https://www.docker.com/increase-rate-limit",
        }
    ]
    assert told(ask(address="203.0.113.9"))["remaining"] == "99"


@pytest.mark.models("100 pulls")
@pytest.mark.usefixtures("limited")
def test_an_account_pulls_two_hundred_times_wherever_it_is(
    hub: LocalHub, ask: Ask, bob: Account
) -> None:
    with hub.database() as database:
        for _ in range(199):
            Pulls(database).note(bob.name)
    assert told(ask(bob)) == {"limit": "200", "remaining": "0", "window": "21600", "source": ""}
    refused = ask(bob, address="203.0.113.9")
    assert refused.status_code == 429
    assert refused.json()["errors"][0]["message"] == (
        "You have reached your pull rate limit. You may increase the limit by authenticating and"
        " upgrading: https://www.docker.com/increase-rate-limits"
    )
    assert told(ask())["limit"] == "100"


@pytest.mark.models("Each platform of an image")
@pytest.mark.usefixtures("limited")
def test_asking_without_pulling_is_not_counted(ask: Ask) -> None:
    for _ in range(3):
        assert told(ask(method="HEAD"))["remaining"] == "100"
        assert told(ask(reference="missing"))["remaining"] == "100"
    assert told(ask())["remaining"] == "99"
    assert told(ask(method="HEAD", address="203.0.113.8"))["source"] == "203.0.113.8"


@pytest.mark.models("Each platform of an image")
@pytest.mark.usefixtures("limited")
def test_who_has_reached_the_limit_may_still_ask(hub: LocalHub, ask: Ask, bob: Account) -> None:
    """As in a report of 2025 (docker/hub-feedback#2464)."""
    with hub.database() as database:
        for _ in range(200):
            Pulls(database).note(bob.name)
    assert told(ask(bob, method="HEAD"))["remaining"] == "0"


@pytest.mark.models("Each platform of an image")
@pytest.mark.usefixtures("limited")
def test_each_platform_counts_and_their_list_does_not(hub: LocalHub, name: str, ask: Ask) -> None:
    platforms = [hub.storage.push_untagged(name) for _ in range(2)]
    index = {"mediaType": INDEX, "manifests": [{"digest": one} for one in platforms]}
    hub.storage.push(name, "one", index)
    assert told(ask())["remaining"] == "100"
    assert [told(ask(reference=one))["remaining"] for one in platforms] == ["99", "98"]


@pytest.mark.usefixtures("limited")
def test_pulls_count_for_six_hours(hub: LocalHub, ask: Ask, bob: Account) -> None:
    for hours, left in ((6.1, "199"), (5.9, "197")):
        with hub.database() as database:
            database.execute(
                "insert into pull values (?, ?)", (bob.name, time.time() - hours * 3600)
            )
        assert told(ask(bob))["remaining"] == left


@pytest.mark.usefixtures("limited")
def test_who_may_not_pull_is_not_counted(hub: LocalHub, ada: Account, ask: Ask) -> None:
    path = f"/v2/{ada.name}/docs/manifests/one"
    for header in ({}, {"Authorization": "Bearer a"}, nobodys(hub, "repository:a/b:pull")):
        answer = hub.registry.get(path, headers=header)
        assert answer.headers["X-Accel-Redirect"] == "@registry"
    assert told(ask())["remaining"] == "99"
