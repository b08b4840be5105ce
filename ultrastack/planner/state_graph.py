"""What does a stack have, or what would it get, by a file that the real Pulumi wrote? Of any program, as a Graph.

`pulumi stack export` holds what there is; `pulumi preview --json` what would be there, with what is unknown until then.
Neither says which nested input an Output went into, so such a graph is looked at by ids, names and Pulumi's own
dependencies: World(graph, exact=False).

What a preview's digest lacks: resources that stay as they are, unless it was made with --show-sames (the resources that
name them would seem to name something outside); the default providers, whose settings are taken from the config that
the digest begins with; the outputs of the stack, and a secret's place where all of it was replaced by one mark.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ultrastack.engine.real.state import check_version, read_json
from ultrastack.engine.real.values import value
from ultrastack.engine.wire import UNKNOWN_TEXT
from ultrastack.model.graph import Graph, Kind, Options, Resource
from ultrastack.model.place import Place, Problem, Refused, printable

STACK = "pulumi:pulumi:Stack"
PROVIDER = "pulumi:providers:"
AGAIN = "pulumi stack export --file FILE, or: pulumi preview --json --show-sames > FILE"
MAPPINGS = ("inputs", "outputs", "propertyDependencies", "customTimeouts")
LISTS = (
    *("dependencies", "aliases", "ignoreChanges", "replaceOnChanges"),
    *("additionalSecretOutputs", "hideDiff", "replaceWith"),
)
GONE = ("delete", "delete-replaced", "discard", "discard-replaced", "remove-pending-replace", "read-discard")


def graph_of_state(file: Path) -> Graph:
    """Raises Refused for a file that is neither, with the place and what to do."""
    place = Place(str(file))
    try:
        return _read(read_json(file, AGAIN), place)
    except RecursionError:
        raise Refused(Problem(place, "is nested too deeply", AGAIN)) from None


def _read(data: Any, place: Place) -> Graph:
    if not isinstance(data, dict):
        raise Refused(Problem(place, "this is JSON, but neither an export of a stack nor a preview", AGAIN))
    if "checkpoint" in data:
        raise Refused(Problem(place, "this is a file of the backend itself, not an export", AGAIN))
    if "deployment" in data and isinstance(data.get("version"), int):
        check_version(data, place, AGAIN)
        return _graph(_exported(data, place), {}, place)
    if "resourcePlans" in data:
        raise Refused(Problem(place, "this is a saved plan of pulumi, which does not hold all resources", AGAIN))
    if "steps" in data or ("changeSummary" in data and "duration" in data):
        return _graph(_previewed(data, place), _config(data), place)
    raise Refused(Problem(place, "this is JSON, but neither an export of a stack nor a preview", AGAIN))


def _exported(data: Mapping[str, Any], place: Place) -> Iterator[tuple[str, Any]]:
    deployment = data["deployment"]
    if not isinstance(deployment, dict) or not isinstance(deployment.get("resources") or [], list):
        raise Refused(Problem(place, "this is no export of a stack", AGAIN))
    for i, one in enumerate(deployment.get("resources") or ()):
        yield f"resource {i + 1}", one


def _previewed(data: Mapping[str, Any], place: Place) -> Iterator[tuple[str, Any]]:
    """One state of each URN: a replacement comes as several steps."""
    if not isinstance(data.get("steps") or [], list):
        raise Refused(Problem(place, "this is no preview", AGAIN))
    if _failed(data):
        what = "this preview ended with an error, so resources are missing"
        raise Refused(Problem(place, what, "mend the program, then make it again"))
    found: dict[str, tuple[str, Any]] = {}
    for i, one in enumerate(data.get("steps") or ()):
        where = f"step {i + 1}"
        if not isinstance(one, dict) or not isinstance(one.get("op"), str):
            raise Refused(Problem(place, f"{where} has no operation, so this is no preview", AGAIN))
        if one["op"] not in GONE:
            state = one.get("newState")
            found[str(one.get("urn"))] = (where, one.get("oldState") if state is None else state)
    yield from found.values()


def _failed(data: Mapping[str, Any]) -> bool:
    said = data.get("diagnostics")
    listed = said if isinstance(said, list) else ()
    return any(isinstance(one, dict) and one.get("severity") == "error" for one in listed)


def _config(data: Mapping[str, Any]) -> Mapping[str, Any]:
    config = data.get("config")
    return config if isinstance(config, dict) else {}


def _graph(states: Iterator[tuple[str, Any]], config: Mapping[str, Any], place: Place) -> Graph:
    made: dict[str, Resource] = {}
    parts: tuple[str, str] | None = None
    for where, state in states:
        urn = _urn(state, where, place)
        if state.get("delete") or state.get("pendingReplacement"):
            continue
        parts = parts or _stack_of(urn)
        if _stack_of(urn) != parts:
            what = f"{where} is of another stack: {printable(urn)}"
            raise Refused(Problem(place, what, "a file holds one stack; export each by itself"))
        made[urn] = _resource(urn, state, where, place)
    stack, project = parts or ("", "")
    defaults = {one.provider: one for one in made.values() if one.provider and one.provider not in made}
    given = [_default(urn, one.parent, config) for urn, one in defaults.items()]
    resources = (*given, *made.values())
    order: dict[Kind, int] = {"stack": 0, "provider": 1}
    outputs = next((one.outputs for one in resources if one.kind == "stack"), {})
    return Graph(
        project, stack, resources=tuple(sorted(resources, key=lambda r: order.get(r.kind, 2))), outputs=outputs
    )


def _urn(state: Any, where: str, place: Place) -> str:
    urn = state.get("urn") if isinstance(state, dict) else None
    if not isinstance(urn, str) or not urn.startswith("urn:pulumi:") or urn.count("::") < 3:
        raise Refused(Problem(place, f"{where} has no URN, so this is neither an export nor a preview", AGAIN))
    for key, kind in (*((key, dict) for key in MAPPINGS), *((key, list) for key in LISTS)):
        if not isinstance(state.get(key) or kind(), kind):
            raise Refused(Problem(place, f"`{key}` of {where} is damaged", AGAIN))
    if not all(isinstance(one or [], list) for one in (state.get("propertyDependencies") or {}).values()):
        raise Refused(Problem(place, f"`propertyDependencies` of {where} is damaged", AGAIN))
    if not all(isinstance(one, (int, float)) for one in (state.get("customTimeouts") or {}).values()):
        raise Refused(Problem(place, f"`customTimeouts` of {where} is damaged", AGAIN))
    return urn


def _stack_of(urn: str) -> tuple[str, str]:
    stack, project = urn.removeprefix("urn:pulumi:").split("::")[:2]
    return stack, project


def _resource(urn: str, state: Mapping[str, Any], where: str, place: Place) -> Resource:
    token = state.get("type")
    if not isinstance(token, str) or not token:
        raise Refused(Problem(place, f"{where} has no type, so this is neither an export nor a preview", AGAIN))
    named = state.get("id")
    return Resource(
        urn=urn,
        type=token,
        name=urn.split("::", 3)[3],
        kind=_kind(token, state),
        parent=str(state.get("parent") or ""),
        provider=str(state.get("provider") or "").rpartition("::")[0],  # <urn>::<id>
        inputs=_values(state.get("inputs")),
        outputs=_values(state.get("outputs")),
        id=named if isinstance(named, str) and named != UNKNOWN_TEXT else "",
        dependencies=tuple(map(str, state.get("dependencies") or ())),
        property_dependencies={
            key: tuple(map(str, them or ())) for key, them in (state.get("propertyDependencies") or {}).items()
        },
        options=Options(
            protect=bool(state.get("protect")),
            retain_on_delete=bool(state.get("retainOnDelete")),
            deleted_with=str(state.get("deletedWith") or ""),
            import_id=str(state.get("importID") or ""),
            aliases=tuple(map(str, state.get("aliases") or ())),
            ignore_changes=tuple(map(str, state.get("ignoreChanges") or ())),
            replace_on_changes=tuple(map(str, state.get("replaceOnChanges") or ())),
            additional_secret_outputs=tuple(map(str, state.get("additionalSecretOutputs") or ())),
            custom_timeouts={key: f"{seconds:g}s" for key, seconds in (state.get("customTimeouts") or {}).items()},
            hide_diffs=tuple(map(str, state.get("hideDiff") or ())),
            replace_with=tuple(map(str, state.get("replaceWith") or ())),
            replacement_trigger=value(state.get("replacementTrigger")),
        ),
    )


def _kind(token: str, state: Mapping[str, Any]) -> Kind:
    if token == STACK:
        return "stack"
    if token.startswith(PROVIDER):
        return "provider"
    if state.get("external"):
        return "read"
    return "custom" if state.get("custom") else "component"


def _values(found: Any) -> dict[str, Any]:
    made = value(found or {})
    return made if isinstance(made, dict) else {}


def _default(urn: str, parent: str, config: Mapping[str, Any]) -> Resource:
    """A default provider has the settings of its package in the stack's config."""
    token = urn.split("::")[2].rpartition("$")[2]
    prefix = token.removeprefix(PROVIDER) + ":"
    settings = {key.removeprefix(prefix): value(one) for key, one in config.items() if key.startswith(prefix)}
    return Resource(urn, token, urn.split("::", 3)[3], "provider", parent, inputs=settings)
