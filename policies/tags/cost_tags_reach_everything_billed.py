"""Who pays, whom to ask and which environment stand on everything that is billed, machines and disks included."""

from __future__ import annotations

from collections.abc import Iterator

from ultrastack.model.values import Secret, Unknown

from ..launches import GROUP, INSTANCE, TEMPLATE, launches_from, launches_of, unsure_template
from ..rule import NotApplicable, Rule, Said, Undecided, cannot_decide, each, fail
from ..world import Block, Subject
from ._tags import BILLED, by_default, listed, missing, plain

RULE = Rule(
    title="cost tags reach everything that is billed",
    level="advisory",
    why="What carries no tag stands on the bill as nobody's: tags of a template, of a group or of a provider's default "
    "do not reach its machines, disks and interfaces by themselves.",
    fix="add the key under `tags` of the stack file; in a program of your own, as tags of this resource",
    references=(
        "https://github.com/hashicorp/terraform-provider-aws/issues/19387",
        "https://github.com/hashicorp/terraform-provider-aws/issues/32328",
        "https://github.com/pulumi/pulumi-aws/issues/1655",
    ),
)

ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
STARTED = {"instance": "machines", "volume": "disks", "network-interface": "network interfaces"}


@RULE.graph(*BILLED, INSTANCE, TEMPLATE, GROUP)
def check(subject: Subject) -> Iterator[Said]:
    if subject.resource.kind == "read":
        raise NotApplicable
    if subject.type == TEMPLATE:
        yield from _of_template(subject)
    elif subject.type == GROUP:
        yield from _of_group(subject)
    elif subject.type == INSTANCE:
        yield from each(_of_instance, subject)
    elif subject.type == ENDPOINT and subject.text("vpcEndpointType", "Gateway") == "Gateway":
        raise NotApplicable  # costs nothing
    else:
        name = BILLED[subject.type]
        yield from _lacking(subject, name, by_default(subject) if "." not in name else [])


def _lacking(block: Block, name: str, there: list[str], whose: str = "") -> Iterator[Said]:
    if lacking := missing(block, name, there):
        yield fail(block, f"{listed(lacking)} {_are(lacking)} not among the tags{whose}", at=name)


def _are(keys: list[str]) -> str:
    return "is" if len(keys) == 1 else "are"


def _of_instance(instance: Subject) -> Iterator[Said]:
    """Its template tags it too, and its disks where `volumeTags` does not."""
    lacking = missing(instance, "tags", by_default(instance))
    if lacking and (lacking := missing(instance, "tags", by_default(instance), _of_templates(instance))):
        yield fail(instance, f"{listed(lacking)} {_are(lacking)} not among the tags", at="tags")
    if instance.has("volumeTags"):
        yield from _lacking(instance, "volumeTags", [], " of its disks")
    elif not instance.has("launchTemplate"):
        yield from _lacking(instance.block("rootBlockDevice"), "tags", [], " of its root disk")


def _of_group(group: Subject) -> Iterator[Said]:
    """What it hands on to its machines, or what their template gives them."""
    nothing, unknown = Block(group, "", {}), not group.knows("tags")
    there = [] if unknown else [key for one in group.blocks("tags") for key in _handed_on(one)]
    if not missing(nothing, "tags", there):
        return
    lacking = missing(nothing, "tags", there, _of_templates(group))
    if lacking and unknown:
        yield cannot_decide(group, f"the tags of {group.name}", at="tags")
    elif lacking:
        fix = "propagateAtLaunch: true on these tags" if _has_own(group, lacking) else ""
        yield fail(group, f"{listed(lacking)} {_are(lacking)} not handed on to its machines", at="tags", fix=fix)


def _of_templates(subject: Subject) -> list[str]:
    """Keys that the templates of this program give to machines; Undecided where another one may give some."""
    found: list[str] = []
    for launch in launches_of(subject):
        if launch.template is not None:
            found += _specified(launch.template, "instance")
        elif launch.named is not None:
            raise Undecided(f"the tags that the launch template of {subject.name} gives", subject)
    return found


def _handed_on(tag: Block) -> list[str]:
    return [tag.text("key")] if tag.flag("propagateAtLaunch") else []


def _has_own(group: Subject, keys: list[str]) -> bool:
    own = {plain(tag.text("key")) for tag in group.blocks("tags")}
    return {plain(key) for key in keys} <= own


def _specified(template: Subject, kind: str) -> list[str]:
    return [
        key
        for one in template.blocks("tagSpecifications")
        if one.text("resourceType") == kind
        for key in one.block("tags").values
    ]


def _of_template(template: Subject) -> Iterator[Said]:
    """Disks and interfaces have no other way to get tags; machines may have them from who starts them."""
    if isinstance(template.raw("tagSpecifications"), (Unknown, Secret)):
        yield cannot_decide(template, f"the `tagSpecifications` of {template.name}", at="tagSpecifications")
        return
    users = [launch.subject for launch in launches_from(template)]
    if not users and (doubt := unsure_template(template.world)):
        yield cannot_decide(template, doubt)
        return
    for kind, words in STARTED.items():
        if kind == "instance" and users and all(one.type in (GROUP, INSTANCE) for one in users):
            continue  # said there, with what they hand on
        if kind == "volume" and users and all(one.type == INSTANCE and one.has("volumeTags") for one in users):
            continue
        yield from each(_of_kind, template, kind, words)


def _of_kind(template: Subject, kind: str, words: str) -> Iterator[Said]:
    found = next((one for one in template.blocks("tagSpecifications") if one.text("resourceType") == kind), None)
    if found is not None:
        yield from _lacking(found, "tags", [], f" of its {words}")
        return
    yield fail(template, f"its {words} get no tags: there is no tag specification for {kind}", at="tagSpecifications")
