"""Machines answer for their role's credentials only to who asks with a token (IMDSv2)."""

from __future__ import annotations

from collections.abc import Iterator

from ..launches import CONFIGURATION, FLEET, GROUP, INSTANCE, SPOT_FLEET, SPOT_INSTANCE, TEMPLATE, launches_of
from ..rule import NotApplicable, Rule, Said, fail
from ..world import Subject

DEFAULTS = "aws:ec2/instanceMetadataDefaults:InstanceMetadataDefaults"
MACHINES = (INSTANCE, SPOT_INSTANCE)
MADE_FROM_TEMPLATES = (GROUP, FLEET, SPOT_FLEET)

RULE = Rule(
    title="the metadata service of machines needs a token",
    level="mandatory",
    why="Without tokens one request that a program is talked into sending hands out the credentials of its role.",
    fix='set metadataOptions: {httpTokens: "required"}',
    references=(
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-options.html",
        "AWS Security Hub controls EC2.8 and EC2.170",
    ),
)


@RULE.graph(TEMPLATE, CONFIGURATION, *MACHINES, *MADE_FROM_TEMPLATES)
def check(subject: Subject) -> Iterator[Said]:
    if subject.type in (*MACHINES, *MADE_FROM_TEMPLATES):
        for launch in launches_of(subject):
            launch.holder("metadataOptions")  # a template that nobody can look into cannot be decided
    if subject.type in MADE_FROM_TEMPLATES:
        raise NotApplicable  # their templates are asked themselves
    options = subject.block("metadataOptions")
    if options.text("httpEndpoint") == "disabled":
        return
    tokens = options.text("httpTokens")
    if tokens and tokens != "required":
        yield fail(options, f"`httpTokens` is {tokens}, so credentials are handed out without a token", at="httpTokens")
    elif not tokens and subject.has("launchTemplate"):
        raise NotApplicable
    elif not tokens and not _is_default(subject):
        yield fail(subject, "nothing says that the metadata service needs a token", at="metadataOptions")


def _is_default(subject: Subject) -> bool:
    """Whether the program sets it for all machines of this account and region."""
    return any(
        one.text("httpTokens") == "required"
        for one in subject.world.of_type(DEFAULTS)
        if one.resource.provider == subject.resource.provider and one.raw("region") == subject.raw("region")
    )
