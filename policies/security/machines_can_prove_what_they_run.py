"""Machines have an enclave or encrypted memory, where an organization asks for confidential computing."""

from __future__ import annotations

from collections.abc import Iterator

from ..launches import INSTANCE, SPOT_INSTANCE, TEMPLATE
from ..rule import NotApplicable, Rule, Said, fail
from ..world import Subject

RULE = Rule(
    title="machines can prove what they run",
    level="off",
    why="Without enclave or encrypted memory nobody can be shown that weights and prompts stayed on the machine.",
    fix="set enclaveOptions: {enabled: true}, or cpuOptions: {amdSevSnp: enabled}, on a type that has it",
    references=(
        "https://docs.aws.amazon.com/enclaves/latest/user/nitro-enclave.html",
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sev-snp.html",
    ),
)


@RULE.resource(TEMPLATE, INSTANCE, SPOT_INSTANCE)
def check(subject: Subject) -> Iterator[Said]:
    if subject.flag("enclaveOptions.enabled") or subject.text("cpuOptions.amdSevSnp") == "enabled":
        return
    if subject.has("launchTemplate"):
        raise NotApplicable  # its template is asked itself
    yield fail(subject, f"{subject.name} has neither an enclave nor encrypted memory")
