"""A machine of Google Cloud does not act as the default account with access to all APIs."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, fail
from ..tpu._slices import COMPUTE, machine
from ..world import Subject

RULE = Rule(
    title="a machine of Google Cloud does not act as the default account with access to all APIs",
    level="advisory",
    why="All machines of a project share the default account, which often may change everything in it.",
    fix="make a service account with the roles that the machine needs, and name it as serviceAccount.email",
    references=("https://cloud.google.com/compute/docs/access/create-enable-service-accounts-for-instances",),
)
DEFAULT = "-compute@developer.gserviceaccount.com"
ALL_APIS = ("cloud-platform", "https://www.googleapis.com/auth/cloud-platform")


@RULE.resource(*COMPUTE)
def check(subject: Subject) -> Iterator[Said]:
    if machine(subject) is not None:
        raise NotApplicable  # tpu.workers_have_own_account says it, and more
    account = subject.block("serviceAccount")
    if not account.values:
        raise NotApplicable  # no account at all: it may do nothing
    if account.has("email") and not (account.knows("email") and account.text("email").endswith(DEFAULT)):
        return
    if any(scope in ALL_APIS for scope in account.texts("scopes")):
        said = f"{subject.name} acts as the default account of Compute Engine, with access to all APIs"
        yield fail(account, said, at="email")
