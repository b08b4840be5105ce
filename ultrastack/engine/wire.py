"""How do Pulumi's wire values become a graph's plain values?"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from google.protobuf import struct_pb2

from ..model.graph import SECRET, UNKNOWN, UNKNOWN_SECRET, Asset, ResourceReference, Secret, Unknown, Value

UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
SIGNATURE = "4dabf18193072939515e22adb298388d"
OF_SECRET = "1b47061264138c4ac30d75fd1eb44270"
OF_ASSET = "c44067f5952c0a294b673a41bacd8c17"
OF_ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7"
OF_RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e"
OF_OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"


def values(struct: struct_pb2.Struct) -> dict[str, Value]:
    return {key: value(one) for key, one in sorted(struct.fields.items())}


def value(wire: struct_pb2.Value) -> Value:
    """A secret's value is looked at only to see whether it is known."""
    match wire.WhichOneof("kind"):
        case "string_value":
            return UNKNOWN if wire.string_value == UNKNOWN_TEXT else str(wire.string_value)
        case "number_value":
            number = float(wire.number_value)
            return int(number) if number.is_integer() else number
        case "bool_value":
            return bool(wire.bool_value)
        case "list_value":
            return [value(one) for one in wire.list_value.values]
        case "struct_value":
            return _struct(wire.struct_value.fields)
    return None


def _struct(fields: Mapping[str, struct_pb2.Value]) -> Value:
    signature = fields[SIGNATURE].string_value if SIGNATURE in fields else ""
    if signature == OF_SECRET:
        return _secret(value(fields["value"])) if "value" in fields else UNKNOWN_SECRET
    if signature == OF_OUTPUT:
        inner = value(fields["value"]) if "value" in fields else UNKNOWN
        return _secret(inner) if "secret" in fields and fields["secret"].bool_value else inner
    if signature == OF_RESOURCE:
        return ResourceReference(fields["urn"].string_value)
    if signature in (OF_ASSET, OF_ARCHIVE):
        path = fields["path"].string_value if "path" in fields else ""
        return Asset("asset" if signature == OF_ASSET else "archive", _digest(fields, path), path)
    return {key: value(one) for key, one in sorted(fields.items())}


def _secret(inner: Value) -> Secret:
    return SECRET if is_known(inner) else UNKNOWN_SECRET


def is_known(inner: Value) -> bool:
    if isinstance(inner, dict):
        return all(map(is_known, inner.values()))
    if isinstance(inner, list):
        return all(map(is_known, inner))
    return not isinstance(inner, Unknown) and inner != UNKNOWN_SECRET


def _digest(fields: Mapping[str, struct_pb2.Value], path: str) -> str:
    """Of the content where it is at hand; of an archive's folder or a remote address, of the words that name it."""
    if "hash" in fields and fields["hash"].string_value:
        return str(fields["hash"].string_value)
    if path and Path(path).is_file():
        return hashlib.sha256(Path(path).read_bytes()).hexdigest()
    if "text" in fields:
        return hashlib.sha256(fields["text"].string_value.encode()).hexdigest()
    words: dict[str, Any] = {k: repr(value(v)) for k, v in fields.items() if k != SIGNATURE}
    return hashlib.sha256(json.dumps(words, sort_keys=True).encode()).hexdigest()


def as_outputs(props: struct_pb2.Struct, dependencies: Mapping[str, list[str]]) -> struct_pb2.Struct:
    """Transforms see which resources a property came from, as output values; so does the engine after them."""
    made = struct_pb2.Struct()
    for key, one in props.fields.items():
        made.fields[key].CopyFrom(_as_output(one))
        if not dependencies.get(key):
            continue
        if _signature(made.fields[key]) != OF_OUTPUT:
            plain = made.fields.pop(key)
            made.fields[key].struct_value.fields[SIGNATURE].string_value = OF_OUTPUT
            made.fields[key].struct_value.fields["value"].CopyFrom(plain)
        made.fields[key].struct_value.fields["dependencies"].list_value.extend(dependencies[key])
    return made


def _as_output(wire: struct_pb2.Value) -> struct_pb2.Value:
    """Unknown and secret values as output values, at any depth: the SDK takes a mapping with a plain unknown member
    for unknown as a whole."""
    made = struct_pb2.Value()
    signature = _signature(wire)
    if signature == OF_SECRET or wire.string_value == UNKNOWN_TEXT:
        fields = made.struct_value.fields
        fields[SIGNATURE].string_value = OF_OUTPUT
        inner = wire.struct_value.fields["value"] if signature else wire
        if signature:
            fields["secret"].bool_value = True
        if inner.string_value != UNKNOWN_TEXT:
            fields["value"].CopyFrom(_as_output(inner))
    elif wire.WhichOneof("kind") == "list_value":
        made.list_value.SetInParent()
        made.list_value.values.extend([_as_output(one) for one in wire.list_value.values])
    elif wire.WhichOneof("kind") == "struct_value" and not signature:
        made.struct_value.SetInParent()
        for key, one in wire.struct_value.fields.items():
            made.struct_value.fields[key].CopyFrom(_as_output(one))
    else:
        made.CopyFrom(wire)
    return made


def _signature(wire: struct_pb2.Value) -> str:
    fields = wire.struct_value.fields
    return str(fields[SIGNATURE].string_value) if SIGNATURE in fields else ""


def without_outputs(wire: struct_pb2.Value, found: set[str]) -> struct_pb2.Value:
    """The same value with output values as plain, secret or unknown ones; their dependencies go to `found`."""
    made = struct_pb2.Value()
    kind = wire.WhichOneof("kind")
    if kind == "list_value":
        made.list_value.SetInParent()
        made.list_value.values.extend([without_outputs(one, found) for one in wire.list_value.values])
    elif kind == "struct_value":
        fields = wire.struct_value.fields
        if SIGNATURE in fields and fields[SIGNATURE].string_value == OF_OUTPUT:
            if "dependencies" in fields:
                found.update(one.string_value for one in fields["dependencies"].list_value.values)
            inner = struct_pb2.Value(string_value=UNKNOWN_TEXT)
            if "value" in fields:
                inner = without_outputs(fields["value"], found)
            if "secret" not in fields or not fields["secret"].bool_value:
                return inner
            made.struct_value.fields[SIGNATURE].string_value = OF_SECRET
            made.struct_value.fields["value"].CopyFrom(inner)
            return made
        made.struct_value.SetInParent()
        for key, one in fields.items():
            made.struct_value.fields[key].CopyFrom(without_outputs(one, found))
    else:
        made.CopyFrom(wire)
    return made


def settled(props: struct_pb2.Struct) -> tuple[struct_pb2.Struct, dict[str, set[str]]]:
    """Properties without output values, and what each depended on; most have none."""
    if OF_OUTPUT.encode() not in props.SerializeToString():
        return props, {}
    made, found = struct_pb2.Struct(), {}
    for key, one in props.fields.items():
        found[key] = set[str]()
        made.fields[key].CopyFrom(without_outputs(one, found[key]))
    return made, found
