"""What does a discovery document say about a request: its parameters, the members of its body and their limits?

A document is named like its file (`compute.v1`). Several together are read as one: what the first does not have is
looked for in the next, so that a member of the beta API is found, and known to be one.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml

from . import Bound, Constraint

# "Output only." is how descriptions begin where the flag readOnly is missing, as in most of Compute Engine
_ANSWERED = re.compile(r"(\[Output[- ]Only\]|Output[- ]only\b)", re.IGNORECASE)
_ASKED = re.compile(r"(Required[.:]|\[Required\])", re.IGNORECASE)
HERE = Path(__file__).parent
_KINDS = {"string": "text", "integer": "integer", "number": "number", "boolean": "boolean", "array": "list"}
WHOLE = {  # formats of whole numbers, which 64 bits make texts of digits
    "int32": (-(2**31), 2**31 - 1),
    "uint32": (0, 2**32 - 1),
    "int64": (-(2**63), 2**63 - 1),
    "uint64": (0, 2**64 - 1),
}


@functools.cache
def document(name: str) -> Mapping[str, Any]:
    import googleapiclient

    file = Path(googleapiclient.__file__).parent / "discovery_cache" / "documents" / f"{name}.json"
    found: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


@dataclass(frozen=True)
class Node:
    """One place in the body of a request: its schema in each document that has it, the first counts."""

    said: tuple[tuple[str, Mapping[str, Any]], ...]  # document -> schema as it is written at the member
    name: str  # Firewall.allowed: the schema and the member that led here

    @property
    def document(self) -> str:
        return self.said[0][0]

    @property
    def written(self) -> Mapping[str, Any]:
        """What stands at the member itself: its description, and whether it may be sent."""
        return self.said[0][1]

    @functools.cached_property
    def schema(self) -> Mapping[str, Any]:
        return _resolved(*self.said[0])

    @property
    def kind(self) -> str:
        """text, integer, number, boolean, list, block (known members), map (any names), any."""
        if self.schema.get("format") in ("int64", "uint64"):
            return "integer"
        if self.schema.get("type") == "object":
            return "block" if "properties" in self.schema else "map" if "additionalProperties" in self.schema else "any"
        return _KINDS.get(self.schema.get("type", ""), "any")

    @functools.cached_property
    def members(self) -> Mapping[str, Node]:
        if self.kind != "block":
            return {}
        found: dict[str, list[tuple[str, Mapping[str, Any]]]] = {}
        for where, said in self.said:
            for name, one in _resolved(where, said).get("properties", {}).items():
                found.setdefault(name, []).append((where, one))
        return {name: Node(tuple(said), f"{self.owner}.{name}") for name, said in found.items()}

    @property
    def owner(self) -> str:
        """The schema whose members these are."""
        return str(self.schema.get("id", self.name))

    @functools.cached_property
    def element(self) -> Node:
        """Of a list or a map."""
        inside = [(where, _resolved(where, said)) for where, said in self.said]
        word = "items" if self.kind == "list" else "additionalProperties"
        return Node(tuple((where, said[word]) for where, said in inside if word in said), f"{self.name}[]")

    @property
    def answered_only(self) -> bool:
        """Only the API writes it."""
        return bool(self.written.get("readOnly")) or bool(_ANSWERED.match(self.written.get("description", "")))

    def asked_by(self, method: str) -> bool:
        """A request of that method has to have it."""
        return method in self.written.get("annotations", {}).get("required", ()) or bool(
            _ASKED.match(self.written.get("description", ""))
        )

    @property
    def words(self) -> tuple[str, ...]:
        """The values of an enumeration, without the one that says nothing."""
        return tuple(word for word in self.all_words if not word.endswith("_UNSPECIFIED"))

    @property
    def all_words(self) -> tuple[str, ...]:
        """All values of an enumeration, those that only the beta API has too."""
        lists = [_resolved(where, said).get("enum", ()) for where, said in self.said]
        return tuple(dict.fromkeys(word for words in lists for word in words)) if all(lists) else ()

    @property
    def constraint(self) -> Constraint:
        """What limits a value here: the schema's own words, and those of its description that gcp_in_words.yaml has."""
        said = in_words().get(self.name, {})
        bound: Bound | None = next((bound for word, bound in _BOUNDS.items() if word in said), None)
        if bound is not None:
            word = next(word for word in _BOUNDS if word in said)
            low, high = (_number(text) for text in said[word].split(".."))
        else:
            low, high = (_number(self.schema.get(word)) for word in ("minimum", "maximum"))
            if low is None and self.schema.get("format", "").startswith("uint"):
                low = 0
        return Constraint(
            type={"block": "mapping", "map": "mapping"}.get(self.kind, self.kind),
            enum=self.words,
            minimum=low,
            maximum=high,
            bound=None if low is None and high is None else bound or "value",
            pattern=self.schema.get("pattern") or said.get("pattern", ""),
            source=f"google-api-python-client {version('google-api-python-client')} {self.document} {self.name}",
        )


@dataclass(frozen=True)
class Method:
    """One method of an API and what it is asked with."""

    id: str
    parameters: Mapping[str, Node]
    required: frozenset[str]  # parameters
    body: Node | None


@functools.cache
def method(names: tuple[str, ...], id_: str) -> Method:
    """The method of that id in the first of the documents; the others only widen its body."""
    found = [(name, one) for name in names if (one := _methods(name).get(id_)) is not None]
    if not found:
        raise KeyError(f"{' '.join(names)} has no method {id_}")
    parameters = {
        name: Node(((found[0][0], said),), f"{id_}({name})") for name, said in found[0][1]["parameters"].items()
    }
    body = tuple((name, one["request"]) for name, one in found if "request" in one)
    return Method(
        id_,
        parameters,
        frozenset(name for name, one in parameters.items() if one.written.get("required")),
        Node(body, body[0][1]["$ref"]) if body else None,
    )


@functools.cache
def _methods(name: str) -> Mapping[str, Mapping[str, Any]]:
    """All methods of a document by their ids."""
    found = {}
    rooms = [document(name)]
    while rooms:
        room = rooms.pop()
        found.update({one["id"]: one for one in room.get("methods", {}).values()})
        rooms.extend(room.get("resources", {}).values())
    return found


def _resolved(name: str, said: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in said:
        said = document(name)["schemas"][said["$ref"]]
    return said


@functools.cache
def in_words() -> Mapping[str, Mapping[str, str]]:
    """Member -> limits that only its description says."""
    found: Mapping[str, Mapping[str, str]] = yaml.safe_load((HERE / "gcp_in_words.yaml").read_text(encoding="utf-8"))
    return found


_BOUNDS: Mapping[str, Bound] = {"range": "value", "length": "length", "count": "count"}


def _number(text: str | None) -> float | None:
    return float(text) if text else None
