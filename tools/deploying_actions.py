"""Which IAM actions does a role need to make our resource types? Writes the catalogue's table from installed models.

python tools/deploying_actions.py            write ultrastack/catalog/deploying_actions.csv
python tools/deploying_actions.py --check    exit 1 and show what differs from the installed models

CloudFormation's schemas (in cfn-lint) list what their own handlers call; Pulumi's provider calls the same service in
its own way, so a row is likely and not sure. Where no schema lists it, the request that makes the resource (botocore)
is one action that is surely among them.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # run as a file: the package of tools lies above

from tools.models.aws_routes import routes  # noqa: E402

TABLE = ROOT / "ultrastack" / "catalog" / "deploying_actions.csv"
HEADER = ["type", "create", "read", "update", "delete", "note", "source", "as_of", "confidence"]
HANDLERS = ("create", "read", "update", "delete")


def rows() -> Iterator[list[str]]:
    """Without their dates; a type that neither model knows has no row."""
    for token, route in sorted(routes().items()):
        target = route.cloudformation.target
        handlers = schema(target).get("handlers", {}) if target else {}
        listed = [" ".join(_actions(handlers.get(one, {}).get("permissions", ()))) for one in HANDLERS]
        if listed[0]:
            yield [token, *listed, "", f"cfn-lint {version('cfn-lint')} {target} handlers", "likely"]
        elif asked := route.requests[0].target:
            service, _, operation = asked.partition(".")
            source = f"botocore {version('botocore')} {asked}"
            yield [token, f"{prefix(service)}:{operation}", "", "", "", "at least this one", source, "likely"]


def _actions(listed: Iterable[str]) -> list[str]:
    """Some schemas hold words that are no action (a wildcard for a service, a stray space)."""
    return sorted({one.strip() for one in listed if re.fullmatch(r"[a-z0-9-]+:[A-Z][A-Za-z0-9]*\*?", one.strip())})


def schema(target: str) -> dict[str, Any]:
    from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER, ResourceNotFoundError  # loads for two seconds

    try:
        found: dict[str, Any] = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", target).schema
    except ResourceNotFoundError:
        return {}
    return found


def prefix(service: str) -> str:
    """The service's word in IAM is the one that its requests are signed with."""
    import botocore.session

    model = botocore.session.get_session().get_service_model(service)
    return str(model.metadata.get("signingName") or model.endpoint_prefix)


def fresh() -> str:
    """The table as it has to be; a row keeps the day on which it was first seen as it is."""
    before = {}
    if TABLE.is_file():
        with TABLE.open(encoding="utf-8", newline="") as stream:
            before = {tuple(line[:-2] + line[-1:]): line[-2] for line in csv.reader(stream)}
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(HEADER)
    today = datetime.date.today().isoformat()
    for row in rows():
        lines.writerow([*row[:-1], before.get(tuple(row), today), row[-1]])
    return out.getvalue()


def main(arguments: list[str]) -> int:
    name = TABLE.relative_to(ROOT)
    wanted = fresh()
    if "--check" not in arguments:
        TABLE.write_text(wanted, encoding="utf-8")
        print(f"wrote {name}")
        return 0
    if TABLE.read_text(encoding="utf-8") == wanted:
        return 0
    print(f"{name} is not what the installed models give: python tools/deploying_actions.py")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
