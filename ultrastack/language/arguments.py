"""What is wrong with an argument, in the user's words and at the place where its value was written?

pydantic finds what is wrong; its words speak of types and inputs, and its places are paths through a model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pydantic

from ..model.later import Later
from ..model.place import Place, Problem
from .fields import Path, description, fields
from .foreign import OPTIONS, TARGET, our_word
from .limits import shown
from .origin import origin
from .problems import key_place
from .quoting import as_scalar
from .register import is_spoiled
from .scope import Scope
from .source import Node
from .values import nearest


@dataclass(frozen=True)
class Subject:
    """Whose value was checked."""

    whole: str  # aws.fsx_lustre, 'options'
    noun: str  # argument, key
    place: Place  # where something missing is to be written
    node: Node
    value: Any
    scope: Scope
    skip: frozenset[str] = field(default=frozenset())  # arguments that were refused already


def complaints(error: pydantic.ValidationError, model: Any, subject: Subject) -> Iterator[Problem]:
    """One problem per place; a union's members are joined, since the user has not asked for a union."""
    found: dict[Path, list[Mapping[str, Any]]] = {}
    for one in error.errors(include_url=False, include_input=False):
        loc = one["loc"]
        if not (loc and loc[0] in subject.skip):
            found.setdefault(_path(one, subject.value), []).append(one)
    missing = _missing_words(found)
    for path, errors in found.items():
        kinds = {e["type"] for e in errors}
        if kinds == {"missing"}:
            continue
        if kinds == {"extra_forbidden"}:
            problem, meant = _unknown(path, model, subject)
            yield problem
            if meant in (lacking := missing.get(path[:-1], [])):
                lacking.remove(meant)
            continue
        deeper = any(other[: len(path)] == path and len(other) > len(path) for other in found)
        if deeper and all(kind.endswith("_type") for kind in kinds):
            continue  # the member of a union that it was never meant to be
        value = _value(path, subject.value)
        if not (isinstance(value, Later) and is_spoiled(value)):  # its own complaint is told where it comes from
            yield _problem(path, errors, model, subject)
    for path, names in missing.items():
        if names:
            yield _missing(path, names, model, subject)


def _missing_words(found: Mapping[Path, Sequence[Mapping[str, Any]]]) -> dict[Path, list[str]]:
    """What each mapping lacks; a misspelt word that was meant to be it is taken out later."""
    missing: dict[Path, list[str]] = {}
    for path, errors in found.items():
        if any(e["type"] == "missing" for e in errors):
            missing.setdefault(path[:-1], []).append(str(path[-1]))
    return missing


def _path(error: Mapping[str, Any], value: Any) -> Path:
    """The error's path through the user's values, without names of union members and validators."""
    path: list[str | int] = []
    loc = error["loc"]
    for at, step in enumerate(loc):
        last = at == len(loc) - 1
        if _has(value, step):
            value = value[step]
        elif not (last and error["type"] == "missing"):
            continue
        path.append(step)
    return tuple(path)


def _has(value: Any, step: Any) -> bool:
    if isinstance(value, list):
        return isinstance(step, int) and step < len(value)
    return isinstance(value, Mapping) and step in value


def _problem(path: Path, errors: Sequence[Mapping[str, Any]], model: Any, subject: Subject) -> Problem:
    node, value = _written(path, subject), _value(path, subject.value)
    where, name = _place_of_value(path, node, subject), _named(path, subject)
    wiring = [e for e in errors if e["type"] == "wiring"]
    if isinstance(value, Later) and wiring:
        return Problem(where, f"{name}: `{value.text}` is {wiring[0]['msg']}", _rewired(value, wiring[0]["msg"]))
    if errors[0]["type"] == "credential":  # neither value nor line: a log of CI keeps what it is told
        what, fix = _said(errors[0])
        return Problem(replace(where, excerpt=""), f"{name} {what}", fix)
    refused = all(e["type"] in ("value_error", "assertion_error") for e in errors)
    if isinstance(value, Later) and not refused:
        what = f"{name} must be known before anything is made, and `{value.text}` is known only after that"
        return Problem(where, what, "write the value, or take it from `vars`")
    described = _advice(path, model, subject)
    if refused:
        what, fix = _said(errors[0])
        if not path or isinstance(value, Later):  # whatever it will be, it cannot be there
            return Problem(where, f"{name} {what}" if _is_verb(what) else f"{name}: {what}", fix or described)
        joined = f"{name} is {shown(value)}{', but' if _is_verb(what) else ':'} {what}"
        return Problem(where, joined, fix or described)
    demands = " or ".join(_demands(errors))
    return Problem(where, f"{name} {_is(value, errors)}, but must {demands}", _fix(errors, node, value) or described)


def _advice(path: Path, model: Any, subject: Subject) -> str:
    """What the argument is for, where nothing better can be said."""
    described = description(model, path) if path else ""
    if described:
        return f"{path[-1]}: {described}"
    word = subject.whole.strip("'")
    return f"ultrastack doc {word.partition('.')[0] if subject.noun == 'key' else word}"


def _named(path: Path, subject: Subject) -> str:
    """'max_nodes' of aws.pool; an element of a keyword's own list is 'accept[0]'."""
    if not path:
        return subject.whole
    if isinstance(path[0], int):
        return f"'{subject.whole.strip(chr(39))}{words(path)}'"
    return f"'{words(path)}' of {subject.whole}"


def _is(value: Any, errors: Sequence[Mapping[str, Any]]) -> str:
    if isinstance(value, list) and any(e["type"] in ("too_short", "too_long") for e in errors):
        return f"has {len(value)} {'entry' if len(value) == 1 else 'entries'}"
    return f"is {shown(value)}"


def _missing(path: Path, names: Sequence[str], model: Any, subject: Subject) -> Problem:
    owner = _named(path, subject)
    place = _place_of_value(path, _written(path, subject), subject) if path else subject.place
    quoted = [f"'{n}'" for n in names]
    listed = ", ".join(quoted[:-1]) + " and " + quoted[-1] if len(quoted) > 1 else quoted[0]
    if len(names) > 1:
        return Problem(place, f"{owner} needs {listed}", "add " + ", ".join(f"{n}: ..." for n in names))
    described = description(model, (*path, names[0])).rstrip(".")
    return Problem(place, f"{owner} needs {listed}", f"add {names[0]}: ..." + (f" ({described})" if described else ""))


def _unknown(path: Path, model: Any, subject: Subject) -> tuple[Problem, str]:
    """The problem, and the word that was probably meant."""
    *above, last = path
    parent = _written(tuple(above), subject)
    place = parent.keys.get(str(last), parent.place) if parent is not None else subject.place
    known = [a.alias or n for n, a in (fields(model, tuple(above)) or {}).items()]
    if subject.noun == "argument" and not above:
        known = [n for n in known if n not in ("tags", "schedule")]  # the step's keywords
    fix = our_word(str(last), FOREIGN.get(subject.whole.strip("'").partition(".")[0], {}) if not above else {}, known)
    what = f"unknown {subject.noun} '{last}' for {_named(tuple(above), subject)}"
    return Problem(key_place(place, str(last)), what, fix), fix[5:-1] if fix.startswith("use '") else ""


FOREIGN: Mapping[str, Mapping[str, str]] = {"aws": TARGET, "gcp": TARGET, "providers": TARGET, "options": OPTIONS}


def words(path: Path) -> str:
    """ultraservers[0].id"""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def _value(path: Path, value: Any) -> Any:
    for step in path:
        value = value[step]
    return value


def _written(path: Path, subject: Subject) -> Node | None:
    """The node of a value, followed through plain references like "{{ blocks }}" to where it was written."""
    found = origin(subject.node, subject.scope, path)
    if found is not None:
        return found
    node: Node | None = subject.node  # a register: the expression that reads it
    for step in path:
        node = node.child(step) if node is not None else None
    return node


def _place_of_value(path: Path, node: Node | None, subject: Subject) -> Place:
    """Where the value stands; where it is computed, the nearest thing around it that is written."""
    if node is not None:
        return node.place if path or node.kind in ("text", "plain") else subject.place
    while path:
        path = path[:-1]
        if (node := _written(path, subject)) is not None and path:
            return node.place
    return subject.place


NEEDS = {
    "string_type": "be a text",
    "int_type": "be a whole number",
    "int_from_float": "be a whole number",
    "float_type": "be a number",
    "bool_type": "be true or false",
    "list_type": "be a list",
    "dict_type": "be a mapping",
    "model_type": "be a mapping",
    "model_attributes_type": "be a mapping",
    "none_required": "be empty",
    "greater_than": "be more than {gt}",
    "greater_than_equal": "be at least {ge}",
    "less_than": "be less than {lt}",
    "less_than_equal": "be at most {le}",
    "multiple_of": "be a multiple of {multiple_of}",
    "string_too_short": "have at least {min_length} characters",
    "string_too_long": "have at most {max_length} characters",
    "too_short": "have at least {min_length}",
    "too_long": "have at most {max_length}",
    "string_pattern_mismatch": "have another form",
    "literal_error": "be {expected}",
}


def _demands(errors: Sequence[Mapping[str, Any]]) -> list[str]:
    """What would do, without repetitions; a whole number is a number."""
    found = [NEEDS[e["type"]].format(**e.get("ctx", {})) if e["type"] in NEEDS else _said(e)[0] for e in errors]
    found = [d.replace("have at least 1 characters", "not be empty") for d in found]
    if "be a number" in found:
        found = [d for d in found if d != "be a whole number"]
    return list(dict.fromkeys(found))


def _said(error: Mapping[str, Any]) -> tuple[str, str]:
    """The words of a component's own check, and its fix if it wrote one after `; fix: `."""
    text = re.sub(r"^(Value error|Assertion failed), ", "", error["msg"])
    if not error["msg"].startswith(("Value error", "Assertion failed")):
        text = text[:1].lower() + text[1:]
    what, _, fix = text.partition("; fix: ")
    return what, fix


def _is_verb(text: str) -> bool:
    return text.split(" ")[0] in ("must", "needs", "says", "takes", "cannot", "has")


def _fix(errors: Sequence[Mapping[str, Any]], node: Node | None, value: Any) -> str:
    kinds = {e["type"] for e in errors}
    computed = node is None or node.kind == "text" and "{{" in node.value
    if "literal_error" in kinds and isinstance(value, str):
        options = [w for e in errors if e["type"] == "literal_error" for w in _options(e)]
        near = nearest(value, options)
        return near if near.startswith("use") else ""
    if "string_type" in kinds and isinstance(value, (bool, int, float)):
        return (
            "add | string" if computed or node is None else f"put it in quotes: {as_scalar(node.raw or shown(value))}"
        )
    if isinstance(value, str) and kinds & {"int_type", "float_type", "bool_type"}:
        filter_name = "bool" if "bool_type" in kinds else "int" if "int_type" in kinds else "float"
        if computed:
            return f"add | {filter_name}"
        if filter_name != "bool" and re.fullmatch(r"-?\d+(\.\d+)?", value):
            return f"remove the quotes: {value}"
        if filter_name == "bool" and value.lower() in ("true", "yes", "on", "false", "no", "off"):
            return f"write {'true' if value.lower() in ('true', 'yes', 'on') else 'false'}, without quotes"
    if kinds == {"bool_type"} and value in (0, 1) and not computed:
        return f"write {'true' if value else 'false'}"
    if "list_type" in kinds and isinstance(value, (str, int)) and not computed and node is not None:
        return f"write it as a list: [{node.raw or value}]"
    return ""


def _options(error: Mapping[str, Any]) -> list[str]:
    return re.findall(r"'([^']*)'", error["ctx"]["expected"])


def _rewired(later: Later, why: str) -> str:
    if why.startswith("a list where one"):
        return f'take one of them: "{{{{ {later.text}[0] }}}}"'
    if why.startswith("one value where a list"):
        return f'put it in a list: ["{{{{ {later.text} }}}}"]'
    return ""
