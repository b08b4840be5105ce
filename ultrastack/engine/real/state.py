"""What does a `pulumi stack export` hold, and how does a copy of it become one that anybody can run?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...model.place import Place, Problem, Refused, printable
from ..wire import OF_SECRET, SIGNATURE

VERSIONS = (3, 4)  # sdk/go/common/apitype/core.go of pulumi v3.259: 4 where a feature is used
FEATURES = frozenset(  # pkg/resource/stack/deployment.go of pulumi v3.259
    "refreshBeforeUpdate views hooks taint replaceWith snippets-prototype extensionParameterization byteString".split()
)
PACKAGES = ("aws", "gcp", "pulumi")  # for these somebody stands in
PLACEHOLDER = "a secret that cannot be read here"
STACK = "pulumi:pulumi:Stack"
BYTES = 512 * 2**20
_HALF = re.compile(r"\\u[dD][89a-fA-F]")  # of a surrogate pair: alone it is no text


@dataclass(frozen=True)
class State:
    """What a stack has. Empty: it has nothing yet."""

    deployment: Mapping[str, Any] = field(default_factory=dict)
    version: int = 3
    features: tuple[str, ...] = ()
    encrypted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # URN -> paths of what cannot be read
    pending: tuple[Mapping[str, Any], ...] = ()  # operations that were under way when an earlier run was killed

    @property
    def resources(self) -> list[dict[str, Any]]:
        return list(self.deployment.get("resources") or ())

    def dumps(self, salt: str) -> str:
        """For `pulumi stack import`, under the passphrase whose salt this is."""
        kept = {k: v for k, v in self.deployment.items() if k != "pending_operations"}
        # `stack import` of pulumi v3.259 panics on a secret where the deployment names no secrets provider
        kept["secrets_providers"] = {"type": "passphrase", "state": {"salt": salt}}
        kept.setdefault("manifest", {})
        kept["resources"] = self.resources
        whole = {"version": self.version, "deployment": kept}
        return json.dumps(whole | ({"features": list(self.features)} if self.features else {}))


def read_state(file: Path, project: str, stack: str) -> State:
    """The export of just this stack, its encrypted values replaced by a placeholder.

    Raises Refused for a file that is none, another project's or stack's, of a newer pulumi, or with resources of a
    package that nobody stands in for.
    """
    place = Place(str(file))
    data = _export(file, place, stack)
    deployment = data.get("deployment") or {}
    if not isinstance(deployment, dict) or not isinstance(deployment.get("resources") or [], list):
        raise Refused(Problem(place, "this is no export of a stack", _again(stack)))
    resources = deployment.get("resources") or []
    if problems := [*_of_another(resources, project, stack, place), *_foreign(resources, place)]:
        raise Refused(*problems)
    encrypted: dict[str, tuple[str, ...]] = {}
    copied = []
    for one in resources:
        paths: list[str] = []
        copied.append({k: _opened(v, "", paths) if k in ("inputs", "outputs") else v for k, v in one.items()})
        if paths:
            encrypted[one["urn"]] = tuple(sorted(set(paths)))
    return State(
        deployment={**deployment, "resources": copied} if copied else {},
        version=data["version"],
        features=tuple(data.get("features") or ()),
        encrypted=encrypted,
        pending=tuple(one for one in deployment.get("pending_operations") or () if isinstance(one, dict)),
    )


def _export(file: Path, place: Place, stack: str) -> dict[str, Any]:
    data = read_json(file, _again(stack))
    if isinstance(data, dict) and "checkpoint" in data:
        raise Refused(Problem(place, "this is a file of the backend itself, not an export", _again(stack)))
    if not isinstance(data, dict) or "deployment" not in data or not isinstance(data.get("version"), int):
        raise Refused(Problem(place, "this is JSON, but no export of a stack", _again(stack)))
    check_version(data, place, _again(stack))
    return data


def read_json(file: Path, fix: str) -> Any:
    """What a file holds; refused with the place where it is no JSON. `fix` is how to make the file again."""
    place = Place(str(file))
    try:
        with file.open("rb") as given:
            content = given.read(BYTES + 1)
        if len(content) > BYTES:
            raise Refused(Problem(place, f"is larger than {BYTES // 2**20} MB", fix))
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(Problem(place, "this is not JSON: it is not even text", fix)) from None
    except OSError as e:
        raise Refused(Problem(place, f"cannot be read: {e.strerror}", fix)) from None
    if not text.strip():
        raise Refused(Problem(place, "the file is empty", fix))
    try:
        data = json.loads(text)
        if _HALF.search(text):
            json.dumps(data, ensure_ascii=False).encode()
    except json.JSONDecodeError as e:
        raise Refused(Problem(Place(str(file), e.lineno, e.colno), f"this is not JSON: {e.msg}", fix)) from None
    except RecursionError:
        raise Refused(Problem(place, "this is not JSON: it is nested too deeply", fix)) from None
    except UnicodeEncodeError:
        raise Refused(Problem(place, "this is not JSON: it holds half a character, as \\ud800", fix)) from None
    except ValueError:  # Python reads no number of so many digits
        raise Refused(Problem(place, "holds a number that is too long", fix)) from None
    return data


def check_version(data: Mapping[str, Any], place: Place, fix: str) -> None:
    """Of an export: one that a newer pulumi wrote may mean something else."""
    newest = VERSIONS[-1]
    if data["version"] not in VERSIONS:
        age = f"newer than version {newest}" if data["version"] > newest else "older than version 3"
        what = f"the export has version {data['version']}, {age}, which is what can be read here"
        fix = "update ultrastack" if data["version"] > newest else fix
        raise Refused(Problem(place, what, fix))
    if unknown := sorted(set(data.get("features") or ()) - FEATURES):
        what = f"the export uses what nobody here understands: {', '.join(map(str, unknown))}"
        raise Refused(Problem(place, what, "update ultrastack and pulumi"))


def _again(stack: str) -> str:
    return f"pulumi stack export --stack {stack} --file {stack}.json"


def _of_another(resources: list[Any], project: str, stack: str, place: Place) -> Iterator[Problem]:
    for i, one in enumerate(resources):
        urn = one.get("urn") if isinstance(one, dict) else None
        if not isinstance(urn, str) or urn.count("::") < 3 or not urn.startswith("urn:pulumi:"):
            yield Problem(place, f"resource {i + 1} has no URN, so this is no export of a stack", _again(stack))
            return
        its_stack, its_project = urn.removeprefix("urn:pulumi:").split("::")[:2]
        if its_project != project:
            what = f"this is the export of another project: '{printable(its_project)}', not '{project}'"
            yield Problem(place, what, f"go to that project's folder, or export this one: {_again(stack)}")
            return
        if its_stack != stack:
            what = f"this is the export of another stack: '{printable(its_stack)}', not '{stack}'"
            its = printable(its_stack)
            yield Problem(place, what, f"{_again(stack)}; or: ultrastack rehearse {its} --state {place.file}")
            return


def _foreign(resources: list[Any], place: Place) -> Iterator[Problem]:
    yield from foreign_resources(
        ((str(one.get("type", "")), one["urn"].split("::", 3)[3]) for one in resources if one.get("custom")), place.file
    )


def foreign_resources(made: Iterable[tuple[str, str]], file: str) -> Iterator[Problem]:
    """Resources, as type and name, that a provider makes for which nobody stands in."""
    found: dict[str, list[str]] = {}
    for token, name in made:
        if (package := _package(token)) not in PACKAGES:
            found.setdefault(package, []).append(name)
    for package, names in sorted(found.items()):
        some = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
        what = f"nobody stands in for the package '{package}' in a rehearsal: {some}"
        fix = "aws and gcp can be rehearsed; keep these resources in a stack of their own"
        yield Problem(Place(file), what, fix)


def _package(token: str) -> str:
    package, _, rest = token.partition(":")
    return rest.partition(":")[2] if package == "pulumi" and rest.startswith("providers:") else package


def _opened(value: Any, path: str, paths: list[str]) -> Any:
    """With a placeholder for what is encrypted; its path is added to `paths`."""
    if isinstance(value, dict):
        if value.get(SIGNATURE) == OF_SECRET and "ciphertext" in value:
            paths.append(path)
            return secret(PLACEHOLDER)
        return {k: _opened(v, _below(path, k), paths) for k, v in value.items()}
    if isinstance(value, list):
        return [_opened(v, f"{path}[{i}]", paths) for i, v in enumerate(value)]
    return value


def secret(value: Any) -> dict[str, str]:
    """As an export with --show-secrets writes it."""
    return {SIGNATURE: OF_SECRET, "plaintext": json.dumps(value)}


def _below(path: str, key: str) -> str:
    if key.replace("_", "a").isalnum() and not key[:1].isdigit():
        return f"{path}.{key}" if path else key
    return path + "[" + json.dumps(key) + "]"
