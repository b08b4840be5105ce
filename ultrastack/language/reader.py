"""What does a stack file ask for? Every expression is evaluated and every argument checked; all problems at once.

Reading registers nothing: `pulumi up` creates a resource as soon as it is registered, so a file with a mistake in its
last line must not have begun. It needs no event loop, opens no secret and gives plain data.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..catalog import use_local_rows
from ..model.place import Place, Problem, Refused
from .accept import accepted
from .budget import Budget
from .expressions import Language
from .extends import flattened
from .finder import ComponentEntry
from .formerly import check as check_formerly
from .forms import asked, usable
from .frame import Frame, Run
from .functions import make_config, make_secret, make_stack_output
from .keywords import TOP
from .policy import Policy
from .reading import Reading
from .register import announce_later
from .scope import Scope
from .source import Node
from .step import read_step
from .tags import Form as Tags
from .tags import merged
from .targets import read_targets
from .vars import check_names, check_overrides, config_nodes, configured, overridden


def read(
    path: Path,
    root: Path,
    components: Mapping[str, ComponentEntry],
    *,
    project: str = "ultrastack",
    config: Mapping[str, str] | None = None,
    secret_keys: Container[str] = (),
    overrides: Sequence[str] = (),
) -> Reading:
    """The stack file at `path`; raises Refused with every problem.

    `config` and `secret_keys`: Pulumi's config of the stack, keys with their namespace, values as texts.
    `overrides`: what `--set` says, as written.
    """
    use_local_rows(root)  # before any component looks a machine up
    file = path.resolve().relative_to(root.resolve()).as_posix()
    config = {} if config is None else config  # one that answers to any key may list none
    noted: list[Problem] = []
    top = flattened(file, root, noted)
    _check_top(top, file)
    outside = {"config ultrastack:vars": config_nodes(configured(config, secret_keys)), "--set": overridden(overrides)}
    language = Language(_functions(project, config, secret_keys))
    variables = dict(top.value["vars"].value) if _is_map(top, "vars") else {}
    run = Run(root, project, path.stem, components, Scope(language, variables, outside, {"stack": path.stem}, {}))
    run.problems.add(*noted)
    run.doubled.update(problem.place for problem in noted)
    reading = _read(run, top, file, project, config)
    declared = {*run.declared, *outside["config ultrastack:vars"]}
    check_overrides(overrides, variables, declared, run.problems)
    run.problems.raise_if_any()
    return reading


def _check_top(top: Node, file: str) -> None:
    if top.kind != "map":
        sort = "a list" if top.kind == "list" else "a single value"
        fix = "put `steps:` above it" if top.kind == "list" else "begin with `steps:`"
        raise Refused(Problem(top.place, f"a stack file is a mapping of keywords, and this is {sort}", fix))
    if not top.value:
        raise Refused(Problem(Place(file), "the stack file is empty", "begin with `aws: {...}` and `steps:`"))


def _functions(project: str, config: Mapping[str, str], secret_keys: Container[str]) -> dict[str, Any]:
    return {
        "config": make_config(_Own(project, config), _OwnKeys(project, secret_keys)),
        "secret": make_secret(),
        "stack_output": make_stack_output(),
    }


def _full(project: str, key: object) -> str:
    """A key without a namespace is the project's own, as for pulumi.Config()."""
    return str(key) if ":" in str(key) else f"{project}:{key}"


class _Own(Mapping[str, str]):
    def __init__(self, project: str, config: Mapping[str, str]):
        self.project, self.config = project, config

    def __getitem__(self, key: str) -> str:
        return self.config[_full(self.project, key)]

    def __iter__(self) -> Iterator[str]:
        return iter(self.config)

    def __len__(self) -> int:
        return len(self.config)


class _OwnKeys(Collection[str]):
    def __init__(self, project: str, keys: Container[str]):
        self.project, self.keys = project, keys

    def __contains__(self, key: object) -> bool:
        return _full(self.project, key) in self.keys

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def _is_map(top: Node, word: str) -> bool:
    return word in top.value and top.value[word].kind == "map"


def _read(run: Run, top: Node, file: str, project: str, config: Mapping[str, str]) -> Reading:
    parts = usable(top, TOP, "a stack file", run.problems)
    if "steps" not in top.value or top.value["steps"].kind == "plain" and top.value["steps"].value is None:
        run.problems.note(
            top.keys.get("steps", Place(file)), "the stack has no steps", "steps: [{name: net, aws.network: {...}}]"
        )
    if "abstract" in parts and parts["abstract"].value is True:
        run.problems.note(
            parts["abstract"].place,
            "an abstract file is there to be extended; it is no stack itself",
            "remove the line",
        )
    check_names(parts.get("vars"), run.top, run.declared, run.problems)
    run.targets, run.refused_targets = read_targets(parts, top.keys, run.top, config, run.problems)
    asked_tags = asked(TOP["tags"], parts.get("tags"), Tags, run.top, run.problems)
    tags, tag_nodes = merged({}, {}, parts.get("tags"), asked_tags, run.problems)
    scope = Scope(run.top.language, run.top.base, run.top.outside, run.top.given, {})
    frame = Frame(run, scope, parts.get("steps"), "", tags, tag_nodes, open=(file,))
    outputs = walk(parts, frame)
    check_formerly(run.earlier, run.taken, run.problems)
    return Reading(
        stack=run.stack,
        file=file,
        steps=tuple(run.steps),
        providers=run.targets,
        outputs=outputs,
        tags=tags,
        scope=scope,
        top=top,
        description=parts["description"].value if "description" in parts else "",
        budget=asked(TOP["budget"], parts.get("budget"), Budget, run.top, run.problems),
        policy=asked(TOP["policy"], parts.get("policy"), Policy, run.top, run.problems),
        accept=accepted(parts.get("accept"), run.top, run.problems),
        notices=tuple(run.notices),
    )


def walk(parts: Mapping[str, Node], frame: Frame) -> Mapping[str, Any]:
    """Reads the steps of a file in order; gives its outputs."""
    steps: list[Node] = parts["steps"].value if "steps" in parts else []
    announce_later(steps, frame.scope.registers)
    for node in steps:
        read_step(node, frame, walk)
    outputs = {}
    for name, node in (parts["outputs"].value if "outputs" in parts else {}).items():
        known = frame.run.problems.attempt(lambda node=node: (frame.scope.evaluate(node),))  # type: ignore[misc]
        if known is not None:
            outputs[name] = known[0]
    return outputs
