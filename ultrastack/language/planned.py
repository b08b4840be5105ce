"""Does a step's component get everything that it needs, and what is planned of it?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pydantic

from ..model.later import Later
from ..model.schedule import Schedule
from .accept import accepted
from .arguments import Subject, complaints
from .entry import Entry
from .finder import BrokenComponent
from .formerly import Form as Formerly
from .formerly import names as earlier_names
from .forms import asked
from .frame import Frame, Round
from .keywords import STEP
from .options import StepOptions, as_written, check_roles, depends_on
from .problems import key_place
from .reading import PlannedStep
from .scope import Scope
from .source import Node
from .tags import Form as Tags
from .tags import automatic, merged, shaped
from .targets import chosen

OF_STEP = ("tags", "schedule")  # arguments that are keywords of the step, and are handed to its component


def plan_component(entry: Entry, one: Round, frame: Frame, component: Any, name: str | None) -> None:
    """Checks everything that is written on the step, and plans it."""
    run, part, scope = frame.run, entry.part, one.scope
    whole = frame.prefix + (name or "")
    asked_tags = asked(STEP["tags"], part.get("tags"), Tags, scope, run.problems)
    tags, tag_nodes = merged(frame.tags, frame.tag_nodes, part.get("tags"), asked_tags, run.problems)
    own = automatic(run.project, run.stack, entry.word)
    carried = shaped(component.cloud, tags, tag_nodes, own, entry.place, run.problems)
    schedule = asked(STEP["schedule"], part.get("schedule"), Schedule, scope, run.problems)
    values, nodes, given = _arguments(entry, scope, frame, component, {"tags": carried, "schedule": schedule})
    provider = _provider(entry, scope, frame, component)
    written = as_written(part["options"], frame.named, scope) if "options" in part else None
    options = asked(STEP["options"], written, StepOptions, scope, run.problems) or StepOptions()
    waits: tuple[str, ...] = ()
    if "options" in part:
        waits = depends_on(options, part["options"], name, frame.named, frame.later_names, run.problems)
        check_roles(options, part["options"], entry.word, component.roles, run.problems)
    former = asked(STEP["formerly"], part.get("formerly"), Formerly, scope, run.problems)
    earlier = earlier_names(former, part.get("formerly"), frame.prefix, run.problems)
    run.earlier += earlier
    if name is None:
        return
    if given is not None and (why := component.too_long(whole, given)):
        what, _, fix = why.partition("; fix: ")
        run.problems.note(part["name"].place, f"the name '{whole}' {what}", fix)
    run.steps.append(
        PlannedStep(
            name=whole,
            word=entry.word,
            place=entry.place,
            component=component,
            values=values,
            nodes=nodes,
            scope=scope,
            provider=provider,
            tags=carried,
            tag_nodes=tag_nodes,
            formerly=tuple(n for n, _ in earlier),
            options=options,
            options_place=part["options"].place if "options" in part else None,
            depends_on=waits,
            accept=accepted(part.get("accept"), scope, run.problems),
            accept_node=part.get("accept"),
            name_place=part["name"].place,
            schedule=schedule,
            description=part["description"].value if "description" in part else "",
        )
    )
    remember(entry, name, [whole], frame)


def _arguments(
    entry: Entry, scope: Scope, frame: Frame, component: Any, of_step: Mapping[str, Any]
) -> tuple[dict[str, Any], Node, Mapping[str, Any] | None]:
    """Their values, where they stand, and, if they are right, what the component's inputs will be."""
    given = None
    problems, node = frame.run.problems, entry.part[entry.word]
    if node.kind == "plain":  # nothing after the word
        node = Node("map", {}, entry.place)
    values: dict[str, Any] = {}
    refused = set()
    for key, child in node.value.items():
        if key in OF_STEP or key in STEP and key not in component.Args.model_fields:
            what = f"'{key}' is a keyword of the step, not an argument of {entry.word}"
            problems.note(key_place(node.keys[key], key), what, "write it beside 'name'")
            continue
        known = problems.attempt(lambda child=child: (scope.evaluate(child),))  # type: ignore[misc]
        if known is None:
            refused.add(key)
            values[key] = Later(key, lambda built: None)  # says nothing more about it
        else:
            values[key] = known[0]
    handed = {key: value for key, value in of_step.items() if key in component.Args.model_fields and value is not None}
    whole = {**values, **handed}
    # what stands beside the component was told there
    skip = frozenset({*refused, "tags", *entry.node.value} - (handed.keys() & {"schedule"}))
    try:
        given = component.Args.model_validate(whole).given()
    except pydantic.ValidationError as e:
        subject = Subject(entry.word, "argument", entry.place, node, values, scope, skip)
        problems.add(*complaints(e, component.Args, subject))
    except Exception as e:  # a component's own check that is broken: not the user's mistake, but at the user's step
        problems.note(
            entry.place,
            f"the arguments of {entry.word} could not be checked: {type(e).__name__}: {e}",
            f"mend {_shown_file(frame.run.components[entry.word].file, frame)}",
        )
    return whole, node, given


def _provider(entry: Entry, scope: Scope, frame: Frame, component: Any) -> str:
    run, node = frame.run, entry.part.get("provider")
    wanted = asked(STEP["provider"], node, str, scope, run.problems)
    if node is not None and wanted is None:
        return ""
    inherited = run.targets.get(frame.provider)
    if wanted is None and inherited is not None and inherited.cloud == component.cloud:
        return frame.provider
    place = node.place if node is not None else entry.place
    return chosen(wanted or "", component.cloud, entry.word, place, run.targets, run.refused_targets, run.problems)


def loaded(entry: Entry, frame: Frame) -> Any:
    loaded = frame.run.loaded
    if entry.word not in loaded:
        found = frame.run.components[entry.word]
        try:
            loaded[entry.word] = found.load()
        except BrokenComponent as e:
            loaded[entry.word] = None
            shown = _shown_file(found.file, frame)
            frame.run.problems.note(entry.place, f"the component {entry.word} cannot be loaded: {e}", f"mend {shown}")
    return loaded[entry.word]


def _shown_file(file: Any, frame: Frame) -> str:
    root = frame.run.root.resolve()
    return str(file.resolve().relative_to(root) if file.resolve().is_relative_to(root) else file.name)


def remember(entry: Entry, name: str, made: list[str], frame: Frame) -> None:
    """`depends_on` may use the name as written, with its braces, for all rounds; or one round's."""
    frame.named.setdefault(entry.part["name"].value, []).extend(made)
    if name != entry.part["name"].value:
        frame.named.setdefault(name, []).extend(made)
