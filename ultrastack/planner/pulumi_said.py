"""What can be done about what Pulumi says? Its own words stay; this finds one line to add."""

from __future__ import annotations

import re

RECOVER = "docs/recover.md"
TRACEBACK = re.compile(r"^([ ]*)Traceback \(most recent call last\):\n(?:\1[ ]+.*\n|\n)+", re.MULTILINE)
DETAILS = re.compile(r"^(Diagnostics|Policies):\n", re.MULTILINE)  # before it stand the resources, one by one

# in the words of pulumi v3.259: backend/backenderr, secrets/passphrase, backend/diy/lock.go, deployment_executor.go
WHAT_TO_DO = (
    (r"no stack named", "`pulumi stack init {stack}` makes it"),
    (r"passphrase", "set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE: pulumi runs more than once here"),
    (r"PULUMI_ACCESS_TOKEN|pulumi login", "`pulumi login` says where the state lies (docs/up.md)"),
    (r"currently locked|\[409\]", f"wait for the other `up`; if it was killed: {RECOVER}"),
    (r"pending operations", f"an earlier run was killed: {RECOVER} says what to look at"),
    (r"protect", "if it shall really go: take `protect` away in the stack file, in an `up` of its own before this one"),
    (r"[Mm]andatory|Policies:", "change the stack file, or the policy"),
)


def words(said: str) -> str:
    """The part that says why, of a run that failed; of the program's traceback only the end."""
    found = DETAILS.search(said)
    told = said[found.start() :] if found else said
    return TRACEBACK.sub("", told).strip().removeprefix("error: ")


def what_to_do(said: str, stack: str) -> str:
    """Empty for what nobody has foreseen: Pulumi's words have to do."""
    for pattern, line in WHAT_TO_DO:
        if re.search(pattern, said):
            return line.format(stack=stack)
    return ""
