"""Which words does a stack file know, what does each take, and what is it for?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Level = Literal["top", "step"]
Shape = Literal["text", "map", "list", "flag"]


@dataclass(frozen=True)
class Keyword:
    """One word of the language: one row of `list keywords`, of `doc`, of the JSON Schema and of stacks/README.md."""

    word: str
    level: Level
    takes: str  # in the user's words
    shapes: tuple[Shape, ...]
    computed: bool  # may an expression stand in its place?
    sentence: str
    example: str


def _by_word(*keywords: Keyword) -> Mapping[str, Keyword]:
    return {k.word: k for k in keywords}


TOP: Mapping[str, Keyword] = _by_word(
    Keyword(
        "description",
        "top",
        "a text",
        ("text",),
        False,
        "What this environment is for, in one sentence.",
        "description: Training, production",
    ),
    Keyword(
        "extends",
        "top",
        "a file or a list of files",
        (
            "text",
            "list",
        ),
        False,
        "Files whose content lies below this one; a later file wins.",
        "extends: common.yaml",
    ),
    Keyword(
        "abstract",
        "top",
        "true or false",
        ("flag",),
        False,
        "True: a file to be extended, not a stack of its own.",
        "abstract: true",
    ),
    Keyword(
        "aws",
        "top",
        "a mapping",
        ("map",),
        True,
        "The AWS region and account that steps without a `provider` use.",
        'aws: {region: us-east-2, account_id: "111122223333"}',
    ),
    Keyword(
        "gcp",
        "top",
        "a mapping",
        ("map",),
        True,
        "The Google Cloud project, region and zone that steps without a `provider` use.",
        "gcp: {project: example-ml, region: us-east5, zone: us-east5-b}",
    ),
    Keyword(
        "providers",
        "top",
        "a mapping",
        ("map",),
        False,
        "Further regions, accounts or projects by name; a step picks one with `provider`.",
        "providers: {west: {cloud: aws, region: us-west-2}}",
    ),
    Keyword(
        "tags",
        "top",
        "a mapping",
        ("map",),
        True,
        "Cost tags on everything that is billed; on a step they add to those above, null removes one.",
        "tags: {cost-center: ml-research}",
    ),
    Keyword(
        "vars",
        "top",
        "a mapping",
        ("map",),
        False,
        "Variables for expressions.",
        "vars: {nodes: 4}",
    ),
    Keyword(
        "budget",
        "top",
        "a mapping",
        ("map",),
        True,
        "The monthly limit that rules compare the cost with.",
        "budget: {monthly_usd: 250000}",
    ),
    Keyword(
        "policy",
        "top",
        "a mapping",
        ("map",),
        True,
        "How strict the rules are: development, staging or production.",
        "policy: {profile: production}",
    ),
    Keyword(
        "accept",
        "top",
        "a list",
        ("list",),
        False,
        "Findings that someone has accepted, with the reason and an end.",
        "accept: [{rule: idle.endpoint_can_rest, reason: answers day and night, owner: platform, until: 2027-01-31}]",
    ),
    Keyword(
        "steps",
        "top",
        "a list",
        ("list",),
        False,
        "What the environment is made of, in order.",
        "steps: [{name: net, aws.network: {cidr: 10.20.0.0/16, availability_zone_ids: [use2-az3]}}]",
    ),
    Keyword(
        "outputs",
        "top",
        "a mapping",
        ("map",),
        False,
        "What the stack exports, or what an included file hands back.",
        'outputs: {vpc: "{{ net.vpc_id }}"}',
    ),
)

STEP: Mapping[str, Keyword] = _by_word(
    Keyword(
        "name",
        "step",
        "a text",
        ("text",),
        True,
        "The step's identity: kebab-case, unique; its resources are named <name>-<role>.",
        "name: net",
    ),
    Keyword(
        "description",
        "step",
        "a text",
        ("text",),
        False,
        "What this step is for, in one sentence.",
        "description: The network of the training cluster",
    ),
    Keyword(
        "include",
        "step",
        "a file",
        ("text",),
        False,
        "Runs the steps of another file, their names behind this step's name.",
        "include: region.yaml",
    ),
    Keyword(
        "assert",
        "step",
        "a mapping",
        ("map",),
        False,
        "Refuses the stack with a message unless conditions hold.",
        "assert: {that: nodes < 9, message: too many nodes}",
    ),
    Keyword(
        "when",
        "step",
        "a condition or a list of conditions",
        (
            "text",
            "flag",
            "list",
        ),
        True,
        "Leaves the step out unless all conditions are true.",
        "when: stack == 'prod'",
    ),
    Keyword(
        "loop",
        "step",
        "a list, a mapping, or an expression that gives one",
        (
            "text",
            "list",
            "map",
        ),
        True,
        "Runs the step once for each item of a list, or each key of a mapping.",
        "loop: [a, b]",
    ),
    Keyword(
        "as",
        "step",
        "a name",
        ("text",),
        False,
        "What the item of the loop is called instead of `item`.",
        "as: zone",
    ),
    Keyword(
        "register",
        "step",
        "a name",
        ("text",),
        False,
        "The name under which later steps find the outputs of this one.",
        "register: net",
    ),
    Keyword(
        "tags",
        "step",
        "a mapping",
        ("map",),
        True,
        "Cost tags of this step, over those of the stack; null removes one.",
        "tags: {workload: pretraining}",
    ),
    Keyword(
        "vars",
        "step",
        "a mapping",
        ("map",),
        False,
        "Variables of this step only, or of the file that it includes.",
        "vars: {nodes: 2}",
    ),
    Keyword(
        "provider",
        "step",
        "a name",
        ("text",),
        True,
        "Which of `aws`, `gcp` and `providers` the step is made in.",
        "provider: west",
    ),
    Keyword(
        "formerly",
        "step",
        "a name or a list of names",
        (
            "text",
            "list",
        ),
        True,
        "Earlier names of the step, so that a rename replaces nothing.",
        "formerly: old-name",
    ),
    Keyword(
        "options",
        "step",
        "a mapping",
        ("map",),
        True,
        "What Pulumi does with the step's resources: protect, retain_on_delete, depends_on, and children by role.",
        "options: {protect: true}",
    ),
    Keyword(
        "accept",
        "step",
        "a list",
        ("list",),
        False,
        "Findings on this step that someone has accepted, with the reason and an end.",
        "accept: [{rule: idle.endpoint_can_rest, reason: a test, owner: platform, until: 2027-01-31}]",
    ),
    Keyword(
        "schedule",
        "step",
        "a mapping",
        ("map",),
        True,
        "When the step runs: scheduled actions where it can be stopped or scaled, and what its cost is computed with.",
        "schedule: {hours_per_week: 50}",
    ),
    Keyword(
        "remove",
        "step",
        "true",
        ("flag",),
        False,
        "Takes away a step of an extended file.",
        "remove: true",
    ),
)

RESERVED = {"item": "the item of a loop", "index": "the number of a loop's round", "stack": "the name of the stack"}
