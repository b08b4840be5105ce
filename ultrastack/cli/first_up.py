"""Which commands lead from a new stack file to its first `up`, in order and ready to be copied?"""

from __future__ import annotations

import json
import shlex
import shutil
from collections.abc import Iterator, Sequence
from importlib.metadata import distribution
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ultrastack.language.beginning.asks_for import Asked

PULUMI_CLOUD = "pulumi-cloud"
# pulumi v3.259: pkg/cmd/pulumi/auth/login.go names these; a self-hosted Pulumi Cloud is an https:// URL
STATES = ("s3://", "gs://", "azblob://", "file://", "postgres://", "https://")
# ValidateSecretsProvider in pkg/cmd/pulumi/stack/secrets.go; all but the first two take an URL
SECRETS = ("default", "passphrase", "awskms://", "gcpkms://", "azurekeyvault://", "hashivault://")


def state_problem(given: str) -> str:
    """Why Pulumi would not keep its state there; empty if it would try."""
    if given == PULUMI_CLOUD:
        return ""
    scheme = next((one for one in STATES if given.startswith(one)), None)
    if scheme is None:
        return f"'{given}' is no place for the state: {PULUMI_CLOUD}, or a URL with {', '.join(STATES)}"
    return "" if given.removeprefix(scheme).split("?")[0].strip("/") or given == "file:///" else f"'{given}' names none"


def secrets_problem(given: str) -> str:
    """Why Pulumi could not encrypt with it; empty if it would try."""
    if given in SECRETS[:2] or any(given.startswith(one) and given != one for one in SECRETS[2:]):
        if given.startswith("gcpkms://") and not _is_google_key(given):
            return "a key of Cloud KMS is gcpkms://projects/PROJECT/locations/LOCATION/keyRings/RING/cryptoKeys/KEY"
        return ""
    return f"'{given}' is no secrets provider: default, passphrase, or a URL with {', '.join(SECRETS[2:])}"


def _is_google_key(url: str) -> bool:
    parts = url.removeprefix("gcpkms://").split("?")[0].split("/")
    return len(parts) == 8 and parts[0::2] == ["projects", "locations", "keyRings", "cryptoKeys"] and all(parts)


def commands(
    root: Path, name: str, state: str | None, secrets: str | None, asked: Sequence[Asked]
) -> Iterator[tuple[str, str]]:
    """Each command with a word why; None: it was not said, so Pulumi's own choice stays."""
    if root != Path.cwd():
        yield f"cd {shlex.quote(str(root))}", "the project"
    ours = "ultrastack" if shutil.which("ultrastack") else ".venv/bin/ultrastack"
    if not (root / ".venv").exists():
        yield _packages(root, name), "the program's packages, where Pulumi looks"
    if not (root / "stacks" / "stack.schema.json").exists():
        yield f"{ours} schema --output stacks/stack.schema.json", "what tells the editor the words of a stack file"
    if state is not None:
        url = "" if state == PULUMI_CLOUD else f" {shlex.quote(state)}"
        yield f"pulumi login{url}", "where the state is kept"
    else:
        yield "pulumi whoami --verbose", "where the state would be kept; `pulumi login URL` chooses another place"
    yield from _init(root, name, state, secrets)
    for one in asked:
        why = f"{one.place}" + ("" if one.needed else ", which does without it")
        if one.kind == "secret":
            yield f"pulumi config set --stack {name} --secret {shlex.quote(one.key)}", f"asks for the value; {why}"
        elif one.kind == "config":
            yield f"pulumi config set --stack {name} {shlex.quote(one.key)} VALUE", why
        else:
            yield f"pulumi stack output --stack {shlex.quote(one.key)}", f"must be up before; {why}"
    yield f"{ours} plan {name}", "once more, with what you have edited"
    yield f"pulumi preview --stack {name}", "the first that needs credentials; it changes nothing"
    yield f"{ours} up {name}", f"or, without its questions: pulumi up --stack {name}"


def _packages(root: Path, name: str) -> str:
    """A clone of the toolkit sets itself up; elsewhere it comes from where this one came from."""
    if (root / "Makefile").exists() and (root / "requirements.lock").exists():
        return f"make plan STACK={name}"
    here = distribution("ultrastack")
    came = json.loads(here.read_text("direct_url.json") or "{}")  # PEP 610; absent: from an index, by its version
    origin = came.get("url", f"ultrastack=={here.version}")
    if vcs := came.get("vcs_info"):
        origin = f"{vcs['vcs']}+{origin}@{vcs['commit_id']}"
    return f"python3 -m venv .venv && .venv/bin/pip install {shlex.quote(origin)}"


def _config_file(root: Path, name: str) -> str:
    from ultrastack.language.source import load

    folder = load(root / "Pulumi.yaml", root).child("stackConfigDir")
    return PurePosixPath(str(folder.value) if folder else ".", f"Pulumi.{name}.yaml").as_posix()


def _init(root: Path, name: str, state: str | None, secrets: str | None) -> Iterator[tuple[str, str]]:
    """`ultrastack up` runs Pulumi more than once, so a passphrase is told to the shell and not to each of them."""
    provider = f" --secrets-provider={shlex.quote(secrets)}" if secrets and secrets != "default" else ""
    own_state = state is not None and state != PULUMI_CLOUD and not state.startswith("https://")
    if secrets == "passphrase" or (own_state and secrets in (None, "default")):
        why = "a new passphrase, typed unseen: without it nobody reads the stack's secrets again"
        yield "read -rs PULUMI_CONFIG_PASSPHRASE; export PULUMI_CONFIG_PASSPHRASE", why
    why = f"its config is {_config_file(root, name)}, to be committed: secrets in it are encrypted"
    yield f"pulumi stack init {name}{provider}", why
