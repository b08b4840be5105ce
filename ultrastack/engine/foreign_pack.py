"""What does somebody else's CrossGuard pack say of a graph? Run as it is, offline, with Pulumi's own service for packs.

The pack runs in a child process, with its own interpreter if its PulumiPolicy.yaml names one, and sees what the engine
would send: inputs with their unknowns to its resource policies, outputs as of a preview to its stack policies. What
only the cloud knows is unknown there, so a policy that reads it cannot decide, as in a real preview. A secret's value
is in no graph, so a policy that reads one cannot decide either; the engine would show it. Each policy runs by itself:
one that raises or hangs is reported and hides no other.
"""

from __future__ import annotations

import json
import os
import queue
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import yaml
from google.protobuf import json_format, struct_pb2
from pulumi.runtime.proto import analyzer_pb2

from ..model.finding import Finding, Level, Verdict, identified
from ..model.graph import Graph, Resource
from ..model.place import Place, Problem, Refused, printable
from ..model.values import UNKNOWN, Asset, ResourceReference, Secret, Unknown, Value
from .real.children import end
from .rehearsal.sdk import inputs_of, outputs_of
from .rehearsal.types import known
from .wire import OF_ARCHIVE, OF_ASSET, OF_SECRET, SIGNATURE, UNKNOWN_TEXT

MANIFEST = "PulumiPolicy.yaml"
CHILD = Path(__file__).with_name("foreign_pack_child.py")
SILENCE_SECONDS = 30.0  # of one policy about one resource; a real up would wait for ever
ENVIRONMENT = ("HOME", "LANG", "LC_ALL", "PATH", "TMPDIR")  # nothing else: a credential is none of its business
_DURATION = re.compile(r"([\d.]+)(h|ms|us|ns|m|s)")
_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}
CANNOT_RUN = "during preview: "  # policy.py of pulumi-policy 1.21: before what is unknown


def findings_of(
    pack: Path, graph: Graph, *, config: Path | None = None, silence: float = SILENCE_SECONDS
) -> tuple[Finding, ...]:
    """What all policies of the pack in this folder say, as rules called PACK.POLICY.

    `config` is what `--policy-pack-config` takes. Raises Refused for a folder that holds no Python pack, or a config
    that is none; what goes wrong in the pack itself is a finding.
    """
    main, python = _main(pack)
    told = _Told(pack, graph, _settings(config))
    skip: set[str] = set()
    while True:
        hung = _run(main, python, told, skip, silence)
        if hung is None:
            return identified(told.findings())
        skip |= {*told.ended, hung}


def _main(pack: Path) -> tuple[Path, str]:
    """The folder of its program and its interpreter."""
    file = pack / MANIFEST
    place = Place(str(file))
    try:
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
    except OSError as e:
        fix = f"name the folder that holds {MANIFEST}"
        raise Refused(Problem(place, f"cannot be read: {(e.strerror or 'no reason given').lower()}", fix)) from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise Refused(Problem(place, "this is not YAML", "mend it, or get the pack again")) from None
    runtime = data.get("runtime") if isinstance(data, dict) else None
    if not isinstance(runtime, dict):
        runtime = {"name": runtime}
    name, options = runtime.get("name"), runtime.get("options")
    if name != "python":
        what = f"a pack for the runtime '{printable(str(name))}' cannot be run here"
        raise Refused(
            Problem(place, what, f"only Python packs can: run this one with pulumi preview --policy-pack {pack}")
        )
    main = (pack / str(data.get("main") or ".")).resolve()
    if main.is_file():
        main = main.parent
    if not (main / "__main__.py").is_file():
        raise Refused(Problem(Place(str(main / "__main__.py")), "the pack has no program", "get the pack again"))
    venv = options.get("virtualenv") if isinstance(options, dict) else None
    if not venv:
        return main, sys.executable
    python = pack / str(venv) / "bin" / "python"
    if not python.is_file():
        raise Refused(
            Problem(
                place, f"the virtualenv '{printable(str(venv))}' is not there", f"make it: pulumi install (in {pack})"
            )
        )
    return main, str(python.absolute())


def _settings(config: Path | None) -> dict[str, Any]:
    if config is None:
        return {}
    place, fix = Place(str(config)), 'write {"POLICY": "mandatory"} or {"POLICY": {"a setting": 1}}'
    try:
        data = json.loads(config.read_text(encoding="utf-8") or "{}")
    except OSError as e:
        raise Refused(Problem(place, f"cannot be read: {(e.strerror or 'no reason given').lower()}", fix)) from None
    except ValueError:
        raise Refused(Problem(place, "this is not JSON", fix)) from None
    if not isinstance(data, dict) or not all(isinstance(one, (str, dict)) for one in data.values()):
        raise Refused(Problem(place, "this is no config of a policy pack", fix))
    return data


# ---- the child


def _run(main: Path, python: str, told: _Told, skip: set[str], silence: float) -> str | None:
    """The name of the policy that did not come to an end, "" for the pack itself; None: all is told."""
    graph = told.graph
    env = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
    env |= {"PULUMI_PROJECT": graph.project, "PULUMI_STACK": graph.stack, "PULUMI_DRY_RUN": "true"}
    env |= {"PULUMI_ORGANIZATION": graph.organization, "PULUMI_CONFIG": "{}"}
    work = {"skip": sorted(skip), "config": told.config, **told.requests}
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "work.json").write_text(json.dumps(work))
        child = subprocess.Popen(
            [python, "-u", str(CHILD), str(main), str(Path(folder) / "work.json")],
            cwd=main,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        try:
            return _heard(child, told, silence)
        finally:
            end(child)


def _heard(child: subprocess.Popen[str], told: _Told, silence: float) -> str | None:
    lines: queue.Queue[str | None] = queue.Queue()
    said: list[str] = []
    assert child.stdout is not None and child.stderr is not None
    threading.Thread(target=_pump, args=(child.stdout, lines), daemon=True).start()
    errors = threading.Thread(target=lambda: said.extend(child.stderr or ()), daemon=True)
    errors.start()
    begun = ""
    while True:
        try:
            line = lines.get(timeout=silence)
        except queue.Empty:
            told.broken(begun, f"it did not answer within {silence:g} seconds", "find out what it waits for")
            return begun if begun else None
        if line is None:  # it ended before it was done
            errors.join(1)
            last = next((one.strip() for one in reversed(said) if one.strip()), f"exit code {child.wait()}")
            told.broken(begun, f"its process ended: {last}", "mend the pack")
            return begun if begun else None
        one = json.loads(line)
        begun = one.get("begin", begun)
        if one.get("done"):
            return None
        told.take(one)


def _pump(stream: IO[str], lines: queue.Queue[str | None]) -> None:
    for line in stream:
        lines.put(line)
    lines.put(None)


# ---- what it told


_LEVELS: dict[str, Level] = {"MANDATORY": "mandatory", "REMEDIATE": "mandatory", "DISABLED": "off"}


@dataclass
class _Told:
    pack: Path
    graph: Graph
    config: Mapping[str, Any]
    name: str = ""
    policies: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    found: dict[tuple[str, str], Finding] = field(default_factory=dict)  # the same said twice is said once

    def __post_init__(self) -> None:
        self.name = self.pack.resolve().name
        resources = [json_format.MessageToDict(one) for one in analyze_requests(self.graph)]
        self.requests = {"resources": resources, "stack": json_format.MessageToDict(stack_request(self.graph))}

    def findings(self) -> Iterator[Finding]:
        yield from self.found.values()

    def take(self, one: Mapping[str, Any]) -> None:
        if "pack" in one:
            self.name = one["pack"]
            self.policies = {policy["name"]: policy for policy in one["policies"]}
        elif "end" in one:
            self.ended.add(one["end"])
        elif "raised" in one:
            where = Place(one["file"], one["line"], 1) if one.get("file") else None
            what = f"the policy itself failed: {one['raised']}"
            self.broken(one.get("policy", ""), what, "mend the policy", where, one.get("urn", ""))
        elif "remediation" in one:
            paths = ", ".join(f"`{path}`" for path in one["remediation"])
            self._add(one["policy"], "fail", f"`pulumi up` with this pack changes {paths}", one["urn"], "advisory")
        elif "diagnostic" in one:
            self._diagnostic(one["diagnostic"], one["urn"])

    def _diagnostic(self, said: Mapping[str, Any], urn: str) -> None:
        policy, message = said["policyName"], said.get("message", "")
        level = _LEVELS.get(said.get("enforcementLevel", ""), "advisory")
        title = said.get("description", "")
        if message.startswith(f"can't run policy '{policy}'") and CANNOT_RUN in message:
            needs = message.partition(CANNOT_RUN)[2]
            level = _LEVELS.get(self.policies.get(policy, {}).get("level", ""), "advisory")
            self._add(policy, "undecided", f"cannot decide: {needs}", urn, level, needs)
        else:
            words = message.removeprefix(title).strip() or title
            self._add(policy, "fail", words, said.get("urn") or urn, level)

    def broken(self, policy: str, what: str, fix: str, place: Place | None = None, urn: str = "") -> None:
        place = place or Place(str(self.pack / "__main__.py"))
        self._add(policy, "broken", what, urn, "mandatory", fix=fix, place=place)

    def _add(
        self,
        policy: str,
        verdict: Verdict,
        message: str,
        urn: str,
        level: Level,
        needs: str = "",
        fix: str = "",
        place: Place | None = None,
    ) -> None:
        one, known_policy = self.graph.by_urn.get(urn), self.policies.get(policy, {})
        rule = f"{self.name}.{policy}" if policy else self.name
        made = Finding(
            rule=rule,
            verdict=verdict,
            level=level,
            title=str(known_policy.get("description") or policy or "the pack can be run"),
            message=printable(message),
            fix=fix or str(known_policy.get("fix") or ""),
            references=tuple(filter(None, [str(known_policy.get("url") or "")])),
            urn=one.urn if one else "",
            name=one.name if one else "",
            type=one.type if one else "",
            needs=needs,
            step=one.step if one else "",
            place=place,
        )
        self.found.setdefault((rule, f"{verdict} {made.urn} {message}"), made)


# ---- the engine's requests


def analyze_requests(graph: Graph, secret: Value = UNKNOWN) -> Iterator[Any]:
    """One for each resource that the engine would make, provider and component; `secret` stands for each of them."""
    for one in graph.resources:
        if one.kind != "read":
            yield analyzer_pb2.AnalyzeRequest(properties=struct(one.inputs, secret), **_about(one, graph, secret))


def stack_request(graph: Graph, secret: Value = UNKNOWN) -> Any:
    request = analyzer_pb2.AnalyzeStackRequest()
    for one in graph.resources:
        of_property = {
            key: analyzer_pb2.AnalyzerPropertyDependencies(urns=them) for key, them in one.property_dependencies.items()
        }
        request.resources.append(
            analyzer_pb2.AnalyzerResource(
                properties=struct(outputs(one), secret),
                parent=one.parent,
                dependencies=one.dependencies,
                propertyDependencies=of_property,
                **_about(one, graph, secret),
            )
        )
    return request


def outputs(one: Resource) -> dict[str, Value]:
    """As a preview has them: what was asked for, and as unknown what only the cloud fills in."""
    if one.kind in ("component", "stack"):
        return dict(one.outputs)
    made = {**one.inputs, **one.outputs}
    if one.kind == "provider":
        return made
    row, inputs = known(one.type), inputs_of(one.type) or {}
    for name in outputs_of(one.type) - set(made):
        if name not in inputs or (row is not None and row.computed(name)) or one.kind == "read":
            made[name] = UNKNOWN
    made.setdefault("id", one.id or UNKNOWN)
    return made


def _about(one: Resource, graph: Graph, secret: Value) -> dict[str, Any]:
    options = analyzer_pb2.AnalyzerResourceOptions(
        protect=one.options.protect,
        ignoreChanges=one.options.ignore_changes,
        deleteBeforeReplace=bool(one.options.delete_before_replace),
        deleteBeforeReplaceDefined=one.options.delete_before_replace is not None,
        aliases=one.options.aliases,
        additionalSecretOutputs=one.options.additional_secret_outputs,
        customTimeouts=analyzer_pb2.AnalyzerResourceOptions.CustomTimeouts(
            **{name: seconds(text) for name, text in one.options.custom_timeouts.items()}
        ),
        parent=one.parent,
    )
    said: dict[str, Any] = {"type": one.type, "urn": one.urn, "name": one.name, "options": options}
    its = graph.by_urn.get(one.provider) or graph.by_urn.get(one.provider.rpartition("::")[0])
    if its is not None:
        said["provider"] = analyzer_pb2.AnalyzerProviderResource(
            type=its.type, urn=its.urn, name=its.name, properties=struct(its.inputs, secret)
        )
    return said


def seconds(duration: str) -> float:
    """1h5m -> 3900, as the engine keeps it."""
    return sum(float(number) * _UNITS[unit] for number, unit in _DURATION.findall(duration))


def struct(values: Mapping[str, Value], secret: Value = UNKNOWN) -> Any:
    made = struct_pb2.Struct()
    json_format.ParseDict({key: wire(value, secret) for key, value in values.items()}, made)
    return made


def wire(value: Value, secret: Value = UNKNOWN) -> Any:
    """As the engine sends it to a pack; a whole resource is its id there, a component's its URN."""
    match value:
        case Unknown():
            return UNKNOWN_TEXT
        case Secret(known=is_known):
            return {SIGNATURE: OF_SECRET, "value": wire(secret) if is_known else UNKNOWN_TEXT}
        case Asset(kind=kind, hash=digest, path=path):
            mark = OF_ASSET if kind == "asset" else OF_ARCHIVE
            return {SIGNATURE: mark, "hash": digest, **({"path": path} if path else {"text": ""})}
        case ResourceReference(urn=urn):
            return urn
        case dict():
            return {key: wire(one, secret) for key, one in value.items()}
        case list() | tuple():
            return [wire(one, secret) for one in value]
        case _:
            return value
