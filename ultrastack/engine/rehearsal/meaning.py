"""When do two values of an input mean the same to the real provider? What is known of it stands in meanings.yaml.

- An attribute that is not set and one with its type's empty value are the same to it:
  hashicorp/terraform-plugin-sdk v2, helper/schema/schema.go, schemaMap.diffString takes Type.Zero() for an unset value.
- A number and the text that says it are the same, `true` and "true" too: the schema has one of the two, and
  pulumi-terraform-bridge, pkg/tfbridge/schema.go, makeTerraformInput turns the one that was given into it.
- Whether a value is secret is Pulumi's own note: pulumi-terraform-bridge, pkg/tfbridge/provider.go, Diff takes it off.
- An asset is its content: pulumi, sdk/go/common/resource/asset, its hash.
- A policy is the same whatever its white space, the order of its keys and of its lists, and a list of one is its one:
  hashicorp/awspolicyequivalence, which the AWS provider asks (internal/verify, SuppressEquivalentPolicyDiffs).
  Given as a mapping it is its text: pulumi-terraform-bridge, tfbridge.TransformJSONDocument.
- One of Google's addresses is the same with and without its host, and a bare name stands for what the state's address
  ends with: hashicorp/terraform-provider-google, google/tpgresource/self_link_helpers.go. There only some inputs are
  compared so; here all whose values are nothing but addresses, since a text that only holds one is another text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from ...catalog import ResourceType, dotted, resource_type
from ..wire import OF_ARCHIVE, OF_ASSET, OF_SECRET, SIGNATURE, UNKNOWN_TEXT

DEFAULTS = "__defaults"  # the real providers note here which inputs they filled in themselves
_NOTES = (DEFAULTS, "__meta", "__pulumi_raw_state_delta")
_ADDRESS = re.compile(r"(https://[a-z0-9-]+\.googleapis\.com/(?:[\w.-]+/)*)?(projects/[\w.:-]+(?:/[\w.-]+)+)")
_OF_COMPUTE = re.compile(r"projects/[^/]+/(?:global|(?:regions|zones)/[^/]+)/(\w+)s/([^/]+)")  # what it is, its name


class Meaning:
    """Of the values of one type."""

    def __init__(self, row: ResourceType | None):
        name = row.name if row is not None else ""
        self.google = name.startswith("gcp:")
        self.sets = known_paths("sets").get(name, frozenset())
        self.policies = known_paths("policies").get(name, frozenset())
        self.documents = known_paths("documents").get(name, frozenset())
        self.row = row
        self.blocks = _blocks(row.name) if row is not None else None

    def same(self, path: str, old: Any, new: Any) -> bool:
        old, new = self.as_document(path, old), self.as_document(path, new)
        if old == new:
            return True
        if UNKNOWN_TEXT in (old, new):
            return False
        if is_block(old) and is_block(new):
            return self._same_blocks(path, old, new)
        if isinstance(old, list) and isinstance(new, list):
            if len(old) != len(new):
                return False
            if dotted(path) in self.sets:
                return self._same_members(path, old, new)
            return all(self.same(f"{path}[{i}]", *both) for i, both in enumerate(zip(old, new, strict=True)))
        return self._same_texts(dotted(path), old, new)

    def as_document(self, path: str, value: Any) -> Any:
        """Its text, where a document is given as a mapping."""
        written = is_block(value) and dotted(path) in self.policies | self.documents
        return json.dumps(value) if written else value

    def among(self, path: str, one: Any, others: Iterable[Any]) -> bool:
        """Whether an element is in a list, at whatever position."""
        return any(self.same(f"{path}[0]", one, other) for other in others)

    def unordered(self, path: str, inputs: list[Any], state: Any) -> bool:
        """A list that the provider knows as a set, or that it has given back in another order without minding it."""
        if dotted(path) in self.sets:
            return True
        if not isinstance(state, list) or len(state) != len(inputs) or self.same(path, inputs, state):
            return False
        return self._same_members(path, inputs, state)

    def as_unset(self, path: str, value: Any) -> bool:
        """An empty value says no more than nothing, but in a map, whose keys are the program's own."""
        if self.row is None or not self._is_member(path):
            return value is None
        default = self.default(path)
        return _text(value) == default if default else not value

    def default(self, path: str) -> str | None:
        about = self.row.about(path) if self.row is not None else None
        return about.default if about is not None else None

    def _same_members(self, path: str, old: list[Any], new: list[Any]) -> bool:
        return all(self.among(path, one, new) for one in old) and all(self.among(path, one, old) for one in new)

    def is_map(self, path: str) -> bool:
        """Its keys are the program's own; so are those of a block that nobody knows."""
        return self.blocks is None or dotted(path) not in self.blocks

    def _is_member(self, path: str) -> bool:
        return self.blocks is not None and dotted(path).rpartition(".")[0] in self.blocks

    def _same_blocks(self, path: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
        for key in {*chosen(old), *chosen(new)}:
            inner = f'{path}["{key}"]' if self.is_map(path) else f"{path}.{key}"
            one, other = old.get(key), new.get(key)  # filled in or not: what was filled in may be another version's
            if one is None or other is None:
                if not self.as_unset(inner, other if one is None else one):
                    return False
            elif not self.same(inner, one, other):
                return False
        return True

    def _same_texts(self, path: str, old: Any, new: Any) -> bool:
        if _asset(old) and _asset(new):
            return bool(old.get("hash")) and old.get("hash") == new.get("hash")
        if isinstance(old, (list, Mapping)) or isinstance(new, (list, Mapping)) or old is None or new is None:
            return False
        if _text(old) == _text(new):
            return True
        if not isinstance(old, str) or not isinstance(new, str):
            return False
        if path in self.policies or path in self.documents:
            a, b = _document(old), _document(new)
            if a is None or b is None:
                return False
            return _written(a) == _written(b) or (path in self.policies and _ordered(a) == _ordered(b))
        return self.google and self._is_member(path) and _same_address(path, old, new)


def chosen(block: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the program set: without the provider's notes and what it filled in. A tag may begin with `__` too."""
    filled = block.get(DEFAULTS) or ()
    return {k: v for k, v in block.items() if k not in _NOTES and k not in filled and v is not None}


def is_block(value: Any) -> bool:
    return isinstance(value, Mapping) and SIGNATURE not in value


def revealed(value: Any) -> Any:
    """Without Pulumi's mark of secrets."""
    if isinstance(value, list):
        return [revealed(one) for one in value]
    if isinstance(value, Mapping):
        if value.get(SIGNATURE) == OF_SECRET and "value" in value:
            return revealed(value["value"])
        return value if SIGNATURE in value else {k: revealed(v) for k, v in value.items()}
    return value


def _asset(value: Any) -> bool:
    return isinstance(value, Mapping) and value.get(SIGNATURE) in (OF_ARCHIVE, OF_ASSET)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


def _document(text: str) -> Any:
    try:
        found = json.loads(text, parse_int=float)  # as Go reads a number
    except ValueError:
        return None
    return found if isinstance(found, (dict, list)) else None


def _written(document: Any) -> str:
    """To compare by: to Python 1 and true are the same."""
    return json.dumps(document, sort_keys=True)


def _ordered(value: Any) -> Any:
    """A policy in one order."""
    if isinstance(value, dict):
        return {k: _ordered(v) for k, v in value.items()}
    if isinstance(value, list):
        inner = sorted((_ordered(one) for one in value), key=lambda one: json.dumps(one, sort_keys=True))
        return inner[0] if len(inner) == 1 else inner
    return _text(value)


def _same_address(path: str, old: str, new: str) -> bool:
    """As CompareSelfLinkOrResourceName does. Only the new one may be a bare name, of what the input is named for: which
    project an old bare name meant is known to the state alone."""
    one, other = _ADDRESS.fullmatch(old), _ADDRESS.fullmatch(new)
    if one is None or other is not None:
        return one is not None and other is not None and one[2] == other[2]
    named = _OF_COMPUTE.fullmatch(one[2])
    return named is not None and named[2] == new and named[1].lower() in path.rpartition(".")[2].lower()


@cache
def _blocks(token: str) -> frozenset[str]:
    """All dotted paths that have members of their own in the tables; "" is the resource."""
    row = resource_type(token)
    paths = row.properties() if row is not None else ()
    return frozenset(path.rpartition(".")[0] for path in paths)


@cache
def known_paths(what: str) -> Mapping[str, frozenset[str]]:
    """Type -> dotted paths."""
    text = files(__package__).joinpath("meanings.yaml").read_text(encoding="utf-8")
    rows: Mapping[str, Mapping[str, Any]] = yaml.load(text, Loader=yaml.CSafeLoader)[what]
    return {token: frozenset(paths) for token, paths in rows.items()}
