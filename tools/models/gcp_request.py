"""What would be sent? One resource's inputs as the parameters and the body of the call that creates it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ultrastack.model.values import UNKNOWN

from .gcp import Call, Target
from .gcp_documents import Node
from .gcp_parameters import inputs_in, parameter
from .gcp_sdk import asked_for, sdk_inputs
from .provider_values import MARKS


@dataclass
class Request:
    """A call, with the input that each of its members came from."""

    call: Call
    parameters: dict[str, Any] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)
    origin: dict[str, str] = field(default_factory=dict)  # networkInterfaces[0].networkIP -> the input's path
    problems: list[tuple[str, str]] = field(default_factory=list)  # input -> why it cannot be sent
    inputs: int = 0  # how many were placed


def request_of(call: Call, inputs: Mapping[str, Any], provider: Mapping[str, Any]) -> Request:
    """The request of a resource with those inputs, named already; `provider`: the inputs of its provider resource."""
    made = Request(call)
    known = {**provider, **{k: v for k, v in inputs.items() if v is not None}}
    for name, text in call.parameters.items():
        made.origin[f"({name})"] = " and ".join(inputs_in(text))
        if (value := parameter(text, known)) is not None:
            made.parameters[name] = value
    here, where = made.body, ""
    path: tuple[str, ...] = ()
    for step in call.root.path:  # to the place where the resource's own inputs stand
        path = (*path, step)
        node = _node(made, path)
        where = f"{where}.{step}".lstrip(".")
        made.origin[where] = "itself"
        if node.kind == "list":
            here, where = here.setdefault(step, [{}])[0], f"{where}[0]"
            made.origin[where] = "itself"
        else:
            here = here.setdefault(step, {})
    _Filling(made).fill(inputs, "", "", _Spot(here, where, call.root))
    return made


def _node(made: Request, path: tuple[str, ...]) -> Node:
    node = made.call.method.body
    assert node is not None
    for step in path:
        while node.kind == "list":
            node = node.element
        node = node.members[step]
    return node


@dataclass(frozen=True)
class _Spot:
    """A block of the body that is being filled."""

    block: dict[str, Any]
    where: str  # its path in the body, with indexes
    target: Target


class _Filling:
    def __init__(self, made: Request):
        self.made, self.call = made, made.call
        self.sdk, self.asked_for = sdk_inputs(made.call.token), asked_for(made.call.token)

    def fill(self, given: Mapping[str, Any], dotted: str, place: str, spot: _Spot) -> None:
        """The members of one block; `dotted` has no indexes, `place` has."""
        for key, value in given.items():
            if value is None:
                continue
            path, at = f"{dotted}.{key}".lstrip("."), f"{place}.{key}".lstrip(".")
            self.made.inputs += 1
            if path in self.call.unsent or path in self.call.only_parameters:
                continue
            if path not in self.sdk:
                self.made.problems.append((at, "the SDK has no such input"))
            elif path not in self.call.targets:
                self.made.problems.append((at, "where it goes is not known: gcp_requests.yaml does not say it"))
            else:
                self.put(value, path, at, spot)
        for name in self.asked_for.get(dotted, ()):
            if given.get(name) is None:
                self.made.problems.append((place or "itself", f"the SDK asks for '{name}'"))

    def put(self, value: Any, path: str, at: str, spot: _Spot) -> None:
        target, above = self.call.targets[path], spot.target.path
        if not isinstance(value, MARKS) and (words := _misshapen(self.sdk[path].shape, value)):
            self.made.problems.append((at, words))
        elif target.path[: len(above)] == above:
            self.set(value, path, at, spot, target.path[len(above) :], _element(spot.target))
        else:  # from the body's root
            body = self.call.method.body
            assert body is not None
            self.set(value, path, at, _Spot(self.made.body, "", Target((), body)), target.path, body)

    def set(self, value: Any, path: str, at: str, spot: _Spot, steps: tuple[str, ...], node: Node) -> None:
        """Walks down to the member that the steps lead to, making what is on the way."""
        if not steps:  # the block's members stand where the block above stands
            self.fill(value, path, at, _Spot(spot.block, spot.where, self.call.targets[path]))
            return
        step, *rest = steps
        where = f"{spot.where}.{step}".lstrip(".")
        self.made.origin.setdefault(where, at)
        member = node.element if node.kind == "map" else node.members[step]
        if not rest:
            self.write(value, path, at, spot.block, step, where, member)
        elif member.kind == "list":
            values = value if isinstance(value, list) else [value]
            made = spot.block.setdefault(step, [])
            for i, one in enumerate(values):
                while len(made) <= i:
                    made.append({})
                self.made.origin.setdefault(f"{where}[{i}]", at)
                below = _Spot(made[i], f"{where}[{i}]", spot.target)
                self.set(one, path, f"{at}[{i}]" if isinstance(value, list) else at, below, tuple(rest), member.element)
        else:
            below = _Spot(spot.block.setdefault(step, {}), where, spot.target)
            self.set(value, path, at, below, tuple(rest), member)

    def write(self, value: Any, path: str, at: str, block: dict[str, Any], name: str, where: str, node: Node) -> None:
        target = self.call.targets[path]
        if isinstance(value, MARKS):
            block.setdefault(name, value)
        elif target.form:
            self.write_as(target, value, path, at, block, name, where)
        elif self.sdk[path].kind == "block":
            self.write_blocks(value, path, at, block, name, where, node)
        else:
            block[name] = self.plain(value, path, at, where, node)

    def write_blocks(
        self, value: Any, path: str, at: str, block: dict[str, Any], name: str, where: str, node: Node
    ) -> None:
        target = self.call.targets[path]
        given = list(_numbered(value, at))
        if not all(isinstance(one, (Mapping, *MARKS)) for one, _ in given):
            self.made.problems.append((at, "a block is needed"))
        elif node.kind == "list":
            made = block.setdefault(name, [])  # of an instance three inputs are disks
            for i, (one, place) in enumerate(given, len(made)):
                self.made.origin[f"{where}[{i}]"] = place
                made.append(one if isinstance(one, MARKS) else {})
                if not isinstance(one, MARKS):
                    self.fill(one, path, place, _Spot(made[i], f"{where}[{i}]", target))
        elif len(given) > 1:
            self.made.problems.append((at, "the API takes one of these, not several"))
        else:
            for one, place in given:
                below = block.setdefault(name, {} if not isinstance(one, MARKS) else one)
                if not isinstance(one, MARKS) and isinstance(below, dict):
                    self.fill(one, path, place, _Spot(below, where, target))

    def plain(self, value: Any, path: str, at: str, where: str, node: Node) -> Any:
        """A value that is no block, in the shape that the API wants."""
        if node.kind == "list":
            values = list(_numbered(value, at))
            self.made.origin.update({f"{where}[{i}]": place for i, (_, place) in enumerate(values)})
            return [self.number(one, path, node.element) for one, _ in values]
        if isinstance(value, list):
            if len(value) > 1:
                self.made.problems.append((at, "the API takes one of these, not several"))
            return self.number(value[0], path, node) if value else None
        return self.number(value, path, node)

    def number(self, value: Any, path: str, node: Node) -> Any:
        """A number that the SDK wants as a text."""
        if self.sdk[path].kind == "text" and node.kind == "integer" and isinstance(value, str):
            return int(value) if re.fullmatch(r"-?\d+", value) else value
        return value

    def write_as(
        self, target: Target, value: Any, path: str, at: str, block: dict[str, Any], name: str, where: str
    ) -> None:
        """The forms that gcp_requests.yaml explains."""
        match target.form:
            case "items" | "script":
                pairs = value.items() if target.form == "items" else [("startup-script", value)]
                items = block.setdefault(name, {}).setdefault("items", [])
                for key, one in pairs:
                    self.made.origin[f"{where}.items[{len(items)}]"] = at if target.form == "script" else f"{at}.{key}"
                    items.append({"key": key, "value": one})
            case "keyed":
                made = block.setdefault(name, {})
                for one, place in _numbered(value, at):
                    key = str(one.get(target.key, UNKNOWN))
                    self.made.origin[f"{where}.{key}"] = place
                    self.fill(one, path, place, _Spot(made.setdefault(key, {}), f"{where}.{key}", target))
            case "pairs":
                block[name] = {}
                for one, place in _numbered(value, at):
                    key = one.get("key")
                    self.made.origin[f"{where}.{key}"] = f"{place}.value"
                    if isinstance(key, str):
                        block[name][key] = one.get("value")
                    elif not isinstance(key, MARKS):
                        self.made.problems.append((f"{place}.key", "a text is needed"))
            case "lists":
                block[name] = {key: [one] for key, one in value.items()}
                odd = [
                    key for key, one in value.items() if not isinstance(one, (str, *MARKS))
                ]  # any value, by the model
                self.made.problems.extend((f"{at}.{key}", "a text is needed") for key in odd)
            case "json":
                block[name] = dict.fromkeys(value, UNKNOWN)
            case "present":
                if value:
                    block[name] = {}
            case "truth":
                block[name] = {"TRUE": True, "FALSE": False}.get(str(value).upper(), value)
            case "live":
                if value != "ANY":
                    block[name] = {"LIVE": True, "ARCHIVED": False}.get(value, value)
            case other:
                raise AssertionError(f"gcp_requests.yaml: {path} has the unknown form '{other}'")


def _element(target: Target) -> Node:
    """Whose members a block's inputs are."""
    node = target.node
    while node.kind == "list":
        node = node.element
    return node.element if target.form == "keyed" else node


def _misshapen(shape: str, value: Any) -> str:
    if shape == "list":
        return "" if isinstance(value, list) else "a list is needed"
    if shape == "mapping":
        return "" if isinstance(value, Mapping) else "a mapping is needed"
    return "one is needed, not a list" if isinstance(value, list) else ""


def _numbered(value: Any, at: str) -> Iterator[tuple[Any, str]]:
    """The elements of a list with their places; anything else is an element itself."""
    if isinstance(value, list):
        yield from ((one, f"{at}[{i}]") for i, one in enumerate(value))
    else:
        yield value, at
