"""The Hub as one web application: which host name answers with what."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Host, Route

from checks.hub.accounts import Accounts
from checks.hub.api.access_tokens import AccessTokens
from checks.hub.api.bearer import Bearers
from checks.hub.api.repositories import RepositoryApi
from checks.hub.api.settings import SettingsApi
from checks.hub.api.sign_in import SignIn
from checks.hub.api.tags import TagApi
from checks.hub.database import open_database
from checks.hub.front.deletion import Deletion
from checks.hub.front.handover import Permissions
from checks.hub.front.immutability import Immutability
from checks.hub.front.pull_limit import PullLimit
from checks.hub.keys import Keys
from checks.hub.problem import of_api, of_registry, of_token_service, site
from checks.hub.pulls import Pulls
from checks.hub.registry import Registry
from checks.hub.repositories import Repositories
from checks.hub.token_service import PackagesTokenService, TokenService
from checks.hub.tokens import DOCKER_HUB, GITHUB, Tokens


def application(library: Path) -> Starlette:
    """Return all that the Hub answers; its files are in `hub`, the registries' beside it."""
    keys = Keys(library / "hub/token.key", library / "hub/token.crt")
    routes = [*_docker_hub(library, keys), *_github_packages(library, keys)]
    return site(routes, of_api)


def _docker_hub(library: Path, keys: Keys) -> list[BaseRoute]:
    database = open_database(library / "hub/hub.sqlite3")
    tokens = Tokens(database, DOCKER_HUB)
    accounts = Accounts(database, tokens)
    registry = Registry(library / "registry")
    repositories = Repositories(database, registry)
    bearers = Bearers(keys)
    pulls = Pulls(database)
    service = TokenService(accounts, keys, repositories, pulls)
    permissions = Permissions(keys)
    front = [
        *PullLimit(registry, pulls, permissions).routes(),
        *Immutability(registry, repositories, permissions).routes(),
        *Deletion(registry, permissions).routes(),
    ]
    repository_api = RepositoryApi(repositories, accounts, bearers)
    api = [
        *SignIn(accounts, bearers).routes(),
        *AccessTokens(tokens, bearers).routes(),
        *repository_api.routes(),
        *SettingsApi(repositories, repository_api, bearers).routes(),
        *TagApi(registry, repository_api, bearers).routes(),
    ]
    return [
        Host("registry-1.docker.io", site(front, of_registry)),
        Host("auth.docker.io", site(_token_routes(service), of_token_service)),
        Host("hub.docker.com", site(api, of_api)),
    ]


def _github_packages(library: Path, keys: Keys) -> list[BaseRoute]:
    database = open_database(library / "hub/packages.sqlite3")
    accounts = Accounts(database, Tokens(database, GITHUB))
    repositories = Repositories(database, Registry(library / "packages"), pushed_are_private=True)
    service = PackagesTokenService(accounts, keys, repositories, Pulls(database))
    return [Host("ghcr.io", site(_token_routes(service), of_registry))]


def _token_routes(service: TokenService) -> list[Route]:
    return [
        Route("/token", service.get, methods=["GET"]),
        Route("/token", service.post, methods=["POST"]),
    ]
