"""Which limits do the installed API models set to inputs of our resource types? Writes the catalogue's tables of them.

python tools/constraints.py            write ultrastack/catalog/constraints_aws.csv and constraints_gcp.csv
python tools/constraints.py --check    exit 1 and show what differs from the installed models

Models: botocore and CloudFormation's schemas (in cfn-lint) for AWS, discovery documents (in google-api-python-client)
for Google, and for both what Pulumi's providers check themselves (tools/models/provider_checks_*.yaml).
"""

from __future__ import annotations

import csv
import datetime
import io
import re
import sys
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # run as a file: the package of tools lies above

from tools.models import Constraint, aws, gcp, provider  # noqa: E402
from tools.models.aws_routes import Route, routes  # noqa: E402
from tools.models.aws_translate import locate  # noqa: E402
from tools.models.gcp_documents import document  # noqa: E402
from tools.models.gcp_sdk import sdk_inputs  # noqa: E402

CATALOG = ROOT / "ultrastack" / "catalog"
CLOUDS = ("aws", "gcp")


@dataclass
class Row:
    """One line of the table; columns in its order."""

    type: str
    path: str
    by: str  # api, cloudformation, provider
    words: str = ""
    range: str = ""
    length: str = ""
    count: str = ""
    pattern: str = ""
    note: str = ""
    source: str = ""
    as_of: str = ""
    confidence: str = "sure"


@dataclass
class Said:
    """All that one speaker says about one input."""

    rows: dict[tuple[str, str, str], Row] = field(default_factory=dict)

    def add(self, token: str, path: str, by: str, said: Constraint, taken_as_list: bool) -> None:
        limits = _columns(said, by, taken_as_list)
        if not limits:
            return
        row = self.rows.setdefault((token, path, by), Row(token, path, by))
        for column, text in limits.items():
            setattr(row, column, _wider(column, getattr(row, column), text))
        sources = [*filter(None, row.source.split("; ")), said.source]
        row.source = "; ".join(dict.fromkeys(sources))


def rows_of(cloud: str) -> list[Row]:
    """What the installed models give, in a stable order; without dates where a model has none."""
    said = Said()
    for token in (aws if cloud == "aws" else gcp).tokens():
        (_of_aws if cloud == "aws" else _of_google)(said, token)
    for token in provider.tokens(cloud):
        _of_provider(said, token, provider.about(cloud)["as_of"])
    return sorted(said.rows.values(), key=lambda row: (row.type, row.path, row.by))


def _of_aws(said: Said, token: str) -> None:
    found = routes()[token]
    for path, taken in sdk_inputs(token).items():
        keys = tuple(path.split("."))
        for by, route in [*(("api", one) for one in found.requests), ("cloudformation", found.cloudformation)]:
            for limits in _limits_of_aws(route, keys):
                said.add(token, path, by, limits, taken.shape != "one")


def _limits_of_aws(route: Route, path: tuple[str, ...]) -> Iterator[Constraint]:
    """Of the value, and of the elements if it is a list."""
    if not route.target or (path[0] not in route.only if route.only else path[0] in route.elsewhere):
        return
    rule = route.names.get(".".join(path))
    if rule is not None and rule.form:  # the model limits what the provider makes of it, not what is written here
        return
    shape = locate(route, path)
    if shape is None:
        return
    own = {str(there): str(here) for here, there in rule.values.items()} if rule else {}
    while True:
        limits = shape.limits
        yield replace(limits, enum=tuple(own.get(word, word) for word in limits.enum))
        if shape.kind != "list":
            return
        shape = shape.element


def _of_google(said: Said, token: str) -> None:
    for path, limits in gcp.constraints_of(token):
        said.add(token, path, "api", limits, sdk_inputs(token)[path].shape != "one")
        row = said.rows.get((token, path, "api"))
        if row:
            name = limits.source.split()[2]  # google-api-python-client 2.202.0 compute.v1 Firewall.direction
            revision = document(name)["revision"]
            row.as_of = f"{revision[:4]}-{revision[4:6]}-{revision[6:]}"


def _of_provider(said: Said, token: str, as_of: str) -> None:
    confidence = provider.checks(token)["confidence"]
    inputs = sdk_inputs(token)
    for path, limits in provider.constraints_of(token):
        if path not in inputs:
            continue
        said.add(token, path, "provider", limits, inputs[path].shape != "one")
        if row := said.rows.get((token, path, "provider")):
            row.as_of, row.confidence = as_of, confidence
            words = str(provider.checks(token)["properties"][path].get("range", ""))
            row.note = words if re.search(r"[^\d.>= -]", words.removeprefix("length ").removeprefix("up to ")) else ""


def _columns(said: Constraint, by: str, taken_as_list: bool) -> dict[str, str]:
    """A constraint in the words of the table."""
    found = {}
    if said.enum:
        found["words"] = "|".join(said.enum)
    if said.bound is not None:
        column = {"value": "range"}.get(said.bound, said.bound)
        if limits := _limits(said.minimum, said.maximum):
            found[column] = limits
    if "count" in found and not taken_as_list:  # one value here, which the provider makes a list of
        del found["count"]
    if said.pattern:
        pattern = readable(said.pattern, whole=by == "api")
        found |= (
            {"pattern": pattern} if pattern else {"note": f"the pattern {said.pattern} is not one that Python reads"}
        )
    return found


def _limits(low: float | None, high: float | None) -> str:
    low = None if low is not None and low <= -(2**31) else low  # as much as the type can hold is no limit
    high = None if high is not None and high >= 2**31 - 1 else high
    return f"{_number(low)}..{_number(high)}" if low is not None or high is not None else ""


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.10g}"


def _wider(column: str, one: str, other: str) -> str:
    """Of two things that one speaker says in two places."""
    if not one or one == other:
        return other
    if column == "words":
        return "|".join(dict.fromkeys([*one.split("|"), *other.split("|")]))
    if column in ("range", "length", "count"):
        (low, high), (least, most) = ((float(x) if x else None for x in text.split("..")) for text in (one, other))
        low = None if low is None or least is None else min(low, least)
        high = None if high is None or most is None else max(high, most)
        return _limits(low, high)
    return f"(?:{one})|(?:{other})" if column == "pattern" else f"{one}; {other}"


def readable(pattern: str, whole: bool) -> str:
    """The pattern as Python searches for it, "" if it cannot; `whole`: it has to match the whole text."""
    pattern = pattern.replace(r"\uD800\uDC00-\uDBFF\uDFFF", r"\U00010000-\U0010FFFF")  # UTF-16 as Java writes it
    pattern = re.sub(r"(?<!\\)((?:\\\\)*)\\p\{Print\}", r"\1[\\x20-\\x7E]", pattern)  # that word means ASCII in Java
    anchored = pattern.startswith("^") and pattern.endswith("$") and "|" not in _top_level(pattern)
    if whole and not anchored:
        pattern = f"^(?:{pattern})$"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # what means something else in Java is a warning in Python
            re.compile(pattern, re.ASCII)
    except (re.error, Warning, OverflowError):
        return ""
    return pattern


def _top_level(pattern: str) -> str:
    """What is outside of groups, sets and escapes."""
    plain = re.sub(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", "", pattern)
    while (less := re.sub(r"\([^()]*\)", "", plain)) != plain:
        plain = less
    return plain


def dated(rows: Iterable[Row], kept: Iterable[Row], today: str) -> list[Row]:
    """A model without a date of its own gives the day on which its row was first seen as it is."""
    before = {_without_date(row): row.as_of for row in kept}
    return [row if row.as_of else replace(row, as_of=before.get(_without_date(row), today)) for row in rows]


def _without_date(row: Row) -> tuple[str, ...]:
    return tuple(getattr(row, one.name) for one in fields(Row) if one.name != "as_of")


def written(rows: Iterable[Row]) -> str:
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow([one.name for one in fields(Row)])
    lines.writerows([getattr(row, one.name) for one in fields(Row)] for row in rows)
    return out.getvalue()


def kept(cloud: str) -> list[Row]:
    """The rows of the checked-in table."""
    if not file(cloud).is_file():
        return []
    with file(cloud).open(encoding="utf-8", newline="") as stream:
        return [Row(**line) for line in csv.DictReader(stream)]


def file(cloud: str) -> Path:
    return CATALOG / f"constraints_{cloud}.csv"


def fresh(cloud: str) -> str:
    """The table as it has to be."""
    return written(dated(rows_of(cloud), kept(cloud), datetime.date.today().isoformat()))


def differences(cloud: str) -> list[str]:
    """Lines that are there and should not be (-), and lines that should be there (+)."""
    there = set(file(cloud).read_text(encoding="utf-8").splitlines()) if file(cloud).is_file() else set[str]()
    wanted = set(fresh(cloud).splitlines())
    return [*(f"- {line}" for line in sorted(there - wanted)), *(f"+ {line}" for line in sorted(wanted - there))]


def main(arguments: list[str]) -> int:
    stale = 0
    for cloud in CLOUDS:
        name = file(cloud).relative_to(ROOT)
        if "--check" not in arguments:
            file(cloud).write_text(fresh(cloud), encoding="utf-8")
            print(f"wrote {name}")
        elif lines := differences(cloud):
            stale = 1
            print(f"{name} is not what the installed models give: python tools/constraints.py")
            print("\n".join(lines[:20] + ["..."] * bool(lines[20:])))
    return stale


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
