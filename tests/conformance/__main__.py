"""python -m tests.conformance: what was checked against the clouds' own models, by type and route, as Markdown.

--not-mapped adds the inputs that the components set and that have no place in a model, with the reasons. Exit code 1: a
model disagrees, or a type has no route.
"""

from __future__ import annotations

import sys

from . import gcp_requests
from .aws_findings import findings, not_mapped, table


def main() -> int:
    found = findings()
    wrong = [f"{graph}: {one}" for graph, one in found.mismatches]
    wrong += [f"{type_} has no route" for type_ in sorted(found.unrouted)]
    wrong += gcp_requests.mismatches(gcp_requests.emitted_by_google())
    parts = [table(found), gcp_requests.printed()]
    if "--not-mapped" in sys.argv[1:]:
        parts += [not_mapped(found), gcp_requests.unsent()]
    print("\n\n".join(parts))
    print("\n".join(wrong), file=sys.stderr)
    return 1 if wrong else 0


sys.exit(main())
