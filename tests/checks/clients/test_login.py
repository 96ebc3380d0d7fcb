"""`docker login` and `docker logout`, word for word, of two generations of the docker client."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from checks.sandbox.container import ACCOUNT, Sandbox
from provenpages.errors import MachineError
from tests.checks.clients.conftest import Ran, Shell, keep, secret_of

LOGIN = f"login -u {ACCOUNT} --password-stdin"
OTHER = "/opt/other-docker"
WORDS = "incorrect username or password"
WRONG = f'Error response from daemon: Get "https://registry-1.docker.io/v2/": unauthorized: {WORDS}'
TOKEN_NEEDED = (
    "your account must log in with a Personal Access Token (PAT) - learn more at"
    " docs.docker.com/go/access-tokens"
)
NO_TERMINAL = "Error: Cannot perform an interactive login from a non TTY device"


@dataclass(frozen=True, slots=True)
class Texts:
    """What a client says where clients differ."""

    stored: str
    """`{file}` is where."""
    stored_again: bool
    """Whether it says so although the file doesn't change."""
    no_user: str
    existing_out: str
    existing_err: str


OLD = Texts(
    "WARNING! Your password will be stored unencrypted in {file}.\n"
    "Configure a credential helper to remove this warning. See\n"
    "https://docs.docker.com/engine/reference/commandline/login/#credentials-store\n\n",
    True,
    "Must provide --username with --password-stdin",
    "Authenticating with existing credentials...\n",
    "",
)
NEW = Texts(
    "\nWARNING! Your credentials are stored unencrypted in '{file}'.\n"
    "Configure a credential helper to remove this warning. See\n"
    "https://docs.docker.com/go/credential-store/\n\n",
    False,
    "the --password-stdin option requires --username to be set",
    "",
    f"Authenticating with existing credentials... [Username: {ACCOUNT}]\n\n"
    " Info -> To login with a different account, run 'docker logout' followed by 'docker login'\n"
    "\n\n",
)
KNOWN = {"20": OLD, "26": OLD, "28": NEW}


@pytest.fixture(params=["the sandbox's", "the machine's"])
def docker(request: pytest.FixtureRequest, machine: Sandbox) -> str:
    """A docker client; the machine's is another version, or isn't there."""
    if request.param == "the sandbox's":
        return "docker"
    found = shutil.which("docker")
    if not found:
        pytest.skip("this machine has no docker client of its own")
    machine.put(Path(found).resolve(), OTHER)
    try:
        version = machine.run(OTHER, "--version")
    except MachineError as error:
        pytest.skip(f"this machine's docker client doesn't run in the sandbox: {error}")
    if version == machine.run("docker", "--version"):
        pytest.skip("this machine's docker client is the sandbox's version")
    return OTHER


@pytest.fixture
def texts(docker: str, machine: Sandbox) -> Texts:
    version = machine.run(docker, "--version")
    major = version.split()[2].split(".")[0]
    if major not in KNOWN:
        pytest.skip(f"what this docker client says isn't known: {version}")
    return KNOWN[major]


def test_success(docker: str, texts: Texts, shell: Shell, folder: str) -> None:
    line = f"echo $TOKEN | {docker} {LOGIN}"
    stored = texts.stored.format(file=f"{folder}/config/config.json")
    assert shell(line) == Ran(0, "Login Succeeded\n", stored)
    assert shell(line) == Ran(0, "Login Succeeded\n", stored if texts.stored_again else "")


def test_password_on_the_command_line(docker: str, shell: Shell) -> None:
    ran = shell(f"{docker} login -u {ACCOUNT} -p $TOKEN")
    insecure = "WARNING! Using --password via the CLI is insecure. Use --password-stdin.\n"
    assert (ran.status, ran.out) == (0, "Login Succeeded\n")
    assert ran.err.startswith(insecure)


def test_existing_credentials(docker: str, texts: Texts, shell: Shell, folder: str) -> None:
    shell(f"echo $TOKEN | {docker} {LOGIN}")
    stored = texts.stored.format(file=f"{folder}/config/config.json") if texts.stored_again else ""
    said = Ran(0, f"{texts.existing_out}Login Succeeded\n", texts.existing_err + stored)
    assert shell(f"{docker} login") == said


def test_existing_credentials_that_are_refused(docker: str, shell: Shell) -> None:
    keep(shell, secret_of(shell, "deleted"))
    ran = shell(f"{docker} login 2>&1")
    assert ran.status == 1
    assert "Stored credentials invalid or expired\n" in ran.out
    assert ran.out.endswith(f"{NO_TERMINAL}\n")


@pytest.mark.models("Wrong password")
@pytest.mark.parametrize("secret", ["wrong", "dckr_pat_abcdefghijklmnopqrstuvwxyz1"])
def test_wrong_secret(secret: str, docker: str, shell: Shell) -> None:
    assert shell(f"echo {secret} | {docker} {LOGIN}") == Ran(1, "", f"{WRONG}\n")


@pytest.mark.models("A deleted token")
def test_deleted_token(docker: str, shell: Shell) -> None:
    secret = secret_of(shell, "deleted")
    assert shell(f"echo {secret} | {docker} {LOGIN}") == Ran(1, "", f"{WRONG}\n")


@pytest.mark.models("An expired token")
def test_expired_token(docker: str, shell: Shell) -> None:
    secret = secret_of(shell, "expired")
    ran = shell(f"echo {secret} | {docker} {LOGIN}")
    said = WRONG.replace(WORDS, "personal access token is expired")
    assert ran == Ran(1, "", f"{said}\n")


@pytest.mark.models("With two-factor authentication")
def test_password_of_an_account_with_two_factors(docker: str, shell: Shell) -> None:
    shell(f"local-docker-hub two-factor {ACCOUNT} on")
    try:
        ran = shell(f"echo $PASSWORD | {docker} {LOGIN}")
        assert ran == Ran(1, "", f"{WRONG.replace(WORDS, TOKEN_NEEDED)}\n")
        assert shell(f"echo $TOKEN | {docker} {LOGIN}").out == "Login Succeeded\n"
    finally:
        shell(f"local-docker-hub two-factor {ACCOUNT} off")
    assert shell(f"echo $PASSWORD | {docker} {LOGIN}").out == "Login Succeeded\n"


@pytest.mark.models("`docker search`")
def test_search_is_refused(shell: Shell) -> None:
    ran = shell("docker search debian")
    said = "Error response from daemon: Unexpected status code 404\n"
    assert ran == Ran(1, "", said)


@pytest.mark.parametrize("options", ["", f" -u {ACCOUNT}"])
def test_no_terminal(options: str, docker: str, shell: Shell) -> None:
    assert shell(f"{docker} login{options}") == Ran(1, "", f"{NO_TERMINAL}\n")


def test_password_from_standard_input_for_nobody(docker: str, texts: Texts, shell: Shell) -> None:
    ran = shell(f"echo $TOKEN | {docker} login --password-stdin")
    assert (ran.status, ran.out, ran.last) == (1, "", texts.no_user)


def test_logout(docker: str, shell: Shell) -> None:
    shell(f"echo $TOKEN | {docker} {LOGIN}")
    said = "Removing login credentials for https://index.docker.io/v1/\n"
    assert shell(f"{docker} logout") == Ran(0, said, "")
    assert "index.docker.io" not in shell("cat $DOCKER_CONFIG/config.json").out
