"""Which filters has the language? A fixed list, all pure; a test runs every example."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..model.later import Later
from .filters_on_items import mapped, rejectattr, selectattr
from .filters_on_json import from_json, to_json
from .filters_on_lists import first, flatten, last, length, maximum, minimum, sort, total, unique, up_to, zipped
from .filters_on_mappings import combine, dict2items, items2dict
from .filters_on_texts import b64encode, basename, join, lower, replace, split, string, trim, upper
from .filters_on_values import default, ternary, to_bool, to_float, to_int
from .operands import there
from .pure import Entry, NeedsLater, Tools
from .values import Absent, holds_later, nearest


@dataclass(frozen=True)
class Filter(Entry):
    """One filter: `value | name(arguments)`."""

    passes_outputs: bool = False  # looks at the shape of lists and mappings only: outputs inside stay what they are
    allows_absent: bool = False  # asks whether something is there

    def apply(self, tools: Tools, value: Any, args: list[Any], kwargs: Mapping[str, Any]) -> Any:
        if not self.allows_absent:
            for one in (value, *args, *kwargs.values()):
                there(one)
                if (
                    isinstance(one, Later)
                    and not _may_lift(self, value)
                    or not self.passes_outputs
                    and holds_later(one)
                ):
                    raise NeedsLater
        if isinstance(value, (str, list)):
            tools.spend(*(0, len(value)) if isinstance(value, str) else (len(value), 0))
        result = self.called(tools, value, *args, **kwargs)
        if not isinstance(result, Absent):
            tools.size_up(result)
        return result


def _may_lift(entry: Filter, value: Any) -> bool:
    return entry.name in ("first", "last") and isinstance(value, Later) and value.kind == "list"


_ENTRIES = [
    Filter(
        "default",
        "Another value where a name, key or element is not there; with true also where it is empty, 0 or false.",
        "missing | default('none')",
        "none",
        default,
        passes_outputs=True,
        allows_absent=True,
    ),
    Filter(
        "ternary",
        "One of two values, by whether the first is true; a third one for null.",
        "true | ternary('on', 'off')",
        "on",
        ternary,
        passes_outputs=True,
    ),
    Filter("int", "The whole number that a text holds; fractions are cut off.", "'12' | int", 12, to_int),
    Filter("float", "The number that a text holds.", "'1.5' | float", 1.5, to_float),
    Filter("bool", "True or false from the texts 'true' and 'false'.", "'true' | bool", True, to_bool),
    Filter("string", "A number, true or false as a text.", "8 | string", "8", string),
    Filter("lower", "A text in lower case.", "'AbC' | lower", "abc", lower),
    Filter("upper", "A text in upper case.", "'AbC' | upper", "ABC", upper),
    Filter("trim", "A text without white space, or other characters, at its ends.", "'  a ' | trim", "a", trim),
    Filter(
        "replace",
        "A text with each occurrence of one text replaced by another.",
        "'a.b.c' | replace('.', '-')",
        "a-b-c",
        replace,
    ),
    Filter(
        "split",
        "The parts of a text, cut at a separator or else at white space.",
        "'a,b' | split(',')",
        ["a", "b"],
        split,
    ),
    Filter(
        "join", "The items of a list as one text, with a separator between them.", "['a', 1] | join('-')", "a-1", join
    ),
    Filter(
        "basename",
        "The part of a path behind its last slash.",
        "'s3://data/model.tar' | basename",
        "model.tar",
        basename,
    ),
    Filter("b64encode", "A text in Base64.", "'hello' | b64encode", "aGVsbG8=", b64encode),
    Filter(
        "to_json",
        "A value as JSON, its keys sorted.",
        "{'b': 1, 'a': [true]} | to_json",
        '{"a": [true], "b": 1}',
        to_json,
    ),
    Filter("from_json", "The value that a JSON text holds.", "'[1, 2]' | from_json", [1, 2], from_json),
    Filter(
        "length",
        "How many items a list has, keys a mapping, characters a text.",
        "[1, 2, 3] | length",
        3,
        length,
        passes_outputs=True,
    ),
    Filter(
        "first",
        "The first item of a list or character of a text.",
        "['a', 'b'] | first",
        "a",
        first,
        passes_outputs=True,
    ),
    Filter(
        "last", "The last item of a list or character of a text.", "['a', 'b'] | last", "b", last, passes_outputs=True
    ),
    Filter(
        "min", "The smallest item of a list, or the one with the smallest attribute.", "[3, 1, 2] | min", 1, minimum
    ),
    Filter("max", "The largest item of a list, or the one with the largest attribute.", "[3, 1, 2] | max", 3, maximum),
    Filter(
        "sum",
        "The numbers of a list, or of an attribute of its items, added up.",
        "[{'n': 1}, {'n': 2}] | sum(attribute='n')",
        3,
        total,
    ),
    Filter(
        "unique",
        "A list without repetitions; the first of equal items stays.",
        "['a', 'b', 'a'] | unique",
        ["a", "b"],
        unique,
    ),
    Filter(
        "sort",
        "A list in order, texts without regard to case; may name an attribute, reverse, case_sensitive.",
        "['b', 'a'] | sort(reverse=true)",
        ["b", "a"],
        sort,
    ),
    Filter(
        "map",
        "One attribute of every item, or every item through a filter.",
        "[{'n': 1}, {'n': 2}] | map(attribute='n')",
        [1, 2],
        mapped,
        passes_outputs=True,
    ),
    Filter(
        "selectattr",
        "The items whose attribute is true, or passes a test.",
        "[{'n': 1}, {'n': 2}] | selectattr('n', 'gt', 1)",
        [{"n": 2}],
        selectattr,
    ),
    Filter(
        "rejectattr",
        "The items whose attribute is not true, or does not pass a test.",
        "[{'n': 1}, {'n': 2}] | rejectattr('n', 'gt', 1)",
        [{"n": 1}],
        rejectattr,
    ),
    Filter(
        "flatten",
        "A list with the lists inside it unfolded, all or some levels deep; null is left out.",
        "[1, [2, [3]]] | flatten(levels=1)",
        [1, 2, [3]],
        flatten,
        passes_outputs=True,
    ),
    Filter(
        "zip",
        "Two or more lists side by side, as long as the shortest.",
        "['a', 'b'] | zip([1, 2])",
        [["a", 1], ["b", 2]],
        zipped,
        passes_outputs=True,
    ),
    Filter("range", "The whole numbers from 0 up to, without, a number.", "3 | range", [0, 1, 2], up_to),
    Filter(
        "combine",
        "A mapping with the keys of others over its own; recursive=true also inside.",
        "{'a': {'x': 1}} | combine({'a': {'y': 2}}, recursive=true)",
        {"a": {"x": 1, "y": 2}},
        combine,
        passes_outputs=True,
    ),
    Filter(
        "dict2items",
        "A mapping as a list of {key, value}.",
        "{'a': 1} | dict2items",
        [{"key": "a", "value": 1}],
        dict2items,
        passes_outputs=True,
    ),
    Filter(
        "items2dict",
        "A list of {key, value} as a mapping.",
        "[{'key': 'a', 'value': 1}] | items2dict",
        {"a": 1},
        items2dict,
        passes_outputs=True,
    ),
]

FILTERS: Mapping[str, Filter] = {entry.name: entry for entry in _ENTRIES}

# Words that users of Ansible and Jinja type out of habit
_HABITS = {
    "list": "leave it out: every filter that makes several values gives a list",
    "items": "use 'dict2items'",
    "d": "use 'default'",
    "count": "use 'length'",
    "to_nice_json": "use 'to_json(indent=2)'",
    "to_yaml": "use 'to_json': JSON is YAML",
    "to_nice_yaml": "use 'to_json': JSON is YAML",
    "regex_replace": "use 'replace'",
    "select": "use 'selectattr'",
    "reject": "use 'rejectattr'",
    "dictsort": "use 'dict2items'",
    "tojson": "use 'to_json'",
    "mandatory": "leave it out: a name that is undefined is always refused",
    "reverse": "use 'sort(reverse=true)'",
    "quote": "use 'to_json'",
    "strip": "use 'trim'",
}


def filter_hint(name: str) -> str:
    return _HABITS.get(name) or nearest(name, FILTERS)


_METHODS = {
    "keys": "write | dict2items | map(attribute='key')",
    "values": "write | dict2items | map(attribute='value')",
    "items": "write | dict2items",
    "get": "write x.key | default('...')",
    "append": "write xs + [x]",
    "extend": "write xs + ys",
    "update": "write | combine(...)",
    "format": "write 'a' ~ b",
    "strip": "write | trim",
    "count": "write | length",
    "startswith": "write x[:3] == 'abc'",
    "endswith": "write x[-3:] == 'abc'",
}


def method_hint(name: str) -> str:
    return _METHODS.get(name) or filter_hint(name)
