"""Do the tables of resource types agree with the models that are installed? Writes what follows from those models.

python tools/resource_types.py            write it
python tools/resource_types.py --check    exit 1 and name what is not fresh

The tables ultrastack/catalog/resource_*.csv are kept by hand, row by row from the providers' sources; nothing here
changes what such a row says. From the installed SDKs (pulumi_aws, pulumi_gcp) and CloudFormation's schemas (in
cfn-lint) come: outputs, secret outputs and earlier tokens of a type; a row for every input that no row speaks of; and
for every row what those models say otherwise (the column `others_say`).
"""

from __future__ import annotations

import csv
import importlib
import inspect
import io
import re
import sys
import typing
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any

from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER
from pulumi._types import input_type_py_to_pulumi_names, input_type_types, is_input_type, resource_types

CATALOG = Path(__file__).resolve().parents[1] / "ultrastack" / "catalog"
TYPES, PROPERTIES = "resource_types.csv", ("resource_properties_aws.csv", "resource_properties_gcp.csv")
SDKS = {"aws": "pulumi-aws", "gcp": "pulumi-gcp"}
DATES = {"aws": "2026-11-21", "gcp": "2026-11-21"}  # when the installed models were last read
MODULES = {"lambda": "lambda_"}  # whose name is a word of Python
SAYS_REPLACE = re.compile(
    r"forces?\s+(?:a\s+|the\s+creation\s+of\s+(?:a\s+)?)?(?:new|replacement|re-?creation)"
    r"|chang(?:e|es|ing)\s+(?:to\s+)?(?:this|these|the|it)\b[^.]{0,60}?"
    r"(?:creat\w+\s+a\s+new(?!\s+version)|forces?|recreat|re-create|trigger\w*\s+recreation|replac)",
    re.IGNORECASE,
)
CREATE_ONLY = {  # lists of a CloudFormation schema, and what being in them means; the last one wins
    "conditionalCreateOnlyProperties": "when",
    "createOnlyProperties": "replaces",
    "readOnlyProperties": "read-only",
}
Line = dict[str, str]


@dataclass(frozen=True)
class Input:
    """One input as an SDK declares it."""

    path: str
    sentence: str

    @property
    def says_replace(self) -> bool:
        return bool(SAYS_REPLACE.search(self.sentence))


def generated() -> dict[str, str]:
    """File -> what it has to be."""
    types = _lines(TYPES)
    found = {TYPES: _text([_with_models(one) for one in types])}
    for file in PROPERTIES:
        cloud = file.removesuffix(".csv").rpartition("_")[2]
        tokens = {one["name"]: one for one in types if one["name"].startswith(f"{cloud}:")}
        found[file] = _text(list(_rows(_lines(file), tokens)))
    return found


def _lines(file: str) -> list[Line]:
    return list(csv.DictReader(io.StringIO((CATALOG / file).read_text(encoding="utf-8"))))


def _text(lines: list[Line]) -> str:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(lines[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    return stream.getvalue()


def _with_models(line: Line) -> Line:
    """A type with what the SDK says of it."""
    made, arguments = sdk_class(line["name"]), inputs(line["name"])
    outputs = sorted(name for name in resource_types(made) if name not in arguments and name != "id")
    aliases = dict.fromkeys(re.findall(r'Alias\(type_="([^"]+)"\)', inspect.getsource(made)))
    return line | {
        "aliases": " ".join(aliases),
        "outputs": " ".join(outputs),
        "secret_outputs": " ".join(secrets(line["name"])),
    }


def _rows(lines: list[Line], types: Mapping[str, Line]) -> Iterator[Line]:
    """All rows of a cloud: those that are there, in their order, and after those of a type what they leave out."""
    of_type: dict[str, list[Line]] = {token: [] for token in types}
    for line in lines:
        of_type[line["type"]].append(line)
    for token, there in of_type.items():
        known = {line["path"] for line in there}
        there = there + [_unwritten(token, one) for path, one in sorted(inputs(token).items()) if path not in known]
        says = create_only(types[token]["cloudformation"])
        for line in there:
            yield line | {"others_say": " ".join(_others(line, inputs(token).get(line["path"]), says))}


def _unwritten(token: str, one: Input) -> Line:
    """A row for an input that no row speaks of: what the SDK's own words say, else nothing is known."""
    cloud = token.partition(":")[0]
    said = {"replaces": "yes", "confidence": "likely"} if one.says_replace else {"confidence": "unknown"}
    source = f"{SDKS[cloud]} {version(SDKS[cloud])}, the input's docstring"
    empty = dict.fromkeys(_lines(f"resource_properties_{cloud}.csv")[0], "")
    flags = dict.fromkeys(("computed", "secret", "write_only", "unsent"), "no")
    return empty | flags | {"type": token, "path": one.path, "source": source, "as_of": DATES[cloud]} | said


def _others(line: Line, one: Input | None, says: Mapping[str, str]) -> Iterator[str]:
    """What the models say otherwise; a condition contradicts nobody."""
    if one is None:
        yield "sdk=absent"
        return
    if one.says_replace and line["replaces"] == "no":
        yield "sdk=replaces"
    if "field is write-only" in one.sentence and line["write_only"] == "no":
        yield "sdk=write-only"
    if one.path in secrets(line["type"]) and (line["secret"], line["write_only"]) == ("no", "no"):
        yield "sdk=secret"
    word = says.get(plain(line["path"]))
    if word == "replaces" and line["replaces"] == "no":
        yield "cloudformation=replaces"
    if word == "in-place" and line["replaces"] == "yes":
        yield "cloudformation=in-place"
    if word == "read-only":
        yield "cloudformation=read-only"


# ---- the SDK


def sdk_module(token: str) -> ModuleType:
    package, module, _ = token.split(":")
    name = module.partition("/")[0]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return importlib.import_module(f"pulumi_{package}.{MODULES.get(name, name)}")


def sdk_class(token: str) -> type:
    found: type = getattr(sdk_module(token), token.rpartition(":")[2])
    return found


@cache
def secrets(token: str) -> tuple[str, ...]:
    """What the SDK itself marks as secret."""
    listed = re.search(r"additional_secret_outputs=\[(.*?)\]", inspect.getsource(sdk_class(token)))
    return tuple(re.findall(r'"(\w+)"', listed[1])) if listed else ()


@cache
def inputs(token: str) -> Mapping[str, Input]:
    """All inputs, members of blocks dotted."""
    module = sys.modules[sdk_class(token).__module__]
    arguments = getattr(module, module.__all__[0])  # its name is not always the class with Args behind it
    return {one.path: one for one in _inputs(arguments, "", ())}


def _inputs(arguments: type, above: str, around: tuple[type, ...]) -> Iterator[Input]:
    hints = input_type_types(arguments)
    for python_name, name in input_type_py_to_pulumi_names(arguments).items():
        path = f"{above}.{name}" if above else name
        yield Input(path, " ".join((getattr(arguments, python_name).__doc__ or "").split()))
        for block in _blocks(hints[name]):
            if block not in around:
                yield from _inputs(block, path, (*around, block))


def _blocks(hint: Any) -> set[type]:
    """The input classes that a type hint names, lists and Outputs taken off; mappings have keys, not members."""
    if isinstance(hint, type) and is_input_type(hint):
        return {hint}
    origin = typing.get_origin(hint)
    inner = typing.get_args(hint) if origin is not None else ()
    if str in inner:  # a document, as text or as a mapping
        return set()
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        return set()
    return {block for one in inner for block in _blocks(one)}


# ---- CloudFormation


@cache
def create_only(cloudformation: str) -> Mapping[str, str]:
    """Path in our plain spelling -> `replaces`, `when`, `read-only` or `in-place`, of a type's top-level properties.

    What the provider calls otherwise is not found: no word is no contradiction.
    """
    if not cloudformation:
        return {}
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", cloudformation).schema  # raises if there is none
    found = {plain(name): "in-place" for name in schema.get("properties", {})}
    for key, word in CREATE_ONLY.items():
        for pointer in schema.get(key, []):
            path = pointer.removeprefix("/properties/").replace("/*", "").replace("/", ".")
            found[plain(path)] = word
    return found


def plain(path: str) -> str:
    """Spelling that both sides share: securityGroupIds and SecurityGroupIDs, none of them in the plural."""
    return ".".join(part.lower().removesuffix("s") for part in path.split("."))


def main() -> int:
    stale = []
    for file, text in generated().items():
        if (CATALOG / file).read_text(encoding="utf-8") == text:
            continue
        stale.append(file)
        if "--check" not in sys.argv:
            (CATALOG / file).write_text(text, encoding="utf-8")
    for file in stale:
        print(f"{file} is not fresh: python tools/resource_types.py" if "--check" in sys.argv else f"wrote {file}")
    return int(bool(stale) and "--check" in sys.argv)


if __name__ == "__main__":
    sys.exit(main())
