"""The answers of the metadata service travel two hops at most: to the machine and to containers on it."""

from __future__ import annotations

from collections.abc import Iterator

from ..launches import CONFIGURATION, INSTANCE, SPOT_INSTANCE, TEMPLATE
from ..rule import NotApplicable, Rule, Said, fail
from ..world import Subject

MOST = 2  # one for the machine itself, one more for a container's bridge

RULE = Rule(
    title="the metadata service answers two hops away at most",
    level="advisory",
    why="Each further hop lets something behind the machine, as a proxy or a nested network, ask for its credentials.",
    fix="set metadataOptions: {httpPutResponseHopLimit: 2}, or 1 where no containers run",
    references=(
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-options.html",
        "AWS Security Hub control AutoScaling.4",
    ),
)


@RULE.resource(TEMPLATE, CONFIGURATION, INSTANCE, SPOT_INSTANCE)
def check(subject: Subject) -> Iterator[Said]:
    options = subject.block("metadataOptions")
    if not options.has("httpPutResponseHopLimit") or options.raw("httpEndpoint") == "disabled":
        raise NotApplicable
    hops = options.number("httpPutResponseHopLimit")
    if hops > MOST:
        yield fail(options, f"answers travel {hops} hops", at="httpPutResponseHopLimit")
