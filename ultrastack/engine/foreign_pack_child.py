"""THE CHILD of foreign_pack.py: runs a policy pack as it is, policy by policy, and tells what each said, line by line.

It may run in the pack's own environment, which has no ultrastack: it imports Pulumi's own packages and nothing of ours.
"""

from __future__ import annotations

import json
import os
import runpy
import sys
import traceback
from collections.abc import Mapping
from typing import Any


class Captured(BaseException):
    """The pack has said what it consists of; no exception handler of its own shall see this."""


def main() -> None:
    folder, file = sys.argv[1:3]
    with open(file, encoding="utf-8") as opened:  # noqa: PTH123
        work = json.load(opened)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever the pack prints is no answer

    def tell(**said: Any) -> None:
        answers.write(json.dumps(said) + "\n")
        answers.flush()

    try:
        name, policies, level, initial, description = captured(folder)
    except BaseException as e:  # noqa: BLE001 the pack's own code
        tell(**raised(e, folder))
        tell(done=True)
        return
    run(name, policies, level, initial, work, folder, tell)
    tell(done=True)


def captured(folder: str) -> tuple[Any, ...]:
    """What the pack hands to PolicyPack, which would start a server and never return."""
    import pulumi_policy

    caught: list[tuple[Any, ...]] = []

    def init(
        self: Any,
        name: str,
        policies: Any,
        enforcement_level: Any = None,
        initial_config: Any = None,
        description: Any = None,
        *rest: Any,
        **more: Any,
    ) -> None:
        caught.append((name, policies, enforcement_level, initial_config, description))
        raise Captured

    setattr(pulumi_policy.PolicyPack, "__init__", init)  # noqa: B010
    sys.argv = [folder]
    sys.path[0] = folder  # as runpy has it for a folder
    try:
        runpy.run_path(folder, run_name="__main__")
    except Captured:
        return caught[0]
    raise RuntimeError("its program ends without a PolicyPack(...)")


def run(name: str, policies: Any, level: Any, initial: Any, work: Any, folder: str, tell: Any) -> None:
    from google.protobuf import json_format
    from pulumi.runtime.proto import analyzer_pb2
    from pulumi_policy import EnforcementLevel
    from pulumi_policy.policy import _PolicyAnalyzerServicer

    level = level or EnforcementLevel.ADVISORY
    whole: Any = _PolicyAnalyzerServicer(name, "0.0.1", policies, level, initial)
    info = json_format.MessageToDict(whole.GetAnalyzerInfo(None, None))
    config = reconciled(info, work["config"])
    known = [
        {
            "name": one["name"],
            "description": one.get("description", ""),
            "level": config[one["name"]]["level"],
            "fix": one.get("remediationSteps", ""),
            "url": one.get("url", ""),
        }
        for one in info.get("policies", ())
    ]
    tell(pack=name, policies=known)
    schemas = {one["name"]: one.get("configSchema", {}) for one in info.get("policies", ())}
    requests = [json_format.ParseDict(one, analyzer_pb2.AnalyzeRequest()) for one in work["resources"]]
    stack = json_format.ParseDict(work["stack"], analyzer_pb2.AnalyzeStackRequest())
    remediated(name, policies, level, initial, config, requests, tell, work["skip"], folder)
    for policy in policies:
        if policy.name in work["skip"]:
            continue
        tell(begin=policy.name)
        missing = [
            key
            for key in schemas[policy.name].get("required", ())
            if key != "enforcementLevel" and key not in config[policy.name]["properties"]
        ]
        if missing:
            tell(policy=policy.name, raised=f"its config lacks {', '.join(missing)}: --policy-pack-config FILE")
        else:
            service = servicer(name, [policy], level, initial, config)
            for call, asked in [(service.Analyze, one) for one in requests] + [(service.AnalyzeStack, stack)]:
                urn = getattr(asked, "urn", "")
                try:
                    answer = json_format.MessageToDict(call(asked, None))
                except BaseException as e:  # noqa: BLE001 the pack's own code
                    tell(policy=policy.name, urn=urn, **raised(e, folder))
                    continue
                for said in answer.get("diagnostics", ()):
                    tell(diagnostic=said, urn=urn)
        tell(end=policy.name)


def remediated(
    name: str, policies: Any, level: Any, initial: Any, config: Any, requests: Any, tell: Any, skip: Any, folder: str
) -> None:
    """First of all, as the engine does: later policies see what earlier ones have changed."""
    for policy in policies:
        if policy.name in skip or not getattr(policy, "has_remediation", bool)():
            continue
        tell(begin=policy.name)
        service = servicer(name, [policy], level, initial, config)
        for request in requests:
            try:
                answer = service.Remediate(request, None)
            except BaseException as e:  # noqa: BLE001 the pack's own code
                tell(policy=policy.name, urn=request.urn, **raised(e, folder))
                continue
            for one in answer.remediations:
                if one.diagnostic:
                    said = {"policyName": policy.name, "message": one.diagnostic, "description": one.description}
                    tell(diagnostic=said, urn=request.urn)
                elif changed := different(request.properties, one.properties):
                    tell(policy=policy.name, urn=request.urn, remediation=changed)
                    request.properties.CopyFrom(one.properties)


def different(old: Any, new: Any) -> list[str]:
    before, after = old.fields, new.fields
    return sorted(k for k in {*before, *after} if k not in before or k not in after or before[k] != after[k])


def servicer(name: str, policies: Any, level: Any, initial: Any, config: Mapping[str, Any]) -> Any:
    from pulumi.runtime.proto import analyzer_pb2
    from pulumi_policy.policy import _PolicyAnalyzerServicer

    made: Any = _PolicyAnalyzerServicer(name, "0.0.1", policies, level, initial)
    request = analyzer_pb2.ConfigureAnalyzerRequest()
    for policy in policies:
        one = request.policyConfig[policy.name]
        one.enforcementLevel = analyzer_pb2.EnforcementLevel.Value(config[policy.name]["level"])
        one.properties.update(config[policy.name]["properties"])
    made.Configure(request, None)
    return made


def reconciled(info: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    """As pkg/resource/analyzer/config.go of pulumi v3.259: defaults, then the pack's own config, then the file's."""
    found: dict[str, Any] = {}
    for one in info.get("policies", ()):
        schema = one.get("configSchema", {}).get("properties", {})
        properties = {key: what["default"] for key, what in schema.items() if "default" in what}
        found[one["name"]] = {"level": one.get("enforcementLevel", "ADVISORY"), "properties": properties}
    own = {  # without a level it is advisory there: the protocol cannot say that none was given
        key: {**one.get("properties", {}), "enforcementLevel": one.get("enforcementLevel", "ADVISORY")}
        for key, one in info.get("initialConfig", {}).items()
    }
    for layer in (own, given):
        every, _ = _parts(layer.get("all", {}))
        for name, one in found.items():
            level, properties = _parts(layer.get(name, {}))
            one["level"] = level or every or one["level"]
            one["properties"].update(properties)
    return found


def _parts(given: Any) -> tuple[str, dict[str, Any]]:
    if isinstance(given, str):
        return given.upper(), {}
    return str(given.get("enforcementLevel", "")).upper(), {k: v for k, v in given.items() if k != "enforcementLevel"}


def raised(error: BaseException, folder: str) -> dict[str, Any]:
    """With the last line of the pack's own files that it came through."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [one for one in frames if one.filename.startswith(folder)]
    last = own[-1] if own else None
    if isinstance(error, SyntaxError) and error.filename:
        return {"raised": f"SyntaxError: {error.msg}", "file": error.filename, "line": error.lineno or 0}
    text = f"{type(error).__name__}: {error}".rstrip(": ")
    return {"raised": text, "file": last.filename if last else "", "line": (last.lineno or 0) if last else 0}


if __name__ == "__main__":
    main()
