"""The image of a machine is for its processor, and has the driver of its chips."""

from __future__ import annotations

from collections.abc import Iterator

from ultrastack.catalog import machines

from ..launches import CONFIGURATION, INSTANCE, NODE_GROUP, SPOT_INSTANCE, TEMPLATE, launch_of
from ..rule import NotApplicable, Rule, Said, Undecided, fail
from ..world import Subject
from ._images import BY_PARAMETER, Image, image_of, image_of_nodes
from ._interfaces import types_of

RULE = Rule(
    title="a machine's image is for its processor and has the driver of its accelerators",
    level="mandatory",
    why="A machine does not boot with an image for another processor, nor see its chips without their driver.",
    fix="take an image that is made for the machine; `image_parameter(...)` of the catalogue names them",
    references=(
        "https://github.com/amazonlinux/amazon-linux-2023/issues/723",
        "https://github.com/bottlerocket-os/bottlerocket/issues/3459",
        "https://docs.aws.amazon.com/eks/latest/userguide/ml-eks-optimized-ami.html",
    ),
)
INPUT = {TEMPLATE: "imageId", CONFIGURATION: "imageId", INSTANCE: "ami", SPOT_INSTANCE: "ami", NODE_GROUP: "amiType"}
CHIPS = {"aws-neuron": "Neuron", "nvidia": "NVIDIA"}


@RULE.graph(*INPUT)
def check(subject: Subject) -> Iterator[Said]:
    name = INPUT[subject.type]
    if not subject.has(name):
        raise NotApplicable
    types = types_of(subject) if subject.type in (TEMPLATE, CONFIGURATION) else launch_of(subject).instance_types()
    rows = [machines()[one] for one in types if one in machines()]
    if not rows:
        raise NotApplicable
    image = _image(subject, name)
    for row in rows:
        if image.architecture and image.architecture != row.architecture:
            words = f"the image is for {image.architecture}, and {row.name} is {row.architecture}"
            yield fail(subject, words, at=name)
        elif image.vendor and image.vendor != row.vendor:
            words = f"the image has the driver of {CHIPS[image.vendor]}, and {row.name} needs that of"
            yield fail(subject, f"{words} {CHIPS[row.vendor]}", at=name)


def _image(subject: Subject, name: str) -> Image:
    given = subject.text(name)
    if name == "amiType":
        return image_of_nodes(given)
    if given.startswith(BY_PARAMETER):
        return image_of(given.removeprefix(BY_PARAMETER))
    raise Undecided(f"what image {given} is made for", subject, name)
