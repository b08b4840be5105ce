"""What does an editor need to know of stack files, as JSON Schema?

Made from the keywords and the components' Args models. In the file every argument that is not a text may also be an
expression, whatever its type; pydantic cannot know that, so each such field is widened here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pydantic

from ..model.schedule import Schedule
from .accept import Acceptance
from .budget import Budget
from .entry import TAKES
from .finder import BrokenComponent, ComponentEntry
from .keywords import STEP, TOP, Keyword
from .name import KEBAB
from .options import StepOptions
from .planned import OF_STEP
from .policy import Policy
from .targets import AwsTarget, GcpTarget

DRAFT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]

EXPRESSION: Schema = {"type": "string", "pattern": r"\{\{[\s\S]*\}\}", "description": "An expression."}
SCALARS = ["string", "number", "boolean"]
FREE_TEXT = {
    "enum",
    "const",
    "pattern",
    "minLength",
    "maxLength",
    "format",
}  # keys that a text with an expression breaks


# A file that extends another, or is there to be extended, says only a part; what it takes away is null.
WHOLE: Schema = {"required": ["steps"], "not": {"anyOf": [{"required": ["extends"]}, {"required": ["abstract"]}]}}
REQUIRED = {"aws": ["region", "account_id"], "gcp": ["project", "region"]}


def stack_schema(components: Mapping[str, ComponentEntry]) -> Schema:
    """The schema of a stack file; components that cannot be loaded accept anything."""
    definitions: Schema = {"expression": EXPRESSION}
    arguments = {word: _arguments(word, entry, definitions) for word, entry in components.items()}
    definitions["step"] = _step(arguments, definitions)
    whole: Schema = {
        "$schema": DRAFT,
        "title": "ultrastack stack file",
        "type": "object",
        "additionalProperties": False,
        "properties": {word: _nullable(_described(k, _top(word, definitions))) for word, k in TOP.items()},
        "if": WHOLE,
        "then": {"properties": {cloud: {"required": needed} for cloud, needed in REQUIRED.items()}},
    }
    used = _used(whole["properties"], definitions, set())  # not those of arguments that are the step's keywords
    return {**whole, "$defs": {name: schema for name, schema in definitions.items() if name in used}}


def _used(schema: Any, definitions: Schema, seen: set[str]) -> set[str]:
    """The definitions that a schema refers to, and those that they refer to."""
    if isinstance(schema, list):
        for one in schema:
            _used(one, definitions, seen)
    elif isinstance(schema, dict):
        name = schema["$ref"].removeprefix("#/$defs/") if isinstance(schema.get("$ref"), str) else ""
        if name and name not in seen:
            seen.add(name)
            _used(definitions[name], definitions, seen)
        for one in schema.values():
            _used(one, definitions, seen)
    return seen


# ---- keywords --------------------------------------------------------------------------------------------------------


def _top(word: str, definitions: Schema) -> Schema:
    if word == "aws":
        return _or_expression(_partial(AwsTarget, definitions))
    if word == "gcp":
        return _or_expression(_partial(GcpTarget, definitions))
    if word == "providers":
        return {"type": "object", "additionalProperties": {"anyOf": [_named(c, definitions) for c in ("aws", "gcp")]}}
    if word == "steps":
        return {"type": ["array", "null"], "items": {"$ref": "#/$defs/step"}}
    return _value(TOP[word], definitions)


def _partial(model: type[pydantic.BaseModel], definitions: Schema) -> Schema:
    whole = _form(model, definitions)
    whole.pop("required", None)
    return whole


def _nullable(schema: Schema) -> Schema:
    """In a file that extends another null takes away what stands there."""
    notes: Schema = {k: schema[k] for k in ("description", "default") if k in schema}
    rest = {k: v for k, v in schema.items() if k not in notes}
    if "null" in rest.get("type", ()):
        return schema
    members = rest["anyOf"] if rest.keys() == {"anyOf"} else [rest]
    return schema if {"type": "null"} in members else {**notes, "anyOf": [*members, {"type": "null"}]}


def _named(cloud: str, definitions: Schema) -> Schema:
    """A further target: what it does not say is that of the main one."""
    model = AwsTarget if cloud == "aws" else GcpTarget
    whole = _form(model, definitions)
    return {**whole, "properties": {"cloud": {"const": cloud}, **whole["properties"]}, "required": ["cloud", "region"]}


FORMS: Mapping[str, Any] = {"budget": Budget, "policy": Policy, "options": StepOptions, "schedule": Schedule}


def _value(keyword: Keyword, definitions: Schema) -> Schema:
    word = keyword.word
    if word in FORMS:
        return _or_expression(_form(FORMS[word], definitions))
    if word == "accept":
        return {"type": ["array", "null"], "items": _form(Acceptance, definitions)}
    if word == "tags":
        return _or_expression({"type": ["object", "null"], "additionalProperties": {"type": ["string", "null"]}})
    if word in ("vars", "outputs"):
        return {"type": ["object", "null"]}
    if word in ("extends", "formerly"):
        return {"type": ["string", "array"], "items": {"type": "string"}}
    if word == "when":
        return {"type": ["string", "boolean", "array"], "items": {"type": ["string", "boolean"]}}
    if word == "loop":
        return {"type": ["string", "array", "object"]}
    if word == "assert":
        that = {"type": ["string", "boolean", "array"], "items": {"type": ["string", "boolean"]}}
        properties = {"that": that, "message": {"type": "string"}}
        return {"type": "object", "properties": properties, "required": ["that"], "additionalProperties": False}
    if word == "name":
        return {"anyOf": [{"type": "string", "pattern": f"^{KEBAB.pattern}$"}, {"$ref": "#/$defs/expression"}]}
    flags: dict[str, Schema] = {"remove": {"const": True}, "abstract": {"type": "boolean"}}
    return flags.get(word, {"type": "string"})


def _step(arguments: Mapping[str, Schema], definitions: Schema) -> Schema:
    """One component, `include`, `assert`, or a difference to a step of an extended file, which needs none."""
    properties = {word: _nullable(_described(k, _value(k, definitions))) for word, k in STEP.items()}
    properties["name"] = _described(STEP["name"], _value(STEP["name"], definitions))
    things = [*arguments, *TAKES]
    # null takes away what an extended file says, so `aws.network: null` may stand beside another component
    present = {thing: {"required": [thing], "properties": {thing: {"not": {"type": "null"}}}} for thing in things}
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {**properties, **arguments},
        "allOf": [{"not": {"allOf": [present[a], present[b]]}} for i, a in enumerate(things) for b in things[i + 1 :]],
    }


def _described(keyword: Keyword, schema: Schema) -> Schema:
    return {"description": keyword.sentence, **schema}


# ---- models ----------------------------------------------------------------------------------------------------------


def _arguments(word: str, entry: ComponentEntry, definitions: Schema) -> Schema:
    try:
        component = entry.load()
    except BrokenComponent:
        return {}
    whole = _form(component.Args, definitions, word)
    whole["properties"] = {n: _nullable(field) for n, field in whole["properties"].items() if n not in OF_STEP}
    whole.pop("required", None)  # a step may say only what differs from the file that it extends
    sentence = (component.__doc__ or word).strip().split("\n")[0]
    return {**whole, "description": sentence, "type": ["object", "null"]}


def _form(model: type[pydantic.BaseModel], definitions: Schema, word: str = "") -> Schema:
    """The model's schema, its definitions among ours, its fields widened."""
    whole = model.model_json_schema(by_alias=True)
    inner = {name: _object(schema) for name, schema in whole.pop("$defs", {}).items()}
    # two components may each have a Disk: the later one's gets the component's word in front
    taken = {name: f"{word}.{name}" for name, schema in inner.items() if definitions.get(name, schema) != schema}
    while further := {n: f"{word}.{n}" for n, s in inner.items() if n not in taken and _renamed(s, taken) != s}:
        taken |= further  # what holds a renamed one is another one too
    for name, schema in inner.items():
        definitions[taken.get(name, name)] = _renamed(schema, taken)
    made: Schema = _renamed(_object(whole), taken)
    return made


def _renamed(schema: Any, taken: Mapping[str, str]) -> Any:
    """With other names for some definitions."""
    if isinstance(schema, list):
        return [_renamed(one, taken) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: _renamed(one, taken) for key, one in schema.items()}
    if isinstance(ref := made.get("$ref"), str) and (name := ref.removeprefix("#/$defs/")) in taken:
        made["$ref"] = f"#/$defs/{taken[name]}"
    return made


def _object(schema: Schema) -> Schema:
    schema = {k: v for k, v in schema.items() if k != "title"}
    if "properties" in schema:
        schema["properties"] = {name: _widened(field) for name, field in schema["properties"].items()}
    return schema


def _widened(field: Any) -> Any:
    """The field or an expression, inside lists and mappings too; a free text takes expressions as it is."""
    if not isinstance(field, dict):
        return field
    field = _widened_inside({k: v for k, v in field.items() if k != "title" and not (k == "default" and v is None)})
    if field.get("type") == "string" and not FREE_TEXT & field.keys():
        return field
    notes = {k: field.pop(k) for k in ("description", "default") if k in field}
    members = [_widened_inside(m) for m in field.pop("anyOf", [field])]
    if any(m == {"type": "string"} for m in members):
        return {**notes, "anyOf": members}
    return {**notes, "anyOf": [*members, {"$ref": "#/$defs/expression"}]}


def _widened_inside(schema: Schema) -> Schema:
    """With the values of its list or mapping widened."""
    made = {k: _widened(v) if k in ("items", "additionalProperties") else v for k, v in schema.items()}
    if "patternProperties" in made:  # of a mapping whose keys have a pattern
        made["patternProperties"] = {k: _widened(v) for k, v in made["patternProperties"].items()}
    return made


def _or_expression(schema: Schema) -> Schema:
    notes = {k: schema[k] for k in ("description",) if k in schema}
    return {**notes, "anyOf": [{k: v for k, v in schema.items() if k not in notes}, {"$ref": "#/$defs/expression"}]}
